import { MINUTE } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Graph } from '../../../directory/graph-client.ts';
import { writeDirectory } from '../../../store/testing/directory-story.ts';
import { NOON, openTestApp, type SomebodySignedIn, TENANT, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
let ann: SomebodySignedIn;
beforeEach(async () => {
  house = await openTestApp();
  house.deps.graph = graph(false);
  sam = await house.signInAs({ role: 'administrator', name: 'Sam Okafor' });
  ann = await house.signInAs({ role: 'administrator', name: 'Ann Lee', isFresh: true });
});

/** Never asked here: pages only say that there is one. */
const graph = (isAlwaysOn: boolean): Graph => ({
  ...{ isAlwaysOn, clientId: 'client' },
  get: () => Promise.resolve({ outcome: 'denied' as const }),
  isOurs: () => Promise.resolve(false),
});
const page = async (as = sam) => (await house.request('/admin/directory', { as })).text();
const post = (verb: string, form: Record<string, string> = {}, as = ann) =>
  house.request(`/admin/directory/${verb}`, { as, form: { asked: 'yes', ...form } });
const row = async () => (await house.store.db.all<Record<string, unknown>>(sql`SELECT * FROM directory`))[0]!;
const audited = async (what: string) => (await house.store.db.all(sql`SELECT 1 FROM audit_events WHERE what = ${what}`)).length;

type Run = { state?: string; problem?: string | null; plan?: object | null };
/** A round of the sync, as it is written when it ends so. */
const aRun = (mark: number, { state = 'done', problem = null, plan = null }: Run = {}) =>
  house.store.write([
    house.store.db.run(sql`
      INSERT INTO directory_runs (id, mark, state, is_full, started_at, ended_at, requests, users, groups, problem, plan)
      VALUES (${`run_${mark}`}, ${mark}, ${state}, 0, ${NOON - mark * MINUTE}, ${state === 'running' ? null : NOON}, 3, 12, 2, ${problem},
        ${plan && JSON.stringify(plan)})`),
  ]);
const losses = {
  people: 5,
  suspends: [],
  suspendCount: 4,
  activeMembers: 12,
  hasLastAdministrator: false,
  vanishing: 2,
  known: 8,
  vanishingGroups: 0,
  knownGroups: 3,
};

describe('before it is connected', () => {
  test('it says what it gives and which permissions it needs, the least first', async () => {
    const text = await page();
    expect(text).toMatch(
      /User\.Read\.All[\s\S]*GroupMember\.Read\.All[\s\S]*Member\.Read\.Hidden[\s\S]*OrgContact\.Read\.All[\s\S]*Application\.Read\.All/,
    );
    expect(text).toContain('Connect directory');
    expect(await (await house.request('/admin/users', { as: sam })).text()).toContain('Connect the directory');
  });

  test('SES-13: connecting needs a fresh sign-in, and is done once', async () => {
    expect((await post('connect', {}, sam)).status).toBe(403);
    expect((await row()).connected_at).toBeNull();
    for (const _ of [1, 2])
      expect((await post('connect')).headers.get('location')).toBe('/admin/directory?done=directory-connected');
    expect(await row()).toMatchObject({ connected_at: NOON, connected_by: ann.memberId, next_sync_at: NOON });
    expect(await audited('directory.connected')).toBe(1);
  });

  test('without single sign-on nothing can be connected, and the page says why', async () => {
    house.deps.graph = null;
    expect(await page()).toContain('Single sign-on is not configured');
    expect((await post('connect')).status).toBe(409);
  });
});

describe('connected', () => {
  beforeEach(async () => {
    await writeDirectory(house.store, { tenantId: TENANT, users: { mia: {}, jonas: {} }, groups: { fin: { members: ['mia'] } } });
    await post('connect');
  });

  test('counts, who connected it, and the rounds with their problems in sentences', async () => {
    await aRun(1);
    await aRun(2, { state: 'failed', problem: 'client-secret-expired' });
    const text = await page();
    expect(text).toMatch(/<dt>People<\/dt><dd>2<\/dd><dt>Groups<\/dt><dd>1<\/dd>/);
    expect(text).toContain('Ann Lee');
    expect(text).toMatch(/failed[\s\S]*The client secret has expired\.[\s\S]*done[\s\S]*12 people, 2 groups/);
  });

  test('a running round shows its progress and looks again, with script and without', async () => {
    await aRun(1, { state: 'running' });
    const text = await page();
    expect(text).toContain('12 people and 2 groups read so far');
    expect(text).toContain('<noscript><meta http-equiv="refresh"');
    expect(text).toMatch(/<button class="btn primary" disabled>/);
  });

  test('*Sync now* is wanted once', async () => {
    for (const _ of [1, 2]) expect((await post('sync', {}, sam)).status).toBe(303);
    expect(await row()).toMatchObject({ sync_wanted_at: NOON });
    expect(await audited('directory.sync-wanted')).toBe(1);
  });

  test('ENT-78: missing permissions are named with what they cost', async () => {
    await house.store.write([house.store.db.run(sql`UPDATE directory SET missing_permissions = '["GroupMember.Read.All"]'`)]);
    expect(await page()).toMatch(/GroupMember\.Read\.All[\s\S]{0,80}Groups cannot be invited/);
  });

  test('ENT-77: a stopped round shows its rehearsal; applying it asks, and needs a fresh sign-in', async () => {
    await aRun(1, { state: 'stopped', problem: 'too-many-leave', plan: losses });
    expect(await page()).toMatch(/It would have suspended <b>4 members<\/b> of 12/);
    expect(await (await post('apply', { run: 'run_1' })).text()).toContain('Apply what the directory says?');
    expect((await post('apply', { run: 'run_1', confirmed: 'yes' }, sam)).status).toBe(403);
    expect((await row()).released_run_id).toBeNull();
    expect((await post('apply', { run: 'run_1', confirmed: 'yes' })).status).toBe(303);
    expect((await row()).released_run_id).toBe('run_1');
    expect(await page()).toContain('An administrator let it pass');
    expect((await post('apply', { run: 'run_0', confirmed: 'yes' })).status).toBe(404);
  });

  test('SES-12: what would take the last administrator cannot be applied', async () => {
    await aRun(1, { state: 'stopped', problem: 'last-administrator-leaves', plan: { ...losses, hasLastAdministrator: true } });
    const text = await page();
    expect(text).toContain('The last administrator would lose access.');
    expect(text).not.toContain('Apply anyway');
  });

  test('disconnecting asks first, and takes nothing away', async () => {
    expect(await (await post('disconnect')).text()).toContain('Disconnect the directory?');
    expect((await post('disconnect', { confirmed: 'yes' })).status).toBe(303);
    expect((await row()).connected_at).toBeNull();
    expect(await house.store.db.all(sql`SELECT 1 FROM directory_users`)).toHaveLength(2);
  });

  test('what the configuration connects is locked', async () => {
    house.deps.graph = graph(true);
    const text = await page();
    expect(text).toContain('DOORSTEP_GRAPH_URL');
    expect(text).not.toContain('/admin/directory/disconnect');
  });

  test('the API tells the same, and takes *Sync now*', async () => {
    const { token, origin } = await house.connectBrowser(sam.memberId);
    const headers = { authorization: `Bearer ${token}`, origin };
    await aRun(1);
    const answer = await house.request('/api/v1/directory', { headers });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ users: 2, groups: 1, isConnected: true, runs: [{ id: 'run_1', state: 'done' }] });
    expect((await house.request('/api/v1/directory/sync', { method: 'POST', headers })).status).toBe(202);
    expect(await row()).toMatchObject({ sync_wanted_at: NOON });
    house.deps.graph = null;
    expect((await house.request('/api/v1/directory/sync', { method: 'POST', headers })).status).toBe(404);
  });

  test('readyz names the directory while its last round did not end well', async () => {
    const degraded = async () =>
      (await (await house.request('/readyz')).json()).degraded.map((one: { part: string }) => one.part);
    await aRun(1);
    expect(await degraded()).not.toContain('directory');
    await aRun(2, { state: 'failed', problem: 'unreachable' });
    expect(await degraded()).toContain('directory');
    await aRun(3, { state: 'running' });
    expect(await degraded()).toContain('directory');
    house.deps.graph = null;
    expect(await degraded()).not.toContain('directory');
  });
});
