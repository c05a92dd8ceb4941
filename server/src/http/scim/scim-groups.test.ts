import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { directoryGroupId, directoryUserId } from '../../domain/directory-id.ts';
import { openTestApp, type TestApp } from '../test-app.ts';
import { connectProvider, groupBody, objectIdOfNumber, type TestProvider, userBody } from './testing/provider.ts';

let house: TestApp;
let entra: TestProvider;
beforeEach(async () => {
  house = await openTestApp();
  entra = await connectProvider(house);
});

describe('groups', () => {
  const path = `/Groups/${directoryGroupId(objectIdOfNumber(100))}`;
  const person = (number: number) => ({ value: directoryUserId(objectIdOfNumber(number)) });
  beforeEach(async () => {
    for (const number of [1, 2, 3]) await entra.post('/Users', userBody(number));
  });

  test('made, read with and without members, found, replaced and deleted', async () => {
    const made = await entra.post('/Groups', groupBody(100, { members: [person(1), person(2)] }));
    expect(made).toMatchObject({ status: 201, body: { displayName: 'Sales 100' } });
    expect(made.body.members).toHaveLength(2);
    expect(made.body.members[0]).toMatchObject({ type: 'User', $ref: `http://localhost:3000/scim/v2/Users/${person(1).value}` });
    expect((await entra.get(path)).body).toEqual(made.body);
    expect((await entra.get(`${path}?excludedAttributes=members`)).body).not.toHaveProperty('members');
    expect((await entra.get(`/Groups?filter=${encodeURIComponent('displayName eq "sales 100"')}`)).body.totalResults).toBe(1);
    expect(
      (await entra.get(`/Groups?filter=${encodeURIComponent(`members[value eq "${person(2).value}"]`)}`)).body.totalResults,
    ).toBe(1);
    expect(
      (await entra.get(`/Groups?filter=${encodeURIComponent(`members.value eq "${person(3).value}"`)}`)).body.totalResults,
    ).toBe(0);

    const replaced = await entra.put(path, groupBody(100, { displayName: 'Sellers', members: [person(2), person(3)] }));
    expect(replaced.body.displayName).toBe('Sellers');
    expect(replaced.body.members.map(({ value }: { value: string }) => value)).toEqual([person(2).value, person(3).value]);
    expect((await entra.delete(path)).status).toBe(204);
    expect((await entra.get(path)).status).toBe(404);
    expect((await entra.get('/Groups')).body.totalResults).toBe(0);
    const back = await entra.post('/Groups', groupBody(100));
    expect(back.status).toBe(201);
    expect(back.body).not.toHaveProperty('members');
  });

  test('a nested group is a member, a member that nobody knows is not', async () => {
    await entra.post('/Groups', groupBody(100));
    await entra.post('/Groups', groupBody(101));
    const nested = { value: directoryGroupId(objectIdOfNumber(101)) };
    expect((await entra.patch(path, { op: 'add', path: 'members', value: [nested] })).status).toBe(204);
    expect((await entra.get(path)).body.members).toMatchObject([{ ...nested, type: 'Group' }]);
    for (const value of ['1', person(9).value, 7]) {
      const refused = await entra.patch(path, { op: 'add', path: 'members', value: [person(1), { value }] });
      expect(refused).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    }
    expect((await entra.get(path)).body.members).toHaveLength(1);
  });

  test('a large group that is deleted is never gone with members left: stopped at any point, it is there to be deleted again', async () => {
    const seen: { state: string; members: number }[] = [];
    await house.store.write([
      house.store.db.run(sql`WITH n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1599)
        INSERT INTO directory_users (object_id, graph_state, first_seen_at, changed_at)
        SELECT '00000000-0000-4000-9000-' || printf('%012d', i), 'enabled', 0, 0 FROM n`),
    ]);
    const members = Array.from({ length: 600 }, (_, at) => person(1000 + at));
    expect((await entra.post('/Groups', groupBody(100, { members }))).status).toBe(201);
    const { store } = house.deps;
    const { write } = store;
    store.write = async (statements) => {
      const results = await write(statements);
      const [row] = await store.db.all<{ state: string; members: number }>(sql`
        SELECT scim_state AS state, (SELECT count(*) FROM directory_group_members) AS members FROM directory_groups`);
      seen.push(row!);
      return results;
    };
    expect((await entra.delete(path)).status).toBe(204);
    store.write = write;
    expect(seen.at(-1)).toEqual({ state: 'deleted', members: 0 });
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.filter(({ state, members }) => state === 'deleted' && members > 0)).toEqual([]);
  });

  test('a membership that Graph knows too stays when SCIM takes its own back', async () => {
    await entra.post('/Groups', groupBody(100));
    await house.store.db.run(sql`INSERT INTO directory_group_members (group_id, member_id, is_group, graph_mark)
      VALUES (${objectIdOfNumber(100)}, ${objectIdOfNumber(1)}, 0, 1)`);
    await entra.patch(path, { op: 'add', path: 'members', value: [person(1), person(2)] });
    await entra.patch(path, { op: 'remove', path: 'members', value: [person(1), person(2)] });
    const left = await house.store.db.all(sql`SELECT member_id AS id, is_from_scim AS scim FROM directory_group_members`);
    expect(left).toEqual([{ id: objectIdOfNumber(1), scim: 0 }]);
    expect((await entra.get(path)).body).not.toHaveProperty('members');
  });

  test('thousands of members are written in slices, and a deleted user leaves', async () => {
    const list = JSON.stringify(Array.from({ length: 3000 }, (_, at) => objectIdOfNumber(1000 + at)));
    await house.store.db.run(
      sql`INSERT INTO directory_users (object_id, first_seen_at, changed_at) SELECT value, 0, 0 FROM json_each(${list})`,
    );
    const everybody = Array.from({ length: 3000 }, (_, at) => person(1000 + at));
    expect((await entra.post('/Groups', groupBody(100, { members: everybody }))).status).toBe(201);
    expect((await entra.get(path)).body.members).toHaveLength(3000);
    await entra.put(path, groupBody(100, { members: [...everybody.slice(0, 10), person(1)] }));
    expect((await entra.get(path)).body.members).toHaveLength(11);
    await entra.delete(`/Users/${person(1).value}`);
    expect((await entra.get(path)).body.members).toHaveLength(10);
  });
});

describe('ENT-86: members of groups', () => {
  const group = `/Groups/${directoryGroupId(objectIdOfNumber(100))}`;
  const id = (number: number) => directoryUserId(objectIdOfNumber(number));
  const members = async () => ((await entra.get(group)).body.members ?? []).map(({ value }: { value: string }) => value);
  beforeEach(async () => {
    for (const number of [1, 2, 3]) await entra.post('/Users', userBody(number));
    await entra.post('/Groups', groupBody(100));
    await entra.patch(group, {
      op: 'Add',
      path: 'members',
      value: [
        { $ref: null, value: id(1) },
        { $ref: null, value: id(2) },
      ],
    });
  });

  test.each([
    [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: id(1) }] }],
    [{ op: 'remove', path: `members[value eq "${id(1)}"]` }],
    [{ op: 'REMOVE', path: `Members[Value EQ "${id(1)}"]` }],
    [{ op: 'remove', path: 'members', value: [id(1)] }],
    [{ op: 'remove', path: 'members', value: { value: id(1) } }],
    [{ op: 'replace', path: 'members', value: [{ value: id(2) }] }],
    [{ op: 'replace', value: { members: [{ value: id(2) }] } }],
  ])('ENT-86: %j takes one out', async (operation) => {
    const answer = await entra.patch(group, operation);
    expect(answer).toMatchObject({ status: 204, body: null });
    expect(await members()).toEqual([id(2)]);
  });

  test('ENT-86: added one by one and together, twice is once', async () => {
    await entra.patch(
      group,
      { op: 'add', path: 'members', value: [{ value: id(3) }] },
      { op: 'Add', path: 'members', value: id(3) },
    );
    expect(await members()).toEqual([id(1), id(2), id(3)]);
    await entra.patch(group, { op: 'remove', path: 'members' });
    expect(await members()).toEqual([]);
  });

  test('the name changes, alone or with members', async () => {
    await entra.patch(group, { op: 'Replace', path: 'displayName', value: 'Sellers' });
    await entra
      .patch(group, { op: 'replace', value: { id: directoryGroupId(objectIdOfNumber(100)), displayName: 'Traders' } })
      .then((answer) => expect(answer.body.scimType).toBe('mutability'));
    await entra.patch(group, { op: 'replace', value: { displayName: 'Buyers', members: [{ value: id(3) }] } });
    expect((await entra.get(group)).body).toMatchObject({ displayName: 'Buyers', members: [{ value: id(3) }] });
  });

  test('a wrong operation leaves name and members', async () => {
    const before = (await entra.get(group)).body;
    for (const wrong of [
      { op: 'add', path: 'members', value: [{ value: 'nobody' }] },
      { op: 'replace', path: `members[value eq "${id(1)}"].value`, value: id(3) },
      { op: 'remove', path: 'displayName' },
    ]) {
      const answer = await entra.patch(
        group,
        { op: 'replace', path: 'displayName', value: 'X' },
        { op: 'remove', path: 'members' },
        wrong,
      );
      expect(answer.status).toBe(400);
    }
    expect((await entra.get(group)).body).toEqual(before);
  });
});
