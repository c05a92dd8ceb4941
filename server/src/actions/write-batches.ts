import type { BatchId } from '@doorstep/shared/ids';
import type { Counts } from '@doorstep/shared/invitation-batch';
import { type Millis, SECOND } from '@doorstep/shared/time';
import { noTrace } from '../store/audit.ts';
import {
  type BatchOptions,
  type BatchRow,
  CHUNK,
  findChunk,
  findWritingBatch,
  stopAbandonedBatch,
  writeNextChunk,
} from '../store/invitation-batch.ts';
import { takeLease } from '../store/lease.ts';
import { newId } from '../store/new-id.ts';
import { othersTurn } from '../store/others-turn.ts';
import type { Deps } from './deps.ts';
import type { JobRun } from './run-due-jobs.ts';

const LEASE = 30 * SECOND;

/** Goes on with batches of more than one chunk; repeated, overtaken or stopped, a chunk writes nothing. */
export async function writeWaitingBatches(deps: Deps, now: () => Millis, until: Millis, run: JobRun): Promise<void> {
  while (now() < until && !run.isStopping()) {
    const batch = await findWritingBatch(deps.store);
    if (!batch || !(await takeLease(deps.store, 'batches', run.owner, now(), now() + LEASE))) return;
    await writeBatch(deps, batch, now, until, run);
  }
}

async function writeBatch(deps: Deps, batch: BatchRow, now: () => Millis, until: Millis, run: JobRun): Promise<void> {
  const stop = { id: batch.id, auditId: newId('aud'), now: now(), trace: noTrace };
  if (await stopAbandonedBatch(deps.store, stop)) return;
  const { invite, resend } = JSON.parse(batch.counts) as Counts;
  const people = invite + resend;
  const options = JSON.parse(batch.options) as BatchOptions;
  for (let position = batch.nextPosition; position * CHUNK < people; position += 1) {
    if (now() >= until || run.isStopping()) return;
    const isLast = (position + 1) * CHUNK >= people;
    await writeNextChunk(deps.store, {
      batchId: batch.id as BatchId,
      position,
      runId: newId('run'),
      by: batch.inviterId,
      options,
      rows: await findChunk(deps.store, batch.id, position),
      now: now(),
      trace: noTrace,
      isLast,
    });
    await othersTurn();
  }
}
