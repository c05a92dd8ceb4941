import type { Keys } from './root-key.ts';
import { unseal } from './sealed.ts';

/** What the application proves itself by at the token endpoint; `id` names the row it was stored in, null for the environment's. */
export type ClientCredential =
  | { id: string | null; kind: 'secret'; secret: string }
  | { id: string | null; kind: 'certificate'; privateKey: string; thumbprint: string };

type Stored = { id: string; kind: ClientCredential['kind']; sealed: string; thumbprint: string | null };
/** What is sealed for the purpose `credentialPurpose(id)`: the secret, or the private key as PKCS #8 PEM. */
export type SealedCredential = { text: string };
export const credentialPurpose = (id: string): string => `credential ${id}`;

/** Those that open: one that was sealed with another root secret is left out. */
export async function openCredentials(keys: Keys, stored: readonly Stored[]): Promise<ClientCredential[]> {
  const opened = await Promise.all(stored.map((one) => open(keys, one)));
  return opened.filter((one) => one !== null);
}

async function open(keys: Keys, { id, kind, sealed, thumbprint }: Stored): Promise<ClientCredential | null> {
  const content = await unseal<SealedCredential>(keys, credentialPurpose(id), sealed, 0);
  if (!content) return null;
  if (kind === 'secret') return { id, kind, secret: content.text };
  return thumbprint === null ? null : { id, kind, privateKey: content.text, thumbprint };
}
