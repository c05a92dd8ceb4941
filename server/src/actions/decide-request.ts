import type { Approval } from '@doorstep/shared/access-request';
import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { type GuestRefusal, guestTerms, isGuest } from '../domain/guest.ts';
import { policy } from '../domain/policy.ts';
import { guestAccessUntil } from '../domain/settings.ts';
import { type AccessRequestRow, findAccessRequest } from '../store/access-request.ts';
import type { Trace } from '../store/audit.ts';
import { type ApprovalAttempt, approveRequests, type DenialAttempt, denyRequests } from '../store/decision.ts';
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
  | { outcome: GuestRefusal }
  | { outcome: 'not-found' };

export type Decider = { memberId: MemberId; tenantId: string; objectId: string };
export type Verdict = { verdict: 'approved'; wanted: Approval } | { verdict: 'denied'; reason: string | null };

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
  const no = await whyNot(deps, by, before, verdict, now);
  if (no) return no;

  const mailed = await write(deps, by, before, verdict, trace, now);
  if (mailed !== null) deps.nudge();
  const after = await findAccessRequest(deps.store, id);
  if (!after) return { outcome: 'not-found' };
  return mailed === null ? whyLost(deps, by, after, verdict, now) : { outcome: 'decided', request: after, mailed };
}

/** What is refused, or was answered already, before anything is written; null when it is worth trying. */
export async function whyNot(
  deps: Deps,
  by: Decider,
  request: AccessRequestRow,
  verdict: Verdict,
  now: Millis,
): Promise<DecisionResult | null> {
  if (request.tenantId === by.tenantId && request.objectId === by.objectId) return { outcome: 'own-request' };
  if (request.state !== 'open') return afterwards(request, by, verdict);
  const no = verdict.verdict === 'approved' ? await whyNoGuest(deps, request, verdict.wanted, now) : null;
  return no && { outcome: no };
}

/** Why the decision wrote nothing, from the request as it is after it. */
export async function whyLost(
  deps: Deps,
  by: Decider,
  request: AccessRequestRow,
  verdict: Verdict,
  now: Millis,
): Promise<DecisionResult> {
  if (request.state !== 'open' || request.expiresAt <= now) return afterwards(request, by, verdict);
  const isGone = verdict.verdict === 'approved' && (await isLost(deps, request));
  return { outcome: isGone ? 'person-gone' : 'not-allowed' };
}

/** Why a guest's request is not approved like this; null for everybody of the identity provider (DIR-01). */
export async function whyNoGuest(
  deps: Deps,
  request: AccessRequestRow,
  wanted: Approval,
  now: Millis,
): Promise<GuestRefusal | null> {
  if (!isGuest(request)) return null;
  const terms = guestTerms(deps.settings, { role: await roleOnApproval(deps, request, wanted), accessUntil: null }, now);
  return 'because' in terms ? terms.because : null;
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
  if (decision.verdict === 'denied') {
    const attempt = denialAttempt(by, request, decision.reason, trace, now);
    return (await denyRequests(deps.store, [attempt])).get(attempt.id)?.mailed ?? null;
  }
  const attempt = await approvalAttempt(deps, by, request, decision.wanted, trace, now);
  return (await approveRequests(deps.store, [attempt])).get(attempt.id)?.mailed ?? null;
}

export const denialAttempt = (
  by: Decider,
  request: AccessRequestRow,
  reason: string | null,
  trace: Trace,
  now: Millis,
): DenialAttempt => ({
  ...trace,
  id: newId('dec'),
  aboutRequest: request.id,
  by: by.memberId,
  auditId: newId('aud'),
  reason: reason || null,
  now,
});

export async function approvalAttempt(
  deps: Deps,
  by: Decider,
  request: AccessRequestRow,
  wanted: Approval,
  trace: Trace,
  now: Millis,
): Promise<ApprovalAttempt> {
  const reused = await invitationToReuse(deps, request);
  return {
    ...denialAttempt(by, request, wanted.reason ?? null, trace, now),
    reuses: reused?.id ?? null,
    reusesGeneration: reused?.generation ?? null,
    newInvitationId: newId('inv'),
    role: wanted.role ?? null,
    ...(await endOnApproval(deps, request, wanted, now)),
    userGroupIds: wanted.userGroupIds ? JSON.stringify(wanted.userGroupIds) : null,
  };
}

/** A guest's end is never later than the settings allow, whether it was named, or comes from the invitation that is renewed. */
async function endOnApproval(deps: Deps, request: AccessRequestRow, { accessUntil }: Approval, now: Millis) {
  if (!isGuest(request)) return { namesAccessUntil: accessUntil !== undefined, accessUntil: accessUntil ?? null };
  const wished = accessUntil === undefined ? (await termsOnApproval(deps, request)).accessUntil : accessUntil;
  return { namesAccessUntil: true, accessUntil: allowedEnd(deps, request, wished, now) };
}

/** Until when somebody who asks may be let in, if this was wished. */
export const allowedEnd = (deps: Deps, request: AccessRequestRow, wished: Millis | null, now: Millis): Millis | null =>
  isGuest(request) ? guestAccessUntil(deps.settings, wished, now) : wished;

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
