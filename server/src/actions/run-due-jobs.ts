import { MINUTE, type Millis, SECOND } from '@doorstep/shared/time';
import { runOutbox } from '../delivery/run-outbox.ts';
import { sealOf } from '../identity/root-key.ts';
import { sealAudit } from '../store/audit-seal.ts';
import { clearAway, markEnded } from '../store/ended.ts';
import { takeLease } from '../store/lease.ts';
import type { Deps } from './deps.ts';
import { writeWaitingBatches } from './write-batches.ts';

const RUN_LASTS = 20 * SECOND;

export type JobRun = { owner: string; isStopping: () => boolean };

/**
 * The one entrance of all jobs (CONTRACT.md, 4): batches, outbox, marking the ended, sealing the audit, clearing away. Takes leases, works at
 * most 20 s, hands back; any number of servers may call it. On Node a timer each second and a nudge after each command that wrote mails.
 */
export async function runDueJobs(deps: Deps, now: () => Millis, run: JobRun): Promise<void> {
  const until = now() + RUN_LASTS;
  await writeWaitingBatches(deps, now, until, run);
  if (run.isStopping()) return;
  await runOutbox(
    {
      store: deps.store,
      transport: deps.transport,
      keys: deps.keys,
      publicUrl: deps.publicUrl,
      from: deps.mailFrom,
      log: deps.log,
    },
    { now, until, owner: run.owner, isStopping: run.isStopping },
  );
  if (run.isStopping()) return;
  if (await isMinutesTurn(deps, run, now())) await eachMinute(deps, now());
}

async function eachMinute(deps: Deps, now: Millis): Promise<void> {
  await markEnded(deps.store, now);
  await sealAudit(deps.store, sealOf(deps.keys));
  await clearAway(deps.store, now);
}

/** Not handed back: its lease is what makes it run once a minute, on one server. */
const isMinutesTurn = (deps: Deps, run: JobRun, now: Millis): Promise<boolean> =>
  takeLease(deps.store, 'minute', `${run.owner}:${now}`, now, now + MINUTE);
