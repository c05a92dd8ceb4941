import { HOUR, MINUTE, type Millis, SECOND } from '@doorstep/shared/time';
import { runOutbox } from '../delivery/run-outbox.ts';
import { sealOf } from '../identity/root-key.ts';
import { sealAudit } from '../store/audit-seal.ts';
import { measureDecisionTime } from '../store/decision-time.ts';
import { clearAway, markEnded } from '../store/ended.ts';
import { takeLease } from '../store/lease.ts';
import { announceEnds, announceExpiring } from './announce-expiry.ts';
import type { Deps } from './deps.ts';
import { escalateRequests } from './escalate-requests.ts';
import { followDirectory } from './follow-directory.ts';
import { lookForDomains } from './look-for-domains.ts';
import { syncDirectory } from './sync-directory.ts';
import { writeWaitingBatches } from './write-batches.ts';

const RUN_LASTS = 20 * SECOND;

export type JobRun = { owner: string; isStopping: () => boolean };

/**
 * The one entrance of all jobs (CONTRACT.md, 4). Takes leases, hands back after a while; any number of servers may call it. On Node each of the
 * two tracks has a timer of its own, each second and after each command that nudges.
 */
export async function runDueJobs(deps: Deps, now: () => Millis, run: JobRun): Promise<void> {
  try {
    await runPromptJobs(deps, now, run);
  } finally {
    if (!run.isStopping()) await runDirectoryJobs(deps, now, run);
  }
}

/** What waits for nobody: batches, outbox, marking the ended, telling what expires or waits too long, sealing the audit, clearing away. At most 20 s. */
export async function runPromptJobs(given: Deps, now: () => Millis, run: JobRun): Promise<void> {
  const deps = await given.current();
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
  if (!(await isTurnOf('minute', MINUTE, deps, run, now()))) return;
  await eachMinute(deps, now());
  if (!run.isStopping() && (await isTurnOf('hour', HOUR, deps, run, now()))) await announceEnds(deps, now());
}

/** What waits for Microsoft Graph and for DNS, which must not keep mails waiting. At most 20 s and one answer of Graph, and three of DNS. */
export async function runDirectoryJobs(given: Deps, now: () => Millis, run: JobRun): Promise<void> {
  const deps = await given.current();
  await syncDirectory(deps, now, now() + RUN_LASTS, run);
  if (!run.isStopping()) await followDirectory(deps, now, now() + RUN_LASTS, run);
  if (!run.isStopping()) await lookForDomains(deps, now, run);
}

async function eachMinute(deps: Deps, now: Millis): Promise<void> {
  await markEnded(deps.store, now);
  await announceExpiring(deps, now);
  await escalateRequests(deps, now);
  await measureDecisionTime(deps.store, now);
  await sealAudit(deps.store, sealOf(deps.keys));
  await clearAway(deps.store, now);
}

/** Not handed back: its lease is what makes it run once in that time, on one server. */
const isTurnOf = (lease: 'minute' | 'hour', lasts: Millis, { store }: Deps, run: JobRun, now: Millis): Promise<boolean> =>
  takeLease(store, lease, `${run.owner}:${now}`, now, now + lasts);
