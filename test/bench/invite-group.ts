import { performance } from 'node:perf_hooks';
import { directoryGroupId } from '@doorstep/server/domain/directory-id';
import type { Store } from '@doorstep/server/store/store';
import { againstRaw, type Sent, written } from './bulk.ts';
import type { Measure } from './report.ts';
import { ORIGIN, seedWorkspace, TENANT } from './seeded.ts';
import { startBenchServer } from './servers/child.ts';

const PEOPLE = 10_000;
const NESTED = 10;
const ROUNDS = 3;
const GROUP = '00000000-0000-4000-b000-000000000000';

/** From the press to the last row: a group of 10,000 people in ten nested groups. The floor is that of inviting addresses at once. */
export const inviteGroup: Measure = {
  title: 'Invite a group of 10,000',
  run: () => againstRaw('people', ourRate, ROUNDS),
};

async function ourRate(): Promise<Sent> {
  const seed = await seedWorkspace(({ store }) => writeGroup(store));
  const server = await startBenchServer('door', [seed.dataDir, 'jobs', 'single-sign-on']);
  const headers = { origin: ORIGIN, authorization: `Bearer ${seed.browserToken}`, 'content-type': 'application/json' };
  await server.watchLoop();
  const began = performance.now();
  const body = JSON.stringify({ recipients: [{ directoryGroupId: directoryGroupId(GROUP) }] });
  const sent = await fetch(`${server.url}/api/v1/invitation-batches`, { method: 'POST', headers, body });
  if (sent.status !== 202) throw new Error(`the batch was answered ${sent.status}`);
  await written(server, headers, (await sent.json()).id);
  const rate = (PEOPLE * 1000) / (performance.now() - began);
  const held = await server.longestHold();
  await server.stop();
  await seed.remove();
  return { rate, held };
}

/** As a sync would have left it. */
async function writeGroup(store: Store): Promise<void> {
  const ids = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${PEOPLE - 1}) `;
  const person = `printf('00000000-0000-4000-a000-%012x', i)`;
  const nested = (at: string) => `printf('00000000-0000-4000-b000-%012x', 1 + ${at} % ${NESTED})`;
  for (const command of [
    `UPDATE directory SET tenant_id = '${TENANT}', last_sync_at = 1`,
    `${ids} INSERT INTO directory_users (object_id, name, address, graph_state, graph_mark, first_seen_at, changed_at)
      SELECT ${person}, 'Person ' || i, 'person.' || i || '@contoso.example', 'enabled', 1, 1, 1 FROM n`,
    `${ids} INSERT INTO directory_addresses (object_id, address, owner, source)
      SELECT ${person}, 'person.' || i || '@contoso.example', 'user', 'proxy' FROM n`,
    `${ids} INSERT INTO directory_group_members (group_id, member_id, is_group, graph_mark) SELECT ${nested('i')}, ${person}, 0, 1 FROM n`,
    `INSERT INTO directory_groups (object_id, name, graph_state, changed_at) VALUES ('${GROUP}', 'Everybody', 'present', 1)`,
    `${ids} INSERT INTO directory_groups (object_id, name, graph_state, changed_at)
      SELECT ${nested('i')}, 'Part ' || i, 'present', 1 FROM n WHERE i < ${NESTED}`,
    `${ids} INSERT INTO directory_group_members (group_id, member_id, is_group, graph_mark)
      SELECT '${GROUP}', ${nested('i')}, 1, 1 FROM n WHERE i < ${NESTED}`,
  ])
    await store.db.run(command);
}
