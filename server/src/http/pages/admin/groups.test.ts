import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { directoryGroupId } from '../../../domain/directory-id.ts';
import { findUserGroups } from '../../../store/user-group.ts';
import { openTestApp, type SomebodySignedIn, TENANT, type TestApp } from '../../test-app.ts';

const FINANCE = '22222222-2222-4222-8222-222222222222';
let house: TestApp;
let sam: SomebodySignedIn;
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs({ role: 'administrator', name: 'Sam Okafor' });
});

const press = (path: string, form: Record<string, string> = {}) => house.request(path, { as: sam, form });
const look = async (path: string, as = sam) => (await house.request(path, { as })).text();
const groupsNow = async () => (await findUserGroups(house.store, { limit: 100 })).map(({ name, members }) => [name, members]);
/** The page of a new group. */
async function aGroup(name: string): Promise<string> {
  const answer = await press('/admin/groups', { name });
  expect(answer.status).toBe(303);
  return answer.headers.get('location')!.split('?')[0]!;
}
const idOf = (path: string) => path.split('/').at(-1)!;
/** The directory has a group with these people in it. */
async function aDirectoryGroup(name: string, people: SomebodySignedIn[]): Promise<void> {
  const run = (text: string) => house.store.db.run(text);
  await run(`UPDATE directory SET tenant_id = '${TENANT}'`);
  await run(
    `INSERT INTO directory_groups (object_id, name, graph_state, changed_at) VALUES ('${FINANCE}', '${name}', 'present', 0)`,
  );
  for (const { who } of people) {
    await run(
      `INSERT INTO directory_users (object_id, graph_state, first_seen_at, changed_at) VALUES ('${who.objectId}', 'enabled', 0, 0)`,
    );
    await run(`INSERT INTO directory_group_members (group_id, member_id, is_group) VALUES ('${FINANCE}', '${who.objectId}', 0)`);
  }
}
const follow = async () => {
  const answer = await press(`/admin/groups/follow/${directoryGroupId(FINANCE)}`);
  return answer.headers.get('location')!.split('?')[0]!;
};

describe('a custom group', () => {
  test('is made, found, and its name is taken once', async () => {
    const path = await aGroup('  Finance ');
    expect(await look(path)).toContain('Nobody is in this group yet');
    expect(await look('/admin/groups?q=fin')).toContain(`href="${path}"`);
    expect(await look('/admin/groups?q=sales')).toContain('Nothing fits');

    for (const name of ['FINANCE', '', 'x'.repeat(101)]) {
      const answer = await press('/admin/groups', { name });
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain('id="name-error"');
    }
    expect(await groupsNow()).toEqual([['Finance', 0]]);
  });

  test('takes members from its page and from the person’s, and lets them go', async () => {
    const mia = await house.signInAs({ role: 'member', name: 'Mia Novák' });
    const path = await aGroup('Finance');
    expect(await look(`${path}?q=mia`)).toContain(`name="memberId" value="${mia.memberId}"`);

    expect((await press(`${path}/members`, { memberId: mia.memberId })).headers.get('location')).toBe(
      `${path}?done=group-joined`,
    );
    expect(await look(`${path}?q=mia`)).toContain('in it');
    expect(await look(`/admin/users/${mia.memberId}`)).toContain('Added to a user group');
    expect(await look('/admin/users')).toContain('<span class="chip"><bdi>Finance</bdi></span>');
    expect(await look('/welcome', mia)).toContain('<bdi>Finance</bdi>');

    expect((await press(`/admin/users/${mia.memberId}/groups/remove`, { userGroupId: idOf(path) })).status).toBe(303);
    expect(await groupsNow()).toEqual([['Finance', 0]]);
    expect((await press(`/admin/users/${mia.memberId}/groups`, { userGroupId: idOf(path) })).status).toBe(303);
    expect(await groupsNow()).toEqual([['Finance', 1]]);
    expect((await press(`/admin/users/${mia.memberId}/groups`, { userGroupId: 'grp_x' })).status).toBe(409);
  });

  test('is renamed and deleted, after a question that says what it costs', async () => {
    const mia = await house.signInAs('member');
    const path = await aGroup('Finance');
    await aGroup('Sales');
    await press(`${path}/members`, { memberId: mia.memberId });
    expect((await press(`${path}/rename`, { name: 'sales' })).status).toBe(422);
    expect((await press(`${path}/rename`, { name: 'Money' })).headers.get('location')).toBe(`${path}?done=group-renamed`);

    const question = await press(`${path}/delete`);
    expect([question.status, await question.text()]).toEqual([200, expect.stringContaining('1 member loses the group.')]);
    expect(await groupsNow()).toEqual([
      ['Sales', 0],
      ['Money', 1],
    ]);
    expect((await press(`${path}/delete`, { confirmed: 'yes' })).headers.get('location')).toBe(
      '/admin/groups?done=group-deleted',
    );
    expect(await groupsNow()).toEqual([['Sales', 0]]);
    expect((await press(`${path}/delete`, { confirmed: 'yes' })).status).toBe(404);
  });

  test('is replaced by another everywhere', async () => {
    const mia = await house.signInAs('member');
    const [finance, money] = [await aGroup('Finance'), await aGroup('Money')];
    await press(`${finance}/members`, { memberId: mia.memberId });
    expect((await press(`${finance}/replace`, { by: idOf(finance) })).status).toBe(422);

    expect(await (await press(`${finance}/replace`, { by: idOf(money) })).text()).toContain('1 member gets “Money” instead.');
    const answer = await press(`${finance}/replace`, { by: idOf(money), confirmed: 'yes' });
    expect(answer.headers.get('location')).toBe(`${money}?done=group-replaced`);
    expect(await groupsNow()).toEqual([['Money', 1]]);
  });
});

describe('a synced group', () => {
  test('follows a group of the directory that a search finds, once', async () => {
    const mia = await house.signInAs('member');
    await aDirectoryGroup('Finance', [mia]);
    expect(await look('/admin/groups?directory=fin')).toContain('1 person');
    expect(await look('/admin/groups?directory=nobody')).toContain('The directory has no such group');

    const path = await follow();
    expect(await follow()).toBe(path);
    expect(await look('/admin/groups?directory=fin')).toContain('Followed');
    expect(await groupsNow()).toEqual([['Finance', 1]]);
    const page = await look(path);
    expect(page).toContain('Its people are added automatically');
    expect(page).toContain(`/admin/users/${mia.memberId}`);
    expect((await press('/admin/groups/follow/dgr_x')).status).toBe(422);
  });

  test('is not edited here: 409, and nothing changes', async () => {
    const [mia, jo] = [await house.signInAs('member'), await house.signInAs('member')];
    await aDirectoryGroup('Finance', [mia]);
    const path = await follow();
    const custom = await aGroup('Custom');
    await press(`${custom}/members`, { memberId: jo.memberId });

    for (const [verb, form] of [
      ['rename', { name: 'Money' }],
      ['members', { memberId: jo.memberId }],
      ['members/remove', { memberId: mia.memberId }],
    ] as const) {
      expect((await press(`${path}/${verb}`, form)).status).toBe(409);
    }
    expect((await press(`${custom}/replace`, { by: idOf(path), confirmed: 'yes' })).status).toBe(409);
    expect((await press(`/admin/users/${jo.memberId}/groups`, { userGroupId: idOf(path) })).status).toBe(409);
    expect(await groupsNow()).toEqual([
      ['Custom', 1],
      ['Finance', 1],
    ]);
  });

  test('a session that is open has the group with the sync that gives it, and loses it with the one that takes it', async () => {
    const mia = await house.signInAs('member');
    await aDirectoryGroup('Finance', []);
    await follow();
    expect(await look('/welcome', mia)).not.toContain('Finance');

    await house.store.db.run(
      `INSERT INTO directory_users (object_id, graph_state, first_seen_at, changed_at) VALUES ('${mia.who.objectId}', 'enabled', 0, 0)`,
    );
    await house.store.db.run(
      `INSERT INTO directory_group_members (group_id, member_id, is_group) VALUES ('${FINANCE}', '${mia.who.objectId}', 0)`,
    );
    expect(await look('/welcome', mia)).toContain('Finance');

    await house.store.db.run('DELETE FROM directory_group_members');
    expect(await look('/welcome', mia)).not.toContain('Finance');
  });
});

describe('an approval', () => {
  test('gives the groups that are ticked; none ticked is none, an unknown one is told beside the field', async () => {
    const finance = idOf(await aGroup('Finance'));
    const ana = await house.knockAs({ name: 'Ana' });
    const path = `/admin/requests/${ana.requestId}`;
    expect(await look(path)).toContain(`value="${finance}"`);

    const wrong = await press(`${path}/approve`, { groupsAsked: 'yes', userGroupIds: 'grp_x' });
    expect([wrong.status, await wrong.text()]).toEqual([
      422,
      expect.stringContaining('is no user group that people can be put in'),
    ]);
    const question = await (await press(`${path}/approve`, { groupsAsked: 'yes', userGroupIds: finance })).text();
    expect(question).toContain('in 1 user group');
    expect(question).toContain(`name="userGroupIds" value="${finance}"`);
    await press(`${path}/approve`, { groupsAsked: 'yes', userGroupIds: finance, confirmed: 'yes' });

    const given = await house.store.db.all(
      sql`SELECT user_group_ids AS ids FROM invitations WHERE access_request_id = ${ana.requestId}`,
    );
    expect(given).toEqual([{ ids: JSON.stringify([finance]) }]);
  });
});
