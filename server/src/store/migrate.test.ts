import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate as applyMigrations } from 'drizzle-orm/libsql/migrator';
import { expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { openFileStore } from './open-file.ts';

const migrations = fileURLToPath(new URL('../../migrations', import.meta.url));

/** The first migrations alone, as the release before the directory had them. */
function beforeTheDirectory(folder: string): string {
  const before = join(folder, 'migrations');
  cpSync(migrations, before, { recursive: true });
  const journal = join(before, 'meta/_journal.json');
  const { entries, ...rest } = JSON.parse(readFileSync(journal, 'utf8'));
  writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, 2) }));
  return before;
}

test('DUR-11: a database made before the directory comes along, with everybody in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'doorstep-'));
  const store = await openFileStore(`file:${join(folder, 'doorstep.db')}`, Date.now);
  await applyMigrations(store.db, { migrationsFolder: beforeTheDirectory(folder) });
  await store.db.run(`INSERT INTO members (id, tenant_id, object_id, state, role, joined_at, state_at, attempt_id)
    VALUES ('mem_1', 'contoso', 'sam', 'active', 'administrator', 1, 1, 'red_1'), ('mem_2', 'contoso', 'tom', 'removed', 'member', 1, 1, 'red_2')`);
  await store.db.run(`INSERT INTO invitations (id, person, state, address, role, chunk_id, created_at, sent_at, generation, expires_at)
    VALUES ('inv_1', 'mail:mia@contoso.example', 'pending', 'mia@contoso.example', 'member', 'bat_1:0', 1, 1, 1, 9)`);

  await migrate(store);
  await migrate(store);

  expect(await store.db.all('SELECT value FROM counters ORDER BY name')).toEqual([0, 0, 0, 1, 0, 1].map((value) => ({ value })));
  await store.db.run(`UPDATE directory SET tenant_id = 'contoso'`);
  await store.db.run(`INSERT INTO directory_users (object_id, graph_state, first_seen_at, changed_at)
    VALUES ('sam', 'enabled', 1, 1), ('tom', 'enabled', 1, 1), ('mia', 'enabled', 1, 1), ('jo', 'enabled', 1, 1)`);
  await store.db.run(
    `INSERT INTO directory_addresses (object_id, address, owner, source) VALUES ('mia', 'mia@contoso.example', 'user', 'proxy')`,
  );
  expect(await store.db.all('SELECT object_id, standing FROM directory_users ORDER BY seq')).toEqual([
    { object_id: 'sam', standing: 'member' },
    { object_id: 'tom', standing: 'dismissed' },
    { object_id: 'mia', standing: 'invited' },
    { object_id: 'jo', standing: 'invitation-required' },
  ]);
  await store.close();
  rmSync(folder, { recursive: true });
});

test('who loses the address that an invitation was sent to is not invited any more', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'doorstep-'));
  const store = await openFileStore(`file:${join(folder, 'doorstep.db')}`, Date.now);
  await migrate(store);
  const standing = async () => (await store.db.all<{ standing: string }>('SELECT standing FROM directory_users'))[0]!.standing;
  await store.db.run(`INSERT INTO invitations (id, person, state, address, role, chunk_id, created_at, sent_at, generation, expires_at)
    VALUES ('inv_1', 'mail:old@contoso.example', 'pending', 'Old@contoso.example', 'member', 'bat_1:0', 1, 1, 1, 9)`);
  await store.db.run(
    `INSERT INTO directory_users (object_id, graph_state, first_seen_at, changed_at) VALUES ('mia', 'enabled', 1, 1)`,
  );
  for (const source of ['mail', 'proxy'])
    await store.db.run(
      `INSERT INTO directory_addresses (object_id, address, owner, source) VALUES ('mia', 'old@contoso.example', 'user', '${source}')`,
    );
  await store.db.run(`DELETE FROM directory_addresses WHERE source = 'mail'`);
  expect(await standing()).toBe('invited');
  await store.db.run(`DELETE FROM directory_addresses`);
  expect(await standing()).toBe('invitation-required');
  await store.close();
  rmSync(folder, { recursive: true });
});
