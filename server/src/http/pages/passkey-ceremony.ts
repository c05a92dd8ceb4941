import { policy } from '../../domain/policy.ts';
import { creationOptions, type PasskeyOwner, relyingPartyOf, requestOptions } from '../../identity/passkey.ts';
import { hashToken, newToken } from '../../identity/tokens.ts';
import type { PasskeyRow } from '../../store/passkey.ts';
import { spendAttempt } from '../../store/session.ts';
import { putChallenge, takeChallenge } from '../cookies.ts';
import type { Ctx } from '../env.ts';
import type { Ceremony } from '../views/passkey-form.ts';
import { shown } from '../views/text.ts';
import type { readForm } from './form-body.ts';

const { lasts } = policy.passkeyChallenge;
const SIGN_IN = 'sign-in';
const purposeOf = (owner: Pick<PasskeyOwner, 'id'> | null) => owner?.id ?? SIGN_IN;

/** Asks for a new passkey of `owner`, who has `known` already. Names are as a page may show them: the browser's own dialog does. */
export async function newPasskeyCeremony(
  c: Ctx,
  workspaceName: string,
  owner: PasskeyOwner,
  known: PasskeyRow[],
): Promise<Ceremony> {
  const challenge = newToken();
  await putChallenge(c, purposeOf(owner), challenge);
  const theirs = known.map(({ id, transports }) => ({ id, transports: JSON.parse(transports) as string[] }));
  const rp = relyingPartyOf(c.var.deps.publicUrl);
  const shownOwner = { id: owner.id, name: owner.name && shown(owner.name, 80), address: owner.address && shown(owner.address) };
  return { kind: 'new', challenge, options: creationOptions(rp, shown(workspaceName, 80), shownOwner, theirs, challenge, lasts) };
}

/** Asks for a passkey of anybody. */
export async function signInCeremony(c: Ctx): Promise<Ceremony> {
  const challenge = newToken();
  await putChallenge(c, SIGN_IN, challenge);
  return { kind: 'known', challenge, options: requestOptions(relyingPartyOf(c.var.deps.publicUrl), challenge, lasts) };
}

/**
 * What the form brought, if this browser was asked that not too long ago and has not answered yet: each challenge is worth one answer (WebAuthn
 * Level 3, section 13.4.3). `owner` is whose new passkey it is to be, null for a sign-in.
 */
export async function takeAnswer(
  c: Ctx,
  form: Awaited<ReturnType<typeof readForm>>,
  owner: Pick<PasskeyOwner, 'id'> | null,
): Promise<{ challenge: string; answer: string } | null> {
  const challenge = form.get('challenge') ?? '';
  if (!(await takeChallenge(c, purposeOf(owner), challenge))) return null;
  const isFirst = await spendAttempt(c.var.deps.store, hashToken(challenge), c.var.now + lasts);
  return isFirst ? { challenge, answer: form.get('credential') ?? '' } : null;
}
