import { noTrace } from '@doorstep/server/store/audit';
import { changeRole, type MemberChange, removeMember, resumeMember, suspendMember } from '@doorstep/server/store/member';
import { newId } from '@doorstep/server/store/new-id';
import { makeAdministrator } from '@doorstep/server/store/proposal';
import type { MemberId } from '@doorstep/shared/ids';
import type { Role } from '@doorstep/shared/member';
import { MINUTE } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectExtension } from './extension-client.ts';
import { anotherAdministrator, signsIn } from './stories.ts';
import { countOf, sessionOf, stateOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let sam: MemberId;
let ana: MemberId;
beforeAll(async () => {
  workspace = await openWorkspace();
  sam = (await workspace.api('GET', '/me')).body.memberId;
  ana = (await (await anotherAdministrator(workspace, 'ana')).api('GET', '/me')).body.memberId;
});
afterAll(() => workspace.stop());

const change = (about: MemberId, by: MemberId): MemberChange => ({
  ...{ id: newId('chg'), by, about, auditId: newId('aud'), now: workspace.clock.now(), trace: noTrace },
});
const roleOf = async (id: string) => (await workspace.sql(`SELECT role, state FROM members WHERE id = '${id}'`))[0];
const administrators = () => countOf(workspace, "members WHERE role = 'administrator' AND state = 'active'");
const giveRole = async (about: MemberId, by: MemberId, role: Role): Promise<boolean> =>
  role === 'administrator'
    ? (await makeAdministrator(workspace.deps.store, change(about, by))) === 'promoted'
    : changeRole(workspace.deps.store, { ...change(about, by), role });

test('SES-12: two administrators who demote, suspend or remove each other at the same moment: one stays', async () => {
  const { store } = workspace.deps;
  const verbs = [
    (about: MemberId, by: MemberId) => giveRole(about, by, 'member'),
    (about: MemberId, by: MemberId) => suspendMember(store, change(about, by)),
  ];
  for (let round = 0; round < 20; round += 1) {
    const won = await Promise.all([verbs[round % 2]!(sam, ana), verbs[(round + (round >> 1)) % 2]!(ana, sam)]);
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await administrators()).toBe(1);
    const [stays, goes] = won[0] ? [ana, sam] : [sam, ana];
    if ((await roleOf(goes))?.state === 'suspended') expect(await resumeMember(store, change(goes, stays))).toBe(true);
    else expect(await giveRole(goes, stays, 'administrator')).toBe(true);
    expect(await administrators()).toBe(2);
  }
});

test('SES-12: the last administrator is neither demoted, suspended nor removed, by nobody', async () => {
  const { store } = workspace.deps;
  expect(await giveRole(ana, sam, 'member')).toBe(true);
  const before = await stateOf(workspace);
  for (const by of [sam, ana]) {
    expect(await giveRole(sam, by, 'member')).toBe(false);
    expect(await giveRole(sam, by, 'reader')).toBe(false);
    expect(await suspendMember(store, change(sam, by))).toBe(false);
    expect(await removeMember(store, change(sam, by))).toBe(false);
  }
  expect(await stateOf(workspace)).toBe(before);
});

test('SES-13: a fresh sign-in is asked for as such, and its time is kept with the session', async () => {
  const { url, tenant, administrator, clock } = workspace;
  const asked = new URL((await administrator.get(`${url}/sign-in?fresh`)).location!);
  expect(asked.origin).toBe(tenant.origin);
  expect(asked.searchParams.get('prompt')).toBe('login');
  expect(asked.searchParams.get('max_age')).toBe('300');
  expect(asked.searchParams.has('login_hint')).toBe(false);
  await signsIn(workspace, 'sam', administrator);
  expect(await countOf(workspace, `sessions WHERE fresh_at IS NOT NULL AND member_id = '${sam}'`)).toBe(0);
  await administrator.signIn(`${url}/sign-in?fresh`, 'sam');
  expect(await countOf(workspace, `sessions WHERE fresh_at = ${clock.now()} AND member_id = '${sam}'`)).toBe(1);
});

test('SES-13: an older auth_time is no fresh sign-in: no session, one audit row', async () => {
  const { url, tenant, administrator, clock } = workspace;
  const before = await stateOf(workspace);
  const [audited, session] = [await countOf(workspace, 'audit_events'), sessionOf(administrator, url)];
  tenant.faults.idToken = (claims, header) => ({
    claims: { ...claims, auth_time: Math.floor((clock.now() - 10 * MINUTE) / 1000) },
    header,
  });
  const page = await administrator.signIn(`${url}/sign-in?fresh`, 'sam');
  tenant.faults.idToken = undefined;
  expect(page.status).toBe(403);
  expect(sessionOf(administrator, url)).toBe(session);
  expect(await stateOf(workspace)).toBe(before);
  expect(await countOf(workspace, 'audit_events')).toBe(audited + 1);
});

test('SES-13: the extension makes no administrator: it is sent to the page', async () => {
  const { url, administrator } = workspace;
  const api = await connectExtension(url, administrator); // the one before ended with the office
  await signsIn(workspace, 'jo');
  const { id } = (await api('GET', '/access-requests?state=open')).body.items[0];
  const before = await stateOf(workspace);
  const wanted: [string, unknown, string][] = [
    ['/invitation-batches', { recipients: [{ email: 'x@contoso.example' }], role: 'administrator' }, '/admin/invitations'],
    ['/invitation-batches', { recipients: [{ email: 'x@contoso.example', role: 'administrator' }] }, '/admin/invitations'],
    [`/access-requests/${id}/approve`, { role: 'administrator' }, `/admin/requests/${id}`],
  ];
  for (const [path, body, page] of wanted) {
    const answer = await api('POST', path, body);
    expect(answer.status).toBe(403);
    expect(answer.body.type).toBe('/problems/fresh-sign-in-needed');
    expect(answer.body.url.startsWith(url + page)).toBe(true);
  }
  expect(await stateOf(workspace)).toBe(before);
});
