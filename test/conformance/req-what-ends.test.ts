import { DAY, HOUR } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectExtension } from './extension-client.ts';
import { guestIn } from './guest-story.ts';
import { invited, isMember, opensLink, somebody } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.stop());

const SAM = 'sam@contoso.example';
const bodiesTo = async (address: string, about: RegExp) =>
  (await workspace.mailsTo(address)).map(({ textBody }) => textBody).filter((text) => about.test(text));
const signInAgain = () => workspace.administrator.signIn(`${workspace.url}/sign-in`, 'sam');

test('an invitation that nobody has used is reminded of once, a day before its end, with the link of its own mail', async () => {
  const ivy = somebody(workspace);
  const { joinUrl } = await invited(workspace, ivy.address);
  workspace.clock.advance(6 * DAY + HOUR);
  await workspace.runJobs();
  workspace.clock.advance(HOUR);
  await workspace.runJobs();
  const reminders = await bodiesTo(ivy.address, /ends soon/);
  expect(reminders).toHaveLength(1);
  expect(reminders[0]).toContain(joinUrl);
  await opensLink(joinUrl, ivy.key);
  expect(await isMember(workspace, ivy)).toBe(true);
});

test('whose access ends is told a week ahead, once; the sponsor opens the link of the mail and renews by one press', async () => {
  const { address, memberId: id } = await guestIn(workspace);
  const end = workspace.clock.now() + 30 * DAY;
  await workspace.sql(`UPDATE members SET access_until = ${end} WHERE id = '${id}'`);
  workspace.clock.advance(23 * DAY - HOUR);
  await workspace.runJobs();
  expect(await bodiesTo(SAM, /still needed/)).toEqual([]);

  workspace.clock.advance(2 * HOUR);
  await workspace.runJobs();
  await workspace.runJobs();
  workspace.clock.advance(DAY);
  await workspace.runJobs();

  expect(await bodiesTo(address, /Your access to Contoso Vault ends soon/)).toHaveLength(1);
  const asked = await bodiesTo(SAM, /still needed/);
  expect(asked).toHaveLength(1);
  const url = /http\S+\/renew/.exec(asked[0]!)![0];
  await signInAgain();
  expect((await workspace.administrator.get(url)).text).toContain('Renew for 90 days');
  const renewed = await workspace.administrator.post(url, { seen: String(end) });
  expect(renewed.status).toBe(303);
  const [member] = await workspace.sql(`SELECT access_until FROM members WHERE id = '${id}'`);
  expect(member).toEqual({ access_until: workspace.clock.now() + 90 * DAY });
});

test('what expires is in the summary, whose ETag changes with it and stays good for a 304, and in /readyz', async () => {
  const { clock, url, deps, sql } = workspace;
  await signInAgain();
  const api = await connectExtension(url, workspace.administrator);
  const readyz = async () => (await (await fetch(`${url}/readyz`)).json()) as { degraded: { part: string; because: string }[] };
  const summary = (etag = '') => api('GET', '/summary', undefined, { 'if-none-match': etag });
  const end = clock.now() + 30 * DAY + HOUR;
  await sql(`UPDATE workspace SET environment_secret_expires_at = ${end}`);
  deps.store.memory.forget(); // as the command that writes the date does
  const before = await summary();
  expect(before.body).toMatchObject({ expiring: null });
  expect((await summary(before.headers.get('etag')!)).status).toBe(304);
  expect((await readyz()).degraded).toEqual([]);

  clock.advance(2 * HOUR);
  const after = await summary(before.headers.get('etag')!);
  expect(after.status).toBe(200);
  expect(after.body).toMatchObject({ expiring: { what: 'client-secret', expiresAt: end } });
  expect((await summary(after.headers.get('etag')!)).status).toBe(304);
  await workspace.runJobs();
  expect(await bodiesTo(SAM, /The client secret of the sign-in expires soon/)).toHaveLength(1);
  expect((await readyz()).degraded).toEqual([{ part: 'sign-in', because: 'the client secret expires within 30 days' }]);
  clock.advance(30 * DAY);
  expect((await readyz()).degraded).toEqual([{ part: 'sign-in', because: 'the client secret has expired' }]);
});
