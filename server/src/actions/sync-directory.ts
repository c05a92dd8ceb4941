import { MINUTE, type Millis, SECOND } from '@doorstep/shared/time';
import { retryDelay } from '../delivery/retry-delay.ts';
import type { Graph } from '../directory/graph-client.ts';
import { readAssignment } from '../directory/read-assignment.ts';
import { readStream, type StreamResult, type Trouble } from '../directory/read-stream.ts';
import type { Round } from '../directory/round.ts';
import { settle } from '../directory/settle.ts';
import { alertAdministrators } from '../store/alert.ts';
import { chance } from '../store/chance.ts';
import { type DirectoryRow, findDirectory } from '../store/directory.ts';
import {
  beginRun,
  failRun,
  findDirectoryNow,
  findOpenRun,
  findRun,
  finishRun,
  notePermission,
  pauseRun,
  type RunRow,
  resumeRun,
  stopRun,
} from '../store/directory-run.ts';
import { type SyncStream, syncStreams } from '../store/directory-schema.ts';
import { DIRECTORY_LEASE, handBackLease, type Turn } from '../store/directory-sync.ts';
import { takeLease } from '../store/lease.ts';
import { newId } from '../store/new-id.ts';
import { othersTurn } from '../store/others-turn.ts';
import type { Deps } from './deps.ts';
import type { JobRun } from './run-due-jobs.ts';

const SYNC_EVERY = 10 * MINUTE;
/** A stopped round whose full pass is not believed reads everything again: not too often. */
const FULL_PASS_AGAIN_AFTER = 60 * MINUTE;
/** Longer than any answer of Graph may take, a new token included. */
const LEASE = 2 * MINUTE;
/** So often something that may be over by itself is tried again before the run counts as failed. */
const MOST_TRIES = 5;
/** The application's own entry hardly changes: every so many rounds is often enough. */
const ASSIGNMENT_EVERY = 6;

const ASSIGNMENT_PERMISSION = 'Application.Read.All';
/** The least that Graph wants for each stream (reference/entra.md, 2.1). */
const permissions: Record<SyncStream, string> = {
  users: 'User.Read.All',
  groups: 'GroupMember.Read.All',
  contacts: 'OrgContact.Read.All',
};

/**
 * Brings the copy of the directory in step with Microsoft Graph, when that is due: one runner at a time, for as long as it may, going on next
 * time where it stopped. Whatever goes wrong, nobody loses access because of it (DIR-08).
 */
export async function syncDirectory(deps: Deps, now: () => Millis, until: Millis, jobRun: JobRun): Promise<void> {
  const { store, graph, tenantId } = deps;
  if (!graph || !tenantId || !isDue(await findDirectory(store), graph, now())) return;
  const owner = `${jobRun.owner}:${newId('syn')}`;
  if (!(await takeLease(store, DIRECTORY_LEASE, owner, now(), now() + LEASE))) return;
  const turn = (): Turn => ({ owner, now: now(), until: now() + LEASE });
  const goesOn = () => now() < until && !jobRun.isStopping();
  try {
    if (!isDue(await findDirectoryNow(store), graph, now())) return;
    const run = await openRun(deps, turn());
    if (run) await goThrough(deps, { store, graph, tenantId, run, turn, goesOn, othersTurn });
  } finally {
    await handBackLease(store, owner);
  }
}

/** A run under way keeps `nextSyncAt` in the past until it ends. */
function isDue(directory: DirectoryRow, graph: Graph, now: Millis): boolean {
  if (directory.connectedAt === null && !graph.isAlwaysOn) return false;
  if (directory.retryAt !== null && directory.retryAt > now) return false;
  return directory.syncWantedAt !== null || directory.nextSyncAt === null || directory.nextSyncAt <= now;
}

async function openRun({ store }: Deps, turn: Turn): Promise<RunRow | null> {
  const open = await findOpenRun(store);
  if (open) return (await resumeRun(store, turn, open.id)) ? open : null;
  return (await beginRun(store, turn, newId('run'))) ? await findOpenRun(store) : null;
}

async function goThrough(deps: Deps, round: Round): Promise<void> {
  if (await isOtherTenant(round)) return await fail(deps, round, OTHER_TENANT);
  for (const stream of syncStreams) {
    const result = await readStream(round, stream);
    if (!(await mayGoOn(deps, round, stream, result))) return;
  }
  if (isAssignmentDue(round.run)) await lookAtAssignment(round);
  await end(deps, round);
}

const OTHER_TENANT = {
  outcome: 'failed',
  problem: 'other-tenant',
  detail: 'The directory that is known belongs to another tenant than the one now configured.',
} as const;

const isOtherTenant = async ({ store, tenantId }: Round): Promise<boolean> => {
  const known = (await findDirectoryNow(store)).tenantId;
  return known !== null && known !== tenantId;
};

/** Without its permission a stream is left out and the permission named; without people there is no directory (ENT-78). */
async function mayGoOn(deps: Deps, round: Round, stream: SyncStream, result: StreamResult): Promise<boolean> {
  switch (result.outcome) {
    case 'read':
      return await note(round, permissions[stream], false);
    case 'denied':
      if (!(await note(round, permissions[stream], true))) return false;
      if (stream !== 'users') return true;
      await fail(deps, round, { outcome: 'failed', problem: 'permission-missing', detail: permissions.users });
      return false;
    case 'later':
    case 'failed':
      await giveWay(deps, round, result);
      return false;
    case 'interrupted':
    case 'overtaken':
      return false;
  }
}

/** Written only when it is news. */
async function note({ store, turn }: Round, permission: string, isMissing: boolean): Promise<boolean> {
  const known = JSON.parse((await findDirectory(store)).missingPermissions) as string[];
  return known.includes(permission) === isMissing || (await notePermission(store, turn(), permission, isMissing));
}

const isAssignmentDue = ({ isFull, byMemberId, mark }: RunRow): boolean =>
  isFull || byMemberId !== null || mark % ASSIGNMENT_EVERY === 0;

async function lookAtAssignment(round: Round): Promise<void> {
  const result = await readAssignment(round);
  if (result !== 'not-read') await note(round, ASSIGNMENT_PERMISSION, result === 'denied');
}

/** Throttling is waited out however long it takes; other trouble ends the run after some tries, and the next one comes by the schedule. */
async function giveWay(deps: Deps, round: Round, trouble: Trouble): Promise<void> {
  const { failures } = await findDirectoryNow(round.store);
  const isEnough = trouble.outcome === 'failed' || (trouble.problem !== 'throttled' && failures + 1 >= MOST_TRIES);
  if (isEnough) return await fail(deps, round, trouble);
  const turn = round.turn();
  const until = trouble.until ?? turn.now + retryDelay(failures + 1, chance());
  await pauseRun(round.store, turn, round.run.id, Math.max(until, turn.now + SECOND), trouble);
  deps.log('warning', 'directory.waiting', { runId: round.run.id, problem: trouble.problem, detail: trouble.detail });
}

/** A client secret does not get better by itself, and a tenant does not change by accident: somebody has to be told, once. */
const NEEDS_SOMEBODY = ['client-secret-refused', 'client-secret-expired', 'other-tenant'];

async function fail(deps: Deps, { store, turn, run }: Round, trouble: Omit<Trouble, 'until'>): Promise<void> {
  const at = turn();
  if (!(await failRun(store, at, run.id, at.now + SYNC_EVERY, trouble))) return;
  deps.log('error', 'directory.failed', { runId: run.id, problem: trouble.problem, detail: trouble.detail });
  if (NEEDS_SOMEBODY.includes(trouble.problem)) await tell(deps, run.id, trouble.problem, at.now);
}

async function end(deps: Deps, round: Round): Promise<void> {
  const { store, run } = round;
  const settled = await settle(round);
  const turn = round.turn();
  if (settled.outcome === 'settled') {
    if (await finishRun(store, turn, run.id, turn.now + SYNC_EVERY)) deps.log('info', 'directory.synced', { runId: run.id });
  } else if (settled.outcome === 'stopped') {
    await stop(deps, run, turn, settled);
  }
}

async function stop(
  deps: Deps,
  run: RunRow,
  turn: Turn,
  stopped: Extract<Awaited<ReturnType<typeof settle>>, { outcome: 'stopped' }>,
): Promise<void> {
  const isFull = (await findRun(deps.store, run.id))?.isFull; // a lost cursor made it so on the way
  const nextAt = turn.now + (isFull ? FULL_PASS_AGAIN_AFTER : SYNC_EVERY);
  if (!(await stopRun(deps.store, turn, run.id, nextAt, stopped))) return;
  const { people, suspendCount } = stopped.plan;
  deps.log('error', 'directory.stopped', { runId: run.id, problem: stopped.problem, people, suspends: suspendCount });
  await tell(deps, run.id, stopped.problem, turn.now);
}

async function tell(deps: Deps, aboutId: string, key: string, now: Millis): Promise<void> {
  if (await alertAdministrators(deps.store, { aboutId, key, now })) deps.nudge();
}
