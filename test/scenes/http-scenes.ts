import { createHash, randomBytes } from 'node:crypto';
import { CHROMIUM_EXTENSION_ID } from '@doorstep/shared/extension-ids';
import { expect } from 'vitest';
import type { DemoTenant } from '../demo-tenant/demo-tenant.ts';
import { Browser, type BrowserResponse } from '../demo-tenant/sign-in-client.ts';
import { until } from '../until.ts';
import { linkIn, PRIYA, REASON, WORKSPACE_NAME } from './scenes.ts';

/** Where the scenes are played: on Node and on the edge alike. `url` is the public URL. */
export interface PlayedWorkspace {
  url: string;
  setUpLink: string;
}

/** The API as the extension speaks it, with its token. */
type Api = (method: 'GET' | 'POST', path: string, body?: object) => Promise<{ status: number; json: Json }>;
// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each looked at once
type Json = any;

/**
 * The five scenes over HTTP alone, in their order, asserting on what everybody sees. Answers every value that must stay secret and was
 * given away on the way: keys, tokens, cookies.
 */
export async function playOverHttp(workspace: PlayedWorkspace, tenant: DemoTenant): Promise<string[]> {
  const secrets = new Set<string>();
  const people: Browser[] = [];
  const someone = () => {
    const browser = new Browser();
    people.push(browser);
    return browser;
  };
  const token = await setUpAndConnect(workspace, someone());
  const api = apiOf(workspace.url, token);
  await inviteAndRedeem(workspace, tenant, api, someone());
  await knockAndApprove(workspace, api, someone());
  await wrongAccount(workspace, tenant, api, someone(), someone());
  await otherTenant(workspace, api, someone());
  for (const mail of tenant.mails().filter(({ textBody }) => textBody.includes('?key=')))
    secrets.add(new URL(linkIn(mail)).searchParams.get('key')!);
  for (const browser of people) for (const { value } of browser.cookies.of(workspace.url)) secrets.add(value);
  return [token, ...secrets];
}

async function setUpAndConnect({ url, setUpLink }: PlayedWorkspace, sam: Browser): Promise<string> {
  sees(await sam.get(setUpLink, { follow: true }), 200, 'Set up this workspace');
  const named = await sam.post(`${url}/setup`, { name: WORKSPACE_NAME }, { follow: true });
  sees(named, 200, 'Sign in with Microsoft');
  sees(await sam.signIn(`${url}/sign-in`, 'sam'), 200, 'You are the first administrator.');
  sees(await sam.get(setUpLink, { follow: true }), 410, 'This workspace is set up');
  return connect(url, sam);
}

/** RFC 6749 and 7636, as the extension does it. */
async function connect(url: string, sam: Browser): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const redirectUri = `https://${CHROMIUM_EXTENSION_ID}.chromiumapp.org/`;
  const request = {
    response_type: 'code',
    client_id: CHROMIUM_EXTENSION_ID,
    redirect_uri: redirectUri,
    state: randomBytes(32).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  sees(await sam.get(`${url}/connect/authorize?${new URLSearchParams(request)}`), 200, 'Connect this browser?');
  const landed = await sam.post(`${url}/connect/authorize`, { ...request, answer: 'connect' });
  const landing = new URL(landed.location!);
  expect(landing.origin + landing.pathname).toBe(redirectUri);
  expect(landing.searchParams.get('state')).toBe(request.state);
  const answer = await fetch(`${url}/connect/token`, {
    method: 'POST',
    headers: { origin: `chrome-extension://${CHROMIUM_EXTENSION_ID}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: landing.searchParams.get('code')!,
      redirect_uri: redirectUri,
      client_id: CHROMIUM_EXTENSION_ID,
      code_verifier: verifier,
    }),
  });
  expect(answer.status).toBe(200);
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return token;
}

async function inviteAndRedeem({ url }: PlayedWorkspace, tenant: DemoTenant, api: Api, mia: Browser): Promise<void> {
  expect((await api('GET', '/me')).json).toMatchObject({ name: 'Sam Okafor', role: 'administrator' });
  const mail = await invite(tenant, api, 'mia@contoso.example');
  const shown = await mia.get(linkIn(mail), { follow: true });
  sees(shown, 200, 'invited you to', 'mia@contoso.example');
  expect(shown.url).not.toContain('key=');
  expect(await memberNames(api)).toEqual(['Sam Okafor']);
  const arrived = await mia.signIn(`${url}/sign-in?invitation=${idIn(shown)}`, 'mia');
  sees(arrived, 200, 'You are in,');
  expect(arrived.url).toBe(`${url}/welcome`);
  expect(await memberNames(api)).toEqual(['Mia Novák', 'Sam Okafor']);
}

async function knockAndApprove({ url }: PlayedWorkspace, api: Api, ana: Browser): Promise<void> {
  expect((await ana.signIn(`${url}/sign-in`, 'ana')).url).toBe(`${url}/waiting`);
  sees(
    await ana.post(`${url}/waiting/reason`, { reason: REASON }, { follow: true }),
    200,
    'Administrators have been told',
    REASON,
  );
  await until('the request in the summary', async () => (await summary(api)).openAccessRequests === 1);
  const { items } = (await api('GET', '/access-requests?state=open')).json;
  expect(items).toMatchObject([{ name: 'Ana Lima', why: 'no-invitation', reason: REASON }]);
  const approved = await api('POST', `/access-requests/${items[0].id}/approve`, {});
  expect(approved).toMatchObject({ status: 200, json: { state: 'approved', decidedBy: { name: 'Sam Okafor' } } });
  sees(await ana.get(`${url}/waiting`, { follow: true }), 200, 'An administrator let you in.');
  await until('an empty badge', async () => (await summary(api)).openAccessRequests === 0);
  expect(await memberNames(api)).toContain('Ana Lima');
}

async function wrongAccount({ url }: PlayedWorkspace, tenant: DemoTenant, api: Api, ben: Browser, priya: Browser): Promise<void> {
  tenant.addPerson({ key: PRIYA.key, name: PRIYA.name });
  const mail = await invite(tenant, api, PRIYA.address);
  const id = idIn(await ben.get(linkIn(mail), { follow: true }));
  const refused = await ben.signIn(`${url}/sign-in?invitation=${id}`, 'ben');
  sees(refused, 403, 'That is another account', 'ben@contoso.example', 'p•••@contoso.example');
  expect(refused.text).not.toContain(PRIYA.address);
  expect((await api('GET', `/invitations/${id}`)).json).toMatchObject({ state: 'pending', memberId: null });
  expect(await memberNames(api)).not.toContain('Ben Walsh');
  await priya.get(linkIn(mail), { follow: true });
  sees(await priya.signIn(`${url}/sign-in?invitation=${id}`, PRIYA.key), 200, 'You are in,');
  expect((await api('GET', `/invitations/${id}`)).json).toMatchObject({ state: 'redeemed' });
}

async function otherTenant({ url }: PlayedWorkspace, api: Api, olga: Browser): Promise<void> {
  const before = await recorded(api);
  sees(await olga.signIn(`${url}/sign-in`, 'olga'), 403, 'That account is from somewhere else');
  expect(olga.cookies.of(url)).toEqual([]);
  expect(await recorded(api)).toEqual(before);
}

async function recorded(api: Api) {
  const lists = await Promise.all(['/members', '/access-requests', '/invitations'].map((path) => api('GET', path)));
  return lists.map(({ json }) => json.items.map(({ lastSeenAt: _, ...item }: Json) => item));
}

/** Invites one address and answers the mail that arrives. */
async function invite(tenant: DemoTenant, api: Api, email: string) {
  const body = { recipients: [{ email }] };
  expect((await api('POST', '/invitation-batches/preview', body)).json.rows).toMatchObject([{ plan: 'invite', address: email }]);
  expect(await api('POST', '/invitation-batches', body)).toMatchObject({ status: 202, json: { counts: { invite: 1 } } });
  return until(`a mail to ${email}`, () => tenant.mails().find(({ to }) => to === email));
}

const summary = async (api: Api): Promise<Json> => (await api('GET', '/summary')).json;
const memberNames = async (api: Api): Promise<string[]> =>
  (await api('GET', '/members')).json.items.map((one: Json) => one.name).sort();

/** The invitation's id, from the address of its page. */
const idIn = (page: BrowserResponse): string => new URL(page.url).pathname.split('/').at(-1)!;

function sees(page: BrowserResponse, status: number, ...texts: string[]): void {
  expect([page.status, page.url]).toEqual([status, page.url]);
  for (const text of texts) expect(page.text).toContain(text);
}

const apiOf =
  (url: string, token: string): Api =>
  async (method, path, body) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        origin: `chrome-extension://${CHROMIUM_EXTENSION_ID}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, json: await answer.json() };
  };
