import type { Approval } from '@doorstep/shared/access-request';
import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { policy } from '../domain/policy.ts';
import { type AccessRequestRow, findAccessRequest } from '../store/access-request.ts';
import type { Trace } from '../store/audit.ts';
import { approveRequests, denyRequests } from '../store/decision.ts';
import { findDirectoryStatus } from '../store/directory-status.ts';
import { findInvitation } from '../store/invitation.ts';
import { newId } from '../store/new-id.ts';
import type { Deps } from './deps.ts';

export type DecisionResult =
  | { outcome: 'decided'; request: AccessRequestRow; mailed: boolean }
  | { outcome: 'already-decided'; request: AccessRequestRow }
  | { outcome: 'own-request' }
  | { outcome: 'not-allowed' }
  | { outcome: 'person-gone' }
  | { outcome: 'not-found' };

export type Decider = { memberId: MemberId; tenantId: string; objectId: string };
type Verdict = { verdict: 'approved'; wanted: Approval } | { verdict: 'denied'; reason: string | null };

/** The role that approving would give: what is named, else the invitation's own that it renews, else member. */
export const roleOnApproval = async (deps: Deps, request: AccessRequestRow, wanted: Approval) =>
  wanted.role ?? (await termsOnApproval(deps, request)).role;

/** What approving gives when nothing is named: role, end and groups of the invitation that it renews, else a member without an end. */
export async function termsOnApproval(deps: Deps, request: AccessRequestRow) {
  const reused = await invitationToReuse(deps, request);
  const userGroupIds = JSON.parse(reused?.userGroupIds ?? '[]') as string[];
  return { role: reused?.role ?? 'member', accessUntil: reused?.accessUntil ?? null, userGroupIds } as const;
}

/** The first decision wins; the same verdict again by the same administrator changes nothing and mails nobody (REQ-08). */
export async function decideRequest(
  deps: Deps,
  by: Decider,
  id: string,
  verdict: Verdict,
  trace: Trace,
  now: Millis,
): Promise<DecisionResult> {
  const before = await findAccessRequest(deps.store, id);
  if (!before) return { outcome: 'not-found' };
  if (before.tenantId === by.tenantId && before.objectId === by.objectId) return { outcome: 'own-request' };
  if (before.state !== 'open') return afterwards(before, by, verdict);

  const mailed = await write(deps, by, before, verdict, trace, now);
  if (mailed !== null) deps.nudge();
  const after = await findAccessRequest(deps.store, id);
  if (!after) return { outcome: 'not-found' };
  if (mailed !== null) return { outcome: 'decided', request: after, mailed };
  if (after.state !== 'open' || after.expiresAt <= now) return afterwards(after, by, verdict);
  const isGone = verdict.verdict === 'approved' && (await isLost(deps, after));
  return { outcome: isGone ? 'person-gone' : 'not-allowed' };
}

/** Whether the directory says that the person is disabled or gone: nobody can let them in then. */
export async function isLost(deps: Deps, request: AccessRequestRow): Promise<boolean> {
  const status = await findDirectoryStatus(deps.store, request);
  return status !== null && status !== 'enabled';
}

const afterwards = (request: AccessRequestRow, by: Decider, { verdict }: Verdict): DecisionResult =>
  request.state === verdict && request.decidedBy === by.memberId
    ? { outcome: 'decided', request, mailed: request.address !== null }
    : { outcome: 'already-decided', request };

/** Whether a mail goes out, or null when the decision lost. */
async function write(
  deps: Deps,
  by: Decider,
  request: AccessRequestRow,
  decision: Verdict,
  trace: Trace,
  now: Millis,
): Promise<boolean | null> {
  const attempt = { ...trace, id: newId('dec'), aboutRequest: request.id, by: by.memberId, auditId: newId('aud'), now };
  if (decision.verdict === 'denied') {
    const decided = await denyRequests(deps.store, [{ ...attempt, reason: decision.reason || null }]);
    return decided.get(attempt.id)?.mailed ?? null;
  }
  const { wanted } = decision;
  const reused = await invitationToReuse(deps, request);
  const decided = await approveRequests(deps.store, [
    {
      ...attempt,
      reason: wanted.reason || null,
      reuses: reused?.id ?? null,
      reusesGeneration: reused?.generation ?? null,
      newInvitationId: newId('inv'),
      role: wanted.role ?? null,
      namesAccessUntil: wanted.accessUntil !== undefined,
      accessUntil: wanted.accessUntil ?? null,
      userGroupIds: wanted.userGroupIds ? JSON.stringify(wanted.userGroupIds) : null,
    },
  ]);
  return decided.get(attempt.id)?.mailed ?? null;
}

/**
 * The invitation that the request refers to, still pending or to be renewed; for `other-account` a new one is made and the old stays with its
 * addressee (DESIGN.md, section 4, access request).
 */
async function invitationToReuse(deps: Deps, request: AccessRequestRow) {
  if (!request.invitationId || request.why === 'other-account' || request.why === 'no-invitation') return null;
  const invitation = await findInvitation(deps.store, request.invitationId);
  if (invitation?.state !== 'pending' || invitation.generation >= policy.invitation.lastGeneration) return null;
  const isSomebodyElses =
    invitation.objectId !== null && (invitation.objectId !== request.objectId || invitation.tenantId !== request.tenantId);
  return isSomebodyElses ? null : invitation;
}
