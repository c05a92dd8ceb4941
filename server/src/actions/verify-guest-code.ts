import type { Millis } from '@doorstep/shared/time';
import { guestIdentity } from '../domain/guest.ts';
import { type CodeState, mayTryAgainAt, stateOfCode, triesLeft } from '../domain/guest-code.ts';
import { isGuestCode } from '../identity/guest-code.ts';
import { guestIdOf } from '../identity/guest-id.ts';
import { hashToken } from '../identity/tokens.ts';
import type { Trace } from '../store/audit.ts';
import { findGuestCode, findGuestName, findRecentCodes, type GuestCodeRow, tryGuestCode } from '../store/guest-code.ts';
import { newId } from '../store/new-id.ts';
import { belongingOf, findOwnDomains } from '../store/own-domain.ts';
import type { Deps } from './deps.ts';
import type { AskedCode } from './send-guest-code.ts';
import { finishSignIn, type SignInOutcome } from './sign-in.ts';

export type CodeSignIn =
  /** The code was right: what became of the sign-in. */
  | { outcome: 'right'; signIn: SignInOutcome }
  | { outcome: 'wrong'; triesLeft: number }
  | { outcome: 'dead'; because: Exclude<CodeState, 'good'> }
  /** All wrong tries of the address together, whichever code they were for. */
  | { outcome: 'too-many'; againAt: Millis }
  /** Another browser asked for it, or none did. */
  | { outcome: 'not-asked' }
  | { outcome: 'microsoft' };

/** `typed`: six digits. `endsSession`: hash of the session that the browser had. Force SSO is the sign-in's to refuse. */
export async function signInByCode(
  deps: Deps,
  asked: AskedCode,
  typed: string,
  endsSession: string | null,
  trace: Trace,
  now: Millis,
): Promise<CodeSignIn> {
  const browserHash = hashToken(asked.token);
  const code = await findGuestCode(deps.store, asked.id, browserHash);
  if (!code) return { outcome: 'not-asked' };
  if (belongingOf(await findOwnDomains(deps.store), code.address) === 'ours') return { outcome: 'microsoft' };
  const isRight = isGuestCode(deps.keys, code.id, typed);
  const counts = await tryGuestCode(deps.store, { id: code.id, browserHash, isRight, auditId: newId('aud'), now, trace });
  if (counts && isRight) return { outcome: 'right', signIn: await signIn(deps, code, asked, endsSession, trace, now) };
  return whatIsLeft(deps, asked.id, browserHash, counts, now);
}

/** Who has read the mail is that guest; the rest is decided as everywhere. */
async function signIn(
  deps: Deps,
  code: GuestCodeRow,
  asked: AskedCode,
  endsSession: string | null,
  trace: Trace,
  now: Millis,
): Promise<SignInOutcome> {
  const objectId = guestIdOf(deps.keys, code.address);
  const who = guestIdentity(objectId, code.address, await findGuestName(deps.store, objectId, code.invitationId));
  const { invitationId, generation } = code;
  const presented = invitationId === null ? null : { invitationId, generation: generation!, asksForNew: asked.asksForNew };
  const attempt = { presented, setsUp: false, isFresh: false, inConnectWindow: false, endsSession, providerSessionId: null };
  return finishSignIn(deps, who, { ...attempt, method: 'code' }, trace, now);
}

/** Read anew: other tries may have counted meanwhile. */
async function whatIsLeft(
  deps: Deps,
  id: string,
  browserHash: string,
  hasCounted: boolean,
  now: Millis,
): Promise<Exclude<CodeSignIn, { outcome: 'right' }>> {
  const code = await findGuestCode(deps.store, id, browserHash);
  if (!code) return { outcome: 'not-asked' };
  const state = stateOfCode(code, now);
  if (!hasCounted && state !== 'good' && state !== 'tried-out') return { outcome: 'dead', because: state };
  const againAt = mayTryAgainAt(await findRecentCodes(deps.store, code.address, now), now);
  if (againAt !== null) return { outcome: 'too-many', againAt };
  return state === 'good' ? { outcome: 'wrong', triesLeft: triesLeft(code) } : { outcome: 'dead', because: state };
}
