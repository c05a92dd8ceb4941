import { it } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { buildServer } from '../operations/server-process.ts';
import { openEdgeWorkspace, setUp } from './edge-workspace.ts';
it('x', async () => {
  await buildServer();
  const workspace = await openEdgeWorkspace();
  const [edge, node] = await Promise.all([workspace.startEdge(), workspace.startNode()]);
  const { administrator, api } = await setUp(workspace, edge.url);
  await workspace.database.kill();
  for (const { url } of [edge, node]) for (const p of ['/welcome', '/welcome', '/api/v1/members', '/readyz', '/healthz']) {
    const t = Date.now();
    const s = p === '/welcome' ? (await administrator.get(url + p)).status : (await fetch(url + p, {headers: {authorization: `Bearer ${api.token}`, origin: 'chrome-extension://x'}})).status;
    console.log(url, p, s, Date.now() - t);
  }
  const t = Date.now();
  await workspace.database.start();
  console.log('started', Date.now() - t);
  for (const { url } of [edge, node]) for (const p of ['/readyz', '/healthz', '/welcome']) {
    const t = Date.now();
    const s = (await fetch(url + p)).status;
    console.log(url, p, s, Date.now() - t);
  }
  console.log(edge.logged().slice(-1500));
  await workspace.stop();
}, 120_000);
