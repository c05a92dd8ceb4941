import { connectDirectory } from '@doorstep/server/actions/connect-directory';
import { noTrace } from '@doorstep/server/store/audit';
import { setAccessUntil } from '@doorstep/server/store/member';
import { newId } from '@doorstep/server/store/new-id';
import type { MemberId } from '@doorstep/shared/ids';
import { beforeEach, expect, test } from 'vitest';
import type { Browser } from '../demo-tenant/sign-in-client.ts';
import { syncOnce } from './dir-sync-story.ts';
import type { Api } from './extension-client.ts';
import { anotherAdministrator, headingOf, memberOf, signsIn, somebody, whatStands } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

// Leavers and returners, from the change in Microsoft's directory to the door. Contoso has Sam and Ana as administrators, Mia and six more.

let workspace: Workspace;
let mia: string;
let ana: string;
let sam: string;
let miasBrowser: Browser;
let anas: { browser: Browser; api: Api };
let team: string[];
beforeEach(async () => {
  workspace = await openWorkspace();
  [mia, ana, sam] = ['mia', 'ana', 'sam'].map((key) => workspace.tenant.people.find((person) => person.key === key)!.oid) as [
    string,
    string,
    string,
  ];
  miasBrowser = await memberOf(workspace, 'mia');
  anas = await anotherAdministrator(workspace, 'ana');
  team = [];
  for (let at = 0; at < 6; at += 1) {
    const colleague = somebody(workspace);
    await memberOf(workspace, colleague.key, colleague.address);
    team.push(colleague.oid);
  }
  workspace.nudges(false);
  await connectDirectory(workspace.deps, await samsIdOf(), noTrace, workspace.clock.now());
  await syncOnce(workspace);
  return () => workspace.stop();
});

const samsIdOf = async () => (await workspace.sql(`SELECT id FROM members WHERE object_id = '${sam}'`))[0]!.id as MemberId;
const member = async (oid: string) =>
  (await workspace.sql(`SELECT id, state, suspended_by, name FROM members WHERE object_id = '${oid}'`))[0]!;
const audited = (what: string) => workspace.sql(`SELECT about, by_member_id, facts FROM audit_events WHERE what = '${what}'`);
const welcome = (browser: Browser) => browser.get(`${workspace.url}/welcome`);

test('ENT-71, ENT-85, DIR-07: who is disabled is out of an open page within one cycle, and back in when enabled', async () => {
  const { directory } = workspace.tenant;
  expect((await welcome(miasBrowser)).status).toBe(200);

  directory.disable(mia);
  expect(await syncOnce(workspace)).toMatchObject({ state: 'done', suspended: 1 });

  expect((await welcome(miasBrowser)).status).toBe(401);
  expect(await member(mia)).toMatchObject({ state: 'suspended', suspended_by: 'directory' });
  expect(await audited('member.suspended')).toEqual([
    { about: (await member(mia)).id, by_member_id: null, facts: '{"because":"directory"}' },
  ]);
  const page = await workspace.administrator.get(`${workspace.url}/admin/users/${(await member(mia)).id}`);
  expect(page.text).toContain('says: disabled');

  directory.enable(mia);
  expect(await syncOnce(workspace)).toMatchObject({ state: 'done', resumed: 1 });
  expect((await welcome(miasBrowser)).status).toBe(401);
  expect((await signsIn(workspace, 'mia')).page.url).toBe(`${workspace.url}/welcome`);
});

test('ENT-71: a change that does not speak of the account leaves everything as it is', async () => {
  const before = await whatStands(workspace);
  workspace.tenant.directory.changeUser(mia, { jobTitle: 'Head of everything' });
  workspace.tenant.directory.changeUser(ana, { displayName: 'Ana Lima-Santos' });
  await syncOnce(workspace);
  expect(await whatStands(workspace)).toEqual(before);
  expect((await welcome(miasBrowser)).status).toBe(200);
});

test('ENT-70, ENT-85: an administrator who is removed there loses pages and extension on the next request; restored, both are to be got anew', async () => {
  workspace.tenant.directory.softDelete(ana);
  await syncOnce(workspace);

  expect((await anas.browser.get(`${workspace.url}/admin/users`)).status).toBe(401);
  expect((await anas.api('GET', '/me')).status).toBe(401);
  workspace.tenant.directory.restore(ana);
  await syncOnce(workspace);
  expect((await anas.api('GET', '/me')).status).toBe(401);
  expect((await signsIn(workspace, 'ana')).page.url).toBe(`${workspace.url}/welcome`);
});

test('ENT-70: who is deleted for good is removed, and the page still says who it was', async () => {
  const { id } = await member(mia);
  workspace.tenant.directory.softDelete(mia);
  await syncOnce(workspace);
  workspace.tenant.directory.hardDelete(mia);
  await syncOnce(workspace);

  expect(await member(mia)).toMatchObject({ state: 'removed', suspended_by: null });
  expect(await audited('member.removed')).toHaveLength(1);
  const page = await workspace.administrator.get(`${workspace.url}/admin/users/${id}`);
  expect(headingOf(page)).toContain('Mia Novák');
  expect(page.text).toContain('says: gone');
});

test('DIR-07: whom an administrator changed meanwhile the directory does not bring back', async () => {
  workspace.tenant.directory.disable(mia);
  await syncOnce(workspace);
  const { id } = await member(mia);
  const change = {
    id: newId('chg'),
    by: await samsIdOf(),
    about: String(id),
    auditId: newId('aud'),
    now: workspace.clock.now(),
    trace: noTrace,
  };
  expect(await setAccessUntil(workspace.deps.store, { ...change, accessUntil: null })).toBe(true);

  workspace.tenant.directory.enable(mia);
  expect(await syncOnce(workspace)).toMatchObject({ resumed: 0 });
  expect(await member(mia)).toMatchObject({ state: 'suspended', suspended_by: null });
});

test('ENT-77: a round that would suspend too many stops before it does, and the administrators are told once', async () => {
  const before = await whatStands(workspace);
  for (const oid of team.slice(0, 2)) workspace.tenant.directory.disable(oid);

  expect(await syncOnce(workspace)).toMatchObject({ state: 'stopped', problem: 'too-many-leave', suspended: 0 });
  expect(await syncOnce(workspace)).toMatchObject({ state: 'stopped' });

  const { outbox, ...rest } = await whatStands(workspace);
  expect(rest.members).toEqual(before.members);
  expect(rest.sessions).toEqual(before.sessions);
  expect(outbox.length - before.outbox.length).toBe(2);
  await workspace.runJobs();
  const [mail] = (await workspace.mailsTo('sam@contoso.example')).filter(({ subject }) => subject.includes('sync has stopped'));
  expect(mail!.textBody).toContain('suspended 2 of the members');
  const told = await workspace.mailsTo('ana@contoso.example');
  expect(told.filter(({ subject }) => subject.includes('sync has stopped'))).toHaveLength(1);
});

test('ENT-77, SES-12: a round that would leave nobody to administer stops, whatever else it brings', async () => {
  workspace.tenant.directory.disable(sam);
  workspace.tenant.directory.softDelete(ana);
  expect(await syncOnce(workspace)).toMatchObject({ state: 'stopped', problem: 'last-administrator-leaves', suspended: 0 });
  expect([(await member(sam)).state, (await member(ana)).state]).toEqual(['active', 'active']);
  expect((await workspace.api('GET', '/me')).status).toBe(200);
});
