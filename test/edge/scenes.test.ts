import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildServer } from '../operations/server-process.ts';
import { playOverHttp } from '../scenes/http-scenes.ts';
import { type EdgeWorkspace, openEdgeWorkspace } from './edge-workspace.ts';
import type { Workerd } from './workerd.ts';

let workspace: EdgeWorkspace;
let edge: Workerd;

beforeAll(async () => {
  await buildServer();
  workspace = await openEdgeWorkspace();
  edge = await workspace.startEdge();
}, 60_000);
afterAll(() => workspace?.stop());

it('the five scenes over HTTP, on the edge runtime, leave no secret in its log', async () => {
  const setUpLink = await workspace.setUpLink(edge.url);
  const secrets = await playOverHttp({ url: edge.url, setUpLink }, workspace.tenant);
  expect(secrets.length).toBeGreaterThan(5);
  expect(secrets.filter((secret) => edge.logged().includes(secret))).toEqual([]);
}, 60_000);
