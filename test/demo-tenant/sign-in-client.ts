import { Browser } from './browser.ts';

export { Browser, type BrowserResponse, type Form, type RequestOptions } from './browser.ts';
export { type Cookie, CookieJar, parseCookie } from './cookie-jar.ts';

/**
 * In a fresh browser through the provider as that person; resolves to the callback URL, which nobody has asked yet. Throws when
 * the provider does not lead back, or for a person its tenant does not have.
 */
export async function signInAt(
  tenant: { origin: string; people: readonly { key: string }[]; colleagues?: readonly { key: string }[] },
  authorizationUrl: string,
  personKey: string,
): Promise<string> {
  if (new URL(authorizationUrl).origin !== tenant.origin)
    throw new Error(`${authorizationUrl} is not of the tenant at ${tenant.origin}`);
  const everybody = [...tenant.people, ...(tenant.colleagues ?? [])];
  if (!everybody.some((person) => person.key === personKey)) throw new Error(`The tenant has nobody called ${personKey}`);
  return new Browser().signInAt(authorizationUrl, personKey);
}
