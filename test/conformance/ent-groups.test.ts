import { directoryGroupId } from '@doorstep/server/domain/directory-id';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Accounts } from '../demo-tenant/people.ts';
import { invited, opensLink } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

// What the directory says is written as a sync would leave it; how a sync gets it is tested elsewhere.

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.stop());

let made = 0;
/** A directory group called so, with these people and groups directly in it. */
async function aDirectoryGroup(name: string, people: string[], groups: string[] = []): Promise<string> {
  made += 1;
  const id = `30000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
  await workspace.sql(
    `INSERT INTO directory_groups (object_id, name, graph_state, changed_at) VALUES ('${id}', '${name}', 'present', 0)`,
  );
  for (const one of people) await puts(one, id);
  for (const one of groups) {
    await workspace.sql(`INSERT INTO directory_group_members (group_id, member_id, is_group) VALUES ('${id}', '${one}', 1)`);
  }
  return id;
}
const puts = (objectId: string, groupId: string) =>
  workspace.sql(`INSERT INTO directory_group_members (group_id, member_id, is_group) VALUES ('${groupId}', '${objectId}', 0)`);

async function follows(objectId: string): Promise<string> {
  const page = await workspace.administrator.post(`${workspace.url}/admin/groups/follow/${directoryGroupId(objectId)}`, {});
  return /grp_\w+/.exec(page.location ?? '')![0];
}

/** Signs in by an invitation; the directory knows the person as enabled. */
async function comesIn(person: string) {
  const { joinUrl } = await invited(workspace, `${person}@contoso.example`);
  const arrived = await opensLink(joinUrl, person);
  expect(arrived.page.url).toMatch(/\/welcome$/);
  return arrived.browser;
}
const groupsOf = async (person: string) =>
  (await workspace.api('GET', `/members?q=${person}@`)).body.items[0].userGroupIds as string[];
async function known(person: string): Promise<string> {
  const { oid: objectId, tenantId } = new Accounts().find(person)!;
  await workspace.sql(`UPDATE directory SET tenant_id = '${tenantId}' WHERE tenant_id IS NULL`);
  await workspace.sql(
    `INSERT INTO directory_users (object_id, name, graph_state, first_seen_at, changed_at) VALUES ('${objectId}', '${person}', 'enabled', 0, 0)`,
  );
  return objectId;
}

test('ENT-66, DIR-10: a synced group is there from the first sign-in on, through nested groups, for whom the directory puts in it alone', async () => {
  const mia = await known('mia');
  const team = await aDirectoryGroup('Finance', [mia]);
  const division = await aDirectoryGroup('Division', [], [team]);
  const namesake = await aDirectoryGroup('Finance', []);
  const [synced, other] = [await follows(division), await follows(namesake)];

  const browser = await comesIn('mia');

  expect(await groupsOf('mia')).toEqual([synced]);
  expect((await browser.get(`${workspace.url}/welcome`)).text).toContain('Division');
  await workspace.sql(`UPDATE directory_groups SET name = 'Division' WHERE object_id = '${namesake}'`);
  expect(await groupsOf('mia')).not.toContain(other);
});

test('a session that runs follows each sync: in with it, out with it', async () => {
  const ana = await known('ana');
  const group = await aDirectoryGroup('Later', []);
  const synced = await follows(group);
  const browser = await comesIn('ana');
  const page = async () => (await browser.get(`${workspace.url}/welcome`)).text;
  expect(await page()).not.toContain('Later');

  await puts(ana, group);
  expect(await page()).toContain('Later');
  expect(await groupsOf('ana')).toEqual([synced]);

  await workspace.sql(`UPDATE directory_groups SET graph_state = 'removed' WHERE object_id = '${group}'`);
  expect(await page()).not.toContain('Later');
  expect(await groupsOf('ana')).toEqual([]);
});
