import { browser } from 'wxt/browser';
import { getMe } from './api.ts';
import { drop, keep, type SignInFailure } from './kept.ts';
import { type Attempt, authorizationUrl, exchangeCode, randomText, readLanding } from './oauth.ts';
import { beginSession } from './session.ts';

let running = false;

/** Signs this browser in. Runs in the background, for the popup closes as soon as the window opens; the outcome is kept for it. */
export async function connect(workspace: string): Promise<void> {
  if (running) return; // a second press while the window is open
  running = true;
  await keep({ signIn: { workspace, state: 'running' } });
  const why = await signIn(workspace).finally(() => {
    running = false;
  });
  if (why) await keep({ signIn: { workspace, state: 'failed', why } });
  else await drop(['signIn', 'endedAt']);
}

async function signIn(workspace: string): Promise<SignInFailure | undefined> {
  const attempt: Attempt = {
    workspace,
    clientId: browser.runtime.id,
    redirectUri: browser.identity.getRedirectURL(),
    state: randomText(),
    verifier: randomText(),
  };
  const landed = await openWindow(await authorizationUrl(attempt));
  if ('failed' in landed) return landed.failed;
  const landing = readLanding(attempt, landed.url);
  if ('notOurs' in landing) return 'not-ours';
  if ('error' in landing) return landing.error === 'access_denied' ? 'not-administrator' : 'refused';
  const token = await exchangeCode(attempt, landing.code);
  if (!token) return 'refused';
  const me = await getMe({ workspace, token });
  if (me.outcome !== 'ok') return 'no-answer';
  await beginSession({ workspace, token }, me.value);
  return undefined;
}

/** Chromium tells a page with an error (status 4xx, 5xx, interrupted) from a window closed by the person by the text alone. */
async function openWindow(url: string): Promise<{ url: string } | { failed: SignInFailure }> {
  try {
    const landed = await browser.identity.launchWebAuthFlow({ url, interactive: true });
    return landed ? { url: landed } : { failed: 'closed' };
  } catch (error) {
    return { failed: /could not be loaded/i.test(String(error)) ? 'page-failed' : 'closed' };
  }
}
