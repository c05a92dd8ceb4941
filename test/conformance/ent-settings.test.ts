import { DAY, MINUTE } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from '../demo-tenant/sign-in-client.ts';
import { headingOf, invited, isMember, opensLink, signsIn, somebody, stateOf, whatStands } from './stories.ts';
import { sessionCookieName, sessionOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
});
afterAll(() => workspace.stop());

type Form = Record<string, string>;
const invitationsForm: Form = { invitationDays: '7', remindsInvited: 'yes', quietDays: '7', escalateAfterHours: '' };

/** Sam saves a section of the page, after a fresh sign-in. */
async function sets(section: string, form: Form): Promise<void> {
  const { administrator } = workspace;
  await administrator.signIn(`${url}/sign-in?fresh`, 'sam');
  const saved = await administrator.post(`${url}/admin/settings/${section}`, form);
  if (!saved.location?.includes('done=')) throw new Error(`${section} was not saved: ${saved.status} ${headingOf(saved)}`);
}

const invitation = async (id: string) =>
  (await workspace.sql(`SELECT expires_at - sent_at AS validity FROM invitations WHERE id = '${id}'`))[0]!;
const requestsOf = ({ oid }: { oid: string }) =>
  workspace.sql(`SELECT id, state, why FROM access_requests WHERE object_id = '${oid}' ORDER BY asked_at, id`);
const decides = async (oid: string, verdict: 'approve' | 'deny') => {
  const { id } = (await requestsOf({ oid })).at(-1)!;
  return (await workspace.api('POST', `/access-requests/${id}/${verdict}`, {})).status;
};

test('how long an invitation holds is what was set: by the API, by an approval, in its mail; what was sent before stays', async () => {
  const early = await invited(workspace, 'early@contoso.example');
  await sets('invitations', { ...invitationsForm, invitationDays: '3' });

  expect((await workspace.api('GET', '/me')).body.workspace.invitationDays).toBe(3);
  const { id } = await invited(workspace, 'three@contoso.example');
  expect([await invitation(early.id), await invitation(id)]).toEqual([{ validity: 7 * DAY }, { validity: 3 * DAY }]);
  expect(await invitation((await invited(workspace, 'own@contoso.example', { expiresInDays: 20 })).id)).toEqual({
    validity: 20 * DAY,
  });
  const [mail] = await workspace.mailsTo('three@contoso.example');
  const lastDay = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', timeZone: 'UTC' });
  expect(mail!.textBody).toContain(lastDay.format(workspace.clock.now() + 3 * DAY).split(' ')[0]);

  const ivy = somebody(workspace);
  await signsIn(workspace, ivy.key);
  expect(await decides(ivy.oid, 'approve')).toBe(200);
  expect(await workspace.sql(`SELECT expires_at - sent_at AS validity FROM invitations WHERE object_id = '${ivy.oid}'`)).toEqual([
    { validity: 3 * DAY },
  ]);
  const preset = await workspace.api('POST', '/option-presets', { name: 'as set' });
  expect(preset.body.expiresInDays).toBe(3);
  const wizard = await workspace.administrator.get(`${url}/admin/invitations/new?step=options`, { follow: true });
  expect(wizard.text).toMatch(/name="expiresInDays"[^>]*value="3"|value="3"[^>]*name="expiresInDays"/);
  await sets('invitations', invitationsForm);
});

test('REQ-09: the quiet period after a denial is as long as was set, and none where none is wanted', async () => {
  await sets('invitations', { ...invitationsForm, quietDays: '2' });
  const ivy = somebody(workspace);
  await signsIn(workspace, ivy.key);
  await decides(ivy.oid, 'deny');
  workspace.clock.advance(2 * DAY - MINUTE);
  expect(headingOf((await signsIn(workspace, ivy.key)).page)).toBe('Not this time');
  expect(await requestsOf(ivy)).toHaveLength(1);
  workspace.clock.advance(MINUTE);
  expect((await signsIn(workspace, ivy.key)).page.url).toBe(`${url}/waiting`);
  expect(await requestsOf(ivy)).toHaveLength(2);

  await sets('invitations', { ...invitationsForm, quietDays: '0' });
  const { browser } = await signsIn(workspace, ivy.key);
  await decides(ivy.oid, 'deny');
  expect((await browser.get(`${url}/waiting`)).text).toContain('You can knock again: sign in at the door.');
  expect((await signsIn(workspace, ivy.key)).page.url).toBe(`${url}/waiting`);
  expect((await requestsOf(ivy)).map(({ state }) => state)).toEqual(['denied', 'denied', 'open']);
  await sets('invitations', invitationsForm);
});

test('who may not knock is turned away without a request or a mail, and comes in by an invitation all the same', async () => {
  const guestFacts = { kind: 'guest', idp: 'https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd0110000/', acct: 1 } as const;
  const people = () => [somebody(workspace), somebody(workspace, guestFacts)] as const;
  for (const [form, mayMember, mayGuest] of [
    [{ tenantGuestsMayKnock: 'yes' }, false, true],
    [{ membersMayKnock: 'yes' }, true, false],
    [{}, false, false],
  ] as const) {
    await sets('knocking', { ...form, question: '' });
    for (const [person, may] of [people()].flatMap(
      ([colleague, guest]) =>
        [
          [colleague, mayMember],
          [guest, mayGuest],
        ] as const,
    )) {
      const before = (await whatStands(workspace)).outbox.length;
      const { page } = await signsIn(workspace, person.key);
      expect([form, page.url === `${url}/waiting`]).toEqual([form, may]);
      expect(await requestsOf(person)).toHaveLength(may ? 1 : 0);
      if (!may) expect((await whatStands(workspace)).outbox).toHaveLength(before);
    }
  }
  const ivy = somebody(workspace);
  const { joinUrl } = await invited(workspace, ivy.address);
  expect((await opensLink(joinUrl, ivy.key)).page.url).toBe(`${url}/welcome`);
  await sets('knocking', { membersMayKnock: 'yes', tenantGuestsMayKnock: 'yes', question: '' });
});

const vouches = (isOn: boolean) => sets('email-claim', isOn ? { vouchesForEmail: 'yes' } : {});
const unproven = (facts = {}) => somebody(workspace, { xmsEdov: undefined, ...facts });
const why = async (person: { oid: string }) => (await requestsOf(person)).map((row) => row.why);

test('ENT-40, ENT-41: where our tenant vouches for its e-mail claim, an address that nobody else proves redeems with the key; audited', async () => {
  const ivy = unproven();
  const { joinUrl, id } = await invited(workspace, ivy.address);
  expect((await opensLink(joinUrl, ivy.key)).page.url).toBe(`${url}/waiting`);
  expect(await why(ivy)).toEqual(['address-not-proven']);

  await vouches(true);
  expect((await opensLink(joinUrl, ivy.key)).page.url).toBe(`${url}/welcome`);
  expect(await stateOf(workspace, id)).toBe('redeemed');
  expect((await requestsOf(ivy)).map(({ state }) => state)).toEqual(['superseded']);
  expect(await workspace.sql(`SELECT facts FROM audit_events WHERE what = 'invitation.redeemed' AND about = '${id}'`)).toEqual([
    { facts: '{"role":"member","vouchedFor":"email"}' },
  ]);
  const changed = await workspace.sql(
    "SELECT facts FROM audit_events WHERE what = 'settings.changed' ORDER BY at DESC, id DESC LIMIT 1",
  );
  expect(changed).toEqual([{ facts: '{"vouchesForEmail":{"from":false,"to":true}}' }]);

  await vouches(false);
  const eve = unproven();
  const late = await invited(workspace, eve.address);
  expect((await opensLink(late.joinUrl, eve.key)).page.url).toBe(`${url}/waiting`);
  expect(await stateOf(workspace, late.id)).toBe('pending');
});

test('ENT-41: vouching is for our own people: a tenant guest waits, also one whom only the directory knows as a guest', async () => {
  await vouches(true);
  const byToken = [
    { idp: 'https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd0110000/', acct: 1 },
    { acct: 1 },
    { idp: 'https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd0110000/' },
  ] as const;
  const guests = byToken.map((facts) => unproven({ kind: 'guest', ...facts }));
  const listed = unproven();
  await workspace.sql(`INSERT INTO directory_users (object_id, is_guest, guest_of, graph_state, first_seen_at, changed_at)
    VALUES ('${listed.oid}', 1, 'fabrikam.example', 'enabled', 0, 0)`);
  await workspace.sql(`UPDATE directory SET tenant_id = '${workspace.tenant.tenantId}'`);
  for (const guest of [...guests, listed]) {
    const { joinUrl, id } = await invited(workspace, guest.address);
    expect((await opensLink(joinUrl, guest.key)).page.url).toBe(`${url}/waiting`);
    expect([await stateOf(workspace, id), await isMember(workspace, guest)]).toEqual(['pending', false]);
    expect(await why(guest)).toEqual(['address-not-proven']);
  }
  await vouches(false);
});

test('ENT-45, ENT-58: vouching opens nothing without the key: no invitation, no admission rule', async () => {
  await vouches(true);
  await workspace.sql(`INSERT INTO admission_rules (id, domain, effect, role, user_group_ids, is_on, created_at, created_by, switched_on_at, switched_on_by, attempt_id)
    SELECT 'rul_1', 'contoso.example', 'let-in', 'member', '[]', 1, 0, id, 0, id, 'rul_1' FROM members WHERE role = 'administrator'`);
  await workspace.sql(`UPDATE directory SET tenant_id = '${workspace.tenant.tenantId}'`);
  await workspace.sql("INSERT INTO directory_domains (domain) VALUES ('contoso.example')");
  const ivy = unproven();
  const { id } = await invited(workspace, ivy.address);
  expect((await signsIn(workspace, ivy.key)).page.url).toBe(`${url}/waiting`);
  expect(await stateOf(workspace, id)).toBe('pending');
  const proven = somebody(workspace);
  expect((await signsIn(workspace, proven.key)).page.url).toBe(`${url}/welcome`);
  await workspace.sql('UPDATE admission_rules SET is_on = 0');
  await workspace.sql('DELETE FROM directory_domains');
  await vouches(false);
});

test('WEB-21: an uploaded logo is at the door, byte for byte; a document called a picture is not, nor one too large', async () => {
  const cookie = `${sessionCookieName(url)}=${sessionOf(workspace.administrator, url)}`;
  const upload = (content: Uint8Array<ArrayBuffer> | string) => {
    const body = new FormData();
    body.set('logo', new File([content], 'logo.png', { type: 'image/png' }));
    return fetch(`${url}/admin/settings/logo`, { method: 'POST', body, headers: { cookie, origin: url }, redirect: 'manual' });
  };
  const png = Uint8Array.from({ length: 60_000 }, (_, at) => at);
  png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  expect((await upload(png)).headers.get('location')).toBe('/admin/settings?done=logo-changed');
  const address = /src="(\/assets\/logo\?v=[0-9a-f]+)"/.exec(await (await fetch(url)).text())![1]!;
  const logo = await fetch(url + address);
  expect(new Uint8Array(await logo.arrayBuffer())).toEqual(png);
  expect(Object.fromEntries(logo.headers)).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' });

  expect((await upload('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')).status).toBe(422);
  expect((await upload(new Uint8Array(1024 * 1024 + 1))).status).toBe(413);
  expect(await (await fetch(url)).text()).toContain(address);
  await invited(workspace, 'after@contoso.example');
  expect(JSON.stringify(await workspace.mailsTo('after@contoso.example'))).not.toContain('/assets/');
});

test('ENT-37: with every setting on, an address that matches whatever is set makes nobody administrator; only the set-up link did', async () => {
  const address = 'boss@contoso.example';
  await sets('workspace', { name: address });
  await sets('knocking', { membersMayKnock: 'yes', tenantGuestsMayKnock: 'yes', question: address });
  await sets('invitations', { invitationDays: '30', remindsInvited: 'yes', quietDays: '0', escalateAfterHours: '1' });
  await sets('guests', { guestDays: '730', guestEndIsCompulsory: 'yes' });
  await vouches(true);
  const sam = workspace.tenant.people.find(({ key }) => key === 'sam')!;
  const like = [address, sam.email!, 'door@contoso.example', 'administrator@contoso.example'];
  for (const email of like) {
    for (const facts of [
      {},
      { extraClaims: { roles: ['administrator'], groups: ['administrators'], wids: ['62e90394-69f5-4237-9190-012177145e10'] } },
    ]) {
      const person = somebody(workspace, { email, preferredUsername: email, xmsEdov: true, ...facts });
      const { browser, page } = await signsIn(workspace, person.key);
      expect(page.url).toBe(`${url}/waiting`);
      await cannotAdminister(browser);
      expect(await isMember(workspace, person)).toBe(false);
    }
  }
  const { joinUrl } = await invited(workspace, address);
  const boss = somebody(workspace, { email: address, preferredUsername: address, xmsEdov: undefined });
  const { browser, page } = await opensLink(joinUrl, boss.key);
  expect(page.url).toBe(`${url}/welcome`);
  await cannotAdminister(browser);
  expect((await browser.get(`${url}/setup`)).status).toBe(410);
  expect(await workspace.sql("SELECT object_id AS oid FROM members WHERE role = 'administrator'")).toEqual([{ oid: sam.oid }]);
});

async function cannotAdminister(browser: Browser): Promise<void> {
  expect((await browser.get(`${url}/admin/settings`)).status).toBe(403);
  expect((await browser.post(`${url}/admin/settings/workspace`, { name: 'Mine' })).status).toBe(403);
}
