import { DAY } from '@doorstep/shared/time';
import { beforeEach, expect, test } from 'vitest';
import { noTrace } from './audit.ts';
import {
  CHUNK,
  findBatch,
  findBatchByKey,
  stopAbandonedBatch,
  stopBatch,
  writeFirstChunk,
  writeNextChunk,
} from './invitation-batch.ts';
import { findKnownPeople } from './known-people.ts';
import { newId } from './new-id.ts';
import { redeemInvitations } from './redemption.ts';
import {
  aBatch,
  aChunk,
  count,
  type DoorStory,
  identity,
  invited,
  openDoorStory,
  redemption,
  rows,
  wanted,
} from './testing/door-story.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  return () => story.store.close();
});

const standing = async () => ({
  batches: await rows(story.store, 'SELECT id, state, next_position, run_id FROM invitation_batches'),
  invitations: await rows(story.store, 'SELECT * FROM invitations ORDER BY id'),
  outbox: await count(story.store, 'outbox_messages'),
  audit: await count(story.store, 'audit_events'),
});

/** A batch of that many people whose first chunk is written. */
async function begun(people: number) {
  const all = Array.from({ length: people }, (_, at) => wanted(`person-${at}`));
  const first = aChunk(story, all.slice(0, CHUNK), { isLast: false });
  await writeFirstChunk(story.store, aBatch(all), first);
  const chunk = (position: number) => ({
    ...aChunk(story, all.slice(position * CHUNK, (position + 1) * CHUNK)),
    ...{ batchId: first.batchId, position, isLast: (position + 1) * CHUNK >= people },
  });
  return { id: first.batchId, chunk };
}

test('INV-35: 600 people go in three chunks; each has one invitation, one mail to send, and the batch is done', async () => {
  const { id, chunk } = await begun(600);
  expect(await findBatch(story.store, id)).toMatchObject({ state: 'writing', nextPosition: 1 });
  expect(await count(story.store, 'invitations')).toBe(250);
  await writeNextChunk(story.store, chunk(1));
  await writeNextChunk(story.store, chunk(2));

  expect(await findBatch(story.store, id)).toMatchObject({ state: 'done', nextPosition: 3 });
  expect(await count(story.store, "invitations WHERE state = 'pending' AND generation = 1")).toBe(600);
  expect(await count(story.store, 'outbox_messages')).toBe(600);
  expect(await count(story.store, "audit_events WHERE what = 'invitations.sent'")).toBe(3);
  expect(await rows(story.store, "SELECT value FROM counters WHERE name = 'pending_invitations'")).toEqual([{ value: 600 }]);
});

test('a chunk that is repeated, overtaken or too early writes nothing, whatever became of its people', async () => {
  const { chunk } = await begun(600);
  const second = chunk(1);
  await writeNextChunk(story.store, second);
  const mia = (
    await rows(story.store, "SELECT id AS invitationId, generation FROM invitations WHERE address = 'person-250@contoso.example'")
  )[0]!;
  await redeemInvitations(story.store, [redemption(story, mia as never, identity('person-250'))]);
  const before = await standing();

  for (const late of [chunk(1), chunk(0), { ...chunk(2), position: 3 }]) {
    await writeNextChunk(story.store, late);
    expect(await standing()).toEqual(before);
  }
  await expect(writeNextChunk(story.store, second)).rejects.toThrow(); // the same run once more: rolled back as a whole
  expect(await standing()).toEqual(before);
});

test('two servers that write the same chunk at once write it once', async () => {
  const { chunk } = await begun(400);
  await Promise.all([writeNextChunk(story.store, chunk(1)), writeNextChunk(story.store, chunk(1))]);
  expect(await count(story.store, 'invitations')).toBe(400);
  expect(await count(story.store, 'invitations WHERE generation > 1')).toBe(0);
  expect(await count(story.store, 'outbox_messages')).toBe(400);
});

test('a stopped batch goes no further', async () => {
  const { id, chunk } = await begun(600);
  expect(await stopBatch(story.store, { id, by: story.sam, auditId: newId('aud'), now: story.clock.now, trace: noTrace })).toBe(
    true,
  );
  const before = await standing();
  await writeNextChunk(story.store, chunk(1));
  expect(await standing()).toEqual(before);
  expect(await stopBatch(story.store, { id, by: story.sam, auditId: newId('aud'), now: story.clock.now, trace: noTrace })).toBe(
    false,
  );
});

test('INV-24: who loses the office while a batch is being written invites nobody any more', async () => {
  const { id, chunk } = await begun(600);
  const abandoned = () => stopAbandonedBatch(story.store, { id, auditId: newId('aud'), now: story.clock.now, trace: noTrace });
  expect(await abandoned()).toBe(false);
  await story.store.db.run(`UPDATE members SET role = 'member' WHERE id = '${story.sam}'`);
  const before = await standing();
  await writeNextChunk(story.store, chunk(1));
  expect(await standing()).toEqual(before);
  expect(await abandoned()).toBe(true);
  expect((await findBatch(story.store, id))?.state).toBe('stopped');
  expect(await count(story.store, "audit_events WHERE what = 'invitations.stopped' AND by_member_id IS NULL")).toBe(1);
});

test('Idempotency-Key: a second batch under the same key writes nothing for 24 hours, and is another batch after', async () => {
  const [one, other] = [[wanted('mia')], [wanted('tom')]];
  expect(await writeFirstChunk(story.store, aBatch(one, 'key'), aChunk(story, one))).toHaveLength(1);
  const before = await standing();
  expect(await writeFirstChunk(story.store, aBatch(other, 'key'), aChunk(story, other))).toBeNull();
  expect(await standing()).toEqual(before);
  expect(await findBatchByKey(story.store, story.sam, 'key', story.clock.now + DAY - 1)).not.toBeNull();

  story.clock.now += DAY;
  expect(await findBatchByKey(story.store, story.sam, 'key', story.clock.now)).toBeNull();
  expect(await writeFirstChunk(story.store, aBatch(other, 'key'), aChunk(story, other))).toHaveLength(1);
});

test('Idempotency-Key: of ten calls at once one writes', async () => {
  const people = [wanted('mia')];
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => writeFirstChunk(story.store, aBatch(people, 'key'), aChunk(story, people))),
  );
  expect(answers.filter((written) => written !== null)).toHaveLength(1);
  expect(await rows(story.store, 'SELECT generation FROM invitations')).toEqual([{ generation: 1 }]);
});

test('INV-14: inviting somebody with a pending invitation sends it again with the new options; twice in a chunk counts once', async () => {
  const first = await invited(story, 'mia');
  story.clock.now += DAY;
  const twice = [wanted('mia', 'reader'), wanted('mia', 'reader')];
  const written = await writeFirstChunk(
    story.store,
    aBatch(twice),
    aChunk(story, twice, { options: { language: 'fr', note: 'Hi', validFor: DAY, admissionRuleId: null } }),
  );

  expect(written).toMatchObject([{ invitationId: first.invitationId, person: 'mail:mia@contoso.example', generation: 2 }]);
  expect(await rows(story.store, 'SELECT role, note, language, generation, expires_at, sent_at FROM invitations')).toEqual([
    { role: 'reader', note: 'Hi', language: 'fr', generation: 2, expires_at: story.clock.now + DAY, sent_at: story.clock.now },
  ]);
  expect(await rows(story.store, 'SELECT generation FROM outbox_messages ORDER BY generation')).toEqual([
    { generation: 1 },
    { generation: 2 },
  ]);
});

test('INV-15: who became a member between plan and writing is not written; their neighbour is', async () => {
  await redeemInvitations(story.store, [redemption(story, await invited(story, 'mia'), identity('mia'))]);
  const people = [wanted('mia'), wanted('tom')];
  const written = await writeFirstChunk(story.store, aBatch(people), aChunk(story, people));
  expect(written!.map(({ person }) => person)).toEqual(['mail:tom@contoso.example']);
});

test('what is known of an address: members and pending invitations, by ASCII case alone', async () => {
  await redeemInvitations(story.store, [
    redemption(story, await invited(story, 'mia'), identity('mia', { address: 'Mia@Contoso.example' })),
  ]);
  const tom = await invited(story, 'tom');
  const known = await findKnownPeople(story.store, [wanted('mia'), wanted('tom'), wanted('ana')], story.clock.now);
  expect(known.get('mail:mia@contoso.example')).toMatchObject({ memberState: 'active' });
  expect(known.get('mail:tom@contoso.example')).toMatchObject({ memberState: null, pendingInvitationId: tom.invitationId });
  expect(known.get('mail:ana@contoso.example')).toMatchObject({ memberState: null, pendingInvitationId: null });
});
