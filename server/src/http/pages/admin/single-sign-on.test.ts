import { DAY } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { newScimToken } from '../../../actions/scim-tokens.ts';
import type { Graph } from '../../../directory/graph-client.ts';
import { noTrace } from '../../../store/audit.ts';
import { connectProvider, objectIdOfNumber, userBody } from '../../scim/testing/provider.ts';
import { openTestApp, type SomebodySignedIn, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
const PATH = '/admin/single-sign-on';
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs({ role: 'administrator', isFresh: true });
});

const read = async () => (await house.request(PATH, { as: sam })).text();
const press = (path: string, form: Record<string, string> = {}) => house.request(`${PATH}${path}`, { as: sam, form });
const rows = (what: string) => house.store.db.all(sql`SELECT id FROM audit_events WHERE what = ${what} AND result = 'done'`);
const make = () => newScimToken(house.deps, { name: 'Entra', months: 3, by: sam.memberId, now: house.clock.now, trace: noTrace });

test('ENT-64: where assignment is required the page says that access requests cannot arrive', async () => {
  expect(await read()).toContain('It is not known whether assignment is required');
  await house.store.write([
    house.store.db.run(sql`UPDATE directory SET assignment_required = 1, assignment_from = 'service-principal'`),
  ]);
  const required = await read();
  expect(required).toContain('Assignment is required');
  expect(required).toContain('access requests of others cannot arrive');
  expect(required).not.toContain('forget-assignment');
  await house.store.write([house.store.db.run(sql`UPDATE directory SET assignment_required = 0`)]);
  expect(await read()).toContain('Everybody of the tenant reaches the door');
});

test('what was learnt from a sign-in can be taken back, what the provider itself says cannot', async () => {
  for (const [from, left] of [
    ['service-principal', 1],
    ['sign-in', null],
  ] as const) {
    await house.store.write([
      house.store.db.run(
        sql`UPDATE directory SET assignment_required = 1, assignment_from = ${from}, assignment_at = ${house.clock.now}`,
      ),
    ]);
    await press('/forget-assignment');
    expect(await house.store.db.all(sql`SELECT assignment_required AS required FROM directory`)).toEqual([{ required: left }]);
  }
  expect(await rows('assignment.forgotten')).toHaveLength(1);
});

/** Pages only say that there is one. */
const neverAsked: Graph = {
  ...{ isAlwaysOn: false, clientId: 'client' },
  get: () => Promise.resolve({ outcome: 'denied' as const }),
  isOurs: () => Promise.resolve(false),
};

test('says what vouches for addresses, which permissions are missing and what each costs', async () => {
  expect(await read()).toContain('E-mail addresses may not be vouched for');
  house.deps.graph = neverAsked;
  await house.store.write([
    house.store.db.run(
      sql`UPDATE directory SET connected_at = 1, last_sync_at = 1, missing_permissions = '["GroupMember.Read.All"]'`,
    ),
  ]);
  const page = await read();
  expect(page).toContain('By the directory');
  expect(page).toContain('GroupMember.Read.All is missing');
  expect(page).toContain('groups cannot be invited');
});

test('a name that is none and a life that is not offered are said beside their fields', async () => {
  const answer = await press('/tokens', { name: ' ', months: '7' });
  expect(answer.status).toBe(422);
  const page = await answer.text();
  expect(page).toContain('must have 1 to 60 characters');
  expect(page).toContain('must be one of those offered');
});

test('a token is ended after a question, which names it', async () => {
  await make();
  const [token] = await house.store.db.all<{ id: string }>(sql`SELECT id FROM scim_tokens`);
  expect(await (await press(`/tokens/${token!.id}/end`)).text()).toContain('End the token Entra?');
  expect(await rows('scim-token.ended')).toHaveLength(0);
  expect((await press(`/tokens/${token!.id}/end`, { confirmed: 'yes' })).headers.get('location')).toBe(
    `${PATH}?done=token-ended`,
  );
  expect(await rows('scim-token.ended')).toHaveLength(1);
  expect((await press(`/tokens/${token!.id}/end`, { confirmed: 'yes' })).status).toBe(404);
});

test('of many who press at once, two get a token', async () => {
  const made = await Promise.all(Array.from({ length: 6 }, make));
  expect(made.filter((token) => token !== null)).toHaveLength(2);
  expect(await rows('scim-token.made')).toHaveLength(2);
});

test('provisioning is stopped once no token is live: of whom Graph knows too it is forgotten, all others stay', async () => {
  const entra = await connectProvider(house, { administrator: sam });
  for (const number of [1, 2]) await entra.post('/Users', userBody(number, { active: false }));
  await house.store.write([
    house.store.db.run(sql`UPDATE directory_users SET graph_state = 'enabled' WHERE object_id = ${objectIdOfNumber(1)}`),
  ]);
  expect((await press('/stop-provisioning', { confirmed: 'yes' })).status).toBe(409);

  house.clock.now += 366 * DAY;
  sam = await house.signInAs({ role: 'administrator', isFresh: true });
  expect(await (await press('/stop-provisioning')).text()).toContain('Stop provisioning?');
  const stopped = await press('/stop-provisioning', { confirmed: 'yes' });
  expect(stopped.headers.get('location')).toBe(`${PATH}?done=provisioning-stopped`);
  expect(
    await house.store.db.all(sql`SELECT status, scim_document IS NULL AS forgotten FROM directory_users ORDER BY object_id`),
  ).toEqual([
    { status: 'enabled', forgotten: 1 },
    { status: 'disabled', forgotten: 0 },
  ]);
  expect(await house.store.db.all(sql`SELECT DISTINCT object_id AS id FROM directory_addresses WHERE source = 'scim'`)).toEqual([
    { id: objectIdOfNumber(2) },
  ]);
});

test('when provisioning is stopped, many people and memberships are forgotten in small steps, none left out', async () => {
  const entra = await connectProvider(house, { administrator: sam });
  await entra.post('/Users', userBody(1));
  await house.store.write([
    house.store.db.run(sql`WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
      INSERT INTO directory_users (object_id, graph_state, scim_state, scim_document, first_seen_at, changed_at)
      SELECT 'u' || i, CASE WHEN i % 20 = 0 THEN 'enabled' END, 'active', '{}', 0, 0 FROM n`),
    house.store.db.run(sql`WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
      INSERT INTO directory_groups (object_id, graph_state, scim_state, scim_document, changed_at)
      SELECT 'g' || i, CASE WHEN i % 2 THEN 'present' END, 'present', '{}', 0 FROM n`),
    house.store.db.run(sql`INSERT INTO directory_group_members (group_id, member_id, is_group, graph_mark, is_from_scim)
      SELECT g.object_id, u.object_id, 0, CASE WHEN u.seq % 3 THEN 1 END, 1 FROM directory_groups AS g
      JOIN directory_users AS u ON u.seq <= 1 + 4 * (g.seq % 5)`),
    house.store.db.run(sql`UPDATE scim_tokens SET ended_at = ${house.clock.now}`),
  ]);
  sam = await house.signInAs({ role: 'administrator', isFresh: true });
  expect((await press('/stop-provisioning', { confirmed: 'yes' })).headers.get('location')).toContain('provisioning-stopped');
  const left = await house.store.db.all(sql`
    SELECT (SELECT count(*) FROM directory_users WHERE scim_state IS NOT NULL) AS people,
      (SELECT count(*) FROM directory_users WHERE scim_state IS NOT NULL AND graph_state IS NOT NULL) AS knownPeople,
      (SELECT count(*) FROM directory_groups WHERE scim_state IS NOT NULL AND graph_state IS NOT NULL) AS knownGroups,
      (SELECT count(*) FROM directory_group_members AS e JOIN directory_groups AS g ON g.object_id = e.group_id
        WHERE g.graph_state IS NOT NULL AND (e.is_from_scim OR e.graph_mark IS NULL)) AS memberships`);
  expect(left).toEqual([{ people: 11_401, knownPeople: 0, knownGroups: 0, memberships: 0 }]);
});
