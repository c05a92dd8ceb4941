import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDirectoryGroups } from './directory-group.ts';
import type { Store } from './store.ts';
import { openTestStore } from './test-store.ts';
import { readPlansOf } from './testing/query-plans.ts';

let store: Store;
beforeEach(async () => {
  store = await openTestStore();
});
afterEach(() => store.close());

const change = (text: string) => store.db.run(sql.raw(text));

/** Groups `g1` to `g{groups}`, each with as many people of its own. */
async function groupsOf(groups: number, people: number) {
  await change(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${groups})
    INSERT INTO directory_groups (object_id, name, graph_state, changed_at) SELECT 'g' || i, 'Group ' || i, 'present', 0 FROM n`);
  await change(`
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${groups * people - 1})
    INSERT INTO directory_group_members (group_id, member_id, is_group, graph_mark)
    SELECT 'g' || (i % ${groups} + 1), 'u' || i, 0, 1 FROM n`);
}

test('a page of groups counts the people of those that it shows, whatever others there are; pages go on by name', async () => {
  await groupsOf(30, 3);
  await change(`INSERT INTO directory_groups (object_id, name, graph_state, changed_at) VALUES ('nameless', NULL, 'present', 0)`);
  await change(
    `INSERT INTO directory_group_members (group_id, member_id, is_group) VALUES ('nameless', 'g1', 1), ('g1', 'u1', 0)`,
  );
  const first = await findDirectoryGroups(store, { limit: 11 });
  expect(first.slice(0, 3).map(({ objectId, people }) => [objectId, people])).toEqual([
    ['nameless', 4],
    ['g1', 4],
    ['g10', 3],
  ]);
  const last = first.at(-1)!;
  const after = { name: last.name!.toLowerCase(), seq: last.seq };
  const rest = await findDirectoryGroups(store, { after, limit: 50 });
  expect([...first, ...rest].map(({ objectId }) => objectId)).toHaveLength(31);
  expect(new Set([...first, ...rest].map(({ objectId }) => objectId)).size).toBe(31);
});

test('DIR-11: the statement that sorts groups counts nobody: of 20,000 groups all people would be counted for one page', async () => {
  await groupsOf(30, 3);
  const plans = await readPlansOf(store, (given) => findDirectoryGroups(given, { q: 'group', limit: 5 }));
  const sorting = plans.filter((lines) => lines.some((line) => line.includes('ORDER BY')));
  expect(sorting).toHaveLength(1);
  expect(sorting[0]!.filter((line) => line.includes('directory_group_members') || line.includes('SUBQUERY'))).toEqual([]);
});
