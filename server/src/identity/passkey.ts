import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import { base64url } from 'jose';
import type { NewPasskey } from '../domain/passkey.ts';
import { type PasskeyAnswer, readAnswer } from './passkey-answer.ts';

/** WebAuthn Level 3 with passkeys: discoverable, with user verification, for this origin alone. The package is loaded where an answer is checked. */
const webAuthn = () => import('@simplewebauthn/server');

/** `origin` is the public URL; its host name is what passkeys are bound to (section 5.1.2, rp.id). */
export type RelyingParty = { id: string; origin: string };
export const relyingPartyOf = (publicUrl: string): RelyingParty => ({ id: new URL(publicUrl).hostname, origin: publicUrl });

/** What the browser is asked, as `PublicKeyCredential.parseCreationOptionsFromJSON()` and `parseRequestOptionsFromJSON()` read it. */
export type CeremonyOptions = Record<string, unknown>;

/** COSE algorithms: ES256, EdDSA, RS256, in this order of preference (RFC 9053; RFC 8812). */
const ALGORITHMS = [-7, -8, -257];

export type PasskeyOwner = { id: string; name: string | null; address: string | null };
type Known = { id: string; transports: string[] };

/** For a new passkey of `owner`, who has `known` already: the same authenticator makes no second one. `lasts` in milliseconds. */
export const creationOptions = (
  rp: RelyingParty,
  workspaceName: string,
  owner: PasskeyOwner,
  known: Known[],
  challenge: string,
  lasts: number,
): CeremonyOptions => ({
  rp: { id: rp.id, name: workspaceName },
  user: { id: handleOf(owner.id), name: owner.address ?? owner.name ?? owner.id, displayName: owner.name ?? owner.address ?? '' },
  challenge,
  pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
  timeout: lasts,
  excludeCredentials: known.map(({ id, transports }) => ({ type: 'public-key', id, transports })),
  authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
  attestation: 'none',
});

/** For a sign-in in which nobody has said yet who they are. */
export const requestOptions = (rp: RelyingParty, challenge: string, lasts: number): CeremonyOptions => ({
  rpId: rp.id,
  challenge,
  timeout: lasts,
  userVerification: 'required',
});

/** The user handle tells nobody who it is: the bytes of the member's id, base64url (section 14.6.1). */
const handleOf = (memberId: string): string => base64url.encode(new TextEncoder().encode(memberId));

export type Refused = { outcome: 'refused'; detail: string };

/** The answer to `creationOptions`, checked (section 7.1). */
export async function verifyNewPasskey(
  rp: RelyingParty,
  challenge: string,
  text: string,
): Promise<{ outcome: 'verified'; passkey: NewPasskey } | Refused> {
  const answer = readAnswer(text, 'new');
  if (!answer) return notAnAnswer;
  return attempt(async ({ verifyRegistrationResponse }) => {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: answer as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return { outcome: 'refused', detail: 'the attestation does not verify' };
    const { credential, credentialBackedUp } = registrationInfo;
    const { id, publicKey, counter } = credential;
    const { transports = [] } = answer.response;
    return {
      outcome: 'verified',
      passkey: { id, publicKey: base64url.encode(publicKey), counter, transports, isBackedUp: credentialBackedUp },
    };
  });
}

/** A passkey as it is kept. */
export type KeptPasskey = { id: string; memberId: string; publicKey: string };

/**
 * The answer to `requestOptions`, checked against the passkey it names (section 7.2). `counter` must be written by a statement that refuses one
 * that went back: two answers may come at once.
 */
export async function verifyPasskey(
  rp: RelyingParty,
  challenge: string,
  answer: PasskeyAnswer,
  kept: KeptPasskey,
): Promise<{ outcome: 'verified'; counter: number; isBackedUp: boolean } | Refused> {
  // step 6: the user handle names the owner of the passkey; a discoverable one always has it
  if (answer.response.userHandle !== handleOf(kept.memberId)) return { outcome: 'refused', detail: 'the user handle is another' };
  return attempt(async ({ verifyAuthenticationResponse }) => {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: answer as never,
      expectedChallenge: challenge,
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      requireUserVerification: true,
      credential: { id: kept.id, publicKey: new Uint8Array(base64url.decode(kept.publicKey)), counter: BELOW_ALL },
    });
    if (!verified) return { outcome: 'refused', detail: 'the signature does not verify' };
    return { outcome: 'verified', counter: authenticationInfo.newCounter, isBackedUp: authenticationInfo.credentialBackedUp };
  });
}

/** The package shall not judge the counter: the statement that writes it does. */
const BELOW_ALL = -1;

const notAnAnswer: Refused = { outcome: 'refused', detail: 'not the answer of a passkey' };

/** The package throws whatever is wrong with an answer; that is the world's mistake, not ours. */
async function attempt<Result>(check: (package_: Awaited<ReturnType<typeof webAuthn>>) => Promise<Result | Refused>) {
  const loaded = await webAuthn();
  try {
    return await check(loaded);
  } catch (error) {
    return { outcome: 'refused', detail: error instanceof Error ? error.message : String(error) } satisfies Refused;
  }
}
