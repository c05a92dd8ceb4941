import type { Keys } from '../identity/root-key.ts';
import { setUpToken } from '../identity/root-key.ts';

/** Good as long as the workspace has no administrator. Goes to stdout only, never to the log (CONTRACT.md, 4). */
export const setUpLink = (publicUrl: string, keys: Keys): string => `${publicUrl}/setup?token=${setUpToken(keys)}`;
