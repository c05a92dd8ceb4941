import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createClient } from '@libsql/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { invited, opensLink, signsIn } from './stories.ts';
import { stateOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.stop());

/** Another process takes the file; resolves when it has it, `freed` when it has let go. */
async function hold(kind: 'write' | 'read', milliseconds: number): Promise<{ freed: Promise<unknown> }> {
  const script = fileURLToPath(new URL('lock-holder.ts', import.meta.url));
  const holder = spawn(process.execPath, [script, `${workspace.dataDir}/doorstep.db`, kind, String(milliseconds)]);
  const freed = new Promise((resolve) => holder.on('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    holder.stdout.on('data', () => resolve());
    holder.on('exit', () => reject(new Error('nobody holds the file')));
  });
  return { freed };
}

/** What is really in the file, as somebody else reads it: not what our connection believes. */
async function onDisk(sql: string): Promise<unknown[]> {
  const client = createClient({ url: `file:${workspace.dataDir}/doorstep.db` });
  const { rows } = await client.execute(sql);
  client.close();
  return rows.map((row) => Object.values(row)[0]);
}

const invite = (address: string) => workspace.api('POST', '/invitation-batches', { recipients: [{ email: address }] });
const addresses = (word: string, count: number) => Array.from({ length: count }, (_, at) => `${word}-${at}@contoso.example`);

/** The longest that the event loop was held while this went on. */
async function longestTurn(work: Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 5);
    last = now;
  }, 5);
  await work;
  clearInterval(watch);
  return longest;
}

test.each([
  ['writer', 'write', 1500],
  ['reader', 'read', 1000],
] as const)('DUR-05: an outside %s: no request fails, and what was acknowledged is really there', async (_, kind, lasts) => {
  const { url, tenant } = workspace;
  tenant.addPerson({ key: `${kind}-joins` });
  tenant.addPerson({ key: `${kind}-knocks` });
  const { joinUrl } = await invited(workspace, `${kind}-joins@contoso.example`);
  const { freed } = await hold(kind, lasts);
  const wanted = addresses(kind, 12);
  const work = Promise.all([
    Promise.all(wanted.map(invite)),
    opensLink(joinUrl, `${kind}-joins`),
    signsIn(workspace, `${kind}-knocks`),
    ...Array.from({ length: 5 }, () => new Browser().get(`${url}/`)),
  ]);
  const held = await longestTurn(work);
  const [invitations, joined, knocked, ...doors] = await work;
  expect(invitations.map(({ status }) => status)).toEqual(wanted.map(() => 202));
  expect([joined.page.url, knocked.page.url]).toEqual([`${url}/welcome`, `${url}/waiting`]);
  expect(doors.map((page) => (page as { status: number }).status)).toEqual([200, 200, 200, 200, 200]);
  await freed;
  expect(
    await onDisk(`SELECT address FROM invitations WHERE address LIKE '${kind}-%' AND state = 'pending' ORDER BY address`),
  ).toEqual([...wanted].sort());
  const ids = invitations.map(({ body }) => `'${body.id}'`).join();
  expect(await onDisk(`SELECT count(*) FROM audit_events WHERE about IN (${ids})`)).toEqual([wanted.length]);
  expect(await onDisk(`SELECT count(*) FROM members WHERE address = '${kind}-joins@contoso.example'`)).toEqual([1]);
  expect(await onDisk(`SELECT count(*) FROM access_requests WHERE address = '${kind}-knocks@contoso.example'`)).toEqual([1]);
  expect(held).toBeLessThan(500); // it was not waited for inside SQLite
});

test('DUR-05: beyond five seconds: 503 with Retry-After, nothing half done, and the next request works', async () => {
  const { url, api, administrator } = workspace;
  const before = await stateOf(workspace);
  const { freed } = await hold('write', 6000);
  const begun = performance.now();
  const [problem, page] = await Promise.all([invite('late@contoso.example'), administrator.post(`${url}/sign-out`, {})]);
  expect(performance.now() - begun).toBeLessThan(6000);
  expect([problem.status, problem.body.type]).toEqual([503, '/problems/unavailable']);
  expect(page.status).toBe(503);
  for (const { headers } of [problem, page]) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await api('GET', '/summary')).status).toBe(200); // reading goes on
  await freed;
  expect(await stateOf(workspace)).toBe(before);
  expect((await invite('late@contoso.example')).status).toBe(202);
  expect(await onDisk("SELECT address FROM invitations WHERE address = 'late@contoso.example'")).toEqual([
    'late@contoso.example',
  ]);
}, 15_000);
