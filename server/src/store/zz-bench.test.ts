import { sql } from 'drizzle-orm';
import { test } from 'vitest';
import { groupsInside, findDirectoryGroup, findDirectoryGroups } from './directory-group.ts';
import { membersInside } from './synced-members.ts';
import { openDoorStory } from './testing/door-story.ts';
import { findUserGroupNames, findUserGroups, userGroupIdsOf } from './user-group.ts';

test('bench', async () => {
  const { store } = await openDoorStory();
  const run = (t: string) => store.db.run(sql.raw(t));
  await run(`UPDATE directory SET tenant_id = 'contoso'`);
  await run(`WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
   INSERT INTO directory_groups (object_id, name, graph_state, changed_at) SELECT 'g' || i, 'Group ' || (i * 7919 % 20000), 'present', 0 FROM n`);
  await run(`WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
   INSERT INTO directory_users (object_id, name, graph_state, first_seen_at, changed_at) SELECT 'u' || i, 'User ' || i, 'enabled', 0, 0 FROM n`);
  await run(`WITH n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999)
   INSERT OR IGNORE INTO directory_group_members (group_id, member_id, is_group) SELECT 'g' || (1 + i % 20000), 'u' || (1 + i * 7 % 100000), 0 FROM n`);
  await run(`INSERT OR IGNORE INTO directory_group_members (group_id, member_id, is_group) SELECT 'g1', object_id, 0 FROM directory_users`);
  await run(`INSERT INTO members (id, tenant_id, object_id, state, role, name, joined_at, last_seen_at, state_at, attempt_id)
     SELECT 'mem_' || object_id, 'contoso', object_id, 'active', 'member', name, 0,0,0, object_id FROM directory_users`);
  await run(`WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
   INSERT INTO user_groups (id, kind, name, directory_group_id, created_at, created_by, attempt_id) SELECT 'grp_s' || i, 'synced', 'g' || i, 'g' || i, 0, 'x', 'a' || i FROM n`);
  await run(`WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)
   INSERT INTO user_groups (id, kind, name, created_at, created_by, attempt_id) SELECT 'grp_c' || i, 'custom', 'Custom ' || i, 0, 'x', 'a' || i FROM n`);
  await run(`INSERT INTO user_group_members (group_id, member_id, added_at) SELECT g.id, m.id, 0 FROM user_groups AS g JOIN members AS m WHERE g.kind = 'custom' AND g.id IN ('grp_c1','grp_c2','grp_c3')`);
  const time = async (what: string, go: () => Promise<unknown>) => {
    for (let at = 0; at < 2; at += 1) {
      let last = performance.now(); let longest = 0; let on = true;
      const tick = () => { const n = performance.now(); longest = Math.max(longest, n - last); last = n; if (on) setImmediate(tick); };
      setImmediate(tick);
      const began = performance.now();
      await go();
      on = false;
      await new Promise((r) => setImmediate(r));
      console.log(what, (performance.now() - began).toFixed(1), 'ms, longest', longest.toFixed(1));
    }
  };
  await time('groups list 51', () => findDirectoryGroups(store, { limit: 51 }));
  await time('groups list q', () => findDirectoryGroups(store, { q: 'group 1', limit: 51 }));
  await time('groups list none', () => findDirectoryGroups(store, { q: 'zzz', limit: 51 }));
  await time('group one large', () => findDirectoryGroup(store, 'g1'));
  await time('members inside', () => membersInside(store, 'g1'));
  await time('groups of 50', () => userGroupIdsOf(store, Array.from({ length: 50 }, (_, i) => ({ id: `mem_u${i * 20 + 1}` }))));
  await time('names', () => findUserGroupNames(store));
  await time('custom groups', () => findUserGroups(store, { kind: 'custom', limit: 51 }));
  await time('synced groups', () => findUserGroups(store, { kind: 'synced', limit: 51 }));
  const q = (id: string, from: string) => sql.raw(`SELECT (SELECT count(*) FROM (SELECT DISTINCT e.member_id FROM (WITH RECURSIVE inside(id) AS (
    SELECT there.object_id FROM directory_groups AS there WHERE there.object_id = ${id} AND there.is_present
    UNION SELECT there.object_id FROM inside
      CROSS JOIN directory_group_members AS edge ON edge.group_id = inside.id AND edge.is_group
      CROSS JOIN directory_groups AS there ON there.object_id = edge.member_id AND there.is_present)
  SELECT id FROM inside) AS inside
  CROSS JOIN directory_group_members AS e ON e.group_id = inside.id AND NOT e.is_group LIMIT 1001)) AS people FROM ${from}`);
  const explain = async (x: ReturnType<typeof q>) => console.log((await store.db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${x}`)).map((r) => 'PLAN ' + r.detail).join('\n'));
  const js = `json_each('["g2","g3","g4","g5","g6","g7","g8","g9"]') AS a`;
  await explain(q('a.value', js));
  await time('json8', () => store.db.all(q('a.value', js)));
  await explain(q('g.object_id', "directory_groups AS g WHERE g.object_id IN ('g2','g3','g4','g5')"));
  await time('in4', () => store.db.all(q('g.object_id', "directory_groups AS g WHERE g.object_id IN ('g2','g3','g4','g5')")));
  const order = (x: string) => () => store.db.all(sql.raw(x));
  await time('order', order(`SELECT g.seq, g.object_id AS objectId, g.name, g.address, g.kind FROM directory_groups AS g WHERE g.is_present ORDER BY lower(coalesce(g.name, '')), g.seq LIMIT 51`));
  await time('order51 count', async () => { const r = await store.db.all<{ id: string }>(sql.raw(`SELECT g.object_id AS id FROM directory_groups AS g ORDER BY lower(coalesce(g.name, '')), g.seq LIMIT 51`)); for (const { id } of r) { const t = performance.now(); await store.db.all(q('a.value', `json_each('["${id}"]') AS a`)); const d = performance.now() - t; if (d > 2) console.log('slow ms, longest', id, d); } });
  for (const limit of [1, 8, 9, 51]) await time('list ' + limit, () => findDirectoryGroups(store, { limit }));
  const ids = (await store.db.all<{ id: string }>(sql.raw(`SELECT g.object_id AS id FROM directory_groups AS g ORDER BY lower(coalesce(g.name, '')), g.seq LIMIT 8`))).map((r) => r.id);
  console.log('ms, longest', ids);
  await time('json8 literal', () => store.db.all(q('a.value', `json_each('${JSON.stringify(ids)}') AS a`)));
  const real = (list: unknown, limit: unknown) => sql`SELECT a.value AS id, (SELECT count(*) FROM (SELECT DISTINCT e.member_id FROM (${groupsInside(sql`a.value`)}) AS inside
  CROSS JOIN directory_group_members AS e ON e.group_id = inside.id AND NOT e.is_group LIMIT ${limit})) AS people FROM json_each(${list}) AS a`;
  const L = JSON.stringify(ids);
  await time('both bound', () => store.db.all(real(L, 1001)));
  await time('list bound', () => store.db.all(real(L, sql.raw('1001'))));
  await time('limit bound', () => store.db.all(real(sql.raw(`'${L}'`), 1001)));
  await explain(real(L, 1001));
  await time('one small', () => findDirectoryGroup(store, 'g2'));

}, 120_000);
