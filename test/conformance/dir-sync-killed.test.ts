import { MINUTE } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { snapshot } from './dir-sync-fork.ts';
import { changeMuch, copyOf, openConnected, runTrack, syncOnce } from './dir-sync-story.ts';
import { invited, opensLink } from './stories.ts';
import type { Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openConnected();
  workspace.tenant.graph.pageSize = 5;
});
afterAll(() => workspace.stop());

/** A round from here, killed after each of its batches and gone on with by another process: each time the same state as undisturbed. */
async function killedAnywhere(): Promise<number> {
  const { fork, remove } = await snapshot(workspace);
  const undisturbed = await fork();
  expect((await syncOnce(undisturbed)).state).toBe('done');
  const wanted = await copyOf(undisturbed);
  const batches = undisturbed.written();
  await undisturbed.close();
  for (let killedAfter = 1; killedAfter < batches; killedAfter += 1) {
    const killed = await fork();
    killed.killAfter(killedAfter);
    await runTrack(killed).catch(() => undefined);
    await killed.reopen();
    workspace.clock.advance(3 * MINUTE);
    expect((await syncOnce(killed)).state, `after ${killedAfter} batches`).toBe('done');
    expect(await copyOf(killed), `after ${killedAfter} batches`).toEqual(wanted);
    await killed.close();
  }
  remove();
  return batches;
}

test('ENT-68, DIR-12: the first round, killed between any two of its batches, ends in the same state', async () => {
  expect(await killedAnywhere()).toBeGreaterThan(15);
}, 120_000);

test('ENT-68, DIR-12: a round of changes, with somebody suspended by it, likewise', async () => {
  workspace.nudges(true);
  for (const person of ['ana', 'mia']) await opensLink((await invited(workspace, `${person}@contoso.example`)).joinUrl, person);
  workspace.nudges(false);
  await syncOnce(workspace);
  changeMuch(workspace.tenant.directory);
  expect(await killedAnywhere()).toBeGreaterThan(15);
  await syncOnce(workspace);
  expect(await workspace.sql("SELECT state FROM members WHERE name = 'Ana Lima'")).toEqual([{ state: 'suspended' }]);
}, 120_000);
