import { foldAddress } from '@doorstep/shared/email-address';
import type { AuditId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { guestIdentity, isGuest } from '../domain/guest.ts';
import type { Identity } from '../domain/identity.ts';
import { mayHavePasskeys } from '../domain/passkey.ts';
import { relyingPartyOf, verifyPasskey } from '../identity/passkey.ts';
import { readAnswer } from '../identity/passkey-answer.ts';
import { recordRefusal, type Trace } from '../store/audit.ts';
import type { MemberRow } from '../store/member.ts';
import { newId } from '../store/new-id.ts';
import { belongingOf, findOwnDomains } from '../store/own-domain.ts';
import { findPasskey, type PasskeyRow, usePasskey } from '../store/passkey.ts';
import type { Deps } from './deps.ts';
import { finishSignIn, type SignInOutcome } from './sign-in.ts';

export type PasskeySignIn = { challenge: string; answer: string; endsSession: string | null };

/** All answers that open nothing look alike: nobody learns which passkeys are known here. `detail` is for the log. */
export type PasskeyRefused = { outcome: 'passkey-refused'; because: PasskeyRefusal; detail: string };
type PasskeyRefusal = 'passkey-unknown' | 'passkey-not-verified' | 'passkey-counter' | 'passkey-own-domain';

/** Whoever answers the challenge with a known passkey signs in, and everything else is decided as for anybody (DESIGN.md, section 4). */
export async function signInByPasskey(
  deps: Deps,
  { challenge, answer: text, endsSession }: PasskeySignIn,
  trace: Trace,
  now: Millis,
): Promise<SignInOutcome | PasskeyRefused> {
  const answer = readAnswer(text, 'known');
  const found = answer && (await findPasskey(deps.store, answer.id));
  if (!answer || !found) return refuse(deps, 'passkey-unknown', null, answer ? 'no such passkey' : 'no answer', trace, now);
  const { passkey, member } = found;
  const verified = await verifyPasskey(relyingPartyOf(deps.publicUrl), challenge, answer, passkey);
  if (verified.outcome === 'refused') return refuse(deps, 'passkey-not-verified', passkey, verified.detail, trace, now);
  const { counter, isBackedUp } = verified;
  const use = { id: passkey.id, memberId: member.id, counter, isBackedUp, auditId: newId('aud'), now, trace };
  const isUsed = await usePasskey(deps.store, use);
  if (!isUsed) return refuse(deps, 'passkey-counter', passkey, 'the counter did not go on', trace, now);
  if (await isOurs(deps, member)) return refuse(deps, 'passkey-own-domain', passkey, 'the domain became ours', trace, now);
  const attempt = {
    presented: null,
    setsUp: false,
    isFresh: mayHavePasskeys(member) && !isGuest(member), // whom the list names has just been verified, and the provider may be out of reach
    inConnectWindow: false,
    endsSession,
    providerSessionId: null,
    method: 'passkey',
  } as const;
  return finishSignIn(deps, identityOf(member), attempt, trace, now);
}

/** People of the tenant's own domains are sent to Microsoft, whatever they were before. */
const isOurs = async ({ store }: Deps, member: MemberRow): Promise<boolean> =>
  isGuest(member) && member.address !== null && belongingOf(await findOwnDomains(store), member.address) === 'ours';

/** A passkey proves who it is, and no address: what is known of the member stays as it was. */
function identityOf(member: MemberRow): Identity {
  const { tenantId, objectId, name, address, addressIsTrusted, guestOf } = member;
  if (isGuest(member) && address !== null) return guestIdentity(objectId, address, name);
  const trustedAddresses = address !== null && addressIsTrusted ? [foldAddress(address)] : [];
  return { tenantId, objectId, name, address, addressIsTrusted, trustedAddresses, guestOf, loginHint: null };
}

async function refuse(
  deps: Deps,
  because: PasskeyRefusal,
  passkey: PasskeyRow | null,
  detail: string,
  trace: Trace,
  now: Millis,
): Promise<PasskeyRefused> {
  const about = passkey?.memberId ?? null;
  const refusal = { id: newId('aud') as AuditId, at: now, what: 'sign-in.refused', by: null, about, facts: { because }, trace };
  await recordRefusal(deps.store, refusal);
  return { outcome: 'passkey-refused', because, detail };
}
