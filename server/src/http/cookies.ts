import { DAY, SECOND } from '@doorstep/shared/time';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import type { AskedCode } from '../actions/send-guest-code.ts';
import { policy } from '../domain/policy.ts';
import { seal, unseal } from '../identity/sealed.ts';
import type { Ctx } from './env.ts';

/** `__Host-` cookies; on loopback http, where browsers refuse those, plain names that carry the port (DESIGN.md, secrets). */
export type CookieNames = { prefix: string; isSecure: boolean };

export function cookieNames(publicUrl: string): CookieNames {
  const url = new URL(publicUrl);
  const isSecure = url.protocol === 'https:';
  return { isSecure, prefix: isSecure ? '__Host-doorstep-' : `doorstep-${url.port || '80'}-` };
}

const options = (c: Ctx, maxAge: number | undefined): CookieOptions => ({
  path: '/',
  httpOnly: true,
  secure: c.var.cookies.isSecure,
  sameSite: 'Lax',
  ...(maxAge === undefined ? {} : { maxAge: Math.floor(maxAge / SECOND) }),
});

const put = (c: Ctx, name: string, value: string, maxAge?: number) =>
  setCookie(c, c.var.cookies.prefix + name, value, options(c, maxAge));
/** A cookie has 4 kB: whatever is longer was not put here, and is not worth decrypting. */
const LONGEST = 8192;
function take(c: Ctx, name: string): string | undefined {
  const value = getCookie(c, c.get('cookies').prefix + name);
  return value !== undefined && value.length <= LONGEST ? value : undefined;
}
const drop = (c: Ctx, name: string) => deleteCookie(c, c.var.cookies.prefix + name, options(c, undefined));

/** Names of our cookies that begin so, without the prefix, in the order the browser sent them. */
const named = (c: Ctx, start: string): string[] =>
  Object.keys(getCookie(c))
    .filter((name) => name.startsWith(c.var.cookies.prefix + start))
    .map((name) => name.slice(c.var.cookies.prefix.length));

export const sessionToken = (c: Ctx): string | undefined => take(c, 'session');
export const setSessionToken = (c: Ctx, token: string): void => put(c, 'session', token, policy.session.atMost);
export const dropSessionToken = (c: Ctx): void => void drop(c, 'session');

/** One sign-in attempt, sealed, one cookie each: several tabs at once do not meet (ENT-06, ENT-07). */
export type SignInFlow = {
  state: string;
  nonce: string;
  verifier: string;
  invitation: { id: string; generation: number; asksForNew: boolean } | null;
  setsUp: boolean;
  isFresh: boolean;
  /** Query of `/connect/authorize` when the flow was begun there. */
  connect: string | null;
  returnTo: string | null;
  /** Of a test of the configuration: it verifies and shows, and signs nobody in. */
  tests?: TestedConfiguration;
};

/** `home`: where the configuration is done, and the result shown; the other three name what is tested, as it is when the test begins. */
export type TestedConfiguration = { home: string; by: string | null; signOnId: string; attemptId: string; credentialId: string };

const MOST_FLOWS = 8;
const flowName = (state: string) => `flow-${state.slice(0, 16)}`;

export async function putFlow(c: Ctx, flow: SignInFlow): Promise<void> {
  const others = named(c, 'flow-');
  for (const name of others.slice(0, Math.max(0, others.length - MOST_FLOWS + 1))) drop(c, name);
  const name = flowName(flow.state);
  put(c, name, await seal(c.var.deps.keys, name, flow, c.var.now + policy.signInAttempt), policy.signInAttempt);
}

/** The flow of this state, once: the cookie goes with it. `expired` when this browser began it too long ago. */
export async function takeFlow(c: Ctx, state: string): Promise<SignInFlow | null> {
  const name = flowName(state);
  const sealed = take(c, name);
  if (!sealed) return null;
  drop(c, name);
  const flow = await unseal<SignInFlow>(c.var.deps.keys, name, sealed, c.var.now);
  return flow?.state === state ? flow : null;
}

/** That the right key of this generation was presented: the key itself stays nowhere. */
export async function putJoin(c: Ctx, invitationId: string, generation: number): Promise<void> {
  const others = named(c, 'join-').filter((name) => name !== `join-${invitationId}`);
  for (const name of others.slice(0, Math.max(0, others.length - policy.joinCookie.atMost + 1))) drop(c, name);
  const { lasts } = policy.joinCookie;
  put(c, `join-${invitationId}`, await seal(c.var.deps.keys, `join-${invitationId}`, { generation }, c.var.now + lasts), lasts);
}

export async function presentedGeneration(c: Ctx, invitationId: string): Promise<number | null> {
  const sealed = take(c, `join-${invitationId}`);
  const joined = sealed ? await unseal<{ generation: number }>(c.var.deps.keys, `join-${invitationId}`, sealed, c.var.now) : null;
  return joined?.generation ?? null;
}
export const dropJoin = (c: Ctx, invitationId: string): void => void drop(c, `join-${invitationId}`);

export const putSetUp = async (c: Ctx): Promise<void> =>
  put(c, 'setup', await seal(c.var.deps.keys, 'setup', { setsUp: true }, c.var.now + policy.setUpSession), policy.setUpSession);
export async function isSettingUp(c: Ctx): Promise<boolean> {
  const sealed = take(c, 'setup');
  return sealed ? (await unseal(c.var.deps.keys, 'setup', sealed, c.var.now)) !== null : false;
}
export const dropSetUp = (c: Ctx): void => void drop(c, 'setup');

/** That this browser asked for a guest's code. Outlives the code, so that another one can be asked for. */
export const putAskedCode = async (c: Ctx, code: AskedCode): Promise<void> =>
  put(c, 'code', await seal(c.var.deps.keys, 'code', code, c.var.now + policy.guestCode.within), policy.guestCode.within);
export async function askedCode(c: Ctx): Promise<AskedCode | null> {
  const sealed = take(c, 'code');
  return sealed ? unseal<AskedCode>(c.var.deps.keys, 'code', sealed, c.var.now) : null;
}
export const dropAskedCode = (c: Ctx): void => void drop(c, 'code');

/** Said once on the next page: how somebody has just come in. */
export type ArrivalNotice = {
  by: 'invitation' | 'approval' | 'rule' | 'set-up' | 'unspent-invitation';
  inviterName?: string | null;
};
export const putArrival = async (c: Ctx, arrival: ArrivalNotice): Promise<void> =>
  put(c, 'arrival', await seal(c.var.deps.keys, 'arrival', arrival, c.var.now + policy.signInAttempt), policy.signInAttempt);
export async function takeArrival(c: Ctx): Promise<ArrivalNotice | null> {
  const sealed = take(c, 'arrival');
  if (!sealed) return null;
  drop(c, 'arrival');
  return unseal<ArrivalNotice>(c.var.deps.keys, 'arrival', sealed, c.var.now);
}

const MOST_CHALLENGES = 4;
const challengeName = (challenge: string) => `passkey-${challenge.slice(0, 16)}`;

/** What a passkey is asked to sign, until it has answered. `purpose` names the ceremony, and the member for whom it is. */
export async function putChallenge(c: Ctx, purpose: string, challenge: string): Promise<void> {
  const others = named(c, 'passkey-');
  for (const name of others.slice(0, Math.max(0, others.length - MOST_CHALLENGES + 1))) drop(c, name);
  const { lasts } = policy.passkeyChallenge;
  const sealed = await seal(c.var.deps.keys, `passkey ${purpose}`, { challenge }, c.var.now + lasts);
  put(c, challengeName(challenge), sealed, lasts);
}

/** Whether this browser was asked to sign this challenge for this purpose; its cookie goes with it. */
export async function takeChallenge(c: Ctx, purpose: string, challenge: string): Promise<boolean> {
  if (!/^[\w-]{43}$/.test(challenge)) return false;
  const sealed = take(c, challengeName(challenge));
  if (!sealed) return false;
  drop(c, challengeName(challenge));
  const known = await unseal<{ challenge: string }>(c.var.deps.keys, `passkey ${purpose}`, sealed, c.var.now);
  return known?.challenge === challenge;
}

const YEAR = 365 * DAY;
/** This browser does not show the first steps after the set-up any more: no more than a wish. */
export const hideFirstSteps = (c: Ctx): void => put(c, 'first-steps', 'hidden', YEAR);
export const hidesFirstSteps = (c: Ctx): boolean => take(c, 'first-steps') === 'hidden';
