import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { authorization, codeOf, requestToken } from './extension-client.ts';
import { invited, opensLink, signInLinkOf, signsIn } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
/** Everything secret that the story below made, by what it is. */
const secrets = new Map<string, string>();
beforeAll(async () => {
  workspace = await openWorkspace();
  await live();
});
afterAll(() => workspace.stop());

/** A busy day: keys, codes, tokens, cookies, in good and in bad requests. */
async function live(): Promise<void> {
  const { url, api, administrator, tenant } = workspace;
  secrets.set('set-up token', new URL(workspace.setUpLink).searchParams.get('token')!);
  secrets.set('extension token', api.token);
  secrets.set('client secret', tenant.clientSecret);
  secrets.set('Postmark token', tenant.postmarkToken);
  secrets.set('root secret', readFileSync(`${workspace.dataDir}/secret`, 'utf8').trim());

  const one = await invited(workspace, 'mia@contoso.example', { note: 'canary note' });
  const two = await invited(workspace, 'ana@contoso.example');
  secrets.set('redeemed key', one.key).set('pending key', two.key);
  const mia = await opensLink(one.joinUrl, 'mia');
  await signsIn(workspace, 'ben');
  await new Browser().post(`${url}/join`, { id: two.id, key: two.key.toUpperCase().replaceAll('-', ' ') });
  await new Browser().get(`${url}/join/${two.id}?key=${two.key.slice(0, -1)}`);

  const late = new Browser();
  const away = await late.get(signInLinkOf(await late.get(two.joinUrl, { follow: true })));
  for (const name of ['state', 'nonce', 'code_challenge']) secrets.set(name, new URL(away.location!).searchParams.get(name)!);
  const callback = await new Browser().signInAt(away.location!, 'jo');
  secrets.set('authorization code', new URL(callback).searchParams.get('code')!);
  await late.get(callback, { follow: true });

  const { verifier, query } = authorization();
  const code = codeOf(await administrator.post(`${url}/connect/authorize`, query));
  secrets.set('connect code', code).set('connect verifier', verifier);
  for (let use = 0; use < 2; use += 1) await requestToken(url, { code, code_verifier: verifier });
  await api('GET', '/me', undefined, { origin: 'https://evil.example' });
  await fetch(`${url}/nowhere?token=${api.token}`, { headers: { cookie: `session=${api.token}` } });
  await breakSomething();

  const browsers = { administrator, mia: mia.browser, late };
  for (const [name, browser] of Object.entries(browsers)) {
    for (const cookie of browser.cookies.of(url)) secrets.set(`${name}: ${cookie.name}`, cookie.value);
  }
  await workspace.runJobs();
}

/** Errors of the database repeat what was sent: their lines in the log are looked at like all others. */
async function breakSomething(): Promise<void> {
  const { sql, url, administrator } = workspace;
  await sql("CREATE TRIGGER broken BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'broken'); END");
  await administrator.post(`${url}/sign-out`, {});
  await signsIn(workspace, 'sam', new Browser());
  await sql('DROP TRIGGER broken');
  workspace.deps.store.memory.forget();
}

/** As it stands, without its separators, in other case, percent-encoded: what somebody would search for. */
const forms = (secret: string) => [
  secret,
  secret.replaceAll('-', ''),
  secret.toUpperCase(),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
];

function hits(text: string): string[] {
  return [...secrets]
    .filter(([, secret]) => forms(secret).some((form) => form.length >= 16 && text.includes(form)))
    .map(([name]) => name);
}

test('AUD-06: the story made enough secrets to look for', () => {
  expect(secrets.size).toBeGreaterThan(15);
  expect([...secrets.values()].filter((secret) => secret.length < 16)).toEqual([]);
  expect(hits(`x${secrets.get('pending key')}x`)).toEqual(['pending key']); // the search finds what is there
});

test('AUD-06, INV-34: neither the database file nor its WAL holds a key, code, token, cookie or secret', () => {
  const files = readdirSync(workspace.dataDir).filter((name) => name.startsWith('doorstep.db'));
  expect(files).toEqual(expect.arrayContaining(['doorstep.db', 'doorstep.db-wal']));
  for (const name of files) expect([name, hits(readFileSync(`${workspace.dataDir}/${name}`, 'latin1'))]).toEqual([name, []]);
});

test('AUD-06: no line of the log holds one, errors included', () => {
  const text = workspace.log.join('\n');
  expect(text).toContain('unexpected error');
  expect(hits(text)).toEqual([]);
  expect(text).not.toMatch(/canary note|contoso\.example|\?key=|Bearer /);
});

test('AUD-06: audit rows hold ids and facts, no name, address or mail body', async () => {
  const rows = JSON.stringify(await workspace.sql('SELECT * FROM audit_events'));
  expect(hits(rows)).toEqual([]);
  expect(rows).not.toMatch(/@contoso|@northwind|Okafor|Walsh|canary note/);
});

test('AUD-06: the API and the pages of an administrator show none, either (INV-19)', async () => {
  const { api, administrator, url } = workspace;
  await signsIn(workspace, 'sam', administrator);
  const paths = ['/invitations', '/access-requests', '/members', '/connected-browsers', '/me', '/summary', '/openapi.json'];
  const answers = await Promise.all(paths.map(async (path) => (await api('GET', path)).text));
  const pages = [
    '/admin/users',
    '/admin/invitations',
    '/admin/requests',
    '/admin/browsers',
    '/admin/audit',
    '/welcome',
    '/waiting',
  ];
  for (const path of pages) answers.push((await administrator.get(url + path)).text);
  expect(hits(answers.join('\n'))).toEqual([]);
});
