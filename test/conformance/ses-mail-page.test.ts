import { once } from 'node:events';
import { MINUTE } from '@doorstep/shared/time';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Browser } from '../demo-tenant/sign-in-client.ts';
import { countOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** Mail is configured on the page: only where Postmark's API is stands in the environment. */
const onThePage = { DOORSTEP_MAIL: undefined, DOORSTEP_MAIL_FROM: undefined, DOORSTEP_POSTMARK_TOKEN: undefined };

let workspace: Workspace;
let sam: Browser;
beforeEach(async () => {
  workspace = await openWorkspace({ environment: onThePage });
  sam = workspace.administrator;
});
afterEach(() => workspace.stop());

const fresh = () => sam.signIn(`${workspace.url}/sign-in?fresh`, 'sam');
const draft = (form: Record<string, string> = {}) =>
  sam.post(`${workspace.url}/admin/mail/draft`, {
    way: 'postmark',
    from: 'door@contoso.example',
    postmarkToken: workspace.tenant.postmarkToken,
    ...form,
  });
const smtp = (form: Record<string, string> = {}) =>
  draft({
    way: 'smtp',
    smtpHost: '127.0.0.1',
    smtpPort: '1',
    smtpSecurity: 'starttls',
    smtpUser: 'door',
    smtpPassword: 'pa ss/word?',
    ...form,
  });
const versionOn = (text: string) => /name="version" value="(\d+)"/.exec(text)?.[1] ?? '';
const page = (query = '') => sam.get(`${workspace.url}/admin/mail${query}`);
const switchOn = (version: string) => sam.post(`${workspace.url}/admin/mail/on`, { version });
const on = async () => (await workspace.sql("SELECT transport FROM mail_configuration WHERE state = 'on'"))[0]?.transport ?? null;

test('SES-13: mail is configured on its page: a tested draft is switched on after a fresh sign-in, and invitations leave by it', async () => {
  expect((await page()).text).toContain('Preview: nothing leaves this server');
  await fresh();
  expect((await draft()).status).toBe(303);
  const [test] = await workspace.mailsTo('sam@contoso.example');
  expect(test).toMatchObject({ subject: 'Test mail of Contoso Vault', from: '"Contoso Vault" <door@contoso.example>' });
  const version = versionOn((await page()).text);
  workspace.clock.advance(11 * MINUTE);
  const stale = await switchOn(version);
  expect([stale.status, await on()]).toEqual([403, null]);
  await fresh();
  const done = await switchOn(version);
  expect([done.status, done.location]).toEqual([303, `${workspace.url}/admin/mail?done=mail-switched-on`]);
  await workspace.api('POST', '/invitation-batches', { recipients: [{ email: 'mia@contoso.example' }] });
  expect(await workspace.mailsTo('mia@contoso.example')).toHaveLength(1);
  expect((await page()).text).toContain('By Postmark');
});

test('SES-13: the server connects nowhere for who has not signed in freshly; what was typed waits, the secret sealed for its way', async () => {
  const token = workspace.tenant.postmarkToken;
  const stale = await draft();
  expect([stale.status, stale.text.includes('Please sign in once more'), stale.text.includes(token)]).toEqual([403, true, false]);
  expect([await countOf(workspace, 'mail_configuration'), await workspace.mailsTo('sam@contoso.example')]).toEqual([0, []]);
  const kept = /name="kept" value="([^"]+)"/.exec(stale.text)![1]!;
  await fresh();
  const asPassword = await smtp({ smtpHost: 'localhost', smtpPassword: '', kept });
  expect(asPassword.text).toContain('is missing: it is kept only for the host and user it was typed for');
  expect((await draft({ postmarkToken: '', kept })).status).toBe(303);
  expect(await workspace.mailsTo('sam@contoso.example')).toHaveLength(1);
});

test('SES-13: what was not tested, or was changed since, is not switched on', async () => {
  await fresh();
  const wrong = await draft({ postmarkToken: 'not-the-token' });
  expect(wrong.status).toBe(422);
  expect((await switchOn('1')).status).toBe(409);
  const { changed_at: untested } = (await workspace.sql("SELECT changed_at FROM mail_configuration WHERE state = 'draft'"))[0]!;
  expect((await switchOn(String(untested))).status).toBe(409);
  await draft();
  const tested = versionOn((await page()).text);
  await draft({ from: 'other@contoso.example' });
  expect((await switchOn(tested)).status).toBe(409); // somebody saved meanwhile, even within the same millisecond
  expect(await on()).toBe(null);
  expect((await switchOn(versionOn((await page()).text))).status).toBe(303);
});

test('REQ-15: what the provider answers is quoted in full and explained beside its field, and no secret is shown', async () => {
  await fresh();
  const wrong = await draft({ postmarkToken: 'not-the-token' });
  expect(wrong.text).toContain('The Server Token you provided in the X-Postmark-Server-Token request header was invalid.');
  expect(wrong.text).toContain('ErrorCode 10');
  expect(wrong.text).toContain('Copy the Server API token');
  expect(wrong.text).toMatch(/id="postmarkToken-error"/);
  expect(wrong.text).toContain('value="door@contoso.example"');
  expect(wrong.text).not.toContain('not-the-token');
  workspace.tenant.faults.postmark = { errorCode: 412 };
  expect((await draft()).text).toContain('waits for its approval');
  workspace.tenant.faults.postmark = { forAddress: { 'sam@contoso.example': 406 } };
  const inactive = await draft();
  expect(inactive.text).toContain('The recipient sam@contoso.example is refused.');
  expect(inactive.text).toContain('Suppressions');
  const kept = JSON.stringify([await workspace.sql('SELECT * FROM audit_events'), workspace.log]);
  for (const secret of ['not-the-token', workspace.tenant.postmarkToken, 'is refused']) expect(kept).not.toContain(secret);
});

test('SES-13: an SMTP server that does not answer is explained; its password goes to no other host', async () => {
  await fresh();
  const refused = await smtp();
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('ECONNREFUSED');
  expect(refused.text).toContain('nothing listens on this port');
  expect(refused.text).not.toContain('pa ss');
  const elsewhere = await smtp({ smtpHost: 'localhost', smtpPassword: '' });
  expect(elsewhere.text).toContain('it is kept only for the host and user it was typed for');
  const again = await smtp({ smtpPassword: '' });
  expect(again.text).toContain('ECONNREFUSED');
  expect((await smtp({ smtpHost: 'no-such-host.invalid' })).text).toContain('No server has this name');
});

test('AUD-06: a mail server that echoes the password, as typed or as it travels, shows it to nobody', async () => {
  await fresh();
  const password = 'pä ss/word?';
  const plain = Buffer.from(`\0door\0${password}`).toString('base64');
  const login = Buffer.from(password).toString('base64');
  const echo = `refused: ${password} <b>${plain}</b> ${login}`;
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onAuth: (_auth, _session, then) => then(Object.assign(new Error(echo), { responseCode: 535 })),
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as { port: number };
  const answer = await smtp({ smtpPort: String(port), smtpPassword: password });
  server.close();
  expect(answer.text).toContain('refused: ••• &lt;b&gt;•••&lt;/b&gt; •••');
  const everywhere = answer.text + JSON.stringify([await workspace.sql('SELECT * FROM audit_events'), workspace.log]);
  for (const secret of [password, plain, login]) expect(everywhere).not.toContain(secret);
});

test('WEB-21: wrong fields are named beside them and what was typed stays; nothing is saved', async () => {
  await fresh();
  const wrong: [Record<string, string>, string][] = [
    [{ from: 'door' }, 'has no @'],
    [{ postmarkToken: '' }, 'is missing: paste the Server API token'],
    [{ postmarkToken: 'POSTMARK_API_TEST' }, 'is the test token'],
    [{ postmarkToken: 'two words' }, 'copy it once more'],
    [{ postmarkToken: '\ud800' }, 'copy it once more'],
  ];
  for (const [form, sentence] of wrong) {
    const answer = await draft(form);
    expect([answer.status, answer.text.includes(sentence)], sentence).toEqual([422, true]);
    expect(answer.text).toContain(`value="${form.from ?? 'door@contoso.example'}"`);
  }
  const hosts = [
    '',
    'smtp://mail.example.com',
    'mail.example.com:587',
    'a b',
    'user@host',
    '%00',
    'x'.repeat(300),
    '[::1',
    '\u202e',
  ];
  for (const smtpHost of hosts) expect((await smtp({ smtpHost })).text, smtpHost).toContain('must be a host name');
  for (const smtpPort of ['', '0', '65536', '-1', '1e3'])
    expect((await smtp({ smtpPort })).text).toContain('must be a number from 1 to 65535');
  expect((await smtp({ smtpSecurity: 'none' })).text).toContain('must be one of those offered');
  expect((await smtp({ smtpPassword: 'a\nb' })).text).toContain('must be one line');
  expect(await countOf(workspace, 'mail_configuration')).toBe(0);
});

test('REQ-15: mails that waited for a refused token go out with the new configuration', async () => {
  await fresh();
  await draft();
  await switchOn(versionOn((await page()).text));
  workspace.tenant.faults.postmark = { status: 401, errorCode: 10 };
  await workspace.api('POST', '/invitation-batches', { recipients: [{ email: 'mia@contoso.example' }] });
  expect(await workspace.mailsTo('mia@contoso.example')).toEqual([]);
  expect((await page()).text).toContain('Stopped: mails wait');
  workspace.tenant.faults.postmark = {};
  await draft();
  await switchOn(versionOn((await page()).text));
  expect(await workspace.mailsTo('mia@contoso.example')).toHaveLength(1);
  expect((await page()).text).toContain('By Postmark');
});

test('REQ-15: a configuration that was sealed with another secret keeps mails waiting, and the page says so', async () => {
  await fresh();
  await draft();
  await switchOn(versionOn((await page()).text));
  const { store } = workspace.deps;
  await store.write([store.db.run("UPDATE mail_configuration SET sealed = 'of another secret'")]);
  await workspace.api('POST', '/invitation-batches', { recipients: [{ email: 'mia@contoso.example' }] });
  expect(await workspace.mailsTo('mia@contoso.example')).toEqual([]);
  expect((await page()).text).toContain('sealed with another secret');
  await draft();
  await switchOn(versionOn((await page()).text));
  expect(await workspace.mailsTo('mia@contoso.example')).toHaveLength(1);
});
