import type { CredentialNews } from '../identity/oauth-client.ts';
import { credentialRefused, credentialTaken } from '../store/credential-trouble.ts';
import { newId } from '../store/new-id.ts';
import type { Deps } from './deps.ts';

type Parts = Pick<Deps, 'store' | 'log' | 'nudge'> & { now: () => number };

/** What the identity provider thinks of a credential, kept for health, page and mails (ENT-79). Never rejects: the sign-in goes on. */
export async function noteCredential({ store, log, nudge, now }: Parts, news: CredentialNews): Promise<void> {
  try {
    const at = { now: now(), auditId: newId('aud') };
    if (news.outcome === 'accepted') return void (await credentialTaken(store, news.id, at));
    const isTold = await credentialRefused(store, { id: news.id, code: news.code, ...at });
    log('warning', 'the identity provider refuses a credential', { credential: news.id ?? 'environment', aadsts: news.code });
    if (isTold) nudge();
  } catch (error) {
    log('warning', 'what became of a credential could not be kept', { error });
  }
}
