import { MINUTE } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { anotherAdministrator, invited, memberOf, signsIn } from './stories.ts';
import { httpsDoor } from './web-doors.ts';
import { countOf, stateOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

// The rules of sessions and administrators where people meet them: on the pages.

let workspace: Workspace;
let url: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
});
afterAll(() => workspace.stop());

const idOf = async (person: string) =>
  String((await workspace.sql(`SELECT id FROM members WHERE address = '${person}@contoso.example'`))[0]!.id);
const administrators = () => countOf(workspace, "members WHERE role = 'administrator' AND state = 'active'");
const roleOf = async (id: string) => (await workspace.sql(`SELECT role FROM members WHERE id = '${id}'`))[0]!.role;

test('SES-12: two administrators who press against each other at the same moment: one stays', async () => {
  const ana = await anotherAdministrator(workspace, 'ana');
  const [samId, anaId] = [await idOf('sam'), await idOf('ana')];
  for (const [verb, form] of [
    ['role', { role: 'member' }],
    ['suspend', {}],
    ['remove', {}],
  ] as const) {
    const press = (browser: Browser, about: string) =>
      browser.post(`${url}/admin/users/${about}/${verb}`, { confirmed: 'yes', ...form });
    const pages = await Promise.all([press(workspace.administrator, anaId), press(ana.browser, samId)]);
    expect(pages.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(pages.filter(({ status }) => status >= 500)).toEqual([]);
    expect(await administrators()).toBe(1);
    await workspace.sql(`UPDATE members SET role = 'administrator', state = 'active' WHERE id IN ('${samId}', '${anaId}')`);
    workspace.deps.store.memory.forget();
    await signsIn(workspace, 'sam', workspace.administrator);
    await signsIn(workspace, 'ana', ana.browser);
  }
  await workspace.sql(`UPDATE members SET role = 'member' WHERE id = '${anaId}'`);
  workspace.deps.store.memory.forget();
});

test('SES-12: the last administrator cannot lower, suspend or remove themselves (SES-11)', async () => {
  const id = await idOf('sam');
  const before = await stateOf(workspace);
  for (const [verb, form] of [
    ['role', { role: 'member' }],
    ['role', { role: 'reader' }],
    ['suspend', {}],
    ['remove', {}],
  ] as const) {
    const page = await workspace.administrator.post(`${url}/admin/users/${id}/${verb}`, { confirmed: 'yes', ...form });
    expect([verb, page.status]).toEqual([verb, 409]);
  }
  expect(await stateOf(workspace)).toBe(before);
});

test('SES-13: making an administrator needs a fresh sign-in, not older than ten minutes', async () => {
  const { administrator, clock } = workspace;
  await memberOf(workspace, 'mia');
  const id = await idOf('mia');
  const promote = () => administrator.post(`${url}/admin/users/${id}/role`, { role: 'administrator' });
  await signsIn(workspace, 'sam', administrator);
  expect((await promote()).status).toBe(403);
  await administrator.signIn(`${url}/sign-in?fresh`, 'sam');
  clock.advance(10 * MINUTE);
  expect((await promote()).status).toBe(403);
  expect(await roleOf(id)).toBe('member');
  await administrator.signIn(`${url}/sign-in?fresh`, 'sam');
  clock.advance(10 * MINUTE - 1);
  expect((await promote()).status).toBe(303);
  expect(await roleOf(id)).toBe('administrator');
});

test('SES-13: an administrator is invited, approved and invited again with a fresh sign-in only', async () => {
  const { administrator, sql, deps } = workspace;
  await signsIn(workspace, 'jo');
  await signsIn(workspace, 'sam', administrator);
  const { id: invitationId } = await invited(workspace, 'new@contoso.example');
  await sql(`UPDATE invitations SET role = 'administrator' WHERE id = '${invitationId}'`);
  deps.store.memory.forget();
  const requestId = String((await sql("SELECT id FROM access_requests WHERE state = 'open'"))[0]!.id);
  const before = await stateOf(workspace);
  const form = { confirmed: 'yes', role: 'administrator', addresses: 'x@contoso.example', recipients: 'x@contoso.example' };
  for (const path of [`/admin/requests/${requestId}/approve`, `/admin/invitations/${invitationId}/resend`]) {
    expect([path, (await administrator.post(url + path, form)).status]).toEqual([path, 403]);
  }
  expect((await administrator.post(`${url}/admin/invitations/send`, form)).status).toBeGreaterThanOrEqual(400);
  expect(await stateOf(workspace)).toBe(before);
});

test('SES-06: an administrator ends a person`s sessions; the person signs in again', async () => {
  workspace.tenant.addPerson({ key: 'tim' });
  const browser = await memberOf(workspace, 'tim');
  const ended = await workspace.administrator.post(`${url}/admin/users/${await idOf('tim')}/end-sessions`, { confirmed: 'yes' });
  expect(ended.status).toBe(303);
  expect((await browser.get(`${url}/welcome`)).status).toBe(401);
  expect((await signsIn(workspace, 'tim', browser)).page.url).toBe(`${url}/welcome`);
});

test('SES-07: over https every cookie is __Host-, Secure, HttpOnly and Lax, of the whole origin and of no domain', async () => {
  const { ask, publicUrl } = httpsDoor(workspace);
  const jar = new Map<string, string>();
  const lines: string[] = [];
  const visit = async (path: string) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await ask(path, { headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      lines.push(line);
      jar.set(line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1, line.indexOf(';')));
    }
    return answer.headers.get('location') ?? '';
  };
  const { joinUrl } = await invited(workspace, 'y@contoso.example');
  await visit(joinUrl.slice(url.length));
  const callback = await new Browser().signInAt(await visit('/sign-in'), 'sam');
  expect(callback.startsWith(publicUrl)).toBe(true);
  expect(await visit(callback.slice(publicUrl.length))).toBe('/welcome');
  expect([...jar.keys()].map((name) => name.replace(/(flow|join)-.*/, '$1')).sort()).toEqual([
    '__Host-doorstep-flow',
    '__Host-doorstep-join',
    '__Host-doorstep-session',
  ]);
  for (const line of lines) {
    expect(line).toMatch(/^__Host-/);
    for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']) expect(line.split('; ')).toContain(attribute);
    expect(line).not.toMatch(/domain=/i);
  }
  const session = jar.get('__Host-doorstep-session')!;
  expect(Buffer.from(session, 'base64url').length).toBe(32);
  expect(await countOf(workspace, `sessions WHERE token_hash = '${session}'`)).toBe(0);
});
