import type { MemberId } from '@doorstep/shared/ids';
import { beforeEach, expect, test } from 'vitest';
import { noTrace } from './audit.ts';
import { removeMember } from './member.ts';
import { newId } from './new-id.ts';
import { redeemInvitations } from './redemption.ts';
import { count, type DoorStory, identity, invited, openDoorStory, redemption, rows } from './testing/door-story.ts';
import { findUserGroup, findUserGroupNames, findUserGroups, unknownUserGroups, userGroupIdsOf } from './user-group.ts';
import {
  addToGroup,
  followDirectoryGroup,
  type GroupChange,
  MOST_GROUPS,
  makeUserGroup,
  removeFromGroup,
  renameUserGroup,
} from './user-group-change.ts';
import { deleteUserGroup, findGroupCost, replaceUserGroup } from './user-group-end.ts';
import { findGroupMembers } from './user-group-members.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  return () => story.store.close();
});

const press = (groupId: string, by: string = story.sam): GroupChange => ({
  ...{ by: by as MemberId, groupId, auditId: newId('aud'), now: story.clock.now, trace: noTrace },
});
async function aGroup(name: string): Promise<string> {
  const id = newId('grp');
  expect(await makeUserGroup(story.store, press(id), name)).toBe(true);
  return id;
}
/** A member, who came by an invitation that gives these groups. */
async function aMember(word: string, groups: string[] = []): Promise<MemberId> {
  const attempt = redemption(story, await anInvitation(word, groups), identity(word));
  return (await redeemInvitations(story.store, [attempt])).get(attempt.id)!;
}
async function anInvitation(word: string, groups: string[]) {
  const invitation = await invited(story, word);
  await sql(`UPDATE invitations SET user_group_ids = '${JSON.stringify(groups)}' WHERE id = '${invitation.invitationId}'`);
  return invitation;
}
const sql = (text: string) => story.store.db.run(text);
const groupsOf = async (id: string) => (await userGroupIdsOf(story.store, [{ id }])).get(id);
const move = (write: typeof addToGroup, groupId: string, memberIds: string[], by: string = story.sam) => {
  const members = memberIds.map((memberId) => ({ memberId, auditId: newId('aud') }));
  return write(story.store, { ...press(groupId, by), members });
};

/** Directory groups by name, each with who is directly in it; `>` before the name of a group that is nested. */
async function aDirectory(groups: Record<string, string[]>): Promise<void> {
  await sql(`UPDATE directory SET tenant_id = 'contoso'`);
  const people = new Set(Object.values(groups).flat());
  for (const word of people) if (!word.startsWith('>')) await aPerson(word);
  for (const [name, inside] of Object.entries(groups)) {
    await sql(
      `INSERT INTO directory_groups (object_id, name, graph_state, changed_at) VALUES ('g-${name}', '${name}', 'present', 0)`,
    );
    for (const one of inside) {
      const isGroup = one.startsWith('>');
      await sql(`INSERT INTO directory_group_members (group_id, member_id, is_group)
        VALUES ('g-${name}', '${isGroup ? `g-${one.slice(1)}` : one}', ${isGroup ? 1 : 0})`);
    }
  }
}
const aPerson = (word: string) =>
  sql(
    `INSERT INTO directory_users (object_id, name, graph_state, first_seen_at, changed_at) VALUES ('${word}', '${word}', 'enabled', 0, 0)`,
  );
async function following(name: string): Promise<string> {
  const id = newId('grp');
  expect(await followDirectoryGroup(story.store, press(id), `g-${name}`)).toBe(true);
  return id;
}

test('a name is taken once, whatever its ASCII case, and a lost attempt writes nothing', async () => {
  const finance = await aGroup('Finance');
  const sales = await aGroup('Sales');

  expect(await makeUserGroup(story.store, press(newId('grp')), 'FINANCE')).toBe(false);
  expect(await renameUserGroup(story.store, press(sales), 'finance')).toBe(false);
  expect(await renameUserGroup(story.store, press(finance), 'FINANCE')).toBe(true);

  expect((await findUserGroups(story.store, { limit: 10 })).map(({ name }) => name)).toEqual(['Sales', 'FINANCE']);
  expect(await rows(story.store, "SELECT what FROM audit_events WHERE what LIKE 'user-group.%' ORDER BY id")).toEqual([
    { what: 'user-group.made' },
    { what: 'user-group.made' },
    { what: 'user-group.renamed' },
  ]);
});

test('SES-12: whoever is no administrator in office changes no group', async () => {
  const finance = await aGroup('Finance');
  const mia = await aMember('mia');
  const before = await count(story.store, 'audit_events');

  expect(await makeUserGroup(story.store, press(newId('grp'), mia), 'Sales')).toBe(false);
  expect(await renameUserGroup(story.store, press(finance, mia), 'Sales')).toBe(false);
  expect(await move(addToGroup, finance, [mia], mia)).toBe(0);
  expect(await deleteUserGroup(story.store, press(finance, mia))).toBe(false);

  expect(await findUserGroup(story.store, finance)).toMatchObject({ name: 'Finance', members: 0 });
  expect(await count(story.store, 'audit_events')).toBe(before);
});

test('there is room for a thousand groups', async () => {
  await sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MOST_GROUPS})
    INSERT INTO user_groups (id, kind, name, created_at, attempt_id) SELECT 'grp_' || i, 'custom', 'Group ' || i, 0, 'x' FROM n`);

  expect(await makeUserGroup(story.store, press(newId('grp')), 'One more')).toBe(false);
  expect(await count(story.store, 'user_groups')).toBe(MOST_GROUPS);
});

test('a search finds the beginning of any word, and nothing by a sign of LIKE', async () => {
  for (const name of ['Finance', 'Team finance', '100 % remote']) await aGroup(name);
  const found = async (q: string) => (await findUserGroups(story.store, { q, limit: 10 })).map(({ name }) => name);

  expect(await found('FIN')).toEqual(['Team finance', 'Finance']);
  expect(await found('%')).toEqual(['100 % remote']);
  expect(await found('inance')).toEqual([]);
});

test('many people come into a group and leave it at once, each with a row in the audit', async () => {
  const finance = await aGroup('Finance');
  const people = [await aMember('mia'), await aMember('jo'), await aMember('ana')];

  expect(await move(addToGroup, finance, people)).toBe(3);
  expect(await move(addToGroup, finance, people)).toBe(0);
  expect(await findUserGroup(story.store, finance)).toMatchObject({ members: 3 });
  expect(await move(removeFromGroup, finance, people.slice(0, 2))).toBe(2);

  const members = await findGroupMembers(story.store, (await findUserGroup(story.store, finance))!, { limit: 10 });
  expect(members.map(({ id }) => id)).toEqual([people[2]]);
  expect(await count(story.store, "audit_events WHERE what = 'user-group.member-added'")).toBe(3);
  expect(await count(story.store, "audit_events WHERE what = 'user-group.member-removed'")).toBe(2);
});

test('who redeems an invitation gets its groups in the same batch; a group deleted meanwhile is passed over', async () => {
  const [finance, sales] = [await aGroup('Finance'), await aGroup('Sales')];
  const invitation = await anInvitation('mia', [finance, sales]);
  await sql(`DELETE FROM user_groups WHERE id = '${sales}'`);

  const attempt = redemption(story, invitation, identity('mia'));
  const mia = (await redeemInvitations(story.store, [attempt])).get(attempt.id)!;

  expect(await groupsOf(mia)).toEqual([finance]);
});

test('who was removed and is invited again comes with the groups of the new invitation, not with the old ones', async () => {
  const [finance, sales] = [await aGroup('Finance'), await aGroup('Sales')];
  const mia = await aMember('mia', [finance]);
  await removeMember(story.store, { ...press(''), id: newId('chg'), about: mia });
  expect(await groupsOf(mia)).toEqual([]);
  story.clock.now += 1000;

  expect(await aMember('mia', [sales])).toBe(mia);
  expect(await groupsOf(mia)).toEqual([sales]);
});

test('a deleted group is taken out of pending invitations and rules, and the cost is known before', async () => {
  const [finance, sales] = [await aGroup('Finance'), await aGroup('Sales')];
  await aMember('mia', [finance]);
  await anInvitation('jo', [finance, sales]);
  await aRule([finance]);

  expect(await findGroupCost(story.store, finance)).toEqual({ members: 1, invitations: 1, rules: 1 });
  expect(await deleteUserGroup(story.store, press(finance))).toBe(true);
  expect(await deleteUserGroup(story.store, press(finance))).toBe(false);

  expect(await rows(story.store, "SELECT user_group_ids FROM invitations WHERE state = 'pending'")).toEqual([
    { user_group_ids: JSON.stringify([sales]) },
  ]);
  expect(await rows(story.store, 'SELECT user_group_ids FROM admission_rules')).toEqual([{ user_group_ids: '[]' }]);
  expect(await count(story.store, 'user_group_members')).toBe(0);
});

test('a group is replaced by another everywhere: members, pending invitations, rules, batches under way', async () => {
  const [finance, money] = [await aGroup('Finance'), await aGroup('Money')];
  const both = await aMember('mia', [finance, money]);
  const one = await aMember('jo', [finance]);
  await anInvitation('ana', [money, finance]);
  await aRule([finance]);
  await sql(`UPDATE invitation_batches SET state = 'writing'`);
  await sql(`UPDATE batch_chunks SET people = json_array('${finance}')`);

  expect(await replaceUserGroup(story.store, press(finance), money)).toBe(true);

  expect(await groupsOf(both)).toEqual([money]);
  expect(await groupsOf(one)).toEqual([money]);
  const named = await rows(
    story.store,
    `SELECT user_group_ids AS ids FROM invitations WHERE state = 'pending'
    UNION SELECT user_group_ids FROM admission_rules UNION SELECT people FROM batch_chunks`,
  );
  expect(named).toEqual([{ ids: JSON.stringify([money]) }]);
  expect(await findUserGroup(story.store, finance)).toBeNull();
  expect(await rows(story.store, "SELECT about, facts FROM audit_events WHERE what = 'user-group.replaced'")).toEqual([
    { about: finance, facts: JSON.stringify({ by: money }) },
  ]);
});

test('nobody is put into a synced group: not one by one, not by an invitation, not by replacing', async () => {
  await aDirectory({ finance: ['jo'] });
  const [synced, custom] = [await following('finance'), await aGroup('Finance')];
  const mia = await aMember('mia', [custom, synced]);

  expect(await groupsOf(mia)).toEqual([custom]);
  expect(await move(addToGroup, synced, [mia])).toBe(0);
  expect(await replaceUserGroup(story.store, press(custom), synced)).toBe(false);
  expect(await unknownUserGroups(story.store, [synced, custom, 'grp_x'])).toEqual([synced, 'grp_x']);

  await move(removeFromGroup, custom, [mia]);
  expect(await replaceUserGroup(story.store, press(custom), synced)).toBe(true);
});

test('ENT-56, DIR-10: membership through nested groups is complete, cycles end, and a group that was removed passes nobody on', async () => {
  await aDirectory({ everybody: ['>north', 'ana'], north: ['>oslo', '>everybody'], oslo: ['mia'] });
  const everybody = await following('everybody');
  const mia = await aMember('mia');
  await aMember('ana');
  await aMember('jo');

  expect(await groupsOf(mia)).toEqual([everybody]);
  expect(await findUserGroup(story.store, everybody)).toMatchObject({ members: 2, name: 'everybody' });

  await sql(`UPDATE directory_groups SET graph_state = 'removed' WHERE object_id = 'g-north'`);
  expect(await groupsOf(mia)).toEqual([]);
  expect(await findUserGroup(story.store, everybody)).toMatchObject({ members: 1 });
});

test('DIR-10: whom the directory calls disabled or gone, does not know, or knows in another tenant, is in no synced group', async () => {
  await aDirectory({ finance: ['mia', 'jo', 'ana'] });
  await following('finance');
  const [mia, jo, ana] = [await aMember('mia'), await aMember('jo'), await aMember('ana')];
  await sql(`UPDATE directory_users SET graph_state = 'disabled' WHERE object_id = 'mia'`);
  await sql(`DELETE FROM directory_users WHERE object_id = 'jo'`);
  await sql(`UPDATE members SET tenant_id = 'fabrikam' WHERE id = '${ana}'`);

  const groups = await userGroupIdsOf(story.store, [{ id: mia }, { id: jo }, { id: ana }]);

  expect([...groups.values()]).toEqual([[], [], []]);
  expect((await findUserGroups(story.store, { limit: 10 })).map(({ members }) => members)).toEqual([0]);
});

test('DIR-10: somebody in three hundred directory groups is in each user group that follows one, and in no other', async () => {
  await aDirectory(Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`team-${at}`, at === 299 ? ['jo'] : ['mia']])));
  const followed = [await following('team-0'), await following('team-298')];
  await following('team-299');
  const mia = await aMember('mia');

  expect(await groupsOf(mia)).toEqual(followed);
});

test('ENT-66: of two directory groups with one name each is followed by itself, and renaming one changes nobody’s groups', async () => {
  await aDirectory({ finance: ['mia'], other: ['jo'] });
  await sql(`UPDATE directory_groups SET name = 'Finance'`);
  const [first, second] = [await following('finance'), await following('other')];
  await aGroup('Finance');
  const [mia, jo] = [await aMember('mia'), await aMember('jo')];

  expect(await groupsOf(mia)).toEqual([first]);
  expect(await groupsOf(jo)).toEqual([second]);
  await sql(`UPDATE directory_groups SET name = 'Administrators' WHERE object_id = 'g-other'`);
  expect(await findUserGroup(story.store, second)).toMatchObject({ name: 'Administrators', members: 1 });
  expect(await groupsOf(mia)).toEqual([first]);
});

test('a directory group is followed once, and only one that the directory has', async () => {
  await aDirectory({ finance: [] });
  await following('finance');

  expect(await followDirectoryGroup(story.store, press(newId('grp')), 'g-finance')).toBe(false);
  expect(await followDirectoryGroup(story.store, press(newId('grp')), 'g-unknown')).toBe(false);
});

test('the members of a large synced group are counted in slices and listed by pages', async () => {
  await aDirectory({ everybody: ['mia', 'jo', 'ana'] });
  await sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)
    INSERT INTO directory_group_members (group_id, member_id, is_group) SELECT 'g-everybody', 'k-' || i, 0 FROM n`);
  const id = await following('everybody');
  const people = [await aMember('mia'), await aMember('jo'), await aMember('ana')].sort().reverse();
  const group = (await findUserGroup(story.store, id))!;

  expect(group.members).toBe(3);
  const first = await findGroupMembers(story.store, group, { limit: 2 });
  const second = await findGroupMembers(story.store, group, { limit: 2, cursor: first[1]!.id });
  expect([...first, ...second].map((member) => member.id)).toEqual(people);
});

test('the members of a large custom group are counted in slices, those who are not active any more left out', async () => {
  const id = await aGroup('Everybody');
  await sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
    INSERT INTO members (id, tenant_id, object_id, state, role, joined_at, last_seen_at, state_at, attempt_id)
    SELECT 'mem_' || i, 'contoso', 'k-' || i, CASE WHEN i % 4 THEN 'active' ELSE 'suspended' END, 'member', 0, 0, 0, 'k-' || i FROM n`);
  await sql(
    `INSERT INTO user_group_members (group_id, member_id, added_at) SELECT '${id}', id, 0 FROM members WHERE attempt_id LIKE 'k-%'`,
  );
  expect((await findUserGroup(story.store, id))!.members).toBe(9000);
});

test('names of groups stand in the order in which they are read, those of synced ones too', async () => {
  await aDirectory({ beta: [] });
  await sql(`UPDATE directory_groups SET name = 'Zulu' WHERE object_id = 'g-beta'`);
  await following('beta');
  await aGroup('Middle');
  expect((await findUserGroupNames(story.store)).map(({ name }) => name)).toEqual(['Middle', 'Zulu']);
});

test('ENT-66: a group that is deleted leaves no membership behind, in a database that does not cascade either', async () => {
  const id = await aGroup('Finance');
  const mia = await aMember('mia', [id]);
  await sql('PRAGMA foreign_keys = OFF');
  expect(await deleteUserGroup(story.store, press(id))).toBe(true);
  expect(await groupsOf(mia)).toEqual([]);
});

const aRule = (groups: string[]) =>
  sql(`INSERT INTO admission_rules (id, domain, effect, role, user_group_ids, created_at, created_by, attempt_id)
    VALUES ('${newId('rul')}', 'contoso.example', 'suggest', 'member', '${JSON.stringify(groups)}', 0, 'x', 'x')`);
