import type { Approval } from '@doorstep/shared/access-request';
import type { MemberId } from '@doorstep/shared/ids';
import type { FieldError } from '@doorstep/shared/problem';
import { Hono } from 'hono';
import {
  allowedEnd,
  type DecisionResult,
  decideRequest,
  isLost,
  roleOnApproval,
  termsOnApproval,
  whyNoGuest,
} from '../../../actions/decide-request.ts';
import { guestEndProblem, isGuest } from '../../../domain/guest.ts';
import { type AccessRequestRow, findAccessRequest } from '../../../store/access-request.ts';
import { findInvitation } from '../../../store/invitation.ts';
import { findUserGroupNames } from '../../../store/user-group.ts';
import type { Ctx, Env } from '../../env.ts';
import { unknownGroupErrors } from '../../group-refusals.ts';
import { memberOf } from '../../middleware/access.ts';
import { accessRequestShown, invitationShown } from '../../shown.ts';
import { type ApprovalForm, alreadyDecidedPage, requestPage } from '../../views/request.ts';
import { dateFieldValue } from '../../views/time.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, noOfficePage, recordRefusedWrite } from './admin-page.ts';
import { isFreshlySignedIn } from './fresh-sign-in.ts';
import { askBeforeApproving, askBeforeDenying, freshFirst, pathOf } from './request-confirm.ts';
import { readApproval, readDenial } from './request-form.ts';

/** One access request and its decision: asked for once more, because pages have no undo (CONTRACT.md, 6). The first decision wins. */
export const request = new Hono<Env>()
  .get('/:id', async (c) => {
    const row = await requestAsked(c);
    return row ? show(c, row) : errorPageOf(c, 'not-found');
  })
  .post('/:id/approve', async (c) => {
    const row = await requestAsked(c);
    if (!row) return errorPageOf(c, 'not-found');
    const asked = readApproval(await readForm(c), c.var.now);
    if ('errors' in asked) return show(c, row, 422, asked.errors, { form: asked.form });
    const { value: wanted } = asked;
    const errors = await unknownGroupErrors(c.var.deps.store, wanted.userGroupIds);
    if (errors.length > 0) return show(c, row, 422, errors);
    const no = isDecidable(c, row) ? await guestProblem(c, row, wanted) : null;
    if (no) return show(c, row, no.status, [no.error], { form: asked.form });
    if (isDecidable(c, row) && !(await isLost(c.var.deps, row))) {
      const role = await roleOnApproval(c.var.deps, row, wanted);
      if (role === 'administrator' && !isFreshlySignedIn(c)) return freshFirst(c, row, asked);
      if (!asked.isConfirmed) return askBeforeApproving(c, row, asked);
    }
    return decide(c, row, { verdict: 'approved', wanted });
  })
  .post('/:id/deny', async (c) => {
    const row = await requestAsked(c);
    if (!row) return errorPageOf(c, 'not-found');
    const asked = readDenial(await readForm(c));
    if ('errors' in asked) return show(c, row, 422, asked.errors, { denialReason: asked.reason });
    if (isDecidable(c, row) && !asked.isConfirmed) return askBeforeDenying(c, row, asked);
    return decide(c, row, { verdict: 'denied', reason: asked.value.reason ?? null });
  });

const requestAsked = (c: Ctx): Promise<AccessRequestRow | null> => findAccessRequest(c.var.deps.store, c.req.param('id') ?? '');

const isOwn = (c: Ctx, row: AccessRequestRow) => row.tenantId === memberOf(c).tenantId && row.objectId === memberOf(c).objectId;
/** Worth a question; anything else is answered at once by what the action says. */
const isDecidable = (c: Ctx, row: AccessRequestRow) => accessRequestShown(row, c.var.now).state === 'open' && !isOwn(c, row);

async function decide(c: Ctx, row: AccessRequestRow, verdict: Parameters<typeof decideRequest>[3]): Promise<Response> {
  const { id, tenantId, objectId } = memberOf(c);
  const by = { memberId: id as MemberId, tenantId, objectId };
  return answer(c, row, await decideRequest(c.var.deps, by, row.id, verdict, c.var.trace, c.var.now));
}

async function answer(c: Ctx, row: AccessRequestRow, result: DecisionResult): Promise<Response> {
  switch (result.outcome) {
    case 'decided': {
      const at = result.mailed ? '/admin/requests' : pathOf(row); // there it says that nobody could be mailed
      return c.redirect(`${at}?done=${result.request.state}`, 303);
    }
    case 'already-decided': {
      const request = accessRequestShown(result.request, c.var.now);
      return page(c, alreadyDecidedPage({ ...(await adminShellOf(c)), request }), 409);
    }
    case 'own-request':
      await recordRefusedWrite(c, result.outcome, row.id);
      return show(c, row, 403);
    case 'guests-not-allowed':
    case 'guest-administrator':
      await recordRefusedWrite(c, result.outcome, row.id);
      return show(c, row, 409, [{ pointer: '#', detail: guestSentences[result.outcome] }]);
    case 'person-gone':
      return show(c, row, 409);
    case 'not-allowed':
      return noOfficePage(c, row.id);
    case 'not-found':
      return errorPageOf(c, 'not-found');
  }
}

const guestSentences = {
  'guests-not-allowed':
    'Everybody signs in with Microsoft here while SSO is forced, so no guest can be let in. The request stays open.',
  'guest-administrator': 'A guest cannot be an administrator: choose another role. Nothing was decided.',
} as const;

/** What stands in the way of letting a guest in like this (DIR-01). */
async function guestProblem(c: Ctx, row: AccessRequestRow, wanted: Approval) {
  const { deps, now } = c.var;
  const because = await whyNoGuest(deps, row, wanted, now);
  if (because === 'guests-not-allowed') {
    await recordRefusedWrite(c, because, row.id);
    return { status: 409, error: { pointer: '#', detail: guestSentences[because] } } as const;
  }
  if (because) return { status: 422, error: { pointer: '#/role', detail: guestSentences[because] } } as const;
  const wrongEnd =
    isGuest(row) && wanted.accessUntil !== undefined ? guestEndProblem(deps.settings, wanted.accessUntil, now) : null;
  return wrongEnd === null ? null : ({ status: 422, error: { pointer: '#/accessUntil', detail: wrongEnd } } as const);
}

async function show(
  c: Ctx,
  row: AccessRequestRow,
  status: 200 | 403 | 409 | 422 = 200,
  errors: FieldError[] = [],
  typed: { form?: ApprovalForm; denialReason?: string } = {},
): Promise<Response> {
  const { deps, now } = c.var;
  const named = row.invitationId === null ? null : await findInvitation(deps.store, row.invitationId);
  const wasMailed = row.state === 'approved' || row.state === 'denied' ? { mailed: row.address !== null } : {};
  return page(
    c,
    requestPage({
      ...(await adminShellOf(c)),
      request: { ...accessRequestShown(row, now), ...wasMailed },
      invitation: named && invitationShown(named, now),
      isProvenAddress: row.addressIsTrusted,
      isOwn: isOwn(c, row),
      groups: (await findUserGroupNames(deps.store)).filter(({ kind }) => kind === 'custom'),
      isGone: await isLost(deps, row),
      form: await suggested(c, row),
      ...typed,
      errors,
    }),
    status,
  );
}

/** What approving gives if nothing else is chosen: the terms of the invitation that it renews. */
async function suggested(c: Ctx, row: AccessRequestRow): Promise<ApprovalForm> {
  const { role, accessUntil, userGroupIds } = await termsOnApproval(c.var.deps, row);
  return { role, accessUntil: dateFieldValue(allowedEnd(c.var.deps, row, accessUntil, c.var.now)), userGroupIds, reason: '' };
}
