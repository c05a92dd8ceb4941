import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { directoryGroupId, directoryUserId } from '../../domain/directory-id.ts';
import { findSubjects } from '../../store/audit-subject.ts';
import { openTestApp, type TestApp } from '../test-app.ts';
import { connectProvider, groupBody, objectIdOfNumber, type TestProvider, userBody } from './testing/provider.ts';

let house: TestApp;
let entra: TestProvider;
const id = (number: number) => directoryUserId(objectIdOfNumber(number));
const user = `/Users/${id(1)}`;
const group = `/Groups/${directoryGroupId(objectIdOfNumber(100))}`;
beforeEach(async () => {
  house = await openTestApp();
  entra = await connectProvider(house);
});

const count = async (from: string) =>
  (await house.store.db.all<{ n: number }>(sql.raw(`SELECT count(*) AS n FROM ${from}`)))[0]!.n;

test('of twenty who post one person, or one user name, one makes it, with one audit row', async () => {
  const same = await Promise.all(Array.from({ length: 20 }, () => entra.post('/Users', userBody(1))));
  expect(same.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  const named = await Promise.all(
    Array.from({ length: 20 }, (_, at) => entra.post('/Users', userBody(10 + at, { userName: 'one' }))),
  );
  expect(named.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(await count(`audit_events WHERE what = 'directory-user.provisioned'`)).toBe(2);
});

test('changes of one person at the same time are all made', async () => {
  await entra.post('/Users', userBody(1));
  const answers = await Promise.all([
    entra.patch(user, { op: 'replace', path: 'displayName', value: 'D' }),
    entra.patch(user, { op: 'replace', path: 'name.givenName', value: 'G' }),
    entra.patch(user, { op: 'replace', path: 'userType', value: 'Guest' }),
    entra.patch(user, { op: 'replace', path: 'preferredLanguage', value: 'fr' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await entra.get(user)).body).toMatchObject({
    displayName: 'D',
    name: { givenName: 'G', familyName: 'Lincoln' },
    userType: 'Guest',
    preferredLanguage: 'fr',
  });
});

test('the same request again changes nothing and writes no audit row', async () => {
  await entra.post('/Users', userBody(1));
  const off = { op: 'Replace', path: 'active', value: 'False' };
  await entra.patch(user, off);
  const before = await count('audit_events');
  const { body } = await entra.get(user);
  house.clock.now += 1000;
  expect((await entra.patch(user, off)).body).toEqual(body);
  expect((await entra.put(user, userBody(1, { active: false }))).body).toEqual(body);
  expect(await count('audit_events')).toBe(before);
});

test('what is written names the token in the audit, and nobody by name', async () => {
  await entra.post('/Users', userBody(1));
  const [row] = await house.store.db.all<{ facts: string }>(
    sql`SELECT by_member_id AS by, about, facts, request_id IS NOT NULL AS traced FROM audit_events WHERE what = 'directory-user.provisioned'`,
  );
  expect(row).toMatchObject({ by: null, about: id(1), traced: 1 });
  expect(JSON.parse(row!.facts)).toEqual({ by: 'scim', tokenId: expect.stringMatching(/^sct_/) });
});

test('what follows from a change is noted only where something follows', async () => {
  await entra.post('/Users', userBody(1));
  expect(await count('directory_changes')).toBe(0);
  await house.store.write([house.store.db.run(sql`UPDATE directory SET follows = 1, suggests = 'groups'`)]);
  await entra.post('/Users', userBody(2));
  await entra.post('/Groups', groupBody(100, { members: [{ value: id(1) }] }));
  const changed = await house.store.db.all<{ id: string }>(sql`SELECT object_id AS id FROM directory_changes ORDER BY object_id`);
  expect(changed.map((one) => one.id)).toEqual([1, 2, 100].map(objectIdOfNumber));
  expect(await count('directory_users WHERE is_in_scope')).toBe(1);
  await house.store.write([house.store.db.run(sql`DELETE FROM directory_changes`)]);
  await entra.patch(group, { op: 'remove', path: 'members', value: [{ value: id(1) }] });
  expect(await count(`directory_changes WHERE object_id = '${objectIdOfNumber(1)}'`)).toBe(1);
});

test('the directory belongs to the tenant of the first who was written', async () => {
  await entra.post('/Groups', groupBody(100));
  expect(await house.store.db.all(sql`SELECT tenant_id AS id FROM directory`)).toEqual([{ id: house.deps.tenantId }]);
});

test('ENT-88: a whole body that does not say whether the person is active does not let a disabled one in again', async () => {
  await entra.post('/Users', userBody(1));
  await entra.patch(user, { op: 'Replace', path: 'active', value: 'False' });
  const { active: _, ...short } = userBody(1, { displayName: 'Abe' });
  expect(await entra.put(user, short)).toMatchObject({ status: 200, body: { active: false, displayName: 'Abe' } });
  expect(await house.store.db.all(sql`SELECT status FROM directory_users`)).toEqual([{ status: 'disabled' }]);
});

test('ENT-77: of many whom SCIM may not deactivate within a day the administrators are told once', async () => {
  const people = Array.from({ length: 12 }, (_, at) => at + 1);
  for (const number of people) {
    const { memberId } = await house.signInAs('member');
    await house.store.write([
      house.store.db.run(
        sql`UPDATE members SET object_id = ${objectIdOfNumber(number)}, tenant_id = ${house.deps.tenantId} WHERE id = ${memberId}`,
      ),
    ]);
    await entra.post('/Users', userBody(number));
  }
  let refused = 0;
  for (const number of people) {
    const { status } = await entra.patch(`/Users/${id(number)}`, { op: 'Replace', path: 'active', value: 'False' });
    if (status === 403) refused += 1;
  }
  expect(refused).toBeGreaterThan(5);
  expect(await count(`audit_events WHERE what = 'provisioning.refused'`)).toBe(refused);
  expect(await house.store.db.all(sql`SELECT about_id FROM outbox_messages WHERE kind = 'directory-alert'`)).toHaveLength(1);
});

test('the audit knows the names of whom it is about, people and groups that were provisioned among them', async () => {
  await entra.post('/Users', userBody(1, { displayName: 'Abe' }));
  await entra.post('/Groups', groupBody(100));
  const about = [id(1), directoryGroupId(objectIdOfNumber(100)), id(9), null];
  const names = [...(await findSubjects(house.store, about)).values()].map((subject) => subject.name);
  expect(names).toEqual(['Abe', 'Sales 100']);
});
