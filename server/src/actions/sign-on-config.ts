import type { Millis } from '@doorstep/shared/time';
import { credentialPurpose } from '../identity/client-credential.ts';
import { seal } from '../identity/sealed.ts';
import type { Trace } from '../store/audit.ts';
import { endCredential, writeCredential } from '../store/client-credential.ts';
import { newId } from '../store/new-id.ts';
import {
  type DraftTyped,
  discardDraft,
  findSignOnConfig,
  type SignOnBy,
  type SignOnRow,
  switchOnDraft,
  writeDraft,
} from '../store/sign-on-config.ts';
import type { Deps } from './deps.ts';

/** Who configures: an administrator, or null for the set-up session. */
export type SignOnActor = { by: string | null; now: Millis; trace: Trace };

export type GivenCredential =
  | { kind: 'secret'; secret: string; expiresAt: Millis }
  /** `privateKey` as PKCS #8 PEM; `certificate` as PEM; `thumbprint` is its `x5t#S256`. */
  | { kind: 'certificate'; privateKey: string; certificate: string; thumbprint: string; expiresAt: Millis };

const audited = (actor: SignOnActor): SignOnBy => ({ ...actor, auditId: newId('aud') });

/** The draft as it stands then; null when who asks has no office any more. */
export async function saveDraft(deps: Deps, typed: DraftTyped, actor: SignOnActor): Promise<SignOnRow | null> {
  const isWritten = await writeDraft(deps.store, { ...typed, id: newId('sso'), attemptId: newId('att'), ...audited(actor) });
  return isWritten ? (await findSignOnConfig(deps.store)).draft : null;
}

/** Sealed before it is written. False when two work already, or who asks has no office any more. */
export async function addCredential(deps: Deps, signOnId: string, given: GivenCredential, actor: SignOnActor): Promise<boolean> {
  const id = newId('cre');
  const text = given.kind === 'secret' ? given.secret : given.privateKey;
  return writeCredential(deps.store, {
    ...{ id, signOnId, kind: given.kind, expiresAt: given.expiresAt, attemptId: newId('att') },
    sealed: await seal(deps.keys, credentialPurpose(id), { text }, Number.MAX_SAFE_INTEGER),
    certificate: given.kind === 'certificate' ? given.certificate : null,
    thumbprint: given.kind === 'certificate' ? given.thumbprint : null,
    ...audited(actor),
  });
}

/** False when it is the last one that people sign in with, or has ended. */
export const endOneCredential = (deps: Deps, id: string, actor: SignOnActor): Promise<boolean> =>
  endCredential(deps.store, id, audited(actor));

/** False when it is not tested as it is. Takes effect with the next request. */
export const switchOn = (deps: Deps, draftId: string, actor: SignOnActor): Promise<boolean> =>
  switchOnDraft(deps.store, draftId, audited(actor));

export const discard = (deps: Deps, actor: SignOnActor): Promise<boolean> => discardDraft(deps.store, audited(actor));
