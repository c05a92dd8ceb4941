import type { Millis } from '@doorstep/shared/time';
import { policy } from '../domain/policy.ts';
import { relyingPartyOf, verifyNewPasskey } from '../identity/passkey.ts';
import type { Trace } from '../store/audit.ts';
import { newId } from '../store/new-id.ts';
import { findPasskeysOf, addPasskey as writePasskey } from '../store/passkey.ts';
import type { Deps } from './deps.ts';

export type PasskeyToAdd = { memberId: string; challenge: string; answer: string; name: string };
export type PasskeyAdded =
  | { outcome: 'added' }
  | { outcome: 'too-many' | 'known-already' }
  | { outcome: 'not-verified'; detail: string };

/** Keeps the passkey that answers the challenge; `name` is what its owner sees it by. */
export async function addPasskey(deps: Deps, wanted: PasskeyToAdd, trace: Trace, now: Millis): Promise<PasskeyAdded> {
  const { memberId, challenge, answer, name } = wanted;
  const verified = await verifyNewPasskey(relyingPartyOf(deps.publicUrl), challenge, answer);
  if (verified.outcome === 'refused') return { outcome: 'not-verified', detail: verified.detail };
  const isAdded = await writePasskey(deps.store, { ...verified.passkey, memberId, name, auditId: newId('aud'), now, trace });
  if (isAdded) return { outcome: 'added' };
  const theirs = await findPasskeysOf(deps.store, memberId);
  return { outcome: theirs.length >= policy.passkeyChallenge.mostPasskeys ? 'too-many' : 'known-already' };
}
