import { finishSignIn } from '@doorstep/server/actions/sign-in';
import { guestIdentity } from '@doorstep/server/domain/guest';
import { cookieNames } from '@doorstep/server/http/cookies';
import { guestIdOf } from '@doorstep/server/identity/guest-id';
import { noTrace } from '@doorstep/server/store/audit';
import { Browser, type BrowserResponse } from '../demo-tenant/sign-in-client.ts';
import { type Lie, makePasskey, type Options, type SoftPasskey, usePasskey } from '../soft-authenticator.ts';
import { headingOf, invited } from './stories.ts';
import type { Workspace } from './workspace.ts';

/** What people do with passkeys, with an authenticator in software. */

/** Somebody from elsewhere who has come in by an invitation and, as it were, the code that was mailed. */
export async function guestOf(workspace: Workspace, address: string, options: Record<string, unknown> = {}): Promise<Browser> {
  const { id } = await invited(workspace, address, options);
  const { deps, clock, url } = workspace;
  const attempt = {
    presented: { invitationId: id, generation: 1, asksForNew: false },
    setsUp: false,
    isFresh: false,
    inConnectWindow: false,
    endsSession: null,
    providerSessionId: null,
    method: 'code',
  } as const;
  const who = guestIdentity(guestIdOf(deps.keys, address), address, null);
  const result = await finishSignIn(await deps.current(), who, attempt, noTrace, clock.now());
  if (result.outcome !== 'member') throw new Error(`${address} did not come in: ${result.outcome}`);
  const browser = new Browser();
  browser.cookies.store(url, [`${cookieNames(url).prefix}session=${result.sessionToken}; Path=/; HttpOnly; SameSite=Lax`]);
  return browser;
}

/** What a page asks the browser for. */
export function optionsOn(page: BrowserResponse): Options {
  const data = /data-options="([^"]*)"/.exec(page.text)?.[1];
  if (data === undefined) throw new Error(`no ceremony on the page: ${page.status} ${headingOf(page)}`);
  return JSON.parse(data.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&'));
}

export const PASSKEYS = '/welcome/passkeys';

/** *Add a passkey*, with a page of its own; `lie` is what is wrong with the answer. */
export async function addsPasskey(
  { url }: Pick<Workspace, 'url'>,
  browser: Browser,
  lie: Lie = {},
): Promise<{ passkey: SoftPasskey; page: BrowserResponse; sent: Record<string, string> }> {
  const options = optionsOn(await browser.get(url + PASSKEYS));
  const { passkey, answer } = makePasskey(options, url, lie);
  const sent = { challenge: options.challenge, credential: answer };
  return { passkey, sent, page: await browser.post(url + PASSKEYS, sent) };
}

/** *Sign in with a passkey* in a browser, a new one unless told. */
export async function signsInByPasskey(
  { url }: Pick<Workspace, 'url'>,
  passkey: SoftPasskey,
  lie: Lie = {},
  browser = new Browser(),
): Promise<{ browser: Browser; page: BrowserResponse; sent: Record<string, string> }> {
  const options = optionsOn(await browser.get(`${url}/sign-in/passkey`));
  const sent = { challenge: options.challenge, credential: usePasskey(passkey, options, url, lie) };
  return { browser, sent, page: await browser.post(`${url}/sign-in/passkey`, sent) };
}
