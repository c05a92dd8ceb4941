import type { BatchId, InvitationId } from '@doorstep/shared/ids';
import type { Language } from '@doorstep/shared/invitation';
import type { Counts, Remark, Row } from '@doorstep/shared/invitation-batch';
import type { Role } from '@doorstep/shared/member';
import { DAY, type Millis } from '@doorstep/shared/time';
import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import { policy } from '../domain/policy.ts';
import type { Trace } from './audit.ts';
import { type Asked, isMemberAlready, pendingOf } from './known-people.ts';
import { activeAdministrator } from './member.ts';
import { batchChunks, invitationBatches } from './schema.ts';
import { ssoIsForced } from './sso-is-forced.ts';
import { changedRows, rowsOf, type Statement, type Store } from './store.ts';

export type BatchRow = typeof invitationBatches.$inferSelect;

/** One invitation to write: `id` is the one a new person gets. Bound to the identity when it names one; `language` is the person's own. */
export type WantedInvitation = Asked & {
  id: InvitationId;
  recipient: number;
  name: string | null;
  language: Language | null;
  role: Role;
  accessUntil: Millis | null;
  /** Force SSO leaves guests out, also when it is switched on between two chunks (DIR-01). */
  isGuest?: boolean;
  /** The settings end this guest's access earlier than was wished. */
  isCut?: boolean;
  userGroupIds: string[];
  remark?: Remark;
};
/** `admissionRuleId`: the rule that invites, null when an administrator does. */
export type BatchOptions = { language: Language | null; note: string | null; validFor: Millis; admissionRuleId: string | null };
export type Chunk = {
  batchId: BatchId;
  position: number;
  runId: string;
  by: string;
  options: BatchOptions;
  rows: WantedInvitation[];
  now: Millis;
  trace: Trace;
  /** What follows: the batch is done after this chunk. */
  isLast: boolean;
};
/** The batch row itself, with the first chunk. `refused`: rows of whom is not invited, and those of groups with such people. */
export type NewBatchRow = {
  recipients: WantedInvitation[];
  refused: Row[];
  counts: Counts;
  idempotencyKey: string | null;
  bodyHash: string;
};
/** What stands after writing; `person` is the form that it is under now. */
export type Written = {
  invitationId: InvitationId;
  person: string;
  objectId: string | null;
  address: string | null;
  generation: number;
};

const IDEMPOTENCY_LASTS = DAY;
/** People of one chunk: written in one batch. */
export const CHUNK = 250;

/** Nothing is written when the batch was made before, under this Idempotency-Key or this id: then null. */
export async function writeFirstChunk(store: Store, batch: NewBatchRow, chunk: Chunk): Promise<Written[] | null> {
  const results = await store.write([
    store.db.run(sql`
      UPDATE invitation_batches SET idempotency_key = NULL
      WHERE inviter_id = ${chunk.by} AND idempotency_key = ${batch.idempotencyKey} AND created_at <= ${chunk.now - IDEMPOTENCY_LASTS}`),
    store.db.run(sql`
      INSERT INTO invitation_batches (id, inviter_id, state, options, refused, counts, next_position, run_id, idempotency_key, body_hash,
        created_at)
      VALUES (${chunk.batchId}, ${chunk.by}, ${chunk.isLast ? 'done' : 'writing'}, ${JSON.stringify(chunk.options)},
        ${JSON.stringify(batch.refused)}, ${JSON.stringify(batch.counts)}, 1, ${chunk.runId},
        ${batch.idempotencyKey}, ${batch.bodyHash}, ${chunk.now})
      ON CONFLICT DO NOTHING`),
    store.db.run(sql`
      INSERT INTO batch_chunks (batch_id, position, people) SELECT ${chunk.batchId}, c.column1, c.column2
      FROM (VALUES ${sql.join(chunksOf(batch.recipients), sql`, `)}) AS c WHERE ${isOurs(chunk)}`),
    ...chunkStatements(store, chunk),
  ]);
  return changedRows(results[1]) > 0 ? rowsOf<Written>(results.at(-1)) : null;
}

/** SQL: position and people of each chunk; of none there is an empty one. A parameter each, so that SQLite need not read all as one JSON. */
function chunksOf(people: WantedInvitation[]): SQL[] {
  const chunks = Math.max(1, Math.ceil(people.length / CHUNK));
  return Array.from({ length: chunks }, (_, at) => sql`(${at}, ${JSON.stringify(people.slice(at * CHUNK, (at + 1) * CHUNK))})`);
}

/** Moves the batch on by one chunk; overtaken or stopped, it writes nothing. */
export async function writeNextChunk(store: Store, chunk: Chunk): Promise<void> {
  await store.write([
    store.db.run(sql`
      UPDATE invitation_batches SET next_position = next_position + 1, run_id = ${chunk.runId}, state = ${chunk.isLast ? 'done' : 'writing'}
      WHERE id = ${chunk.batchId} AND next_position = ${chunk.position} AND state = 'writing' AND ${inviterIsInOffice(chunk.now)}`),
    ...chunkStatements(store, chunk),
  ]);
}

/** SQL: whoever pressed *Send invite* may still invite (INV-24). */
const inviterIsInOffice = (now: Millis): SQL => sql`EXISTS (SELECT 1 FROM members AS m
  WHERE m.id = invitation_batches.inviter_id AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)})`;

/** SQL: the batch was moved on, or made, by this run. */
const isOurs = (chunk: Chunk) =>
  sql`EXISTS (SELECT 1 FROM invitation_batches AS b WHERE b.id = ${chunk.batchId} AND b.run_id = ${chunk.runId})`;

/** DESIGN.md, "Inviting a chunk": everything depends on the batch row that carries this run. */
function chunkStatements(store: Store, chunk: Chunk): Statement[] {
  const chunkId = `${chunk.batchId}:${chunk.position}`;
  const { now, options } = chunk;
  const ours = isOurs(chunk);
  return [
    store.db.run(sql`
      INSERT INTO invitations (id, person, state, address, name, tenant_id, object_id, role, access_until, user_group_ids, language, note, batch_id,
        chunk_id, admission_rule_id, inviter_id, created_at, sent_at, generation, expires_at)
      SELECT a.value->>'id', coalesce(${pendingOf(sql`i.person`)}, a.value->>'person'), 'pending', a.value->>'address', a.value->>'name',
        a.value->>'tenantId', a.value->>'objectId', a.value->>'role', a.value->>'accessUntil', a.value->>'userGroupIds',
        coalesce(${options.language}, a.value->>'language'), ${options.note}, ${chunk.batchId}, ${chunkId}, ${options.admissionRuleId}, ${chunk.by},
        ${now}, ${now}, 1, ${now + options.validFor}
      FROM json_each(${JSON.stringify(chunk.rows)}) AS a
      WHERE ${ours} AND NOT ${isMemberAlready(now)} AND NOT (coalesce(a.value->>'isGuest', 0) AND ${ssoIsForced}) AND NOT EXISTS (SELECT 1 FROM directory_users AS u
        WHERE u.object_id = a.value->>'objectId' AND u.status <> 'enabled')
      ON CONFLICT (person) WHERE state = 'pending' DO UPDATE SET generation = invitations.generation + 1, role = excluded.role,
        access_until = excluded.access_until, user_group_ids = excluded.user_group_ids, language = excluded.language, note = excluded.note,
        batch_id = excluded.batch_id, chunk_id = excluded.chunk_id, admission_rule_id = excluded.admission_rule_id,
        inviter_id = excluded.inviter_id, address = excluded.address, sent_at = excluded.sent_at, expires_at = excluded.expires_at, ended_at = NULL,
        tenant_id = coalesce(excluded.tenant_id, invitations.tenant_id), object_id = coalesce(excluded.object_id, invitations.object_id),
        person = coalesce('oid:' || excluded.tenant_id || '/' || excluded.object_id, invitations.person)
      WHERE invitations.chunk_id <> excluded.chunk_id AND invitations.generation < ${policy.invitation.lastGeneration}`),
    store.db.run(sql`
      INSERT INTO outbox_messages (id, kind, state, invitation_id, generation, due_at, created_at)
      SELECT 'out_' || i.id || '_' || i.generation, 'invitation', 'queued', i.id, i.generation, ${now}, ${now}
      FROM invitations AS i WHERE i.chunk_id = ${chunkId} AND ${ours}`),
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, by_member_id, about, facts, request_id, client_address)
      SELECT 'aud_' || ${chunkId}, ${now}, 'invitations.sent', 'done', ${chunk.by}, ${chunk.batchId},
        json_patch(json_object('invitations', (SELECT count(*) FROM invitations AS i WHERE i.chunk_id = ${chunkId})), ${byRule(options)}),
        ${chunk.trace.requestId}, ${chunk.trace.clientAddress}
      WHERE ${ours}`),
    store.db.all(sql`SELECT ${written} FROM invitations AS i WHERE i.chunk_id = ${chunkId} AND ${ours}`),
  ];
}

const byRule = ({ admissionRuleId }: BatchOptions): string => JSON.stringify(admissionRuleId === null ? {} : { admissionRuleId });

const written = sql`i.id AS invitationId, i.person, i.object_id AS objectId, i.address, i.generation`;

export async function findBatch(store: Store, id: string): Promise<BatchRow | null> {
  const [row] = await store.db.select().from(invitationBatches).where(eq(invitationBatches.id, id));
  return row ?? null;
}

/** The people of one chunk, none when there is no such chunk. */
export async function findChunk(store: Store, batchId: string, position: number): Promise<WantedInvitation[]> {
  const [row] = await store.db
    .select({ people: batchChunks.people })
    .from(batchChunks)
    .where(and(eq(batchChunks.batchId, batchId), eq(batchChunks.position, position)));
  return row ? (JSON.parse(row.people) as WantedInvitation[]) : [];
}

/** The batch that this administrator made with this key in the last 24 hours. */
export async function findBatchByKey(store: Store, by: string, key: string, now: Millis): Promise<BatchRow | null> {
  const [row] = await store.db
    .select()
    .from(invitationBatches)
    .where(
      sql`${invitationBatches.inviterId} = ${by} AND ${invitationBatches.idempotencyKey} = ${key} AND ${invitationBatches.createdAt} > ${now - IDEMPOTENCY_LASTS}`,
    );
  return row ?? null;
}

/** The batch that has waited longest for its next chunk. */
export async function findWritingBatch(store: Store): Promise<BatchRow | null> {
  const [row] = await store.db
    .select()
    .from(invitationBatches)
    .where(sql`${invitationBatches.state} = 'writing'`)
    .orderBy(asc(invitationBatches.createdAt))
    .limit(1);
  return row ?? null;
}

/** What the batch wrote, as far as no later one sent it again. */
export const findWritten = (store: Store, batchId: string): Promise<Written[]> =>
  store.db.all<Written>(sql`SELECT ${written} FROM invitations AS i WHERE i.batch_id = ${batchId}`);

type BatchStop = { id: string; auditId: string; now: Millis; trace: Trace };

/** What waits is not written; what is written stays. False when the batch had ended. */
export const stopBatch = (store: Store, change: BatchStop & { by: string }): Promise<boolean> =>
  stop(store, change, change.by, sql`1`);

/** Stops a batch whose inviter has lost the office meanwhile. False when they are in office, or the batch had ended. */
export const stopAbandonedBatch = (store: Store, change: BatchStop): Promise<boolean> =>
  stop(store, change, null, sql`NOT ${inviterIsInOffice(change.now)}`);

async function stop(store: Store, change: BatchStop, by: string | null, where: SQL): Promise<boolean> {
  const run = `stopped:${change.auditId}`;
  const results = await store.write([
    store.db.run(
      sql`UPDATE invitation_batches SET state = 'stopped', run_id = ${run} WHERE id = ${change.id} AND state = 'writing' AND ${where}`,
    ),
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, by_member_id, about, request_id, client_address)
      SELECT ${change.auditId}, ${change.now}, 'invitations.stopped', 'done', ${by}, b.id, ${change.trace.requestId}, ${change.trace.clientAddress}
      FROM invitation_batches AS b WHERE b.id = ${change.id} AND b.run_id = ${run}`),
    store.db.all(sql`SELECT b.id FROM invitation_batches AS b WHERE b.id = ${change.id} AND b.run_id = ${run}`),
  ]);
  return rowsOf(results[2]).length > 0;
}
