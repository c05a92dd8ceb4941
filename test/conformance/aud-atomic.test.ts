import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { authorization, codeOf, requestToken } from './extension-client.ts';
import { invited, memberOf, opensLink, signInLinkOf, signsIn } from './stories.ts';
import { countOf, stateOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
});
afterAll(() => workspace.stop());

/** While this lasts no audit row can be written. */
async function withoutAudit<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  const { sql } = workspace;
  await sql("CREATE TRIGGER no_audit BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'no audit'); END");
  try {
    return await act();
  } finally {
    await sql('DROP TRIGGER no_audit');
    workspace.deps.store.memory.forget();
  }
}

/** Each arranges what it needs and answers the press of the button. */
type Arranged = () => Promise<{ status: number }>;
const commands: [string, () => Promise<Arranged>][] = [
  ['invite', async () => () => workspace.api('POST', '/invitation-batches', { recipients: [{ email: 'a@contoso.example' }] })],
  ['resend', async () => onInvitation('resend')],
  ['revoke', async () => onInvitation('revoke')],
  ['decline', async () => decline()],
  ['redeem', async () => redeem()],
  ['sign in', async () => signInAgain()],
  ['knock', async () => knock('aud-knock')],
  ['approve', async () => onRequest('approve')],
  ['deny', async () => onRequest('deny')],
  ['give a reason', async () => onWaiting('reason')],
  ['withdraw', async () => onWaiting('withdraw')],
  ['sign out', async () => signOut('/sign-out')],
  ['sign out everywhere', async () => signOut('/sign-out/everywhere')],
  ['connect', async () => connect()],
  ['disconnect', async () => disconnect()],
];

test.each(commands)('AUD-02, AUD-05: %s: without its audit row nothing happens', async (_, arrange) => {
  const press = await arrange();
  await workspace.runJobs();
  const [before, audited] = [await stateOf(workspace), await countOf(workspace, 'audit_events')];
  const refused = await withoutAudit(press);
  expect(refused.status).toBeGreaterThanOrEqual(500);
  expect(await stateOf(workspace)).toBe(before);
  expect(await countOf(workspace, 'audit_events')).toBe(audited);
});

async function onInvitation(verb: 'resend' | 'revoke'): Promise<Arranged> {
  const { id } = await invited(workspace, `${verb}@contoso.example`);
  return () => workspace.api('POST', `/invitations/${id}/${verb}`);
}

async function decline(): Promise<Arranged> {
  const { id, joinUrl } = await invited(workspace, 'decline@contoso.example');
  const browser = new Browser();
  await browser.get(joinUrl, { follow: true });
  return () => browser.post(`${url}/join/${id}/decline`, {});
}

async function redeem(): Promise<Arranged> {
  workspace.tenant.addPerson({ key: 'redeems' });
  const { joinUrl } = await invited(workspace, 'redeems@contoso.example');
  const browser = new Browser();
  const away = await browser.get(signInLinkOf(await browser.get(joinUrl, { follow: true })));
  return at(browser, away.location!, 'redeems');
}

async function signInAgain(): Promise<Arranged> {
  const browser = await memberOf(workspace, 'mia');
  return at(browser, (await browser.get(`${url}/sign-in`)).location!, 'mia');
}

async function knock(key: string): Promise<Arranged> {
  workspace.tenant.addPerson({ key });
  const browser = new Browser();
  return at(browser, (await browser.get(`${url}/sign-in`)).location!, key);
}

async function at(browser: Browser, authorizationUrl: string, person: string): Promise<Arranged> {
  const callback = await new Browser().signInAt(authorizationUrl, person);
  return () => browser.get(callback);
}

async function waits(key: string): Promise<{ id: string; browser: Browser }> {
  workspace.tenant.addPerson({ key });
  const { browser } = await signsIn(workspace, key);
  return { id: (await workspace.api('GET', '/access-requests?state=open')).body.items[0].id, browser };
}

async function onRequest(verb: 'approve' | 'deny'): Promise<Arranged> {
  const { id } = await waits(`to-${verb}`);
  return () => workspace.api('POST', `/access-requests/${id}/${verb}`, {});
}

async function onWaiting(verb: 'reason' | 'withdraw'): Promise<Arranged> {
  const { browser } = await waits(`waits-${verb}`);
  return () => browser.post(`${url}/waiting/${verb}`, { reason: 'New here' });
}

async function signOut(path: string): Promise<Arranged> {
  const key = `leaves${path.length}`;
  workspace.tenant.addPerson({ key });
  const { joinUrl } = await invited(workspace, `${key}@contoso.example`);
  const { browser } = await opensLink(joinUrl, key);
  return () => browser.post(url + path, {});
}

async function connect(): Promise<Arranged> {
  const { verifier, query } = authorization();
  const code = codeOf(await workspace.administrator.post(`${url}/connect/authorize`, query));
  return () => requestToken(url, { code, code_verifier: verifier });
}

async function disconnect(): Promise<Arranged> {
  const { connectedBrowser } = (await workspace.api('GET', '/me')).body;
  return () => workspace.api('DELETE', `/connected-browsers/${connectedBrowser.id}`);
}
