import { DAY, SECOND } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import {
  aboutToRedeem,
  auditCount,
  headingOf,
  invited,
  isMember,
  memberOf,
  opensLink,
  removes,
  signInLinkOf,
  signsIn,
  somebody,
  stateOf,
  whatStands,
  withoutNonces,
} from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.stop());

test('INV-01, ENT-45: the invited address without the key asks for access; the invitation stays pending and redeemable', async () => {
  const ivy = somebody(workspace);
  const { id, joinUrl } = await invited(workspace, ivy.address);

  const { page } = await signsIn(workspace, ivy.key);

  expect(new URL(page.url).pathname).toBe('/waiting');
  expect(await isMember(workspace, ivy)).toBe(false);
  expect(await stateOf(workspace, id)).toBe('pending');
  expect((await opensLink(joinUrl, ivy.key)).page.url).toBe(`${workspace.url}/welcome`);
  expect(await isMember(workspace, ivy)).toBe(true);
});

test('INV-02: another person with the right key is refused and told a masked address; the right person still gets in', async () => {
  const [ivy, eve] = [somebody(workspace, { key: 'ivy' }), somebody(workspace)];
  const { id, joinUrl } = await invited(workspace, ivy.address);
  const before = await whatStands(workspace);

  const { page, browser } = await opensLink(joinUrl, eve.key);

  expect(page.status).toBe(403);
  expect(page.text).toContain('i•••@contoso.example');
  expect(page.text).not.toContain(ivy.address);
  expect(await whatStands(workspace)).toEqual(before);
  expect((await browser.get(`${workspace.url}/welcome`)).status).toBe(403);
  await opensLink(joinUrl, ivy.key);
  expect(await isMember(workspace, ivy)).toBe(true);
  expect(await stateOf(workspace, id)).toBe('redeemed');
});

test("INV-03: one invitation's ID with another's key gets the uniform answer", async () => {
  const [one, other] = [
    await invited(workspace, somebody(workspace).address),
    await invited(workspace, somebody(workspace).address),
  ];
  const before = await whatStands(workspace);
  const mallory = new Browser();

  const mixed = await mallory.get(`${workspace.url}/join/${one.id}?key=${other.key}`, { follow: true });
  const unknown = await new Browser().get(`${workspace.url}/join/inv_00000000000000000000000000?key=${other.key}`, {
    follow: true,
  });

  expect(mixed.status).toBe(404);
  expect(withoutNonces(mixed.text)).toBe(withoutNonces(unknown.text));
  expect((await mallory.get(`${workspace.url}/sign-in?invitation=${one.id}`)).status).toBe(404);
  expect(await whatStands(workspace)).toEqual(before);
});

test('INV-05: who is signed in already and opens a link must sign in for it; the old session never redeems', async () => {
  const [ivy, eve] = [somebody(workspace), somebody(workspace)];
  const browser = await memberOf(workspace, eve.key);
  const { id, joinUrl } = await invited(workspace, ivy.address);

  const offer = await browser.get(joinUrl, { follow: true });
  expect(offer.text).toContain(`You are signed in as`);
  const started = await browser.get(signInLinkOf(offer));

  expect(started.location).toContain(workspace.tenant.origin);
  for (const button of ['accept', 'ask'])
    expect((await browser.post(`${workspace.url}/join/${id}/${button}`, {})).status).toBe(403);
  expect(await stateOf(workspace, id)).toBe('pending');
});

test('INV-06: of twenty redemptions at once by one person one makes a member, and all twenty are signed in as that member', async () => {
  const ivy = somebody(workspace);
  const { id, joinUrl } = await invited(workspace, ivy.address);
  const ready = await Promise.all(Array.from({ length: 20 }, () => aboutToRedeem(joinUrl, ivy.key)));

  const answers = await Promise.all(ready.map(({ browser, callback }) => browser.get(callback)));

  expect(answers.map((answer) => answer.location)).toEqual(Array(20).fill(`${workspace.url}/welcome`));
  expect(await workspace.sql(`SELECT id FROM members WHERE object_id = '${ivy.oid}'`)).toHaveLength(1);
  expect(await auditCount(workspace, 'invitation.redeemed', id)).toBe(1);
});

test('INV-06: of two people who redeem one key at once, the addressee gets in and the other is refused', async () => {
  const [ivy, eve] = [somebody(workspace), somebody(workspace)];
  const { id, joinUrl } = await invited(workspace, ivy.address);
  const ready = await Promise.all([eve, ivy, eve, ivy].map(({ key }) => aboutToRedeem(joinUrl, key)));

  const answers = await Promise.all(ready.map(({ browser, callback }) => browser.get(callback)));

  expect([403, 410]).toContain(answers[0]!.status);
  expect([403, 410]).toContain(answers[2]!.status);
  expect(answers[1]!.location).toBe(`${workspace.url}/welcome`);
  expect(await isMember(workspace, ivy)).toBe(true);
  expect(await isMember(workspace, eve)).toBe(false);
  expect(await auditCount(workspace, 'invitation.redeemed', id)).toBe(1);
});

test('INV-08: scanners with GET, HEAD and OPTIONS leave the invitation redeemable', async () => {
  const ivy = somebody(workspace);
  const { joinUrl } = await invited(workspace, ivy.address);
  const before = await whatStands(workspace);

  const agents = [
    'Mozilla/5.0 (Windows; BarracudaSentinel)',
    'SkypeUriPreview Preview/0.5',
    'Mimecast',
    'curl/8',
    'Googlebot/2.1',
  ];
  for (let visit = 0; visit < 50; visit += 1) {
    const method = ['GET', 'HEAD', 'OPTIONS'][visit % 3]!;
    const answer = await fetch(joinUrl, {
      method,
      headers: { 'user-agent': agents[visit % agents.length]!, purpose: 'prefetch' },
    });
    await answer.arrayBuffer();
    expect(answer.status, `${method} ${visit}`).toBeLessThan(500);
  }

  expect(await whatStands(workspace)).toEqual(before);
  await opensLink(joinUrl, ivy.key);
  expect(await isMember(workspace, ivy)).toBe(true);
});

test('INV-09: an invitation works until the last second of its seven days and not after, whether or not a job has run', async () => {
  const [early, late] = [somebody(workspace), somebody(workspace)];
  const start = workspace.clock.now();
  const [one, other] = [await invited(workspace, early.address), await invited(workspace, late.address)];
  workspace.nudges(false);

  workspace.clock.set(start + 7 * DAY - SECOND);
  await opensLink(one.joinUrl, early.key);
  expect(await isMember(workspace, early)).toBe(true);

  workspace.clock.set(start + 7 * DAY);
  const page = await new Browser().get(other.joinUrl, { follow: true });
  expect([page.status, headingOf(page)]).toEqual([410, expect.stringContaining('This invitation ended')]);
  expect((await signsIn(workspace, late.key)).page.url).toBe(`${workspace.url}/waiting`);
  expect(await isMember(workspace, late)).toBe(false);
  expect(await workspace.sql(`SELECT ended_at FROM invitations WHERE id = '${other.id}'`)).toEqual([{ ended_at: null }]);
  workspace.nudges(true);
});

test('INV-10: begun before and finished after the expiry is refused as a whole', async () => {
  const ivy = somebody(workspace);
  const { id, joinUrl } = await invited(workspace, ivy.address, { expiresInDays: 1 });
  workspace.clock.advance(DAY - SECOND);
  const { browser, callback } = await aboutToRedeem(joinUrl, ivy.key);
  workspace.clock.advance(SECOND);
  const before = await whatStands(workspace);

  const answer = await browser.get(callback);

  expect([answer.status, headingOf(answer)]).toEqual([410, expect.stringContaining('This invitation ended')]);
  expect(await whatStands(workspace)).toEqual(before);
  expect(await stateOf(workspace, id)).toBe('pending');
});

test('INV-11: revoked between the start of the sign-in and the callback is refused', async () => {
  const ivy = somebody(workspace);
  const { id, joinUrl } = await invited(workspace, ivy.address);
  const { browser, callback } = await aboutToRedeem(joinUrl, ivy.key);
  expect((await workspace.api('POST', `/invitations/${id}/revoke`)).status).toBe(200);
  const before = await whatStands(workspace);

  const answer = await browser.get(callback);

  expect(answer.status).toBe(410);
  expect(await whatStands(workspace)).toEqual(before);
  expect(await isMember(workspace, ivy)).toBe(false);
});

test('INV-26: whoever is invited is no member in any list or count before the first sign-in', async () => {
  const ivy = somebody(workspace);
  const members = (await workspace.api('GET', '/summary')).body.members;
  const { joinUrl } = await invited(workspace, ivy.address);
  await new Browser().get(joinUrl, { follow: true });

  expect((await workspace.api('GET', '/summary')).body.members).toBe(members);
  expect((await workspace.api('GET', `/members?q=${ivy.key}`)).body.items).toEqual([]);

  await opensLink(joinUrl, ivy.key);
  expect((await workspace.api('GET', '/summary')).body.members).toBe(members + 1);
  expect((await workspace.api('GET', `/members?q=${ivy.key}`)).body.items).toMatchObject([
    { address: ivy.address, state: 'active' },
  ]);
});

test('INV-27: who redeems while waiting becomes one member, the request is superseded and the badge falls', async () => {
  const ivy = somebody(workspace);
  const { browser } = await signsIn(workspace, ivy.key);
  const badge = (await workspace.api('GET', '/summary')).body.openAccessRequests;
  const { joinUrl } = await invited(workspace, ivy.address);

  await opensLink(joinUrl, ivy.key, browser);

  expect(await isMember(workspace, ivy)).toBe(true);
  expect(await workspace.sql(`SELECT state FROM access_requests WHERE object_id = '${ivy.oid}'`)).toEqual([
    { state: 'superseded' },
  ]);
  expect((await workspace.api('GET', '/summary')).body.openAccessRequests).toBe(badge - 1);
});

test('INV-25: a removed member comes back neither by the spent link nor by one sent before, but by one sent afterwards', async () => {
  const ivy = somebody(workspace);
  const older = await invited(workspace, ivy.address);
  await signsIn(workspace, ivy.key);
  await approve(ivy);
  await signsIn(workspace, ivy.key);
  const [member] = await workspace.sql(`SELECT id, invitation_id FROM members WHERE object_id = '${ivy.oid}'`);
  expect(member!.invitation_id).not.toBe(older.id);
  await removes(workspace, String(member!.id));

  expect((await signsIn(workspace, ivy.key)).page.status).toBe(403);
  expect((await opensLink(older.joinUrl, ivy.key)).page.status).toBe(403);
  expect(await isMember(workspace, ivy)).toBe(false);
  expect(await stateOf(workspace, older.id)).toBe('pending');

  workspace.clock.advance(SECOND);
  await opensLink((await invited(workspace, ivy.address)).joinUrl, ivy.key);
  expect(await workspace.sql(`SELECT id, state FROM members WHERE object_id = '${ivy.oid}'`)).toEqual([
    { id: member!.id, state: 'active' },
  ]);
});

test('INV-31: reload, back and a second press have no second effect', async () => {
  const ivy = somebody(workspace);
  const { id, joinUrl } = await invited(workspace, ivy.address);
  const { browser, callback } = await aboutToRedeem(joinUrl, ivy.key);
  await browser.get(callback);
  const before = await whatStands(workspace);

  const again = await browser.get(callback);
  const back = await browser.get(joinUrl, { follow: true });

  expect(again.location).toBe(`${workspace.url}/welcome`);
  expect(back.status).toBe(410);
  expect(await whatStands(workspace)).toEqual(before);
  expect(await auditCount(workspace, 'invitation.redeemed', id)).toBe(1);
});

async function approve({ oid }: { oid: string }): Promise<void> {
  const [request] = await workspace.sql(`SELECT id FROM access_requests WHERE object_id = '${oid}' AND state = 'open'`);
  const answer = await workspace.api('POST', `/access-requests/${request!.id}/approve`, {});
  expect(answer.status).toBe(200);
}
