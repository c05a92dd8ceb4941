import { DAY, HOUR, MINUTE } from '@doorstep/shared/time';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Browser } from '../demo-tenant/sign-in-client.ts';
import { type Api, connectExtension } from './extension-client.ts';
import { anotherAdministrator, auditCount, memberOf, signsIn, somebody } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
let ana: { browser: Browser; api: Api };
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
  ana = await anotherAdministrator(workspace, 'ana');
});
afterAll(() => workspace.stop());

/** Days pass here: sessions and connected browsers have ended. */
beforeEach(async () => {
  await workspace.administrator.signIn(`${url}/sign-in`, 'sam');
  await ana.browser.signIn(`${url}/sign-in`, 'ana');
  workspace.api = await connectExtension(url, workspace.administrator);
  ana.api = await connectExtension(url, ana.browser);
});

const SAM = 'sam@contoso.example';
const ANA = 'ana@contoso.example';
async function set(columns: string): Promise<void> {
  const { store } = workspace.deps;
  await store.write([store.db.run(`UPDATE workspace SET ${columns}`)]);
}
const requestOf = async ({ oid }: { oid: string }) =>
  String((await workspace.sql(`SELECT id FROM access_requests WHERE object_id = '${oid}' ORDER BY id DESC LIMIT 1`))[0]!.id);
const stateOf = async (who: { oid: string }) =>
  (await workspace.sql(`SELECT state FROM access_requests WHERE id = '${await requestOf(who)}'`))[0]!.state;
const mailsAbout = async (to: string, text: string) =>
  (await workspace.mailsTo(to)).filter(({ subject, textBody }) => `${subject}\n${textBody}`.includes(text));
const decide = (body: unknown, by: Api = workspace.api) => by('POST', '/access-requests/decide', body);

test('REQ-09: how long a denied person meets a quiet page is a setting; without one they may knock at once, and mails stay bounded', async () => {
  const ivy = somebody(workspace, { name: 'Ivy Quiet' });
  await signsIn(workspace, ivy.key);
  await set('quiet_days = 2');
  await decide({ ids: [await requestOf(ivy)], verdict: 'deny' });
  workspace.clock.advance(2 * DAY - MINUTE);
  expect((await signsIn(workspace, ivy.key)).page.status).toBe(403);
  workspace.clock.advance(MINUTE);
  expect((await signsIn(workspace, ivy.key)).page.url).toBe(`${url}/waiting`);
  expect(await mailsAbout(ANA, 'Ivy Quiet asks')).toHaveLength(2);

  await set('quiet_days = 0');
  for (let time = 0; time < 5; time += 1) {
    await decide({ ids: [await requestOf(ivy)], verdict: 'deny' });
    expect((await signsIn(workspace, ivy.key)).page.url).toBe(`${url}/waiting`);
  }
  expect(await mailsAbout(ANA, 'Ivy Quiet asks')).toHaveLength(2);
  await set('quiet_days = 7');
});

test('REQ-10, ENT-61: the links of the later mails open nothing for a member, and decide nothing for an administrator', async () => {
  await set('escalate_after_hours = 4');
  const ivy = somebody(workspace, { name: 'Ivy Unanswered' });
  await signsIn(workspace, ivy.key);
  workspace.clock.advance(4 * HOUR + MINUTE);
  await workspace.runJobs();
  const [mail, ...more] = await mailsAbout(SAM, 'Ivy Unanswered still waits');
  expect(more).toEqual([]);
  expect(await auditCount(workspace, 'request.escalated', await requestOf(ivy))).toBe(1);

  const member = await memberOf(workspace, somebody(workspace).key);
  const link = /http\S+\/admin\/requests\/\S+/.exec(mail!.textBody)![0];
  const answer = await member.get(link, { follow: true });
  expect(answer.status).toBe(403);
  expect(answer.text).not.toContain('Ivy Unanswered');
  expect(
    (await member.post(`${url}/admin/requests/decide`, { ids: await requestOf(ivy), verdict: 'approve', confirmed: 'yes' }))
      .status,
  ).toBe(403);
  await workspace.administrator.get(link);
  expect(await stateOf(ivy)).toBe('open');

  workspace.clock.advance(DAY);
  await workspace.runJobs();
  expect(await mailsAbout(SAM, 'Ivy Unanswered still waits')).toHaveLength(1);
  await set('escalate_after_hours = NULL');
});

const hostile = ['<img src=x onerror=alert(1)>', '=HYPERLINK("https://evil.example")', '\u202egnp.exe', 'A'.repeat(10_000)];
test.each(hostile.map((text) => [text.slice(0, 30), text]))(
  'REQ-12: a requester whose name and answer are %s is harmless in mail, page and API',
  async (_, text) => {
    await set("question = 'Which team?'");
    const eve = somebody(workspace, { name: text });
    const { browser } = await signsIn(workspace, eve.key);
    await browser.post(`${url}/waiting/reason`, { reason: text.slice(0, 1000), answer: text.slice(0, 1000) });
    const id = await requestOf(eve);
    for (const path of ['/admin/requests', `/admin/requests/${id}`]) {
      const page = await workspace.administrator.get(url + path);
      expect(page.status).toBe(200);
      expect(page.text).not.toMatch(/<img src=x|\u202e|A{1100}/);
    }
    const { status, body } = await workspace.api('GET', `/access-requests/${id}`);
    expect([status, body.question, body.answer]).toEqual([200, 'Which team?', text.slice(0, 1000).trim()]);

    await set('escalate_after_hours = 1');
    workspace.clock.advance(2 * HOUR);
    await workspace.runJobs();
    const about = (await workspace.mailsTo(SAM)).filter(({ textBody }) => textBody.includes(id));
    expect(about).toHaveLength(2);
    for (const { subject, htmlBody, textBody } of about) {
      expect(subject.length).toBeLessThan(160);
      expect(htmlBody).not.toMatch(/<img src=x|href="https:\/\/evil/);
      expect(`${subject}${htmlBody}${textBody}`).not.toMatch(/\u202e|A{1100}/);
    }
    await set('escalate_after_hours = NULL, question = NULL');
    await decide({ ids: [id], verdict: 'deny' });
  },
);

test('REQ-17: who was answered by nobody for 30 days reads so on the page that waits, and asks again by one press', async () => {
  const ivy = somebody(workspace, { name: 'Ivy Forgotten' });
  await signsIn(workspace, ivy.key);
  const first = await requestOf(ivy);
  workspace.clock.advance(30 * DAY - HOUR);
  const { browser, page } = await signsIn(workspace, ivy.key);
  expect(page.url).toBe(`${url}/waiting`);
  workspace.clock.advance(HOUR);
  const ranOut = await browser.get(`${url}/waiting`);
  expect(ranOut.text).toContain('Your request ran out');

  const again = await browser.signIn(`${url}${/href="(\/sign-in)">Ask again/.exec(ranOut.text)![1]}`, ivy.key);
  expect(again.url).toBe(`${url}/waiting`);
  expect(await requestOf(ivy)).not.toBe(first);
  expect(await mailsAbout(ANA, 'Ivy Forgotten asks')).toHaveLength(2);
});

test('ENT-62: of many that both administrators decide at once each is decided once, and who was late sees by whom', async () => {
  const people = Array.from({ length: 12 }, () => somebody(workspace));
  for (const { key } of people) await signsIn(workspace, key);
  const ids = await Promise.all(people.map(requestOf));
  const [mine, hers] = await Promise.all([decide({ ids, verdict: 'approve' }), decide({ ids, verdict: 'deny' }, ana.api)]);

  type One = { id: string; outcome: string; request: { state: string; decidedBy: { name: string } } };
  const results = [...(mine.body.results as One[]), ...(hers.body.results as One[])];
  for (const id of ids) {
    const [won, ...no] = results.filter((one) => one.id === id && one.outcome === 'decided');
    const [lost] = results.filter((one) => one.id === id && one.outcome === 'already-decided');
    expect(no).toEqual([]);
    expect(lost!.request.decidedBy.name).toBe(won!.request.decidedBy.name);
  }
  for (const { address } of people) expect(await workspace.mailsTo(address)).toHaveLength(1);
});

test('MAIL-12: fifty people who knock within an hour are twenty mails and one digest that counts them all', async () => {
  workspace.clock.advance(2 * HOUR);
  await workspace.runJobs();
  const before = (await workspace.mailsTo(SAM)).length;
  for (let knock = 0; knock < 50; knock += 1) await signsIn(workspace, somebody(workspace, { name: `Crowd ${knock}` }).key);
  expect(await workspace.mailsTo(SAM)).toHaveLength(before + 20);
  workspace.clock.advance(HOUR);
  await workspace.runJobs();
  const waiting = (await workspace.api('GET', '/summary')).body.openAccessRequests as number;
  const [digest, ...more] = (await workspace.mailsTo(SAM)).slice(before + 20);
  expect(more).toEqual([]);
  expect(digest!.subject).toContain(`${waiting} people are waiting`);
  expect(digest!.textBody).toContain(`${url}/admin/requests`);
  expect(digest!.textBody).toMatch(/Crowd \d+ \(/);
  expect(digest!.textBody).toContain(`and ${waiting - 10} more`);
});
