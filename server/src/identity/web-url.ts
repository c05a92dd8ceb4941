import { tenantOf } from './discovery.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** https, or http on loopback; no user in it. null for anything else. */
export function webUrl(value: string): URL | null {
  if (!URL.canParse(value)) return null;
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') return null;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)) ? url : null;
}

/** The issuer of one tenant, as Entra's discovery document names it: `https://login.microsoftonline.com/{tenant GUID}/v2.0`. */
export const isIssuer = (value: string): boolean => webUrl(value) !== null && tenantOf(value) !== null;
