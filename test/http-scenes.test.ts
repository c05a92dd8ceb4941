import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshWorkspace, startFreshWorkspace } from './fresh-workspace.ts';
import { secretsInMails, tracesOf } from './scenes/evidence.ts';
import { playOverHttp } from './scenes/http-scenes.ts';

let workspace: FreshWorkspace;
beforeAll(async () => {
  workspace = await startFreshWorkspace();
});

let secrets: string[];

test('the five scenes over HTTP, on Node', async () => {
  secrets = await playOverHttp(workspace, workspace.tenant);
});

test('INV-34, AUD-06: no key, token or cookie of the scenes stands in database, write-ahead log or log', async () => {
  expect(await tracesOf([...secrets, ...secretsInMails(workspace)], workspace)).toEqual([]);
});

test('OUT-14: SIGTERM ends the server with 0', async () => {
  expect(await workspace.stop()).toBe(0);
});

afterAll(() => workspace?.stop());
