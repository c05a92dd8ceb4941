import { DAY, HOUR, MINUTE } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { policy } from '../domain/policy.ts';
import { knock, withdrawRequest } from './access-request.ts';
import { noTrace } from './audit.ts';
import { newId } from './new-id.ts';
import { claim, markCalled } from './outbox.ts';
import { aKnock, type DoorStory, identity, knocked, openDoorStory, rows } from './testing/door-story.ts';
import { plansOf } from './testing/query-plans.ts';
import { createWorkspace } from './workspace.ts';

const { most } = policy.requestMails;

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  await createWorkspace(story.store, 'proof', story.clock.now);
  return () => story.store.close();
});

const knockers = (word: string, size: number) =>
  Array.from({ length: size }, (_, at) => aKnock(story, identity(`${word}-${at}`)));
const mails = (kind: string) => rows(story.store, `SELECT * FROM outbox_messages WHERE kind = '${kind}' AND state <> 'dropped'`);
const withdraw = (requestId: string) =>
  withdrawRequest(story.store, { requestId, auditId: newId('aud'), now: story.clock.now, trace: noTrace });
/** Everything that is due has left. */
async function sendAll(): Promise<void> {
  for (;;) {
    const { mails: claimed, dropped } = await claim(story.store, 'one', story.clock.now, 50);
    if (claimed.length === 0 && dropped === 0) return;
    const called = await markCalled(
      story.store,
      'one',
      claimed.map(({ id }) => id),
      story.clock.now,
    );
    await story.store.db.run(
      sql`UPDATE outbox_messages SET state = 'sent' WHERE id IN (SELECT value FROM json_each(${JSON.stringify([...called])}))`,
    );
  }
}

test('MAIL-12: of hundreds of knocks, also 128 in one set, an administrator gets twenty mails and one digest an hour', async () => {
  await knock(story.store, knockers('first', 128));
  await knock(story.store, knockers('second', 128));
  for (const attempt of knockers('third', 50)) await knock(story.store, [attempt]);

  expect(await mails('access-request')).toHaveLength(most);
  expect(await mails('requests-digest')).toMatchObject([
    { member_id: story.sam, due_at: story.clock.now + HOUR, request_id: null },
  ]);
  await sendAll();
  story.clock.now += HOUR;
  await sendAll();
  expect(await mails('requests-digest')).toMatchObject([{ state: 'sent' }]);
});

test('MAIL-12: each administrator has their own count; who wants no mail at once gets neither', async () => {
  const others = ['ana', 'leo'].map((word) => `mem_${word}`);
  for (const id of others)
    await story.store.db.run(sql`INSERT INTO members (id, tenant_id, object_id, state, role, address, joined_at, state_at, attempt_id)
      VALUES (${id}, 'contoso', ${id}, 'active', 'administrator', ${`${id}@contoso.example`}, 0, 0, ${id})`);
  await story.store.db.run(sql`UPDATE members SET request_mails = 'unanswered' WHERE id = 'mem_leo'`);
  await knock(story.store, knockers('somebody', most + 5));

  for (const member of [story.sam, 'mem_ana']) {
    expect((await mails('access-request')).filter((row) => row.member_id === member)).toHaveLength(most);
    expect((await mails('requests-digest')).filter((row) => row.member_id === member)).toHaveLength(1);
  }
  expect(await rows(story.store, "SELECT id FROM outbox_messages WHERE member_id = 'mem_leo'")).toEqual([]);
});

test('MAIL-12: who withdraws and knocks again a hundred times causes one set of mails a day', async () => {
  for (let time = 0; time < 100; time += 1) {
    story.clock.now += MINUTE;
    const id = await knocked(story, identity('eve'));
    await sendAll();
    await withdraw(id);
  }
  expect((await mails('access-request')).filter(({ state }) => state === 'sent')).toHaveLength(1);
  expect(await mails('requests-digest')).toEqual([]);

  story.clock.now += DAY;
  await knocked(story, identity('eve'));
  await sendAll();
  expect((await mails('access-request')).filter(({ state }) => state === 'sent')).toHaveLength(2);
});

test('MAIL-12: a request whose mail never left because it was withdrawn in time does not keep the next one from being told', async () => {
  await withdraw(await knocked(story, identity('eve')));
  const second = await knocked(story, identity('eve'));
  await sendAll();
  expect(await mails('access-request')).toMatchObject([{ request_id: second, state: 'sent' }]);
});

test('MAIL-12: no request goes unmentioned: each has its mail, or a digest is written after it', async () => {
  for (let minute = 0; minute < 90; minute += 1) {
    story.clock.now += MINUTE;
    await knock(story.store, knockers(`at-${minute}`, 1 + ((minute * 7) % 5)));
    await sendAll();
  }
  story.clock.now += HOUR;
  await sendAll();
  const unmentioned = await rows(
    story.store,
    `SELECT r.id FROM access_requests AS r WHERE NOT EXISTS (SELECT 1 FROM outbox_messages AS o WHERE o.state = 'sent' AND (o.request_id = r.id
      OR (o.kind = 'requests-digest' AND o.due_at >= r.asked_at AND o.due_at <= r.asked_at + ${HOUR})))`,
  );
  expect(unmentioned).toEqual([]);
  expect((await mails('requests-digest')).length).toBeLessThanOrEqual(4);
});

test('MAIL-12: what a knock looks up, it finds by index', async () => {
  const plans = await plansOf(story.store, (store) => knock(store, knockers('somebody', 2)));
  const scans = plans.flat().filter((line) => /^SCAN (?!a\b|\(subquery|told\b|m USING INDEX members_administrators)/.test(line));
  expect(scans).toEqual([]);
  expect(plans.flat().join('\n')).toContain('outbox_request_mails (member_id=? AND created_at>?)');
});
