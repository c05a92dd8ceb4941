import { finishSignIn } from '@doorstep/server/actions/sign-in';
import { guestIdentity } from '@doorstep/server/domain/guest';
import { guestIdOf } from '@doorstep/server/identity/guest-id';
import { noTrace } from '@doorstep/server/store/audit';
import { findForceSsoReach, forceSso, unforceSso } from '@doorstep/server/store/force-sso';
import { newId } from '@doorstep/server/store/new-id';
import { MINUTE } from '@doorstep/shared/time';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type GuestInside, guestInside, guestWhoAsks } from './guest-inside.ts';
import { invited, memberOf, signsIn } from './stories.ts';
import { countOf, stateOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace();
});
afterEach(() => workspace.stop());

const FORCE = '/admin/single-sign-on/force';
const isForced = async () => (await workspace.sql('SELECT forces_sso FROM workspace'))[0]!.forces_sso === 1;
const freshSam = () => workspace.administrator.signIn(`${workspace.url}/sign-in?fresh`, 'sam');
const press = (force: 'on' | 'off', also: Record<string, string> = {}) =>
  workspace.administrator.post(workspace.url + FORCE, { force, ...also });
const force = async () => {
  await freshSam();
  const page = await press('on');
  expect(page.location).toBe(`${workspace.url}${FORCE}?done=sso-forced`);
};
const asGuest = (guest: GuestInside, path: string, init: RequestInit = {}) =>
  fetch(workspace.url + path, { redirect: 'manual', ...init, headers: { ...init.headers, cookie: guest.cookie } });

/** Asks for a code by this path, as the page's button does; answers how many codes there are then. */
async function tryCode(path: string, form: Record<string, string> = {}): Promise<number> {
  const { url } = workspace;
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { origin: url },
    body: new URLSearchParams(form),
    redirect: 'manual',
  });
  expect(answer.status, path).toBeLessThan(500);
  return countOf(workspace, `guest_codes WHERE ends_at > ${workspace.clock.now()}`);
}

test('DIR-01: while SSO is forced a guest is invited by no way, and each says why', async () => {
  await force();
  const { api, administrator, url } = workspace;
  const recipients = [{ email: 'kim@elsewhere.example' }, { email: 'mia@contoso.example' }];
  const preview = await api('POST', '/invitation-batches/preview', { recipients });
  expect(preview.body.rows).toMatchObject([{ plan: 'refuse', because: 'guests-not-allowed' }, { plan: 'invite' }]);
  const sent = await api('POST', '/invitation-batches', { recipients });
  expect(sent.body).toMatchObject({ counts: { invite: 1, refuse: 1 } });
  expect(sent.body.rows[0]).toMatchObject({ because: 'guests-not-allowed' });
  const review = await administrator.post(`${url}/admin/invitations/new`, {
    recipients: 'lee@elsewhere.example',
    do: 'to:review',
    step: 'emails',
  });
  expect(review.text).toContain('guests are not allowed');
  expect(await workspace.mailsTo('kim@elsewhere.example')).toHaveLength(0);
  expect(await countOf(workspace, "invitations WHERE address LIKE '%@elsewhere.example'")).toBe(0);
});

test('DIR-01: a batch that was planned before the switch writes no guest after it', async () => {
  const { deps, clock, api } = workspace;
  workspace.nudges(false);
  const recipients = [
    ...Array.from({ length: 260 }, (_, at) => ({ email: `first-${at}@contoso.example` })),
    { email: 'kim@elsewhere.example' },
    { email: 'lee@contoso.example' },
  ];
  const { body } = await api('POST', '/invitation-batches', { recipients });
  expect(body.state).toBe('writing');
  const sam = (await api('GET', '/me')).body.memberId as string;
  await forceSso(deps.store, { by: sam, auditId: newId('aud'), now: clock.now(), trace: noTrace });
  await workspace.runJobs();
  expect(await countOf(workspace, "invitations WHERE address = 'lee@contoso.example'")).toBe(1);
  expect(await countOf(workspace, "invitations WHERE address = 'kim@elsewhere.example'")).toBe(0);
});

test('DIR-01, DIR-02: guests’ sessions end with the switch, and every later try is refused with its reason', async () => {
  const kim = await guestInside(workspace, 'kim@elsewhere.example');
  const { id, joinUrl } = await invited(workspace, 'lee@elsewhere.example');
  const request = await guestWhoAsks(workspace, 'max@elsewhere.example');
  const { store } = workspace.deps;
  expect((await asGuest(kim, '/welcome')).status).toBe(200);
  const mia = await memberOf(workspace, 'mia');
  expect(await findForceSsoReach(store, workspace.clock.now())).toMatchObject({ guests: 1, invitations: 2, requests: 1 });
  await force();
  expect(await countOf(workspace, "sessions WHERE tenant_id = 'guest'")).toBe(0);
  expect((await mia.get(`${workspace.url}/welcome`)).status).toBe(200);
  const turnedAway = await asGuest(kim, '/welcome');
  expect(turnedAway.status).toBe(401);
  expect(await turnedAway.text()).toContain('Everybody signs in with Microsoft here now');

  const { api, administrator, url } = workspace;
  const resent = await api('POST', `/invitations/${id}/resend`);
  expect(resent).toMatchObject({ status: 409, body: { type: '/problems/guests-not-allowed' } });
  const onPage = await administrator.post(`${url}/admin/invitations/${id}/resend`, {});
  expect([onPage.status, onPage.text.includes('works again when Force SSO is switched off')]).toEqual([409, true]);
  expect(await countOf(workspace, `invitations WHERE id = '${id}' AND generation = 1`)).toBe(1);

  const approved = await api('POST', `/access-requests/${request}/approve`, {});
  expect(approved).toMatchObject({ status: 409, body: { type: '/problems/guests-not-allowed' } });
  const pressed = await administrator.post(`${url}/admin/requests/${request}/approve`, { confirmed: 'yes' });
  expect([pressed.status, pressed.text.includes('no guest can be let in')]).toEqual([409, true]);
  expect(await countOf(workspace, `access_requests WHERE id = '${request}' AND state = 'open'`)).toBe(1);

  const end = (accessUntil: string) => administrator.post(`${url}/admin/users/${kim.memberId}/access-until`, { accessUntil });
  expect((await end('2099-12-30')).status).toBe(303); // sooner than never
  const longer = await end('2099-12-31');
  expect([longer.status, longer.text.includes('no guest’s access is made longer')]).toEqual([409, true]);

  const join = await fetch(joinUrl, { redirect: 'manual' });
  const opened = await fetch(new URL(join.headers.get('location')!, url), {
    headers: {
      cookie: join.headers
        .getSetCookie()
        .map((cookie) => cookie.split(';')[0]!)
        .join('; '),
    },
  });
  expect(await opened.text()).not.toContain(`/join/${id}/code`);
  expect(await tryCode(`/join/${id}/code`)).toBe(0);
});

test('DIR-01, DIR-02: switched off, everything is as before: the membership, the invitation, the request', async () => {
  const kim = await guestInside(workspace, 'kim@elsewhere.example');
  const { id } = await invited(workspace, 'lee@elsewhere.example');
  await force();
  const page = await press('off');
  expect(page.text).toContain('Stop forcing SSO?');
  expect(await isForced()).toBe(true);
  expect((await press('off', { confirmed: 'yes' })).location).toBe(`${workspace.url}${FORCE}?done=sso-not-forced`);
  expect(await isForced()).toBe(false);
  expect(await countOf(workspace, `members WHERE id = '${kim.memberId}' AND state = 'active'`)).toBe(1);
  expect((await asGuest(kim, '/welcome')).status).toBe(401);
  expect((await workspace.api('POST', `/invitations/${id}/resend`)).status).toBe(200);
});

test('DIR-02: a session that was left over is refused while SSO is forced', async () => {
  const kim = await guestInside(workspace, 'kim@elsewhere.example');
  await workspace.deps.store.write([workspace.deps.store.db.run('UPDATE workspace SET forces_sso = 1')]);
  expect((await asGuest(kim, '/welcome')).status).toBe(401);
});

test('DIR-01: the page says who would lose access, who asks, and whether anybody can still get in', async () => {
  await guestInside(workspace, 'kim@elsewhere.example');
  await invited(workspace, 'lee@elsewhere.example');
  const { text } = await workspace.administrator.get(workspace.url + FORCE);
  expect(text).toContain('kim@elsewhere.example');
  expect(text).toContain('1 open invitation');
  expect(text).toContain('Nobody is on the break-glass list');
  expect(text).toContain('/admin/single-sign-on/break-glass');
  expect((await workspace.administrator.get(`${workspace.url}${FORCE}?q=nobody`)).text).toContain('Nobody fits');
});

test('DIR-03: member, guest, stranger and an extension’s token do not change the switch', async () => {
  const mia = await memberOf(workspace, 'mia');
  const kim = await guestInside(workspace, 'kim@elsewhere.example');
  const { url, api } = workspace;
  const form = { method: 'POST', body: new URLSearchParams({ force: 'on' }), headers: { origin: url } };
  expect((await mia.post(url + FORCE, { force: 'on' })).status).toBe(403);
  expect((await asGuest(kim, FORCE, form)).status).toBe(403);
  expect((await fetch(url + FORCE, form)).status).toBe(401);
  const bearer = { authorization: `Bearer ${api.token}` };
  expect((await fetch(url + FORCE, { ...form, headers: { ...form.headers, ...bearer } })).status).toBe(401);
  for (const path of ['/settings', '/single-sign-on', '/workspace', '/me', '/force-sso']) {
    for (const method of ['POST', 'PUT', 'PATCH']) {
      expect((await api(method, path, { forcesSso: true, force: 'on' })).status, path).toBeGreaterThanOrEqual(400);
    }
  }
  expect(
    (await api('POST', '/invitation-batches', { recipients: [{ email: 'a@contoso.example' }], forcesSso: true })).status,
  ).toBe(422);
  expect(await isForced()).toBe(false);
});

test('DIR-03: a stale sign-in, and one by code or passkey, does not switch it on', async () => {
  const before = await stateOf(workspace);
  const asked = await press('on');
  expect([asked.status, asked.text.includes('Sign in again')]).toEqual([403, true]);
  await freshSam();
  workspace.clock.advance(10 * MINUTE);
  expect((await press('on')).status).toBe(403);
  for (const method of ['code', 'passkey']) {
    await freshSam();
    await workspace.deps.store.write([workspace.deps.store.db.run(`UPDATE sessions SET method = '${method}'`)]);
    expect((await press('on')).status).toBe(403);
  }
  expect(await isForced()).toBe(false);
  expect(await stateOf(workspace)).not.toBe(before);
});

test('DIR-03: who is no administrator any more in that moment switches nothing', async () => {
  const { deps, clock, api } = workspace;
  const sam = (await api('GET', '/me')).body.memberId as string;
  await deps.store.write([deps.store.db.run(`UPDATE members SET role = 'member' WHERE id = '${sam}'`)]);
  const change = () => ({ by: sam, auditId: newId('aud'), now: clock.now(), trace: noTrace });
  expect(await forceSso(deps.store, change())).toBe(false);
  expect(await isForced()).toBe(false);
  expect(await countOf(workspace, "audit_events WHERE what LIKE 'force-sso.%'")).toBe(0);
});

test('DIR-03: of twenty presses in the same moment one counts, and the audit says how many lost access', async () => {
  await guestInside(workspace, 'kim@elsewhere.example');
  const { deps, clock, api } = workspace;
  const sam = (await api('GET', '/me')).body.memberId as string;
  const change = () => ({ by: sam, auditId: newId('aud'), now: clock.now(), trace: noTrace });
  const won = await Promise.all(Array.from({ length: 20 }, () => forceSso(deps.store, change())));
  expect(won.filter(Boolean)).toHaveLength(1);
  const rows = await workspace.sql("SELECT facts FROM audit_events WHERE what = 'force-sso.on'");
  expect(rows.map(({ facts }) => JSON.parse(String(facts)))).toEqual([{ guests: 1, invitations: 0, requests: 0, sessions: 1 }]);
  expect(await unforceSso(deps.store, { ...change(), by: null })).toBe(true);
  expect(await isForced()).toBe(false);
});

test('DIR-01: a guest does not become an administrator, by no way', async () => {
  const kim = await guestInside(workspace, 'kim@elsewhere.example');
  const request = await guestWhoAsks(workspace, 'max@elsewhere.example');
  await freshSam();
  const { administrator, url, api } = workspace;
  const promoted = await administrator.post(`${url}/admin/users/${kim.memberId}/role`, { role: 'administrator' });
  expect([promoted.status, promoted.text.includes('A guest cannot be an administrator')]).toEqual([409, true]);
  const approved = await administrator.post(`${url}/admin/requests/${request}/approve`, {
    role: 'administrator',
    confirmed: 'yes',
  });
  expect([approved.status, approved.text.includes('A guest cannot be an administrator')]).toEqual([422, true]);
  expect(await api('POST', `/access-requests/${request}/approve`, { role: 'administrator' })).toMatchObject({
    status: 409,
    body: { type: '/problems/guest-administrator' },
  });
  const preview = await api('POST', '/invitation-batches/preview', {
    recipients: [{ email: 'new@elsewhere.example', role: 'administrator' }],
  });
  expect(preview.body.rows[0]).toMatchObject({ plan: 'refuse', because: 'guest-administrator' });
  expect(await countOf(workspace, "members WHERE tenant_id = 'guest' AND role = 'administrator'")).toBe(0);
  expect(await countOf(workspace, `access_requests WHERE id = '${request}' AND state = 'open'`)).toBe(1);
});

test('DIR-01: signing in with Microsoft goes on for everybody of the tenant while SSO is forced', async () => {
  await memberOf(workspace, 'mia');
  await force();
  expect((await signsIn(workspace, 'mia')).page.url).toBe(`${workspace.url}/welcome`);
});

test('DIR-01: no code is mailed while SSO is forced, and one that was mailed before opens nothing', async () => {
  await guestInside(workspace, 'kim@elsewhere.example');
  expect(await tryCode('/guest', { address: 'kim@elsewhere.example' })).toBe(1);
  const before = (await workspace.mailsTo('kim@elsewhere.example')).length;
  await force();
  expect(await countOf(workspace, `guest_codes WHERE ends_at > ${workspace.clock.now()}`)).toBe(0);
  expect(await tryCode('/guest', { address: 'kim@elsewhere.example' })).toBe(0);
  expect(await workspace.mailsTo('kim@elsewhere.example')).toHaveLength(before);
  const page = await fetch(`${workspace.url}/guest`);
  expect([page.status, (await page.text()).includes('name="address"')]).toEqual([403, false]);
  expect(await tryCode('/guest/code', { code: '123456' })).toBe(0);
  expect(await countOf(workspace, "sessions WHERE tenant_id = 'guest'")).toBe(0);
});

test('DIR-01: a guest’s invitation that still waits for its mail is mailed only after the switch is off again', async () => {
  workspace.nudges(false);
  await workspace.api('POST', '/invitation-batches', {
    recipients: [{ email: 'kim@elsewhere.example' }, { email: 'mia@contoso.example' }],
  });
  await force();
  await workspace.runJobs();
  workspace.nudges(true);
  expect(await workspace.mailsTo('kim@elsewhere.example')).toHaveLength(0);
  expect(await workspace.mailsTo('mia@contoso.example')).toHaveLength(1);
  await press('off', { confirmed: 'yes' });
  expect(await workspace.mailsTo('kim@elsewhere.example')).toHaveLength(1);
});

test('DIR-01, DIR-02: a guest’s sign-in that was under way at the switch is refused with its reason, and leaves nothing', async () => {
  const kim = await guestInside(workspace, 'kim@elsewhere.example');
  const { id } = await invited(workspace, 'lee@elsewhere.example');
  const { deps, clock } = workspace;
  const before = await deps.current();
  await force();
  const [session, isFresh] = [{ endsSession: null, providerSessionId: null, inConnectWindow: false }, false];
  const signIn = (address: string, presented: { invitationId: string; generation: number; asksForNew: boolean } | null) =>
    finishSignIn(
      before,
      guestIdentity(guestIdOf(deps.keys, address), address, null),
      { ...session, presented, isFresh, setsUp: false, method: 'code' },
      noTrace,
      clock.now(),
    );
  const shut = { outcome: 'refused', because: 'guests-not-allowed' };
  expect(before.settings.forcesSso).toBe(false);
  expect(await signIn(kim.address, null)).toMatchObject(shut);
  expect(await signIn('lee@elsewhere.example', { invitationId: id, generation: 1, asksForNew: false })).toMatchObject(shut);
  expect(await countOf(workspace, "sessions WHERE tenant_id = 'guest'")).toBe(0);
  expect(await countOf(workspace, "invitations WHERE state = 'pending'")).toBe(1);
});
