import { Hono } from 'hono';
import { finishSignIn } from '../../actions/sign-in.ts';
import { identityFacts, identityOf } from '../../actions/sign-in-identity.ts';
import { policy } from '../../domain/policy.ts';
import type { SignInOptions, SignInResult } from '../../identity/provider.ts';
import { hashToken } from '../../identity/tokens.ts';
import { findAccessRequest } from '../../store/access-request.ts';
import { learnAssignment } from '../../store/assignment.ts';
import { findInvitation } from '../../store/invitation.ts';
import { isId } from '../../store/new-id.ts';
import { spendAttempt } from '../../store/session.ts';
import { isSettingUp, presentedGeneration, putFlow, type SignInFlow, sessionToken, takeFlow } from '../cookies.ts';
import type { Ctx, Env } from '../env.ts';
import { recordRefused } from '../record-refused.ts';
import { safeReturnPath } from '../return-path.ts';
import { cannotBeUsedPage } from '../views/invitation-key.ts';
import { refusedPage } from '../views/refused.ts';
import { type SignInProblem, signInProblemPage } from '../views/sign-in-problem.ts';
import { finishTestFlow } from './admin/sign-on-test.ts';
import { errorPageOf } from './error-pages.ts';
import { markConnectWindow, page, shellOf } from './page.ts';
import { answerSignIn } from './sign-in-answer.ts';

/** To Microsoft and back. Only the callback makes members (DESIGN.md, section 4). */
export const signIn = new Hono<Env>()
  .get('/sign-in', async (c) => {
    const invitationId = c.req.query('invitation');
    const presented = invitationId === undefined ? null : await presentedInvitation(c, invitationId);
    if (invitationId !== undefined && !presented) return page(c, cannotBeUsedPage(await shellOf(c)), 404);
    const isFresh = c.req.query('fresh') !== undefined;
    return startSignIn(c, {
      invitation: presented,
      isFresh,
      connect: null,
      returnTo: isFresh ? '/admin/signed-in-again' : (c.req.query('return') ?? null),
      options: await optionsFor(c, presented?.id ?? null, isFresh),
    });
  })
  .get('/sign-in/callback', async (c) => {
    const params = new URL(c.req.url).searchParams;
    const state = params.get('state') ?? '';
    const flow = await takeFlow(c, state);
    if (!flow)
      return c.var.session ? c.redirect(landingOf(c), 303) : problemPage(c, 'unknown-attempt', null, 'no flow of this browser');
    if (flow.connect !== null) markConnectWindow(c);
    const isFirst = await spendAttempt(c.var.deps.store, hashToken(state), c.var.now + policy.signInAttempt);
    if (!isFirst) return c.var.session ? c.redirect(landingOf(c), 303) : problemPage(c, 'already-used', flow, 'a spent state');
    return flow.tests ? finishTestFlow(c, { ...flow, tests: flow.tests }, params) : finish(c, flow, params);
  });

type Start = {
  invitation: SignInFlow['invitation'];
  isFresh: boolean;
  connect: string | null;
  returnTo: string | null;
  options: SignInOptions;
};

/** Sends the browser to the provider, with a sealed cookie of its own for this attempt. */
export async function startSignIn(c: Ctx, start: Start): Promise<Response> {
  const { provider } = c.var.deps;
  if (!provider) return errorPageOf(c, 'unavailable');
  const started = await provider.startSignIn(start.options);
  if ('problem' in started) return problemPage(c, 'provider-unreachable', start, started.problem);
  await putFlow(c, {
    ...started.attempt,
    invitation: start.invitation,
    setsUp: start.connect === null && (await isSettingUp(c)),
    isFresh: start.isFresh,
    connect: start.connect,
    returnTo: start.returnTo,
  });
  return c.redirect(started.url, 302);
}

/** The invitation for which a sign-in is begun: only with its right key. `&ask` asks for a new one when it has expired. */
async function presentedInvitation(c: Ctx, id: string): Promise<SignInFlow['invitation']> {
  const generation = isId('inv', id) ? await presentedGeneration(c, id) : null;
  return generation === null ? null : { id, generation, asksForNew: c.req.query('ask') !== undefined };
}

/** `login_hint` and `select_account` exclude each other (reference: Entra's authorization request; ENT-04). */
async function optionsFor(c: Ctx, invitationId: string | null, isFresh: boolean): Promise<SignInOptions> {
  if (isFresh) return { prompt: 'login', maxAge: policy.freshSignIn.maxAge };
  if (c.req.query('account') === 'other') return { prompt: 'select_account' };
  const { session, deps } = c.var;
  if (invitationId !== null) {
    const invitation = await findInvitation(deps.store, invitationId);
    return invitation?.objectId && invitation.address ? { loginHint: invitation.address } : { prompt: 'select_account' };
  }
  if (session?.kind === 'waiting' && session.requestId) {
    const request = await findAccessRequest(deps.store, session.requestId);
    if (request?.state === 'approved' && request.loginHint) return { loginHint: request.loginHint };
  }
  return {};
}

async function finish(c: Ctx, flow: SignInFlow, params: URLSearchParams): Promise<Response> {
  const { deps, now, trace } = c.var;
  if (!deps.provider) return errorPageOf(c, 'unavailable');
  const { state, nonce, verifier } = flow;
  const options = flow.isFresh ? { maxAge: policy.freshSignIn.maxAge } : {};
  const result = await deps.provider.finishSignIn({ state, nonce, verifier }, params, options);
  if (result.outcome === 'refused') return refused(c, flow, result);

  const { claims } = result;
  const who = identityOf(claims);
  const token = sessionToken(c);
  const outcome = await finishSignIn(
    deps,
    who,
    {
      presented: flow.invitation && {
        invitationId: flow.invitation.id,
        generation: flow.invitation.generation,
        asksForNew: flow.invitation.asksForNew,
      },
      setsUp: flow.setsUp,
      isFresh: flow.isFresh,
      inConnectWindow: flow.connect !== null,
      endsSession: token ? hashToken(token) : null,
      providerSessionId: claims.sessionId,
    },
    trace,
    now,
  );
  const returnTo = flow.connect !== null ? `/connect/authorize?${flow.connect}` : safeReturnPath(flow.returnTo, deps.publicUrl);
  return answerSignIn(c, outcome, returnTo, who.address ?? claims.preferredUsername ?? who.name);
}

/** No session, nothing recorded but the audit row. */
async function refused(c: Ctx, flow: SignInFlow, result: Extract<SignInResult, { outcome: 'refused' }>): Promise<Response> {
  const { deps } = c.var;
  const facts = { because: result.because, aadsts: result.code, ...(result.identity ? identityFacts(result.identity) : {}) };
  await recordRefused(c, 'sign-in.refused', { about: flow.invitation?.id, facts });
  if (result.because === 'not-assigned') await learnAssignment(deps.store, c.var.now);
  deps.log('info', 'sign-in refused', {
    because: result.because,
    detail: result.detail,
    aadsts: result.code,
    requestId: c.var.requestId,
  });
  if (result.because === 'other-tenant' || result.because === 'personal-account') {
    return page(c, refusedPage({ ...(await shellOf(c)), because: result.because, askWhom: [], signedInAs: null }), 403);
  }
  return showProblem(c, result.because === 'sign-in-too-old' ? 'took-too-long' : result.because, flow);
}

async function problemPage(
  c: Ctx,
  because: SignInProblem,
  flow: Pick<SignInFlow, 'invitation'> | null,
  detail: string,
): Promise<Response> {
  await recordRefused(c, 'sign-in.refused', { facts: { because, detail } });
  return showProblem(c, because, flow);
}

/** Starting again keeps the invitation (OP-11). */
async function showProblem(c: Ctx, because: SignInProblem, flow: Pick<SignInFlow, 'invitation'> | null): Promise<Response> {
  const shell = await shellOf(c);
  const status =
    because === 'provider-unreachable' || because === 'credential-refused' ? 503 : because === 'provider-refused' ? 502 : 403;
  return page(
    c,
    signInProblemPage({ ...shell, because, reference: c.var.requestId, invitationId: flow?.invitation?.id ?? null }),
    status,
  );
}

/** Where somebody who is signed in already is best off when a callback is opened again. */
function landingOf(c: Ctx): string {
  const { session } = c.var;
  if (session?.kind === 'waiting') return '/waiting';
  if (session?.kind === 'visitor' && session.invitationId) return `/join/${session.invitationId}`;
  return '/welcome';
}
