import { beforeAll, expect, it } from 'vitest';
import { addsPasskey, signsInByPasskey } from '../conformance/passkey-story.ts';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { buildServer } from '../operations/server-process.ts';
import { type EdgeWorkspace, openEdgeWorkspace, setUp } from './edge-workspace.ts';
import type { Workerd } from './workerd.ts';

let workspace: EdgeWorkspace;
let edge: Workerd;
let administrator: Browser;

beforeAll(async () => {
  await buildServer();
  workspace = await openEdgeWorkspace();
  edge = await workspace.startEdge();
  ({ administrator } = await setUp(workspace, edge.url));
  return () => workspace.stop();
}, 60_000);

it('a passkey is made and signs in on the edge as on Node', async () => {
  const { url } = edge;
  await administrator.signIn(`${url}/sign-in?fresh`, 'sam');
  const list = `${url}/admin/single-sign-on/break-glass`;
  const memberId = /name="memberId" value="(mem_\w+)"/.exec((await administrator.get(list)).text)![1]!;
  expect((await administrator.post(`${list}/add`, { memberId })).status).toBe(303);
  const { passkey, page } = await addsPasskey(edge, administrator);
  expect(page.location).toBe(`${url}/welcome/passkeys?done=passkey-added`);
  const { browser, page: arrived } = await signsInByPasskey(edge, passkey, {}, new Browser());
  expect(arrived).toMatchObject({ status: 303, location: `${url}/welcome` });
  expect((await browser.get(`${url}/admin/users`)).status).toBe(200);
  expect((await signsInByPasskey(edge, passkey, { origin: 'https://evil.example' })).page.status).toBe(403);
});
