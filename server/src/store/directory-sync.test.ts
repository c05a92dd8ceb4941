import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Turn, writePiece } from './directory-sync.ts';
import { writeContacts } from './directory-sync-contacts.ts';
import {
  dropEdgesOf,
  type EdgeChange,
  type GroupChange,
  sweepEdges,
  sweepGroups,
  writeEdges,
  writeGroups,
} from './directory-sync-groups.ts';
import { stageVanished, type UserChange, writeUsers } from './directory-sync-users.ts';
import { takeLease } from './lease.ts';
import type { Store } from './store.ts';
import { openTestStore } from './test-store.ts';
import { plansOf } from './testing/query-plans.ts';

const NOW = 1000;
const TENANT = '11111111-1111-4111-8111-111111111111';
const turn: Turn = { owner: 'me', now: NOW, until: NOW + 60 };
const [ABE, BEA, CAI, SALES, NORTH] = [1, 2, 3, 4, 5].map((last) => `00000000-0000-4000-8000-00000000000${last}`) as [
  string,
  string,
  string,
  string,
  string,
];

let store: Store;
beforeEach(async () => {
  store = await openTestStore(() => NOW);
  await takeLease(store, 'directory', 'me', 0, NOW + 60);
});

const user = (id: string, more: Partial<UserChange> = {}): UserChange => ({ id, addresses: [], sources: [], ...more });
const group = (id: string, more: Partial<GroupChange> = {}): GroupChange => ({
  id,
  state: 'present',
  wasRemoved: false,
  members: [],
  addresses: [],
  sources: [],
  ...more,
});
const edge = (id: string, more: Partial<EdgeChange> = {}): EdgeChange => ({
  groupId: SALES,
  id,
  isGroup: false,
  isRemoved: false,
  ...more,
});
const users = (changes: UserChange[], fullMark = 1) =>
  writePiece(store, turn, writeUsers(store, turn, changes, { fullMark, tenantId: TENANT }));
const groups = (changes: GroupChange[], fullMark = 1) => writePiece(store, turn, writeGroups(store, turn, changes, fullMark));
const edges = (changes: EdgeChange[], fullMark = 1) => writePiece(store, turn, writeEdges(store, turn, changes, fullMark));
const all = (text: string) => store.db.all<Record<string, unknown>>(sql.raw(text));
const changed = async () => {
  const rows = await all('SELECT object_id AS id FROM directory_changes ORDER BY 1');
  await store.db.run(sql`DELETE FROM directory_changes`);
  return rows.map(({ id }) => id);
};
const statesOf = async (id: string) =>
  (await all(`SELECT graph_state, graph_next, status FROM directory_users WHERE object_id = '${id}'`))[0];

describe('people', () => {
  test('ENT-71: what is not said stays; the address follows mail and user name, whichever was said', async () => {
    const address = async () => (await all(`SELECT name, address FROM directory_users WHERE object_id = '${ABE}'`))[0];
    const named = { userName: 'abe@c.example', signInAddress: 'abe@c.example' };
    const ofName = { address: 'abe@c.example', source: 'user-name' } as const;
    const ofMail = { address: 'a.l@c.example', source: 'mail' } as const;
    await users([user(ABE, { name: 'Abe', ...named, sources: ['user-name'], addresses: [ofName], state: 'enabled' })]);
    expect(await address()).toEqual({ name: 'Abe', address: 'abe@c.example' });
    await users([user(ABE, { mail: 'A.L@c.example', sources: ['mail'], addresses: [ofMail] })]);
    expect(await address()).toEqual({ name: 'Abe', address: 'A.L@c.example' });
    await users([user(ABE, { ...named, sources: ['user-name'], addresses: [ofName] })]);
    expect(await address()).toEqual({ name: 'Abe', address: 'A.L@c.example' });
    await users([user(ABE, { state: 'enabled' })]);
    expect(await address()).toEqual({ name: 'Abe', address: 'A.L@c.example' });
    await users([user(ABE, { mail: null, sources: ['mail'] })]);
    expect(await address()).toEqual({ name: 'Abe', address: 'abe@c.example' });
    expect(await all('SELECT address, source FROM directory_addresses')).toEqual([ofName]);
  });

  test('losses wait, good news does not; of somebody new whom nobody knows everything holds at once', async () => {
    await users([user(ABE, { state: 'enabled' }), user(BEA, { state: 'disabled' }), user(CAI)]);
    expect(await statesOf(BEA)).toEqual({ graph_state: 'disabled', graph_next: null, status: 'disabled' });
    expect(await statesOf(CAI)).toEqual({ graph_state: 'enabled', graph_next: null, status: 'enabled' });
    await users([user(ABE, { state: 'disabled' }), user(BEA, { state: 'enabled' }), user(CAI, { state: 'removed' })]);
    expect(await statesOf(ABE)).toEqual({ graph_state: 'enabled', graph_next: 'disabled', status: 'enabled' });
    expect(await statesOf(BEA)).toEqual({ graph_state: 'enabled', graph_next: null, status: 'enabled' });
    expect(await statesOf(CAI)).toEqual({ graph_state: 'enabled', graph_next: 'removed', status: 'enabled' });
    await users([user(ABE, { name: 'Abe' }), user(CAI, { name: 'Cai' })]);
    expect(await statesOf(ABE)).toMatchObject({ graph_next: 'disabled' });
    expect(await statesOf(CAI)).toMatchObject({ graph_next: null });
  });

  test('somebody known by SCIM alone is nobody whom a full pass misses', async () => {
    await users([user(ABE, { state: 'enabled' }), user(BEA, { state: 'enabled' })]);
    await store.db.run(
      sql`INSERT INTO directory_users (object_id, scim_state, first_seen_at, changed_at) VALUES (${CAI}, 'active', 1, 1)`,
    );
    await users([user(BEA)], 2);
    expect(await stageVanished(store, turn, 2, 0)).toBe(null);
    expect(await all('SELECT object_id AS id, graph_next FROM directory_users ORDER BY 1')).toEqual([
      { id: ABE, graph_next: 'removed' },
      { id: BEA, graph_next: null },
      { id: CAI, graph_next: null },
    ]);
  });

  test('changes are noted for what follows from them, only while something does', async () => {
    await users([user(ABE, { state: 'enabled', name: 'Abe' }), user(BEA, { name: 'Bea' })]);
    expect(await changed()).toEqual([]);
    await store.db.run(sql`UPDATE directory SET follows = 1`);
    const later = { ...turn, now: NOW + 1 };
    const said = [
      user(ABE, { name: 'Abe' }),
      user(BEA, { sources: ['proxy'], addresses: [{ address: 'b@c.example', source: 'proxy' }] }),
    ];
    await writePiece(store, later, writeUsers(store, later, said, { fullMark: 1, tenantId: TENANT }));
    expect(await changed()).toEqual([BEA]);
    await edges([edge(ABE), edge(NORTH, { isGroup: true })]);
    expect(await changed()).toEqual([ABE, NORTH]);
    await edges([edge(ABE), edge(NORTH, { isGroup: true, isRemoved: true }), edge(BEA, { isRemoved: true })]);
    expect(await changed()).toEqual([NORTH]);
  });
});

describe('groups', () => {
  const inside = async () => (await all('SELECT member_id AS id FROM directory_group_members ORDER BY 1')).map(({ id }) => id);

  test("what SCIM says of a group's members survives Graph's saying otherwise", async () => {
    await groups([group(SALES, { name: 'Sales' })]);
    await edges([edge(ABE), edge(BEA)]);
    await store.db.run(sql`UPDATE directory_group_members SET is_from_scim = 1 WHERE member_id = ${BEA}`);
    await edges([edge(ABE, { isRemoved: true }), edge(BEA, { isRemoved: true })]);
    expect(await inside()).toEqual([BEA]);
  });

  test('a removed group has no members and no addresses; one that was never seen leaves no trace', async () => {
    const addresses = [{ address: 'sales@c.example', source: 'mail' }] as const;
    await groups([
      group(SALES, { name: 'Sales', addresses: [...addresses], sources: ['mail'] }),
      group(NORTH, { state: 'removed' }),
    ]);
    await edges(Array.from({ length: 600 }, (_, at) => edge(`00000000-0000-4000-9000-${String(at).padStart(12, '0')}`)));
    while (await dropEdgesOf(store, turn, [SALES]));
    await groups([group(SALES, { state: 'removed' })]);
    expect([await inside(), await all('SELECT * FROM directory_addresses')]).toEqual([[], []]);
    expect(await all('SELECT name, is_present FROM directory_groups')).toEqual([{ name: 'Sales', is_present: 0 }]);
    expect(await all("SELECT value FROM counters WHERE name = 'directory_groups'")).toEqual([{ value: 0 }]);
  });

  test('ENT-73: a full pass takes what it did not see, and nothing of SCIM', async () => {
    await groups([group(SALES, { name: 'Sales' }), group(NORTH, { name: 'North' })]);
    await edges([edge(ABE), edge(BEA), edge(CAI)]);
    await store.db.run(sql`UPDATE directory_group_members SET is_from_scim = 1 WHERE member_id = ${CAI}`);
    await groups([group(SALES)], 2);
    await edges([edge(ABE)], 2);
    expect([await sweepGroups(store, turn, 2, 0), await sweepEdges(store, turn, 2, 0)]).toEqual([null, null]);
    expect(await all('SELECT name FROM directory_groups WHERE is_present')).toEqual([{ name: 'Sales' }]);
    expect(await inside()).toEqual([ABE, CAI]);
  });
});

test('ENT-81: without the lease nothing is written, whatever the piece', async () => {
  const late = { ...turn, owner: 'somebody else' };
  const given = { fullMark: 1, tenantId: TENANT };
  for (const statements of [
    writeUsers(store, late, [user(ABE)], given),
    writeGroups(store, late, [group(SALES)], 1),
    writeEdges(store, late, [edge(ABE)], 1),
    writeContacts(
      store,
      late,
      [{ id: BEA, state: 'present', addresses: [{ address: 'b@c.example', source: 'mail' }], sources: ['mail'] }],
      1,
    ),
  ])
    expect(await writePiece(store, late, statements)).toBe(false);
  const tables = ['users', 'groups', 'group_members', 'contacts', 'addresses'];
  for (const table of tables) expect(await all(`SELECT * FROM directory_${table}`)).toEqual([]);
});

test('however large the directory, a slice searches it by index', async () => {
  const slice = async (given: Store) => {
    await writePiece(given, turn, writeUsers(given, turn, [user(ABE)], { fullMark: 1, tenantId: TENANT }));
    await writePiece(given, turn, writeGroups(given, turn, [group(SALES)], 1));
    await writePiece(given, turn, writeEdges(given, turn, [edge(ABE)], 1));
    await stageVanished(given, turn, 2, 0);
    await sweepGroups(given, turn, 2, 0);
    await sweepEdges(given, turn, 2, 0);
  };
  const scans = (await plansOf(store, slice))
    .flat()
    .filter((line) => /^SCAN (?!a|w|json_each|d\b|directory\b|\(|CONSTANT)/.test(line));
  expect(scans).toEqual([]);
});
