import { AccessRequestQuery, Approval, Denial, type ManyDecided, ManyDecisions } from '@doorstep/shared/access-request';
import type { MemberId } from '@doorstep/shared/ids';
import { Hono } from 'hono';
import { type DecisionResult, decideRequest, roleOnApproval } from '../../actions/decide-request.ts';
import { decideRequests, type OneDecision } from '../../actions/decide-requests.ts';
import { guestEndProblem, isGuest } from '../../domain/guest.ts';
import { findAccessRequest, findAccessRequests } from '../../store/access-request.ts';
import type { Ctx, Env } from '../env.ts';
import { unknownGroupErrors } from '../group-refusals.ts';
import { accessRequestShown } from '../shown.ts';
import { answer } from './answer.ts';
import { refuse } from './bearer.ts';
import { freshSignInNeeded } from './fresh-sign-in.ts';
import { pageOf } from './page-of.ts';
import { problem } from './problem.ts';
import { readBody, readQuery } from './read-body.ts';

export const accessRequests = new Hono<Env>()
  .get('/', async (c) => {
    const query = readQuery(c, AccessRequestQuery);
    if ('refusal' in query) return query.refusal;
    const { limit } = query.value;
    const rows = await findAccessRequests(c.var.deps.store, { ...query.value, limit: limit + 1 }, c.var.now);
    return answer(
      c,
      200,
      pageOf(rows, limit, (row) => accessRequestShown(row, c.var.now)),
    );
  })
  .get('/:id', async (c) => {
    const row = await findAccessRequest(c.var.deps.store, c.req.param('id'));
    return row ? answer(c, 200, accessRequestShown(row, c.var.now)) : problem(c, 'not-found');
  })
  .post('/decide', async (c) => {
    const body = await readBody(c, ManyDecisions);
    if ('refusal' in body) return body.refusal;
    const { ids, verdict, role, reason = null } = body.value;
    const { deps, trace, now } = c.var;
    const asked = verdict === 'deny' ? denying(reason) : { verdict: 'approved' as const, wanted: { role, reason } };
    const decided = await decideRequests(deps, deciderOf(c), { ids, verdict: asked, isFresh: false }, trace, now);
    return answer(c, 200, { results: decided.map((one) => toldOne(one, now)) } satisfies ManyDecided);
  })
  .post('/:id/approve', async (c) => {
    const body = await readBody(c, Approval, true);
    if ('refusal' in body) return body.refusal;
    const { deps, trace, now } = c.var;
    const errors = await unknownGroupErrors(deps.store, body.value.userGroupIds);
    if (errors.length > 0) return problem(c, 'invalid-fields', { errors });
    const id = c.req.param('id');
    const request = await findAccessRequest(deps.store, id);
    const wrongEnd =
      request && isGuest(request) && body.value.accessUntil !== undefined
        ? guestEndProblem(deps.settings, body.value.accessUntil, now)
        : null;
    if (wrongEnd) return problem(c, 'invalid-fields', { errors: [{ pointer: '#/accessUntil', detail: wrongEnd }] });
    if (request?.state === 'open' && !isGuest(request) && (await roleOnApproval(deps, request, body.value)) === 'administrator') {
      return freshSignInNeeded(c, `/admin/requests/${id}`);
    }
    return told(c, await decideRequest(deps, deciderOf(c), id, { verdict: 'approved', wanted: body.value }, trace, now));
  })
  .post('/:id/deny', async (c) => {
    const body = await readBody(c, Denial, true);
    if ('refusal' in body) return body.refusal;
    const { deps, trace, now } = c.var;
    const verdict = denying(body.value.reason ?? null);
    return told(c, await decideRequest(deps, deciderOf(c), c.req.param('id'), verdict, trace, now));
  });

const denying = (reason: string | null) => ({ verdict: 'denied', reason }) as const;
const toldOne = ({ id, outcome, request }: OneDecision, now: number): ManyDecided['results'][number] =>
  request ? { id, outcome, request: accessRequestShown(request, now) } : { id, outcome };

const deciderOf = (c: Ctx) => {
  const { id, tenantId, objectId } = c.var.browser.member;
  return { memberId: id as MemberId, tenantId, objectId };
};

async function told(c: Ctx, result: DecisionResult): Promise<Response> {
  switch (result.outcome) {
    case 'decided':
      return answer(c, 200, { ...accessRequestShown(result.request, c.var.now), mailed: result.mailed });
    case 'already-decided': {
      const { state, decidedBy, decidedAt } = accessRequestShown(result.request, c.var.now);
      return problem(c, 'already-decided', { facts: { state, decidedBy, decidedAt } });
    }
    case 'own-request':
    case 'not-allowed':
      return refuse(c, c.var.browser, result.outcome);
    case 'guests-not-allowed':
    case 'guest-administrator':
    case 'person-gone':
    case 'not-found':
      return problem(c, result.outcome);
  }
}
