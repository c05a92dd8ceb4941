import type { Millis } from '@doorstep/shared/time';
import { CompactEncrypt, compactDecrypt } from 'jose';
import type { Keys } from './root-key.ts';

/**
 * Encrypts `value` so that the browser that keeps it can neither read nor change it (RFC 7516, dir with A256GCM).
 * It opens for the same purpose only, and until `expiresAt`.
 */
export async function seal(keys: Pick<Keys, 'sealing'>, purpose: string, value: object, expiresAt: Millis): Promise<string> {
  const content = new TextEncoder().encode(JSON.stringify({ purpose, expiresAt, value }));
  return await new CompactEncrypt(content).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(keys.sealing);
}

/** What was sealed; null if it was changed, sealed with another key or for another purpose, or its time is over. */
export async function unseal<T extends object>(
  keys: Pick<Keys, 'sealing'>,
  purpose: string,
  text: string,
  now: Millis,
): Promise<T | null> {
  try {
    const { plaintext } = await compactDecrypt(text, keys.sealing, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    const sealed = JSON.parse(new TextDecoder().decode(plaintext)) as { purpose: string; expiresAt: Millis; value: T };
    return sealed.purpose === purpose && now < sealed.expiresAt ? sealed.value : null;
  } catch {
    return null;
  }
}
