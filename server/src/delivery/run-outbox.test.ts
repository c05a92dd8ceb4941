import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { invitationKey, showKey } from '../identity/invitation-key.ts';
import { findQueueStop, INDEX_DELAY } from '../store/outbox.ts';
import { invitations } from '../store/schema.ts';
import { previewTransport } from './preview.ts';
import {
  accepted,
  aHouse,
  aMail,
  aPendingInvitation,
  aRecordingTransport,
  type House,
  NOON,
  theMail,
} from './testing/outbox-story.ts';
import type { SendOutcome, Transport } from './transport.ts';

let house: House;
beforeEach(async () => {
  house = await aHouse();
});
afterEach(() => house.store.close());

test('OUT-11: resend while the first is queued sends one mail, with the newest key', async () => {
  const { id } = await aPendingInvitation(house);
  await house.store.db.update(invitations).set({ generation: 2 }).where(sql`id = ${id}`);
  await aMail(house, { id: `out_${id}_2`, kind: 'invitation', invitationId: id, generation: 2 });
  const { transport, sent } = aRecordingTransport();
  expect(await house.run(transport)).toMatchObject({ sent: 1, dropped: 1 });
  expect(sent).toHaveLength(1);
  expect(sent[0]!.text).toContain(invitationKey(house.deps.keys, id, 2));
});

test('OUT-13: two runners on one database send each mail once', async () => {
  for (let count = 0; count < 120; count += 1) await aPendingInvitation(house);
  const slowly = async (mail: { id: string }): Promise<SendOutcome> => {
    await new Promise(setImmediate);
    return { outcome: 'sent', providerMessageId: mail.id };
  };
  const one = aRecordingTransport(slowly);
  const two = aRecordingTransport(slowly);
  const runs = await Promise.all([house.run(one.transport), house.run(two.transport)]);
  const ids = [...one.sent, ...two.sent].map((mail) => mail.id);
  expect(ids).toHaveLength(120);
  expect(new Set(ids).size).toBe(120);
  expect(runs[0].sent + runs[1].sent).toBe(120);
  expect(Math.min(one.sent.length, two.sent.length)).toBeGreaterThan(0);
});

test('OUT-13: a runner that was paused past its lease cannot finish what another found', async () => {
  const { mailId } = await aPendingInvitation(house);
  const paused = aRecordingTransport(async (mail) => {
    house.clock.now += 10 * INDEX_DELAY; // it sleeps; meanwhile another runs, and its search does not find the mail
    await house.run({ ...previewTransport, find: async (ids) => new Map(ids.map((id) => [id, 'absent'])) });
    return accepted(mail);
  });
  await house.run(paused.transport, { now: () => house.clock.now });
  expect(await theMail(house, mailId)).toMatchObject({ state: 'uncertain', providerMessageId: null });
});

test('OUT-14: once the server stops nothing new is claimed, and what is on its way is finished', async () => {
  for (let count = 0; count < 3; count += 1) await aPendingInvitation(house);
  let isStopping = false;
  const { transport, sent } = aRecordingTransport((mail) => {
    isStopping = true;
    return accepted(mail);
  });
  const run = await house.run({ ...transport, mostAtOnce: 1 }, { isStopping: () => isStopping });
  expect(run.sent).toBe(1);
  expect(sent).toHaveLength(1);
  const { rows } = await house.store.db.run(
    sql`SELECT state, count(*) AS count FROM outbox_messages GROUP BY state ORDER BY state`,
  );
  expect(rows.map((row) => [row.state, row.count])).toEqual([
    ['queued', 2],
    ['sent', 1],
  ]);
});

test('OUT-15: a mail that always fails, and one that cannot be written, keep nobody back', async () => {
  const poison = await aPendingInvitation(house);
  const nowhere = await aPendingInvitation(house, { address: 'no address' });
  const good = await aPendingInvitation(house);
  const { transport } = aRecordingTransport((mail) =>
    mail.id === poison.mailId ? { outcome: 'retry', because: 'The provider is ill.' } : accepted(mail),
  );
  expect(await house.run({ ...transport, mostAtOnce: 1 })).toMatchObject({ sent: 1, retried: 1, failed: 1 });
  expect((await theMail(house, good.mailId)).state).toBe('sent');
  expect(await theMail(house, nowhere.mailId)).toMatchObject({
    state: 'failed',
    attempts: 0,
    because: expect.stringContaining('address'),
  });
  const waiting = await theMail(house, poison.mailId);
  expect(waiting).toMatchObject({ state: 'queued', attempts: 1, because: 'The provider is ill.' });
  expect(waiting.dueAt).toBeGreaterThan(NOON);
});

test('OUT-07: a refused token stops the queue with nothing burnt, tells once, and sends all after the repair', async () => {
  for (let count = 0; count < 4; count += 1) await aPendingInvitation(house);
  const answer = { now: { outcome: 'stop', because: 'Postmark refuses the server token (10).' } as SendOutcome };
  const { transport, sent } = aRecordingTransport(() => answer.now);
  for (let minute = 0; minute < 3; minute += 1) {
    await house.run(transport);
    house.clock.now += 60_000;
  }
  expect(sent).toHaveLength(4 + 1 + 1); // all, then one a minute
  expect(await findQueueStop(house.store)).toMatchObject({
    because: 'Postmark refuses the server token (10).',
    since: NOON,
  });
  expect(house.log.filter((line) => line.startsWith('outbox.stopped'))).toHaveLength(1);

  answer.now = { outcome: 'sent', providerMessageId: 'ok' };
  expect(await house.run(transport)).toMatchObject({ sent: 4 });
  expect(await findQueueStop(house.store)).toBeNull();
  const rows = await house.store.db.all<{ attempts: number }>(sql`SELECT attempts FROM outbox_messages`);
  expect(rows.map((row) => row.attempts)).toEqual([1, 1, 1, 1]);
});

const uncertain: SendOutcome = { outcome: 'uncertain', because: 'The connection ended.' };
const searching = (transport: Transport, answer: 'sent' | 'absent' | null): Transport => ({
  ...transport,
  find: async (ids) => new Map(answer ? ids.map((id) => [id, answer]) : []),
});

test('OUT-08: an uncertain mail that the provider has is sent, without sending it again', async () => {
  const { mailId } = await aPendingInvitation(house);
  const { transport, sent } = aRecordingTransport(() => uncertain);
  await house.run(searching(transport, 'sent'));
  expect((await theMail(house, mailId)).state).toBe('uncertain');
  house.clock.now += INDEX_DELAY;
  await house.run(searching(transport, 'sent'));
  expect((await theMail(house, mailId)).state).toBe('sent');
  expect(sent).toHaveLength(1);
});

test('OUT-08: one that the provider has not, asked twice, is sent once more; no answer counts for nothing', async () => {
  const { mailId } = await aPendingInvitation(house);
  const first = aRecordingTransport(() => uncertain);
  await house.run(first.transport);
  const second = aRecordingTransport();
  for (const answer of ['absent', null, null, 'absent'] as const) {
    expect(second.sent).toHaveLength(0);
    house.clock.now += INDEX_DELAY;
    await house.run(searching(second.transport, answer));
  }
  expect(second.sent.map((mail) => mail.messageId)).toEqual(first.sent.map((mail) => mail.messageId));
  expect((await theMail(house, mailId)).state).toBe('sent');
});

test('OUT-08: without a search an uncertain mail stays so, for a person to decide', async () => {
  const { mailId } = await aPendingInvitation(house);
  const { transport, sent } = aRecordingTransport(() => uncertain);
  await house.run(transport);
  house.clock.now += 10 * INDEX_DELAY;
  await house.run(transport);
  expect(await theMail(house, mailId)).toMatchObject({ state: 'uncertain', because: 'The connection ended.' });
  expect(sent).toHaveLength(1);
});

test('MAIL-06: the Message-ID of a mail is the same at every attempt', async () => {
  const { mailId } = await aPendingInvitation(house);
  const { transport, sent } = aRecordingTransport(() => ({ outcome: 'retry', because: 'later' }));
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await house.run(transport);
    house.clock.now += 15 * 60_000;
  }
  expect(sent.map((mail) => mail.messageId)).toEqual(Array(3).fill(`<${mailId}@vault.contoso.example>`));
});

test('INV-34: after sending, neither the database nor the log holds the key', async () => {
  const { id } = await aPendingInvitation(house, { note: 'Welcome' });
  const { transport, sent } = aRecordingTransport((mail) => ({ outcome: 'sent', providerMessageId: mail.messageId }));
  await house.run(transport);
  const key = invitationKey(house.deps.keys, id, 1);
  expect(sent[0]!.text).toContain(key);
  const kept = (await everyValue()).concat(house.log);
  expect(kept.length).toBeGreaterThan(20);
  for (const form of [key, showKey(key), showKey(key).replaceAll(' ', ''), showKey(key).split(' ')[5]!]) {
    expect(kept.filter((value) => value.toUpperCase().includes(form))).toEqual([]);
  }
});

async function everyValue(): Promise<string[]> {
  const tables = await house.store.db.all<{ name: string }>(sql`SELECT name FROM sqlite_schema WHERE type = 'table'`);
  const rows = await Promise.all(
    tables.map(({ name }) => house.store.db.all<Record<string, unknown>>(sql.raw(`SELECT * FROM "${name}"`))),
  );
  return rows.flat().flatMap((row) => Object.values(row).map(String));
}

test('OUT-12: while many mails leave, the event loop turns: requests are answered in between', async () => {
  for (let count = 0; count < 100; count += 1) await aPendingInvitation(house);
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  });
  await house.run(previewTransport);
  clearInterval(ticking);
  expect(turns).toBeGreaterThanOrEqual(4);
});
