import { foldAddress } from '@doorstep/shared/email-address';
import type { BatchId, InvitationId } from '@doorstep/shared/ids';
import type { Batch, Counts, NewBatch, Preview, Row } from '@doorstep/shared/invitation-batch';
import { DAY, type Millis } from '@doorstep/shared/time';
import { countPlans, type KnownPeople, type KnownPerson, personOfAddress, planInvitations } from '../domain/invitation.ts';
import { hashToken } from '../identity/tokens.ts';
import type { Trace } from '../store/audit.ts';
import {
  type BatchOptions,
  type BatchRow,
  CHUNK,
  findBatch,
  findBatchByKey,
  findChunk,
  findKnownPeople,
  findWritten,
  type WantedInvitation,
  type Written,
  writeFirstChunk,
} from '../store/invitation-batch.ts';
import { newId } from '../store/new-id.ts';
import type { Deps } from './deps.ts';
import { othersTurn } from './others-turn.ts';

export type InviteResult =
  | { outcome: 'invited'; batch: Batch; isRepeat: boolean }
  | { outcome: 'other-body' }
  | { outcome: 'not-addresses'; recipients: number[] };

/** What would happen to each recipient, in their order; nothing is written. */
export async function previewInvitations(deps: Deps, wanted: NewBatch, now: Millis): Promise<Preview> {
  const { rows } = await plan(deps, wanted, now);
  return { rows, counts: countPlans(rows) };
}

/**
 * Writes the batch, its invitations and their mails; beyond 250 people the rest follows as a job (CONTRACT.md, 5). The same Idempotency-Key
 * and body answers with what the first call made. The caller has checked that `by` may give the roles named.
 */
export async function invite(
  deps: Deps,
  by: string,
  wanted: NewBatch,
  idempotencyKey: string | null,
  trace: Trace,
  now: Millis,
): Promise<InviteResult> {
  const bodyHash = hashToken(JSON.stringify(wanted));
  const before = idempotencyKey && (await findBatchByKey(deps.store, by, idempotencyKey, now));
  if (before) return repeat(deps, before, bodyHash);

  const { rows, recipients } = await plan(deps, wanted, now);
  const notAddresses = rows.filter((row) => row.because === 'not-an-address').map((row) => row.recipient);
  if (notAddresses.length > 0) return { outcome: 'not-addresses', recipients: notAddresses };

  const batchId = newId('bat') as BatchId;
  const first = recipients.slice(0, CHUNK);
  const refused = rows.filter((row) => row.plan === 'refuse');
  const counts = countPlans(rows);
  const isLast = recipients.length <= CHUNK;
  const written = await writeFirstChunk(
    deps.store,
    { recipients, refused, counts, idempotencyKey, bodyHash },
    { batchId, position: 0, runId: newId('run'), by, options: optionsOf(wanted), rows: first, now, trace, isLast },
  );
  if (!written) {
    const other = idempotencyKey && (await findBatchByKey(deps.store, by, idempotencyKey, now));
    if (other) return repeat(deps, other, bodyHash);
    throw new Error('a batch with a new id was there already');
  }
  deps.nudge();
  const batch: Batch = isLast
    ? { id: batchId, state: 'done', ...told(rows, recipients, written) }
    : { id: batchId, state: 'writing', counts, rows: refused };
  return { outcome: 'invited', batch, isRepeat: false };
}

async function repeat(deps: Deps, row: BatchRow, bodyHash: string): Promise<InviteResult> {
  if (row.bodyHash !== bodyHash) return { outcome: 'other-body' };
  return { outcome: 'invited', batch: await reportBatch(deps, row), isRepeat: true };
}

/** The batch as it is now: all rows up to 250 people, beyond that the refused ones. */
export async function findBatchReport(deps: Deps, id: string): Promise<Batch | null> {
  const row = await findBatch(deps.store, id);
  return row && reportBatch(deps, row);
}

async function reportBatch(deps: Deps, row: BatchRow): Promise<Batch> {
  const counts = JSON.parse(row.counts) as Counts;
  const refused = JSON.parse(row.refused) as Row[];
  if (counts.invite + counts.resend > CHUNK) return { id: row.id, state: row.state, counts, rows: refused };
  const recipients = await findChunk(deps.store, row.id, 0);
  const written = await findWritten(
    deps.store,
    row.id,
    recipients.map((one) => one.person),
  );
  const rows = [...recipients.map((one) => rowOf(one)), ...refused].sort((a, b) => a.recipient - b.recipient);
  return { id: row.id, state: row.state, ...told(rows, recipients, written) };
}

const rowOf = (one: WantedInvitation): Row => ({
  recipient: one.recipient,
  address: one.address,
  directoryUserId: null,
  name: one.name,
  plan: 'invite',
});

async function plan(deps: Deps, wanted: NewBatch, now: Millis): Promise<{ rows: Row[]; recipients: WantedInvitation[] }> {
  const known = new Map<string, KnownPerson>();
  for await (const slice of slices(wanted.recipients)) {
    const folded = slice.map((recipient) => foldAddress(recipient.email));
    for (const [person, facts] of await findKnownPeople(deps.store, folded, now)) known.set(person, facts);
  }
  const rows = planInvitations(wanted.recipients, known);
  const recipients: WantedInvitation[] = [];
  for await (const slice of slices(rows)) {
    for (const row of slice) if (row.plan !== 'refuse') recipients.push(invitationOf(row, wanted, known));
  }
  return { rows, recipients };
}

async function* slices<Item>(items: readonly Item[]): AsyncGenerator<Item[]> {
  for (let from = 0; from < items.length; from += CHUNK) {
    if (from > 0) await othersTurn();
    yield items.slice(from, from + CHUNK);
  }
}

function invitationOf(row: Row, wanted: NewBatch, known: KnownPeople): WantedInvitation {
  const own = wanted.recipients[row.recipient]!;
  const person = personOfAddress(row.address!);
  return {
    id: newId('inv') as InvitationId,
    recipient: row.recipient,
    person: known.get(person)?.pendingAs ?? person,
    address: row.address!,
    name: row.name,
    role: own.role ?? wanted.role,
    accessUntil: own.accessUntil === undefined ? (wanted.accessUntil ?? null) : own.accessUntil,
  };
}

/** The truth after writing: a recipient that became a member in between was not written. */
function told(rows: Row[], recipients: WantedInvitation[], written: Written[]): { counts: Counts; rows: Row[] } {
  const byPerson = new Map(written.map((one) => [one.person, one]));
  const personOf = new Map(recipients.map((one) => [one.recipient, one.person]));
  const final = rows.map((row): Row => {
    if (row.plan === 'refuse') return row;
    const one = byPerson.get(personOf.get(row.recipient)!);
    if (!one) return { ...row, plan: 'refuse', because: 'already-member' };
    return { ...row, plan: one.generation > 1 ? 'resend' : 'invite', invitationId: one.invitationId };
  });
  return { rows: final, counts: countPlans(final) };
}

const optionsOf = (wanted: NewBatch): BatchOptions => ({
  language: wanted.language,
  note: wanted.note || null,
  validFor: wanted.expiresInDays * DAY,
});
