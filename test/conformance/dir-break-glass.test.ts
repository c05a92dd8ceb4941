import { MINUTE } from '@doorstep/shared/time';
import { beforeEach, expect, test } from 'vitest';
import type { Browser } from '../demo-tenant/sign-in-client.ts';
import { authorization, connectExtension } from './extension-client.ts';
import { addsPasskey, guestOf, PASSKEYS, signsInByPasskey } from './passkey-story.ts';
import { anotherAdministrator, headingOf, memberOf } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

// The day on which Microsoft does not answer: who is on the break-glass list comes in with a passkey, and nobody else of the tenant.

const LIST = '/admin/single-sign-on/break-glass';
let workspace: Workspace;
let sam: Browser;
let samId: string;
beforeEach(async () => {
  workspace = await openWorkspace();
  sam = workspace.administrator;
  samId = (await workspace.sql("SELECT id FROM members WHERE role = 'administrator'"))[0]!.id as string;
  return () => workspace.stop();
});

const signsInFreshly = () => sam.signIn(`${workspace.url}/sign-in?fresh`, 'sam');
const listed = () => workspace.sql('SELECT id FROM members WHERE breaks_glass = 1');
const audited = async () =>
  (await workspace.sql("SELECT what, by_member_id, about FROM audit_events WHERE what LIKE 'break-glass.%' ORDER BY at, id")).map(
    (row) => Object.values(row),
  );
const add = (memberId: string) => sam.post(`${workspace.url}${LIST}/add`, { memberId });
const takeOff = (fields = {}) => sam.post(`${workspace.url}${LIST}/remove`, { memberId: samId, ...fields });
const passkeySessions = async () => (await workspace.sql("SELECT count(*) AS n FROM sessions WHERE method = 'passkey'"))[0]!.n;

/** Sam is on the list, with a passkey. */
async function samsPasskey() {
  await signsInFreshly();
  await add(samId);
  return (await addsPasskey(workspace, sam)).passkey;
}

test('SES-13: the list changes after a fresh sign-in only; the page says who has no passkey yet', async () => {
  const page = await sam.get(workspace.url + LIST);
  expect(page.text).toContain('Nobody is on the list');
  expect(headingOf(await add(samId))).toBe('Please sign in once more');
  expect(await listed()).toEqual([]);

  await signsInFreshly();
  expect(await add(samId)).toMatchObject({ status: 303, location: `${workspace.url}${LIST}?done=break-glass-added` });
  expect(await listed()).toEqual([{ id: samId }]);
  expect((await sam.get(workspace.url + LIST)).text).toContain('no passkey yet');
  expect((await add(samId)).status).toBe(409);
  await addsPasskey(workspace, sam);
  expect((await sam.get(workspace.url + LIST)).text).toContain('1 passkey');

  workspace.clock.advance(11 * MINUTE);
  expect(headingOf(await takeOff({ confirmed: 'yes' }))).toBe('Please sign in once more');
  await signsInFreshly();
  expect(headingOf(await takeOff())).toBe('Take Sam Okafor off the break-glass list?');
  expect(await listed()).toHaveLength(1);
  expect((await takeOff({ confirmed: 'yes' })).status).toBe(303);
  expect(await listed()).toEqual([]);
  expect(await audited()).toEqual([
    ['break-glass.added', samId, samId],
    ['break-glass.removed', samId, samId],
  ]);
});

test('only administrators are put on it; nobody is named who is none', async () => {
  await memberOf(workspace, 'mia');
  const mia = (await workspace.sql("SELECT id FROM members WHERE role = 'member'"))[0]!.id as string;
  await signsInFreshly();
  expect((await add(mia)).status).toBe(409);
  for (const id of ['mem_nobody', '', 'x']) expect((await add(id)).status).toBe(404);
  expect(await listed()).toEqual([]);
  expect((await sam.get(workspace.url + LIST)).text).not.toContain('Mia');
});

test('SES-13: a passkey that passes by Microsoft is added after a fresh sign-in only', async () => {
  await signsInFreshly();
  await add(samId);
  workspace.clock.advance(11 * MINUTE);
  const page = await sam.get(workspace.url + PASSKEYS);
  expect([page.status, page.text.includes('data-options'), page.text.includes('/sign-in?fresh')]).toEqual([200, false, true]);
  expect((await sam.post(workspace.url + PASSKEYS, {})).status).toBe(403);
  expect(await workspace.sql('SELECT id FROM passkeys')).toEqual([]);
});

test('DIR-03: with Microsoft away and SSO forced, an administrator of the list comes in with a passkey and may switch it off', async () => {
  const passkey = await samsPasskey();
  const { deps, tenant, url, clock } = workspace;
  await deps.store.write([deps.store.db.run('UPDATE workspace SET forces_sso = 1')]);
  Object.assign(tenant.faults, { token: 'drop', discovery: 'down', keys: 'down' });
  clock.advance(30 * MINUTE);

  const problem = await sam.signIn(`${url}/sign-in`, 'sam');
  expect([problem.status, problem.text.includes('href="/sign-in/passkey"')]).toEqual([503, true]);

  const { browser, page } = await signsInByPasskey(workspace, passkey);
  expect(page).toMatchObject({ status: 303, location: `${url}/welcome` });
  expect((await browser.get(`${url}/admin/users`)).status).toBe(200);
  const [session] = await workspace.sql("SELECT fresh_at FROM sessions WHERE method = 'passkey'");
  expect(session).toEqual({ fresh_at: clock.now() });
  expect(await audited()).toContainEqual(['break-glass.used', samId, samId]);
  const [member] = await workspace.sql(`SELECT address, address_is_trusted, name FROM members WHERE id = '${samId}'`);
  expect(member).toEqual({ address: 'sam@contoso.example', address_is_trusted: 1, name: 'Sam Okafor' });
});

test('who is taken off the list is out of the sessions begun with a passkey, and the passkey is gone', async () => {
  const passkey = await samsPasskey();
  const { browser } = await signsInByPasskey(workspace, passkey);
  expect(await passkeySessions()).toBe(1);
  await takeOff({ confirmed: 'yes' });
  expect([await passkeySessions(), await workspace.sql('SELECT id FROM passkeys')]).toEqual([0, []]);
  expect((await browser.get(`${workspace.url}/welcome`)).status).toBe(401);
  expect((await sam.get(`${workspace.url}/welcome`)).status).toBe(200);
  const { page } = await signsInByPasskey(workspace, passkey);
  expect([page.status, page.text.includes('does not open this workspace')]).toEqual([403, true]);
});

test('who leaves the office leaves the list, and comes back without a passkey', async () => {
  const passkey = await samsPasskey();
  const ana = await anotherAdministrator(workspace, 'ana');
  const { browser } = await signsInByPasskey(workspace, passkey);
  const role = (to: string) => ana.browser.post(`${workspace.url}/admin/users/${samId}/role`, { role: to, confirmed: 'yes' });
  expect((await role('member')).status).toBe(303);
  expect((await browser.get(`${workspace.url}/welcome`)).status).toBe(401);
  expect([await listed(), await passkeySessions(), await workspace.sql('SELECT id FROM passkeys')]).toEqual([[], 0, []]);
  const [anaId] = (await workspace.sql("SELECT id FROM members WHERE role = 'administrator'")).map(({ id }) => id);
  expect((await audited()).at(-1)).toEqual(['break-glass.removed', anaId, samId]);
  await signsInByPasskey(workspace, passkey);
  expect(await passkeySessions()).toBe(0);
});

test('whoever of the list is no administrator any more, or not on it, is refused with a sentence, whatever passkeys are there', async () => {
  const passkey = await samsPasskey();
  const { store } = workspace.deps;
  const why = async () => headingOf((await signsInByPasskey(workspace, passkey)).page);
  for (const change of ["role = 'member'", "role = 'administrator', breaks_glass = 0"]) {
    await store.write([store.db.run(`UPDATE members SET ${change} WHERE id = '${samId}'`)]);
    expect(await why(), change).toBe('This passkey opens nothing any more');
  }
  await store.write([store.db.run(`UPDATE members SET breaks_glass = 1, state = 'suspended' WHERE id = '${samId}'`)]);
  expect(await why()).toBe('Your membership is suspended');
  await store.write([store.db.run(`UPDATE members SET state = 'removed' WHERE id = '${samId}'`)]);
  expect(await why()).toBe('You are no longer a member');
  expect(await passkeySessions()).toBe(0);
});

test('who came in by a passkey of the list may connect a browser, as any administrator; a guest with one may not', async () => {
  const passkey = await samsPasskey();
  const { browser } = await signsInByPasskey(workspace, passkey);
  const api = await connectExtension(workspace.url, browser);
  expect(await api('GET', '/me')).toMatchObject({ status: 200, body: { memberId: samId } });
  const guest = await guestOf(workspace, 'kim@elsewhere.example');
  const { passkey: guests } = await addsPasskey(workspace, guest);
  const { browser: back } = await signsInByPasskey(workspace, guests);
  const answer = await back.post(`${workspace.url}/connect/authorize`, authorization().query);
  expect(new URL(answer.location!).searchParams.get('error')).toBe('access_denied');
  await signsInFreshly();
  await takeOff({ confirmed: 'yes' });
  expect((await api('GET', '/me')).status).toBe(200); // still an administrator: docs/operating.md says what else to end
});
