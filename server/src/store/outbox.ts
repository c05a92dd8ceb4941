import type { Millis } from '@doorstep/shared/time';
import { DAY, MINUTE } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { isStillWanted } from './outbox-wanted.ts';
import { invitations, outboxMessages, queueStops } from './schema.ts';
import { changedRows, rowsOf, type Statement, type Store } from './store.ts';

export type OutboxMail = typeof outboxMessages.$inferSelect;
export type QueueStop = typeof queueStops.$inferSelect;
/** `stop` is set while the queue is stopped: then at most one mail comes, to try whether the cause is repaired. */
export type Claim = { mails: OutboxMail[]; dropped: number; stop: QueueStop | null };

/** Longer than the slowest call of a transport, shorter than anybody's patience. */
export const LEASE: Millis = 2 * MINUTE;
/** How long the provider's search may lag behind its acceptance (reference: not documented). */
export const INDEX_DELAY: Millis = 2 * MINUTE;
const TRY_FOR: Millis = DAY;
/** A queue that was stopped for days and then repaired must not give up at the first trouble. */
const TRY_AT_LEAST = 8;
const MAIL_QUEUE = 'mail';

/**
 * Takes at most `limit` due mails, those waiting longest first, for `owner`: a fresh token for each claim. What was overtaken is dropped in
 * the same batch. Nothing claimed and nothing dropped: nothing is due.
 */
export async function claim(store: Store, owner: string, now: Millis, limit: number): Promise<Claim> {
  const [dropped, stops, mails] = await store.batch([
    store.db.run(sql`
      UPDATE ${outboxMessages} SET state = 'dropped', settled_at = ${now}, because = 'It was overtaken before it left.'
      WHERE ${outboxMessages.id} IN (${firstDue(now, sql`${limit}`)}) AND NOT ${isStillWanted(now)}`),
    store.db.select().from(queueStops).where(sql`${queueStops.queue} = ${MAIL_QUEUE}`),
    claimStatement(store, owner, now, limit),
  ]);
  return {
    mails: rowsOf<OutboxMail>(mails).sort((a, b) => a.dueAt - b.dueAt),
    dropped: changedRows(dropped),
    stop: rowsOf<QueueStop>(stops)[0] ?? null,
  };
}

/** The one statement that decides who sends: exported for its query plan. */
export const claimStatement = (store: Store, owner: string, now: Millis, limit: number) =>
  store.db
    .update(outboxMessages)
    .set({ state: 'claimed', leaseOwner: owner, leaseUntil: now + LEASE, calledAt: null, settledAt: null })
    .where(sql`${outboxMessages.id} IN (${firstDue(now, oneWhileStopped(limit))}) AND ${isStillWanted(now)}
      AND NOT EXISTS (SELECT 1 FROM ${queueStops} WHERE ${queueStops.queue} = ${MAIL_QUEUE} AND ${queueStops.retryAt} > ${now})`)
    .returning();

/** By the index `outbox_due`: costs the same behind ten and behind 100,000 waiting mails. */
const firstDue = (now: Millis, limit: SQL): SQL =>
  sql`SELECT due.id FROM ${outboxMessages} AS due WHERE due.state = 'queued' AND due.due_at <= ${now} ORDER BY due.due_at LIMIT ${limit}`;

const oneWhileStopped = (limit: number): SQL =>
  sql`(SELECT CASE WHEN EXISTS (SELECT 1 FROM ${queueStops} WHERE ${queueStops.queue} = ${MAIL_QUEUE}) THEN 1 ELSE ${limit} END)`;

/**
 * Commits that the provider is about to be called, before it is: this one write tells "safe to send again" from "nobody knows". Returns the
 * ids to send; one whose lease is over is not among them, nor one that was overtaken since the claim, which is dropped.
 */
export async function markCalled(store: Store, owner: string, ids: readonly string[], now: Millis): Promise<Set<string>> {
  const [called] = await store.batch([
    store.db
      .update(outboxMessages)
      .set({ state: 'called', calledAt: now, leaseUntil: now + LEASE, attempts: sql`attempts + 1` })
      .where(sql`${ownedIn('claimed', owner, ids)} AND ${outboxMessages.leaseUntil} > ${now} AND ${isStillWanted(now)}`)
      .returning({ id: outboxMessages.id }),
    store.db.run(sql`
      UPDATE ${outboxMessages} SET state = 'dropped', settled_at = ${now}, because = 'It was overtaken before it left.'
      WHERE ${ownedIn('claimed', owner, ids)} AND NOT ${isStillWanted(now)}`),
  ]);
  return new Set(rowsOf<{ id: string }>(called).map((row) => row.id));
}

const ownedIn = (state: 'claimed' | 'called', owner: string, ids: readonly string[]): SQL =>
  sql`${outboxMessages.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND +${outboxMessages.state} = ${state}
    AND ${outboxMessages.leaseOwner} = ${owner}`;

/** Claimed mails that cannot be written at all (no address, for instance): they fail without a call. */
export const refuse = (store: Store, owner: string, refused: readonly { id: string; because: string }[], now: Millis) =>
  change(
    store,
    refused,
    (given) => sql`
    UPDATE ${outboxMessages} SET state = 'failed', settled_at = ${now}, because = ${given('because')}, lease_owner = NULL, lease_until = NULL
    FROM json_each(${JSON.stringify(refused)}) AS given WHERE ${ownedRow('claimed', owner)}`,
  );

export type Settled =
  | { id: string; state: 'sent'; providerMessageId: string; because?: undefined }
  | { id: string; state: 'failed' | 'uncertain'; because: string; providerMessageId?: undefined };

/** What became of called mails. Who lost the lease meanwhile changes nothing (OUT-13). Answers how many rows it settled. */
export const settle = (store: Store, owner: string, settled: readonly Settled[], now: Millis) =>
  change(
    store,
    settled,
    (given) => sql`
    UPDATE ${outboxMessages} SET state = ${given('state')}, provider_message_id = ${given('providerMessageId')}, because = ${given('because')},
      settled_at = CASE ${given('state')} WHEN 'uncertain' THEN NULL ELSE ${now} END, due_at = ${outboxMessages.calledAt} + ${INDEX_DELAY},
      lease_owner = NULL, lease_until = NULL
    FROM json_each(${JSON.stringify(settled)}) AS given WHERE ${ownedRow('called', owner)}`,
  );

/** Called mails that did not leave: again at `dueAt`, or failed when that is too late (invitation over, or a day of trying). OUT-06 */
export const retryLater = (
  store: Store,
  owner: string,
  later: readonly { id: string; because: string; dueAt: Millis }[],
  now: Millis,
) =>
  change(
    store,
    later,
    (given) => sql`
    UPDATE ${outboxMessages} SET ${queuedAgainOrFailed(given('dueAt'), now)}, because = ${given('because')}
    FROM json_each(${JSON.stringify(later)}) AS given WHERE ${ownedRow('called', owner)}`,
  );

/** Sets state and times: waiting until `dueAt`, or failed because that is too late. */
export const queuedAgainOrFailed = (dueAt: SQL, now: Millis): SQL => sql`
  state = CASE WHEN ${isTooLate(dueAt, now)} THEN 'failed' ELSE 'queued' END,
  settled_at = CASE WHEN ${isTooLate(dueAt, now)} THEN ${now} END,
  due_at = ${dueAt}, called_at = NULL, lease_owner = NULL, lease_until = NULL`;

const isTooLate = (dueAt: SQL, now: Millis): SQL => sql`
  (${outboxMessages.createdAt} + ${TRY_FOR} <= ${now} AND ${outboxMessages.attempts} >= ${TRY_AT_LEAST})
  OR (${outboxMessages.kind} = 'invitation' AND ${dueAt} >=
    (SELECT ${invitations.expiresAt} FROM ${invitations} WHERE ${invitations.id} = ${outboxMessages.invitationId}))`;

/** Called mails that the provider refused for reasons of the whole queue: back at `dueAt`, and the attempt does not count (OUT-07). */
export const handBack = (store: Store, owner: string, back: readonly { id: string; because: string; dueAt: Millis }[]) =>
  change(
    store,
    back,
    (given) => sql`
    UPDATE ${outboxMessages} SET state = 'queued', due_at = ${given('dueAt')}, because = ${given('because')},
      attempts = ${outboxMessages.attempts} - 1, called_at = NULL, lease_owner = NULL, lease_until = NULL
    FROM json_each(${JSON.stringify(back)}) AS given WHERE ${ownedRow('called', owner)}`,
  );

// "+": found by primary key, not by an index on state (DESIGN.md, database rule 2).
const ownedRow = (state: 'claimed' | 'called', owner: string): SQL =>
  sql`${outboxMessages.id} = given.value->>'id' AND +${outboxMessages.state} = ${state} AND ${outboxMessages.leaseOwner} = ${owner}`;

/** Leases that are over: a claimed mail waits again, a called one is uncertain (FLOWS.md). Answers how many of each. */
export async function reclaim(store: Store, now: Millis): Promise<{ queued: number; uncertain: number }> {
  const [freed] = await store.batch([
    store.db
      .update(outboxMessages)
      .set({
        state: sql`CASE state WHEN 'called' THEN 'uncertain' ELSE 'queued' END`,
        dueAt: sql`CASE state WHEN 'called' THEN called_at + ${INDEX_DELAY} ELSE due_at END`,
        because: sql`CASE state WHEN 'called' THEN 'The server stopped while the mail was on its way.' ELSE because END`,
        leaseOwner: null,
        leaseUntil: null,
      })
      .where(sql`${outboxMessages.state} IN ('claimed', 'called') AND ${outboxMessages.leaseUntil} <= ${now}`)
      .returning({ state: outboxMessages.state }),
  ]);
  const states = rowsOf<{ state: string }>(freed).map((row) => row.state);
  const queued = states.filter((state) => state === 'queued').length;
  return { queued, uncertain: states.length - queued };
}

/** Nothing leaves before `retryAt`; then one mail at a time tries. `since` stays that of the first time. */
export const stopQueue = (store: Store, because: string, now: Millis, retryAt: Millis) =>
  store.batch([
    store.db
      .insert(queueStops)
      .values({ queue: MAIL_QUEUE, because, since: now, retryAt })
      .onConflictDoUpdate({ target: queueStops.queue, set: { because, retryAt } }),
  ]);

/** Why nothing leaves, for administrators and health; null: mails leave. */
export async function findQueueStop(store: Store): Promise<QueueStop | null> {
  const [stop] = await store.db.select().from(queueStops).where(sql`${queueStops.queue} = ${MAIL_QUEUE}`);
  return stop ?? null;
}

export const resumeQueue = (store: Store) =>
  store.batch([store.db.delete(queueStops).where(sql`${queueStops.queue} = ${MAIL_QUEUE}`)]);

type Given = (fact: string) => SQL;

/** A list travels as one JSON parameter (DESIGN.md, database rule 2). Answers how many rows changed. */
export async function change(store: Store, list: readonly unknown[], ...statements: ((given: Given) => SQL)[]): Promise<number> {
  if (list.length === 0) return 0;
  const given: Given = (fact) => sql.raw(`given.value->>'${fact}'`);
  const [first, ...more] = statements.map((statement): Statement => store.db.run(statement(given)));
  const results = await store.batch([first!, ...more]);
  return results.reduce<number>((rows, result) => rows + changedRows(result), 0);
}
