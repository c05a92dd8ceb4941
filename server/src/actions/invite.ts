import type { BatchId } from '@doorstep/shared/ids';
import type { Batch, Counts, NewBatch, Preview, Row } from '@doorstep/shared/invitation-batch';
import { DAY, type Millis } from '@doorstep/shared/time';
import { countPlans } from '../domain/invitation.ts';
import { hashToken } from '../identity/tokens.ts';
import type { Trace } from '../store/audit.ts';
import {
  type BatchOptions,
  type BatchRow,
  CHUNK,
  findBatch,
  findBatchByKey,
  findChunk,
  findWritten,
  writeFirstChunk,
} from '../store/invitation-batch.ts';
import { newId } from '../store/new-id.ts';
import type { Deps } from './deps.ts';
import { planBatch } from './plan-batch.ts';
import { refusedOf, rowsOfBatch, told } from './told-rows.ts';

export type InviteResult =
  | { outcome: 'invited'; batch: Batch; isRepeat: boolean }
  | { outcome: 'other-body' }
  | { outcome: 'not-addresses'; recipients: number[] };

/** What would happen to each recipient, in their order; nothing is written. Of more than 250 people in groups only the refused ones are named. */
export async function previewInvitations(deps: Deps, wanted: NewBatch, now: Millis): Promise<Preview> {
  const { rows } = await planBatch(deps, wanted, now);
  const isLong = rows.reduce((people, row) => people + (row.people?.length ?? 0), 0) > CHUNK;
  return { rows: isLong ? rows.map(withoutAccepted) : rows, counts: countPlans(rows) };
}

const withoutAccepted = (row: Row): Row =>
  row.people ? { ...row, people: row.people.filter((one) => one.plan === 'refuse') } : row;

/**
 * Writes the batch, its invitations and their mails; beyond 250 people the rest follows as a job (CONTRACT.md, 5). The same Idempotency-Key
 * and body answers with what the first call made. The caller has checked that `by` may give the roles named, and that the user groups exist.
 * `admissionRuleId`: the rule that invites.
 */
export async function invite(
  deps: Deps,
  by: string,
  wanted: NewBatch,
  idempotencyKey: string | null,
  trace: Trace,
  now: Millis,
  admissionRuleId: string | null = null,
): Promise<InviteResult> {
  const bodyHash = hashToken(JSON.stringify(wanted));
  const before = idempotencyKey && (await findBatchByKey(deps.store, by, idempotencyKey, now));
  if (before) return repeat(deps, before, bodyHash);

  const { rows, invitations } = await planBatch(deps, wanted, now);
  const notAddresses = rows.filter((row) => isNoAddress(row, wanted)).map((row) => row.recipient);
  if (notAddresses.length > 0) return { outcome: 'not-addresses', recipients: notAddresses };

  const batchId = newId('bat') as BatchId;
  const refused = refusedOf(rows);
  const counts = countPlans(rows);
  const isLast = invitations.length <= CHUNK;
  const options = optionsOf(wanted, deps.settings.invitationDays, admissionRuleId);
  const written = await writeFirstChunk(
    deps.store,
    { recipients: invitations, refused, counts, idempotencyKey, bodyHash },
    { batchId, position: 0, runId: newId('run'), by, options, rows: invitations.slice(0, CHUNK), now, trace, isLast },
  );
  if (!written) {
    const other = idempotencyKey && (await findBatchByKey(deps.store, by, idempotencyKey, now));
    if (other) return repeat(deps, other, bodyHash);
    throw new Error('a batch with a new id was there already');
  }
  deps.nudge();
  const batch: Batch = isLast
    ? { id: batchId, state: 'done', ...(await told(deps.store, rows, written)) }
    : { id: batchId, state: 'writing', counts, rows: refused };
  return { outcome: 'invited', batch, isRepeat: false };
}

/** A typed address that is none is a mistake in the body; a directory user whom no mail can reach is not. */
const isNoAddress = (row: Row, wanted: NewBatch): boolean =>
  row.because === 'not-an-address' &&
  row.directoryUserId === null &&
  wanted.recipients[row.recipient]!.email !== undefined &&
  !row.people;

async function repeat(deps: Deps, row: BatchRow, bodyHash: string): Promise<InviteResult> {
  if (row.bodyHash !== bodyHash) return { outcome: 'other-body' };
  return { outcome: 'invited', batch: await reportBatch(deps, row), isRepeat: true };
}

/** The batch as it is now: all rows up to 250 people, beyond that the refused ones. */
export async function findBatchReport(deps: Deps, id: string): Promise<Batch | null> {
  const row = await findBatch(deps.store, id);
  return row && reportBatch(deps, row);
}

async function reportBatch({ store }: Deps, row: BatchRow): Promise<Batch> {
  const counts = JSON.parse(row.counts) as Counts;
  const refused = JSON.parse(row.refused) as Row[];
  if (counts.invite + counts.resend > CHUNK) return { id: row.id, state: row.state, counts, rows: refused };
  const rows = rowsOfBatch(await findChunk(store, row.id, 0), refused);
  return { id: row.id, state: row.state, ...(await told(store, rows, await findWritten(store, row.id))) };
}

const optionsOf = (wanted: NewBatch, invitationDays: number, admissionRuleId: string | null): BatchOptions => ({
  language: wanted.language,
  note: wanted.note || null,
  validFor: (wanted.expiresInDays ?? invitationDays) * DAY,
  admissionRuleId,
});
