import type { Client, InValue } from '@libsql/client';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aHouse, aMail, anOpenRequest, aPendingInvitation, type House, NOON, theMail } from '../delivery/testing/outbox-story.ts';
import * as outbox from './outbox.ts';
import { findMails, findOldestDueAt, nextDueAt } from './outbox-reads.ts';
import { answerUncertain } from './outbox-uncertain.ts';
import { accessRequests, invitations, members, outboxMessages } from './schema.ts';

let house: House;
beforeEach(async () => {
  house = await aHouse();
});
afterEach(() => house.store.close());

const DAY = 24 * 60 * 60_000;
const claimAll = (owner = 'one') => outbox.claim(house.store, owner, house.clock.now, 50);

test('OUT-10: a revoked, expired or redeemed invitation is not claimed but dropped', async () => {
  const revoked = await aPendingInvitation(house);
  const expired = await aPendingInvitation(house, { expiresAt: NOON });
  const good = await aPendingInvitation(house);
  await house.store.db.update(invitations).set({ state: 'revoked' }).where(sql`id = ${revoked.id}`);
  const claimed = await claimAll();
  expect(claimed.mails.map((mail) => mail.id)).toEqual([good.mailId]);
  expect(claimed.dropped).toBe(2);
  expect((await theMail(house, revoked.mailId)).state).toBe('dropped');
  expect((await theMail(house, expired.mailId)).state).toBe('dropped');
});

test('OUT-10: revoked between claim and call, it is dropped in the last moment and its neighbour leaves', async () => {
  const revoked = await aPendingInvitation(house);
  const good = await aPendingInvitation(house);
  await claimAll();
  await house.store.db.update(invitations).set({ state: 'revoked' }).where(sql`id = ${revoked.id}`);
  const called = await outbox.markCalled(house.store, 'one', [revoked.mailId, good.mailId], NOON);
  expect([...called]).toEqual([good.mailId]);
  expect((await theMail(house, revoked.mailId)).state).toBe('dropped');
});

test('OUT-11: resent while the first is queued, only the newest generation is claimed', async () => {
  const { id, mailId } = await aPendingInvitation(house);
  await house.store.db.update(invitations).set({ generation: 2 }).where(sql`id = ${id}`);
  const second = await aMail(house, { id: `out_${id}_2`, kind: 'invitation', invitationId: id, generation: 2 });
  expect((await claimAll()).mails.map((mail) => mail.id)).toEqual([second]);
  expect((await theMail(house, mailId)).state).toBe('dropped');
});

test('a request that was decided, or an administrator who is none any more, gets no mail', async () => {
  const requestId = await anOpenRequest(house);
  const decided = await anOpenRequest(house);
  await aMail(house, { id: 'out_1', kind: 'access-request', requestId, memberId: house.sam });
  await aMail(house, { id: 'out_2', kind: 'access-request', requestId: decided, memberId: house.sam });
  await house.store.db.update(accessRequests).set({ state: 'denied' }).where(sql`id = ${decided}`);
  expect((await claimAll()).mails.map((mail) => mail.id)).toEqual(['out_1']);
  await aMail(house, { id: 'out_3', kind: 'access-request', requestId, memberId: house.sam });
  await house.store.db.update(members).set({ role: 'member' });
  expect((await claimAll('two')).mails).toEqual([]);
  expect((await theMail(house, 'out_3')).state).toBe('dropped');
});

test('OUT-13: a mail is claimed once, and who lost the lease can neither call nor settle', async () => {
  const { mailId } = await aPendingInvitation(house);
  expect((await claimAll('slow')).mails).toHaveLength(1);
  expect((await claimAll('other')).mails).toHaveLength(0);

  house.clock.now += outbox.LEASE;
  expect([...(await outbox.markCalled(house.store, 'slow', [mailId], house.clock.now))]).toEqual([]);
  expect(await outbox.reclaim(house.store, house.clock.now)).toEqual({ queued: 1, uncertain: 0 });
  expect((await claimAll('other')).mails).toHaveLength(1);
  await outbox.markCalled(house.store, 'other', [mailId], house.clock.now);

  const late = [{ id: mailId, state: 'sent' as const, providerMessageId: 'late' }];
  expect(await outbox.settle(house.store, 'slow', late, house.clock.now)).toBe(0);
  expect(await outbox.settle(house.store, 'other', late, house.clock.now)).toBe(1);
  expect(await outbox.settle(house.store, 'other', late, house.clock.now)).toBe(0);
});

test('OUT-02: a lease that ends after the call makes the mail uncertain, never queued', async () => {
  const { mailId } = await aPendingInvitation(house);
  await claimAll();
  await outbox.markCalled(house.store, 'one', [mailId], NOON);
  expect(await outbox.reclaim(house.store, NOON + outbox.LEASE)).toEqual({ queued: 0, uncertain: 1 });
  expect((await theMail(house, mailId)).dueAt).toBe(NOON + outbox.INDEX_DELAY);
});

test('OUT-06: trying ends when the invitation would be over, or after a day and eight attempts', async () => {
  const ending = await aPendingInvitation(house, { expiresAt: NOON + 1000 });
  const tried = await aPendingInvitation(house, { expiresAt: NOON + 9 * DAY });
  const stopped = await aPendingInvitation(house, { expiresAt: NOON + 9 * DAY });
  await house.store.db.update(outboxMessages).set({ attempts: 8 }).where(sql`id = ${tried.mailId}`);
  const ids = [ending.mailId, tried.mailId, stopped.mailId];
  await claimAll();
  await outbox.markCalled(house.store, 'one', ids, NOON);
  await outbox.retryLater(
    house.store,
    'one',
    ids.map((id) => ({ id, because: 'down', dueAt: NOON + DAY + 5000 })),
    NOON + DAY,
  );
  expect(await Promise.all(ids.map(async (id) => (await theMail(house, id)).state))).toEqual(['failed', 'failed', 'queued']);
});

test('OUT-07: while the queue is stopped nothing is claimed; then one mail at a time tries', async () => {
  for (let count = 0; count < 3; count += 1) await aPendingInvitation(house);
  await outbox.stopQueue(house.store, 'Postmark refuses the server token (10).', NOON, NOON + 60_000);
  expect((await claimAll()).mails).toEqual([]);
  expect(await outbox.findQueueStop(house.store)).toMatchObject({
    because: 'Postmark refuses the server token (10).',
    since: NOON,
  });
  expect(await nextDueAt(house.store, false)).toBe(NOON + 60_000);
  house.clock.now += 60_000;
  expect((await claimAll()).mails).toHaveLength(1);
  await outbox.resumeQueue(house.store);
  expect((await claimAll('two')).mails).toHaveLength(2);
});

test('OUT-15: those that wait longest go first, and the queue says since when', async () => {
  const young = await aPendingInvitation(house);
  const old = await aPendingInvitation(house);
  await house.store.db
    .update(outboxMessages)
    .set({ dueAt: NOON - 5000 })
    .where(sql`id = ${old.mailId}`);
  expect(await findOldestDueAt(house.store)).toBe(NOON - 5000);
  expect((await outbox.claim(house.store, 'one', NOON, 1)).mails[0]?.id).toBe(old.mailId);
  expect((await outbox.claim(house.store, 'two', NOON, 1)).mails[0]?.id).toBe(young.mailId);
});

test('OUT-20: a claim walks the index of due mails and looks nothing else up by scanning', async () => {
  const plan = await planOf(outbox.claimStatement(house.store, 'one', NOON, 50).toSQL());
  expect(plan.filter((line) => line.includes('SCAN')).filter((line) => !line.includes('CONSTANT ROW'))).toEqual([]);
  expect(plan.join('\n')).toContain('INDEX outbox_due (due_at<?)');
});

test('OUT-20: recording what became of mails finds their rows by primary key', async () => {
  const statements = listenToBatches();
  await outbox.settle(house.store, 'one', [{ id: 'out_x', state: 'failed', because: 'no' }], NOON);
  await outbox.retryLater(house.store, 'one', [{ id: 'out_x', because: 'no', dueAt: NOON }], NOON);
  await outbox.handBack(house.store, 'one', [{ id: 'out_x', because: 'no', dueAt: NOON }]);
  await answerUncertain(house.store, [{ id: 'out_x', seenDueAt: 1, found: 'absent' }], NOON);
  expect(statements).toHaveLength(6);
  for (const statement of statements) {
    const plan = await planOf(statement);
    expect(plan.filter((line) => line.includes('SCAN') && !line.includes('VIRTUAL TABLE'))).toEqual([]);
    expect(plan.join('\n')).toContain('SEARCH outbox_messages USING INDEX sqlite_autoindex_outbox_messages_1 (id=?)');
  }
});

type Query = { sql: string; params: unknown[] };

/** The raw statements of every batch from now on. */
function listenToBatches(): Query[] {
  const heard: Query[] = [];
  const batch = house.store.batch;
  house.store.batch = (statements) => {
    for (const statement of statements) heard.push((statement as unknown as { getQuery(): Query }).getQuery());
    return batch(statements);
  };
  return heard;
}

async function planOf(query: Query): Promise<string[]> {
  const { $client } = house.store.db as unknown as { $client: Client };
  const plan = await $client.execute({ sql: `EXPLAIN QUERY PLAN ${query.sql}`, args: query.params as InValue[] });
  return plan.rows.map((row) => String(row.detail));
}

test('the list of mails is newest first, in pages, and names the recipient', async () => {
  const first = await aPendingInvitation(house, { address: 'mia@contoso.example' });
  const requestId = await anOpenRequest(house);
  await aMail(house, { id: 'out_2', kind: 'access-request', requestId, memberId: house.sam });
  await aMail(house, { id: 'out_3', kind: 'denied', requestId });
  const page = await findMails(house.store, { limit: 2 });
  expect(page.items.map((mail) => [mail.id, mail.to])).toEqual([
    ['out_3', 'ana@contoso.example'],
    ['out_2', 'sam@contoso.example'],
  ]);
  const next = await findMails(house.store, { limit: 2, cursor: page.nextCursor! });
  expect(next).toMatchObject({ items: [{ id: first.mailId, to: 'mia@contoso.example' }], nextCursor: null });
});
