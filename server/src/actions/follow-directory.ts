import type { NewBatch } from '@doorstep/shared/invitation-batch';
import { type Millis, SECOND } from '@doorstep/shared/time';
import { directoryUserId } from '../domain/directory-id.ts';
import { hashToken } from '../identity/tokens.ts';
import { findRuleTerms } from '../store/admission-rule.ts';
import { noTrace } from '../store/audit.ts';
import {
  type DueInvitation,
  findDirectUsers,
  findFollowWork,
  findGroupsConcerned,
  findNextUsers,
  followChanges,
  followEverybody,
  leaveQueue,
  queueChanges,
} from '../store/directory-scope.ts';
import { takeLease } from '../store/lease.ts';
import { othersTurn } from '../store/others-turn.ts';
import type { Deps } from './deps.ts';
import { invite } from './invite.ts';
import type { JobRun } from './run-due-jobs.ts';

const LEASE = 30 * SECOND;
/** People of one slice: written in one batch, which holds the event loop. */
const SLICE = 100;
/** A changed group with more people than this is not put into the queue one by one: everybody is looked at, which can be interrupted. */
const MOST_QUEUED = 20_000;

type Run = { deps: Deps; now: () => Millis; goesOn: () => boolean };

/**
 * What follows from changes of the directory and of the rules: who is suggested, and whom a rule invites. Works on where it stopped; interrupted
 * at any point, it loses nothing and invites nobody twice.
 */
export async function followDirectory(deps: Deps, now: () => Millis, until: Millis, run: JobRun): Promise<void> {
  const goesOn = () => now() < until && !run.isStopping();
  const following = { deps, now, goesOn };
  while (goesOn()) {
    const work = await findFollowWork(deps.store, SLICE);
    if (!work || !(await takeLease(deps.store, 'follow', run.owner, now(), now() + LEASE))) return;
    if ('after' in work) await followFrom(following, work.after);
    else await followQueue(following, work.changes);
    await othersTurn();
  }
}

async function followFrom(run: Run, after: number): Promise<void> {
  const { store } = run.deps;
  const { objectIds, last } = await findNextUsers(store, after, SLICE);
  await inviteAll(run, (leftOut) => followEverybody(store, { objectIds, leftOut, now: run.now() }, { after, last }));
}

/** Groups give way to their people before anybody is looked at: whoever is queued again meanwhile is looked at after that. */
async function followQueue(run: Run, changes: { objectId: string; isGroup: boolean }[]): Promise<void> {
  const { store } = run.deps;
  const group = changes.find((change) => change.isGroup);
  if (group) return queuePeopleOf(run, group.objectId);
  const objectIds = changes.map((change) => change.objectId);
  await inviteAll(run, (leftOut) => followChanges(store, { objectIds, leftOut, now: run.now() }));
}

async function queuePeopleOf({ deps: { store }, goesOn }: Run, objectId: string): Promise<void> {
  let queued = 0;
  for await (const users of findDirectUsers(store, await findGroupsConcerned(store, objectId), SLICE)) {
    if (!goesOn()) return;
    if (users.length > 0) await queueChanges(store, users);
    queued += users.length;
    if (queued > MOST_QUEUED) return void (await leaveQueue(store, objectId, true));
    await othersTurn();
  }
  await leaveQueue(store, objectId, false);
}

/** Asks `follow` for the slice until nobody of it is due an invitation; whom none could be written for is left out, and told to the operators. */
async function inviteAll(run: Run, follow: (leftOut: readonly string[]) => Promise<DueInvitation[]>): Promise<void> {
  const leftOut: string[] = [];
  for (let due = await follow(leftOut); due.length > 0 && run.goesOn(); due = await follow(leftOut)) {
    for (const [ruleId, objectIds] of byRule(due)) await inviteByRule(run, ruleId, objectIds);
    leftOut.push(...due.map(({ objectId }) => objectId));
    await othersTurn();
  }
}

function byRule(due: DueInvitation[]): Map<string, string[]> {
  const people = new Map<string, string[]>();
  for (const { ruleId, objectId } of due) people.set(ruleId, [...(people.get(ruleId) ?? []), objectId]);
  return people;
}

/** Invites in the name of whoever switched the rule on. The key makes of a repetition the same batch. */
async function inviteByRule({ deps, now }: Run, ruleId: string, objectIds: string[]): Promise<void> {
  const rule = await findRuleTerms(deps.store, ruleId);
  if (!rule) return;
  const batch: NewBatch = {
    recipients: objectIds.map((objectId) => ({ directoryUserId: directoryUserId(objectId) })),
    role: rule.role,
    userGroupIds: rule.userGroupIds,
    language: null,
    note: null,
  };
  const key = `${ruleId}:${hashToken(objectIds.join(' '))}`;
  const result = await invite(deps, rule.switchedOnBy, batch, key, noTrace, now(), ruleId);
  const refused = result.outcome === 'invited' ? result.batch.counts.refuse : objectIds.length;
  if (refused > 0) deps.log('warning', 'admission-rule-could-not-invite', { ruleId, people: refused, outcome: result.outcome });
}
