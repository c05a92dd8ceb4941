import { MINUTE } from '@doorstep/shared/time';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Form } from '../demo-tenant/sign-in-client.ts';
import { runTrack, syncOnce } from './dir-sync-story.ts';
import { opensLink } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

// The directory as an administrator meets it: on pages alone, without a script.

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace();
  workspace.nudges(false);
});
afterEach(() => workspace.stop());

const page = async (path: string) => (await workspace.administrator.get(workspace.url + path)).text;
const press = (path: string, form: Form = { pressed: 'yes' }) => workspace.administrator.post(workspace.url + path, form);
const required = async () => Number(/Invitation required<\/span><b>([\d,]+)<\/b>/.exec(await page('/admin/users'))?.[1]);

/** The wizard's form as a browser sends it: what is hidden, ticked or typed, and a button. */
function wizard(text: string, button: string, more: [string, string][] = []): URLSearchParams {
  const form = text.slice(text.indexOf('<form class="stack"'));
  const tags = (form.match(/<input[^>]*>/g) ?? []).filter((tag) => !tag.includes('"checkbox"') || / checked/.test(tag));
  const part = (tag: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  const fields = tags.filter((tag) => !/ disabled/.test(tag)).map((tag) => [part(tag, 'name'), part(tag, 'value')]);
  const others = fields.filter(([name]) => !more.some(([typed]) => typed === name));
  return new URLSearchParams([...others, ...more, ['do', button]]);
}
const go = async (text: string, button: string, more: [string, string][] = []) =>
  (await press('/admin/invitations/new', wizard(text, button, more))).text;

async function connectOnThePage(): Promise<void> {
  const { administrator, url } = workspace;
  await administrator.signIn(`${url}/sign-in?fresh`, 'sam');
  await press('/admin/directory/connect');
  await syncOnce(workspace);
}

test('SES-13: connected on a page after a fresh sign-in; the first round is told there, and the widget counts who is missing', async () => {
  expect(await page('/admin/users')).toContain('Connect the directory');
  const { administrator, url, clock, tenant } = workspace;
  clock.advance(11 * MINUTE);
  expect((await press('/admin/directory/connect')).status).toBe(403);
  await administrator.signIn(`${url}/sign-in?fresh`, 'sam');
  await press('/admin/directory/connect');
  await runTrack(workspace);
  const text = await page('/admin/directory');
  expect(text).toContain('in step');
  expect(text).toContain(`<dt>People</dt><dd>${tenant.directory.users.present}</dd>`);
  expect(await required()).toBeGreaterThan(20);
});

test('a newcomer in the directory is one more in the widget, the wizard and the API, after *Sync now*', async () => {
  await connectOnThePage();
  const before = await required();
  const { tenant, api } = workspace;
  tenant.directory.addUser({
    id: '5eed0000-0000-4000-8000-0000000000aa',
    displayName: 'Robin Newcomer',
    mail: 'robin@contoso.example',
  });
  await press('/admin/directory/sync');
  await runTrack(workspace);
  expect(await required()).toBe(before + 1);
  const text = await page('/admin/invitations/new');
  expect(text).toContain(`${before + 1} required`);
  expect(text).toContain('Robin Newcomer');
  expect((await api('GET', '/summary')).body).toMatchObject({ invitationRequired: before + 1 });
  expect((await api('GET', '/directory')).body).toMatchObject({ isConnected: true, users: tenant.directory.users.present });
});

test('ENT-56: a group of nested people is invited from the page; who signs in has the group that was made on the way', async () => {
  await connectOnThePage();
  const groups = await go(await page('/admin/invitations/new'), 'tab:groups');
  const [, finance] = /value="(dgr_[^"]*)"><span class="who"><b><bdi>Finance<\/bdi>/.exec(groups)!;
  const looked = await go(groups, `open:${finance}`);
  expect(looked).toContain('6 people: 1 disabled, 5 to invite');
  const made = await go(looked, 'to:groups', [['groups', finance!]]);
  const review = await go(made, 'make-group', [['newGroup', 'Budget readers']]);
  const plan = await go(review, 'to:review');
  expect(plan).toContain('5 mails');
  const sent = await press('/admin/invitations/send', wizard(plan, ''));
  expect(sent.text).toContain('5 invited, 1 not invited');
  const [invited] = await workspace.sql("SELECT address FROM invitations WHERE name = 'Owen Doyle'");
  await workspace.runJobs();
  const { browser: owen } = await opensLink(await workspace.joinUrlFor(String(invited!.address)), 'owen');
  expect((await owen.get(`${workspace.url}/welcome`)).text).toContain('Budget readers');
});

test('ENT-77: what the brake stopped is shown with whom it would take, and applied only when an administrator says so', async () => {
  await connectOnThePage();
  const { tenant, sql } = workspace;
  for (const { id } of [...tenant.directory.users].slice(5)) tenant.directory.hardDelete(id);
  expect(await syncOnce(workspace)).toMatchObject({ state: 'stopped', problem: 'directory-shrank' });
  const text = await page('/admin/directory');
  expect(text).toContain('Half of the directory, or more, has disappeared.');
  const [, run] = /name="run" value="([^"]*)"/.exec(text)!;
  await workspace.administrator.signIn(`${workspace.url}/sign-in?fresh`, 'sam');
  await press('/admin/directory/apply', { run: run!, confirmed: 'yes' });
  await syncOnce(workspace);
  expect(await sql("SELECT count(*) AS gone FROM directory_users WHERE status = 'gone'")).not.toEqual([{ gone: 0 }]);
  expect(await page('/admin/directory')).toContain('in step');
});
