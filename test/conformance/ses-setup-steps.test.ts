import { DAY, MINUTE } from '@doorstep/shared/time';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { headingOf, signsIn } from './stories.ts';
import { countOf, stateOf } from './web-visit.ts';
import { type EmptyWorkspace, openEmptyWorkspace } from './workspace.ts';

/** Nothing is connected; only where Postmark's API is stands in the environment. */
const nothing = {
  DOORSTEP_OIDC_ISSUER: undefined,
  DOORSTEP_OIDC_CLIENT_ID: undefined,
  DOORSTEP_OIDC_CLIENT_SECRET: undefined,
  DOORSTEP_MAIL: undefined,
  DOORSTEP_MAIL_FROM: undefined,
  DOORSTEP_POSTMARK_TOKEN: undefined,
};

let workspace: EmptyWorkspace;
let operator: Browser;
beforeEach(async () => {
  workspace = await openEmptyWorkspace({ environment: nothing });
  operator = await withSetUpLink();
});
afterEach(() => workspace.stop());

async function withSetUpLink(): Promise<Browser> {
  const browser = new Browser();
  await browser.get(workspace.setUpLink, { follow: true });
  return browser;
}
const at = (path: string) => `${workspace.url}${path}`;
const opens = (path: string, browser = operator) => browser.get(at(path), { follow: true });
const names = (name = 'Contoso Vault', browser = operator) => browser.post(at('/setup'), { name }, { follow: true });
const inAYear = () => new Date(workspace.clock.now() + 300 * DAY).toISOString().slice(0, 10);
const drafts = (form: Record<string, string> = {}, browser = operator) => {
  const { issuer, clientId, clientSecret } = workspace.tenant;
  const typed = { tenant: issuer, clientId, secret: clientSecret, expires: inAYear(), ...form };
  return browser.post(at('/setup/sign-on/draft'), typed, { follow: true });
};
const tests = (browser = operator) => browser.signIn(at('/setup/sign-on/test'), 'sam');
const switchesOn = async (browser = operator) => {
  const id = /name="id" value="([^"]+)"/.exec((await opens('/setup/sign-on', browser)).text)?.[1] ?? '';
  return browser.post(at('/setup/sign-on/switch-on'), { id }, { follow: true });
};
const mails = (form: Record<string, string> = {}, browser = operator) =>
  browser.post(
    at('/setup/mail/draft'),
    {
      way: 'postmark',
      from: 'door@contoso.example',
      postmarkToken: workspace.tenant.postmarkToken,
      to: 'sam@contoso.example',
      ...form,
    },
    { follow: true },
  );
const mailsOn = async (browser = operator) => {
  const version = /name="version" value="(\d+)"/.exec((await opens('/setup/mail', browser)).text)?.[1] ?? '';
  return browser.post(at('/setup/mail/on'), { version }, { follow: true });
};
const on = async () => [
  await countOf(workspace, "single_sign_on WHERE state = 'on'"),
  await countOf(workspace, "mail_configuration WHERE state = 'on'"),
];

test('SES-16: from nothing to the first administrator by four pages; each step is there again when one comes back', async () => {
  expect((await opens('/setup')).url).toBe(at('/setup/name'));
  expect((await names()).url).toBe(at('/setup/sign-on/configure'));
  expect((await opens('/setup/you')).text).toContain('Nobody can sign in yet');
  await drafts();
  expect(headingOf(await tests())).toBe('The test went well');
  expect((await switchesOn()).url).toBe(at('/setup/mail'));
  expect((await mails()).text).toContain('The test mail has left');
  expect((await workspace.mailsTo('sam@contoso.example')).map((mail) => mail.subject)).toEqual(['Test mail of Contoso Vault']);
  expect((await mailsOn()).url).toBe(at('/setup/you'));
  expect((await opens('/setup')).url).toBe(at('/setup/you'));
  expect(await on()).toEqual([1, 1]);
  const { page } = await signsIn(workspace, 'sam', operator);
  expect(page.url).toBe(at('/welcome'));
  for (const text of ['You are the first administrator.', 'First steps', 'Connect the directory'])
    expect(page.text).toContain(text);
  const hidden = await operator.post(at('/welcome/first-steps/hide'), {}, { follow: true });
  expect(hidden.text).not.toContain('First steps');
});

test('SES-16: the set-up session opens its steps and nothing else', async () => {
  await names();
  const closed = [
    '/admin',
    '/admin/users',
    '/admin/mail',
    '/admin/single-sign-on',
    '/admin/audit',
    '/welcome',
    '/waiting',
    '/api/v1/me',
  ];
  for (const path of closed) expect([path, (await operator.get(at(path))).status]).toEqual([path, 401]);
  for (const path of ['/admin/mail/draft', '/admin/mail/on', '/admin/single-sign-on/draft', '/admin/single-sign-on/switch-on']) {
    expect([path, (await operator.post(at(path), {})).status]).toEqual([path, 401]);
  }
  expect((await operator.post(at('/setup/mail/test'), {})).status).toBe(404); // a test of what is on is for administrators
});

const steps: [method: 'get' | 'post', path: string][] = [
  ...['', '/name', '/sign-on', '/sign-on/configure', '/sign-on/test', '/sign-on/tested', '/mail', '/you'].map(
    (path): ['get', string] => ['get', path],
  ),
  ...[
    '',
    '/sign-on/draft',
    '/sign-on/credentials',
    '/sign-on/discard',
    '/sign-on/switch-on',
    '/mail/draft',
    '/mail/on',
    '/mail/test',
  ].map((path): ['post', string] => ['post', path]),
];

test('SES-16: without the link every step is closed; once an administrator exists, with it, too', async () => {
  await names();
  await drafts();
  await tests();
  const before = await stateOf(workspace);
  const stranger = new Browser();
  for (const [method, path] of steps) {
    const answer =
      method === 'get' ? await stranger.get(at(`/setup${path}`)) : await stranger.post(at(`/setup${path}`), { name: 'Mine' });
    expect([method, path, answer.status]).toEqual([method, path, method === 'get' ? 404 : 403]);
  }
  expect(await stateOf(workspace)).toBe(before);
  const late = await withSetUpLink();
  await switchesOn();
  await signsIn(workspace, 'sam', operator);
  const after = await stateOf(workspace);
  for (const browser of [late, operator, stranger]) {
    for (const [method, path] of steps) {
      const answer =
        method === 'get' ? await browser.get(at(`/setup${path}`)) : await browser.post(at(`/setup${path}`), { name: 'Mine' });
      expect([method, path, answer.status]).toEqual([method, path, 410]);
    }
  }
  expect(await stateOf(workspace)).toBe(after);
});

test('SES-16: a set-up session ends after an hour; the link opens another', async () => {
  await names();
  workspace.clock.advance(61 * MINUTE);
  expect((await opens('/setup/mail')).status).toBe(404);
  expect((await mails()).status).toBe(403);
  await operator.get(workspace.setUpLink, { follow: true });
  expect((await opens('/setup')).url).toBe(at('/setup/sign-on/configure'));
});

test('SES-16: two browsers set up at once: what one has tested the other has changed, so it is not switched on', async () => {
  const other = await withSetUpLink();
  await names();
  await mails();
  const version = /name="version" value="(\d+)"/.exec((await opens('/setup/mail')).text)?.[1] ?? '';
  await mails({ from: 'other@contoso.example' }, other);
  const lost = await operator.post(at('/setup/mail/on'), { version });
  expect([lost.status, await on()]).toEqual([409, [0, 0]]);
  const both = await Promise.all([mailsOn(), mailsOn(other)]);
  expect(both.map((page) => page.status).sort()).toEqual([200, 409]);
  expect(await workspace.sql("SELECT from_address FROM mail_configuration WHERE state = 'on'")).toEqual([
    { from_address: 'other@contoso.example' },
  ]);
});

test('WEB-21: wrong input is named beside its field and what was typed stays; a wrong secret is explained', async () => {
  for (const [name, sentence] of [
    ['', 'Please give the workspace a name.'],
    ['x'.repeat(81), 'keep the name to 80'],
    ['a\u0007b', 'on one line'],
  ] as const) {
    const wrong = await names(name);
    expect([wrong.status, wrong.text.includes(sentence)]).toEqual([422, true]);
  }
  await names();
  const draft = await drafts({ tenant: 'common', clientId: 'abc' });
  expect(draft.status).toBe(422);
  expect(draft.text).toContain('value="common"');
  await drafts({ secret: 'not-the-secret' });
  const failed = await tests();
  expect(headingOf(failed)).toBe('The test failed');
  expect(failed.text).toContain('7000215');
  const { id } = (await workspace.sql('SELECT id FROM single_sign_on'))[0]!;
  expect((await operator.post(at('/setup/sign-on/switch-on'), { id: String(id) })).status).toBe(409);
  const mail = await mails({ to: 'nobody' });
  expect(mail.status).toBe(422);
  expect(mail.text).toContain('value="nobody"');
  expect(mail.text).toContain('Please paste it once more');
  expect((await mails({ postmarkToken: 'wrong' })).text).toContain('Copy the Server API token');
  expect(await on()).toEqual([0, 0]);
});
