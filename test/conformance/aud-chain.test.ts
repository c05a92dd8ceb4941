import { sealOf } from '@doorstep/server/identity/root-key';
import { firstBrokenSeal } from '@doorstep/server/store/audit-seal';
import { MINUTE } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memberOf } from './stories.ts';
import { countOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
  await memberOf(workspace, 'mia');
  await memberOf(workspace, 'ana');
  workspace.clock.advance(MINUTE);
  await workspace.runJobs();
  await workspace.sql('CREATE TABLE audit_as_it_was AS SELECT * FROM audit_events');
});
afterAll(() => workspace.stop());

const broken = () => firstBrokenSeal(workspace.deps.store, sealOf(workspace.deps.keys));

test('AUD-03: every row is sealed within a minute, in one unbroken chain', async () => {
  expect(await countOf(workspace, 'audit_events')).toBeGreaterThan(6);
  expect(await countOf(workspace, 'audit_events WHERE seq IS NULL OR hash IS NULL')).toBe(0);
  expect(await broken()).toBeNull();
});

test.each([
  ['another person', "UPDATE audit_events SET by_member_id = 'mem_x' WHERE seq = 3", 3],
  ['another action', "UPDATE audit_events SET what = 'nothing' WHERE seq = 2", 2],
  ['another time', 'UPDATE audit_events SET at = at + 1 WHERE seq = 4', 4],
  ['another subject', "UPDATE audit_events SET about = 'inv_x' WHERE seq = 5", 5],
  ['another result', "UPDATE audit_events SET result = 'refused' WHERE seq = 1", 1],
  ['other facts', "UPDATE audit_events SET facts = '{}' WHERE seq = 3", 3],
  ['another request', "UPDATE audit_events SET request_id = 'AAAA-AAAA' WHERE seq = 3", 3],
  ['a row taken out', 'DELETE FROM audit_events WHERE seq = 3', 3],
  [
    'two rows exchanged',
    'UPDATE audit_events SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE seq IN (2, 3); UPDATE audit_events SET seq = -seq WHERE seq < 0',
    2,
  ],
  [
    'a row put in between',
    "UPDATE audit_events SET seq = -(seq + 1) WHERE seq >= 4; UPDATE audit_events SET seq = -seq WHERE seq < 0; INSERT INTO audit_events (id, at, what, result, seq, hash) VALUES ('aud_x', 0, 'x', 'done', 4, 'x')",
    4,
  ],
  ['the first rows cut off', 'DELETE FROM audit_events WHERE seq <= 2', 1],
])('AUD-03: %s is found, by its number', async (_, statements, at) => {
  for (const statement of statements.split('; ')) await workspace.sql(statement);
  const found = await broken();
  await workspace.sql('DELETE FROM audit_events');
  await workspace.sql('INSERT INTO audit_events SELECT * FROM audit_as_it_was');
  expect(found).toBe(at);
  expect(await broken()).toBeNull();
});

test('AUD-03: the network address may be erased, and later rows go on in the same chain', async () => {
  await workspace.sql('UPDATE audit_events SET client_address = NULL');
  expect(await broken()).toBeNull();
  await workspace.api('POST', '/invitation-batches', { recipients: [{ email: 'late@contoso.example' }] });
  workspace.clock.advance(MINUTE);
  await workspace.runJobs();
  expect(await countOf(workspace, 'audit_events WHERE seq IS NULL')).toBe(0);
  expect(await broken()).toBeNull();
});
