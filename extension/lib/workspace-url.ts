import { ProblemSchema } from '@doorstep/shared/problem';
import * as v from 'valibot';

const LOOPBACK = ['localhost', '127.0.0.1'];

/** What was typed as an origin, or the sentence to show beside the field (EXT-07). A path is no part of an address: left out. */
export function readWorkspaceUrl(typed: string): { origin: string } | { problem: string } {
  const text = typed.trim();
  if (text === '') return { problem: 'Type the address of your workspace.' };
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${isLoopback(text) ? 'http' : 'https'}://${text}`);
  if (!url?.hostname) return { problem: 'This is not a web address.' };
  if (url.username || url.password)
    return { problem: 'An address has no @ in it. Type only the part after it, if you trust it.' };
  if (LOOPBACK.includes(url.hostname) && /^https?:$/.test(url.protocol)) return { origin: url.origin };
  if (url.protocol !== 'https:') return { problem: 'Only addresses that begin with https:// are safe to sign in to.' };
  if (/^[\d.]+$|^\[/.test(url.hostname)) return { problem: 'Type the name of the workspace, not a number.' };
  if (!url.hostname.includes('.')) return { problem: 'This name has no dot. Type the whole name, like door.example.com.' };
  return { origin: url.origin };
}

const isLoopback = (text: string): boolean => LOOPBACK.includes(text.split(/[:/]/)[0]!.toLowerCase());

/** Asks without a credential: who says *signed out* in our words is a Doorstep. */
export async function answersAsDoorstep(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/api/v1/me`, {
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    });
    return response.status === 401 && v.is(ProblemSchema, await response.json());
  } catch {
    return false;
  }
}
