import { members } from '@doorstep/server/store/schema';
import { CHROMIUM_EXTENSION_ID } from '@doorstep/shared/extension-ids';
import { beforeAll, expect, it } from 'vitest';
import { type Api, connectExtension, EXTENSION_ORIGIN } from '../conformance/extension-client.ts';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { buildServer, doorstep, freePort } from '../operations/server-process.ts';
import { until } from '../until.ts';
import { type EdgeWorkspace, openEdgeWorkspace, openLink, setUp } from './edge-workspace.ts';
import type { Workerd } from './workerd.ts';

let workspace: EdgeWorkspace;
let edge: Workerd;
let node: { url: string };
let administrator: Browser;
let api: Api;

beforeAll(async () => {
  await buildServer();
  workspace = await openEdgeWorkspace();
  [edge, node] = await Promise.all([workspace.startEdge(), workspace.startNode()]);
  ({ administrator, api } = await setUp(workspace, edge.url));
  return () => workspace.stop();
}, 60_000);

const atNode = (path: string, token = api.token) =>
  fetch(`${node.url}/api/v1${path}`, { headers: { origin: EXTENSION_ORIGIN, authorization: `Bearer ${token}` } });

it('a database that asks for a token is not opened without one', async () => {
  const port = await freePort();
  const without = { ...workspace.variables, DOORSTEP_DATABASE_TOKEN: undefined, DOORSTEP_LISTEN: `127.0.0.1:${port}` };
  const { code, stderr } = await doorstep(['serve'], without);
  expect(code).toBe(1);
  expect(stderr).toContain('DOORSTEP_DATABASE_URL cannot be used');
});

it('SES-04: who is disconnected at one server is out at the other a second later', async () => {
  const second = await connectExtension(edge.url, administrator);
  expect((await atNode('/me', second.token)).status).toBe(200);
  await fetch(`${edge.url}/connect/revoke`, {
    method: 'POST',
    headers: { origin: EXTENSION_ORIGIN },
    body: new URLSearchParams({ token: second.token, client_id: CHROMIUM_EXTENSION_ID }),
  });
  expect((await second('GET', '/me')).status).toBe(401);
  const since = Date.now();
  await until('the other server knows it', async () => (await atNode('/me', second.token)).status === 401);
  expect(Date.now() - since).toBeLessThan(1200);
});

it('what one server changes the other shows within a second', async () => {
  const open = async (): Promise<number> => (await (await atNode('/summary')).json()).openAccessRequests;
  expect(await open()).toBe(0);
  const ana = new Browser();
  await ana.signIn(`${edge.url}/sign-in`, 'ana');
  const since = Date.now();
  await until('the other server counts the request', async () => (await open()) === 1);
  expect(Date.now() - since).toBeLessThan(1200);
});

it('INV-06: of two redemptions of one key, at a server of each runtime, one makes a member', async () => {
  for (const round of [1, 2, 3, 4]) {
    const email = `twin-${round}@contoso.example`;
    const twins = [`one-${round}`, `other-${round}`].map((key) => workspace.tenant.addPerson({ key, email }));
    expect((await api('POST', '/invitation-batches', { recipients: [{ email }] })).status).toBe(202);
    const joinUrl = new URL(await workspace.joinUrlFor(email));
    const callbacks = await Promise.all(
      [edge.url, node.url].map((url, at) => upToCallback(url + joinUrl.pathname + joinUrl.search, twins[at]!.key)),
    );
    await Promise.all(callbacks.map(({ browser, callback }) => browser.get(callback, { follow: true })));

    const came = await workspace.store.db.select().from(members);
    expect(came.filter((member) => twins.some((twin) => twin.oid === member.objectId))).toHaveLength(1);
    const { body } = await api('GET', '/invitations?state=redeemed');
    expect(body.items.filter((one: { address: string }) => one.address === email)).toHaveLength(1);
  }
});

it('the scheduled minute seals the audit', async () => {
  const unsealed = () => workspace.store.db.all<{ n: number }>('SELECT count(*) AS n FROM audit_events WHERE seq IS NULL');
  // The server on Node has the same database and may have taken the minute's turn, which leaves the newest rows to the next.
  await until('no row is unsealed', async () => {
    await workspace.store.db.run(`UPDATE leases SET until = 0 WHERE name = 'minute'`);
    await edge.scheduledMinute();
    return (await unsealed())[0]!.n === 0;
  });
});

it('a database that dies under a request is a 503 on both runtimes, and is served again when it is back', async () => {
  await workspace.database.kill();
  await until('the outage shows', async () => (await administrator.get(`${edge.url}/welcome`)).status === 503);
  expect((await fetch(`${node.url}/welcome`)).status).toBe(401); // a stranger is told to sign in by what is remembered
  for (const { url } of [edge, node]) {
    const visit = await fetch(`${url}/api/v1/members`, {
      headers: { origin: EXTENSION_ORIGIN, authorization: `Bearer ${api.token}` },
    });
    expect(visit.status).toBe(503);
    expect(visit.headers.get('retry-after')).toBe('5');
    expect(await visit.json()).toMatchObject({ type: '/problems/unavailable' });
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  }
  await workspace.database.start();
  await until('the edge is ready', async () => (await fetch(`${edge.url}/readyz`)).status === 200);
  expect((await api('GET', '/me')).status).toBe(200);
  expect((await atNode('/me')).status).toBe(200);
  expect(edge.logged()).not.toContain(api.token);
});

/** Up to the moment before the redemption. */
async function upToCallback(joinUrl: string, person: string) {
  const browser = new Browser();
  const toProvider = await browser.get(await openLink(browser, joinUrl));
  return { browser, callback: await browser.signInAt(toProvider.location!, person) };
}
