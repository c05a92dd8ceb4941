import { expect, test } from 'vitest';
import { findDirectoryUsers, searchWords } from './directory-user.ts';
import { openTestStore } from './test-store.ts';

const PEOPLE = 12_000;

/** Every person is called Anna; the first ten, who are the last to be found, have been dismissed. */
async function aDirectory() {
  const store = await openTestStore();
  await store.db.run(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${PEOPLE})
    INSERT INTO directory_users (object_id, name, address, graph_state, is_dismissed, first_seen_at, changed_at)
    SELECT 'p' || i, 'Anna Person ' || i, 'p' || i || '@contoso.example', 'enabled', i <= 10, i, i FROM n`);
  return store;
}

test('those who pass a filter are found however many others are called so', async () => {
  const store = await aDirectory();
  const found = await findDirectoryUsers(store, { q: 'ann', standing: 'dismissed', limit: 50 });
  expect(found.map(({ objectId }) => objectId)).toEqual(Array.from({ length: 10 }, (_, at) => `p${10 - at}`));
  await store.close();
});

test('pages go on where the last one ended, newest first, with a search as without', async () => {
  const store = await aDirectory();
  for (const q of ['', 'anna pers']) {
    const first = await findDirectoryUsers(store, { q, limit: 3 });
    expect(first.map(({ objectId }) => objectId)).toEqual(['p12000', 'p11999', 'p11998']);
    const [next] = await findDirectoryUsers(store, { q, limit: 3, before: first.at(-1)!.seq });
    expect(next!.objectId).toBe('p11997');
  }
  await store.close();
});

test('what people type is words to the index, never its syntax', async () => {
  const store = await aDirectory();
  for (const q of ['"', '*', 'NEAR(', 'a OR b', 'name:x', '-', '(((', 'ann" OR "'])
    expect(Array.isArray(await findDirectoryUsers(store, { q, limit: 1 })), q).toBe(true);
  expect(searchWords('  ')).toBeNull();
  expect(searchWords('Åsa o"n*')).toBe('"Åsa"* "o"* "n"*');
  await store.close();
});
