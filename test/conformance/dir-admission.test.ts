import { directoryGroupId } from '@doorstep/server/domain/directory-id';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { openConnected, samsId, syncOnce } from './dir-sync-story.ts';
import { atCallback, headingOf, isMember, opensLink, signsIn, somebody } from './stories.ts';
import type { Workspace } from './workspace.ts';

let workspace: Workspace;
let rules: string;
beforeAll(async () => {
  workspace = await openConnected();
  rules = `${workspace.url}/admin/directory/rules`;
  await syncOnce(workspace);
});
afterAll(() => workspace.stop());

type Terms = { effect: 'suggest' | 'invite' | 'let-in'; role?: 'member' | 'reader' };

/** Sam makes this rule on its page, sees its rehearsal and switches it on; answers its page. */
async function aRule(who: string, { effect, role = 'member' }: Terms): Promise<string> {
  const { administrator, url } = workspace;
  await administrator.signIn(`${url}/sign-in?fresh`, 'sam');
  const made = await administrator.post(rules, { who, effect, role });
  if (!made.location) throw new Error(`no rule was made: ${made.status} ${headingOf(made)}`);
  const path = new URL(made.location, url);
  path.search = '';
  const rehearsal = await administrator.post(`${path}/switch-on`, {});
  const seen = /name="seen" value="([^"]*)"/.exec(rehearsal.text)![1]!;
  const on = await administrator.post(`${path}/switch-on`, { confirmed: 'yes', seen });
  if (!on.location?.includes('done=rule-on')) throw new Error(`the rule is not on: ${on.status} ${headingOf(on)}`);
  return path.href;
}

const switchesOff = (rule: string) => workspace.administrator.post(`${rule}/switch-off`, {});

/** A new group in the tenant, and everybody in it, as the next sync sees them. */
async function aGroup(displayName: string, members: string[]): Promise<{ id: string; who: string }> {
  const { id } = workspace.tenant.directory.addGroup({ displayName, members });
  await syncOnce(workspace);
  return { id, who: `group:${directoryGroupId(id)}` };
}
const member = async (oid: string) =>
  (await workspace.sql(`SELECT id, role, admission_rule_id AS rule FROM members WHERE object_id = '${oid}'`))[0];

test('ENT-58: nothing in the directory lets anybody in: a member of every group, with no rule on, waits like everybody', async () => {
  const ivy = somebody(workspace);
  for (const { id } of workspace.tenant.directory.groups) workspace.tenant.directory.addMember(id, { kind: 'user', id: ivy.oid });
  await syncOnce(workspace);
  const rule = await aRule('domain:contoso.example', { effect: 'let-in' });
  await switchesOff(rule);
  await aRule('domain:contoso.example', { effect: 'suggest' });

  const { page } = await signsIn(workspace, ivy.key);

  expect(page.url).toBe(`${workspace.url}/waiting`);
  expect(await isMember(workspace, ivy)).toBe(false);
  expect(await workspace.sql(`SELECT state, why FROM access_requests WHERE object_id = '${ivy.oid}'`)).toEqual([
    { state: 'open', why: 'no-invitation' },
  ]);
});

test('DIR-10: a rule lets the members of its group in, nested ones included, in its role, and each page says by which rule', async () => {
  const [ivy, eve] = [somebody(workspace), somebody(workspace)];
  const inner = await aGroup('Inner circle', [ivy.oid]);
  const outer = await aGroup('Outer circle', []);
  workspace.tenant.directory.addMember(outer.id, { kind: 'group', id: inner.id });
  await syncOnce(workspace);
  const rule = await aRule(outer.who, { effect: 'let-in', role: 'reader' });

  expect((await signsIn(workspace, ivy.key)).page.url).toBe(`${workspace.url}/welcome`);
  expect((await signsIn(workspace, eve.key)).page.url).toBe(`${workspace.url}/waiting`);

  const row = (await member(ivy.oid))!;
  expect(row).toMatchObject({ role: 'reader', rule: new URL(rule).pathname.split('/').at(-1) });
  expect(
    await workspace.sql(
      `SELECT facts->>'ruleId' AS rule FROM audit_events WHERE what = 'member.admitted' AND about = '${row.id}'`,
    ),
  ).toEqual([{ rule: row.rule! }]);
  const page = await workspace.administrator.get(`${workspace.url}/admin/users/${row.id}`);
  expect(page.text).toContain('Outer circle');
  expect((await workspace.administrator.get(rules)).text).toContain('1 person let in');

  const late = somebody(workspace);
  workspace.tenant.directory.addMember(inner.id, { kind: 'user', id: late.oid });
  workspace.tenant.directory.removeMember(outer.id, { kind: 'group', id: inner.id });
  await syncOnce(workspace);
  expect((await signsIn(workspace, late.key)).page.url).toBe(`${workspace.url}/waiting`);
  expect((await signsIn(workspace, ivy.key)).page.url).toBe(`${workspace.url}/welcome`); // who is in stays
});

test('ENT-66: a rule follows its group through another name, and no other group that takes the old one', async () => {
  const [ivy, eve] = [somebody(workspace), somebody(workspace)];
  const real = await aGroup('Vault keepers', [ivy.oid]);
  await aRule(real.who, { effect: 'let-in' });
  workspace.tenant.directory.renameGroup(real.id, 'Renamed');
  await aGroup('Vault keepers', [eve.oid]);
  expect((await signsIn(workspace, eve.key)).page.url).toBe(`${workspace.url}/waiting`);
  expect((await signsIn(workspace, ivy.key)).page.url).toBe(`${workspace.url}/welcome`);
});

test('INV-29: a rule about a domain lets in whom the directory or the provider proves to be of it, nobody of a domain that looks alike', async () => {
  const rule = await aRule('domain:contoso.example', { effect: 'let-in' });
  const at = (domain: string) => {
    const key = `at-${domain}`;
    return somebody(workspace, { key, email: `${key}@${domain}`, preferredUsername: `${key}@${domain}` });
  };
  for (const domain of ['evilcontoso.example', 'sub.contoso.example', 'contoso.example.evil.example']) {
    const { page } = await signsIn(workspace, at(domain).key);
    expect([domain, page.url]).toEqual([domain, `${workspace.url}/waiting`]);
  }
  const claims = somebody(workspace, { xmsEdov: undefined }); // says an address, nobody proves it, and no sync has seen the person
  expect((await signsIn(workspace, claims.key)).page.url).toBe(`${workspace.url}/waiting`);
  const guest = await signsIn(workspace, 'tom'); // of Fabrikam; the user name that Entra made up ends in our domain
  expect(guest.page.url).toBe(`${workspace.url}/waiting`);
  expect((await signsIn(workspace, somebody(workspace).key)).page.url).toBe(`${workspace.url}/welcome`);
  await switchesOff(rule);
});

test('ENT-36: one person signing in twice at the same moment is let in as one member', async () => {
  const ivy = somebody(workspace);
  const group = await aGroup('Twice at once', [ivy.oid]);
  await aRule(group.who, { effect: 'let-in' });
  const tabs = [new Browser(), new Browser()];
  const callbacks = await Promise.all(tabs.map((tab) => atCallback(`${workspace.url}/sign-in`, ivy.key, tab)));
  const pages = await Promise.all(tabs.map((tab, at) => tab.get(callbacks[at]!, { follow: true })));
  expect(pages.map((page) => page.url)).toEqual([`${workspace.url}/welcome`, `${workspace.url}/welcome`]);
  expect(await workspace.sql(`SELECT count(*) AS n FROM members WHERE object_id = '${ivy.oid}'`)).toEqual([{ n: 1 }]);
  const admitted = `what = 'member.admitted' AND about = '${(await member(ivy.oid))!.id}'`;
  expect(await workspace.sql(`SELECT count(*) AS n FROM audit_events WHERE ${admitted}`)).toEqual([{ n: 1 }]);
});

test('a rule that is switched off between the decision and the writing lets nobody in: the person waits', async () => {
  const ivy = somebody(workspace);
  const group = await aGroup('Too late', [ivy.oid]);
  const rule = await aRule(group.who, { effect: 'let-in' });
  const { store } = workspace.deps;
  const { together } = store;
  store.together = async (name, ...rest) => {
    if (name === 'admit') await switchesOff(rule);
    return together(name, ...rest);
  };
  try {
    expect((await signsIn(workspace, ivy.key)).page.url).toBe(`${workspace.url}/waiting`);
  } finally {
    store.together = together;
  }
  expect(await isMember(workspace, ivy)).toBe(false);
});

test('a rule that invites: who joins the group in the directory has the mail after the next sync, once, in the name of who switched it on', async () => {
  const group = await aGroup('Invited automatically', []);
  await aRule(group.who, { effect: 'invite', role: 'reader' });
  await syncOnce(workspace);
  const ivy = somebody(workspace);
  expect(await workspace.mailsTo(ivy.address)).toEqual([]);
  workspace.tenant.directory.addMember(group.id, { kind: 'user', id: ivy.oid });
  await syncOnce(workspace);
  await syncOnce(workspace);
  await workspace.runJobs();
  expect(await workspace.mailsTo(ivy.address)).toHaveLength(1);
  const { browser } = await opensLink(await workspace.joinUrlFor(ivy.address), ivy.key);
  expect((await browser.get(`${workspace.url}/welcome`)).status).toBe(200);
  const page = await workspace.administrator.get(`${workspace.url}/admin/users/${(await member(ivy.oid))!.id}`);
  expect(page.text).toContain('Invited automatically');
  expect(await workspace.sql(`SELECT role, inviter_id AS by FROM invitations WHERE object_id = '${ivy.oid}'`)).toEqual([
    { role: 'reader', by: await samsId(workspace) },
  ]);
});
