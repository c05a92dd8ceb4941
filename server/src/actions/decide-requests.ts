import type { Millis } from '@doorstep/shared/time';
import { type AccessRequestRow, findAccessRequestsById } from '../store/access-request.ts';
import type { Trace } from '../store/audit.ts';
import { type ApprovalAttempt, approveRequests, type Decided, denyRequests } from '../store/decision.ts';
import {
  approvalAttempt,
  type Decider,
  type DecisionResult,
  decideRequest,
  denialAttempt,
  roleOnApproval,
  type Verdict,
  whyLost,
  whyNot,
} from './decide-request.ts';
import type { Deps } from './deps.ts';

/** What became of one of many; `request` is as it is afterwards, null when there is none. */
export type OneDecision = {
  id: string;
  outcome: DecisionResult['outcome'] | 'fresh-sign-in-needed';
  request: AccessRequestRow | null;
};

/** One verdict and one word for all; `isFresh`: the decider may make administrators now. */
export type ManyAsked = { ids: readonly string[]; verdict: Verdict; isFresh: boolean };

/**
 * All of them in one command, each on its own merits: what cannot be decided keeps none of the others from it (REQ-06, REQ-08). Of two who
 * hold the same invitation the second is decided after the first. In the order asked, nobody twice.
 */
export async function decideRequests(
  deps: Deps,
  by: Decider,
  { ids, verdict, isFresh }: ManyAsked,
  trace: Trace,
  now: Millis,
): Promise<OneDecision[]> {
  const asked = [...new Set(ids)];
  const found = byId(await findAccessRequestsById(deps.store, asked));
  const outcomes = new Map<string, OneDecision['outcome']>();
  const open: AccessRequestRow[] = [];
  for (const id of asked) {
    const row = found.get(id);
    const no = row ? await whyNotNow(deps, by, row, { verdict, isFresh }, now) : 'not-found';
    if (no) outcomes.set(id, no);
    else open.push(row!);
  }
  const { decided, later } = await write(deps, by, open, verdict, trace, now);
  if (decided.size > 0) deps.nudge();
  for (const { id } of later) outcomes.set(id, (await decideRequest(deps, by, id, verdict, trace, now)).outcome);

  const after = byId(await findAccessRequestsById(deps.store, asked));
  for (const { id } of open) {
    if (outcomes.has(id)) continue;
    outcomes.set(id, decided.has(id) ? 'decided' : (await whyLost(deps, by, after.get(id)!, verdict, now)).outcome);
  }
  return asked.map((id) => ({ id, outcome: outcomes.get(id)!, request: after.get(id) ?? null }));
}

const byId = (rows: AccessRequestRow[]) => new Map(rows.map((row) => [row.id, row]));

async function whyNotNow(
  deps: Deps,
  by: Decider,
  row: AccessRequestRow,
  { verdict, isFresh }: Omit<ManyAsked, 'ids'>,
  now: Millis,
): Promise<OneDecision['outcome'] | null> {
  const no = await whyNot(deps, by, row, verdict, now);
  if (no) return no.outcome;
  if (isFresh || verdict.verdict === 'denied') return null;
  return (await roleOnApproval(deps, row, verdict.wanted)) === 'administrator' ? 'fresh-sign-in-needed' : null;
}

/** The ids of the requests that were decided, and those that wait for another to let go of their invitation. */
async function write(deps: Deps, by: Decider, open: AccessRequestRow[], verdict: Verdict, trace: Trace, now: Millis) {
  if (open.length === 0) return { decided: new Set<string>(), later: [] };
  if (verdict.verdict === 'denied') {
    const attempts = open.map((row) => denialAttempt(by, row, verdict.reason, trace, now));
    return { decided: requestsOf(attempts, await denyRequests(deps.store, attempts)), later: [] };
  }
  const attempts: ApprovalAttempt[] = [];
  const later: AccessRequestRow[] = [];
  const taken = new Set<string>();
  for (const row of open) {
    const attempt = await approvalAttempt(deps, by, row, verdict.wanted, trace, now);
    if (attempt.reuses !== null && taken.has(attempt.reuses)) later.push(row);
    else attempts.push(attempt);
    if (attempt.reuses !== null) taken.add(attempt.reuses);
  }
  return { decided: requestsOf(attempts, await approveRequests(deps.store, attempts)), later };
}

const requestsOf = (attempts: readonly { id: string; aboutRequest: string }[], decided: ReadonlyMap<string, Decided>) =>
  new Set(attempts.filter(({ id }) => decided.has(id)).map(({ aboutRequest }) => aboutRequest));
