import { DAY } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { findAuditEvents } from '../../../store/audit.ts';
import { findMember } from '../../../store/member.ts';
import { openTestApp, type SomebodySignedIn, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
let jo: SomebodySignedIn;
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs('administrator');
  jo = await aGuest();
});

const END = 3 * DAY;
async function aGuest(name = 'Jo'): Promise<SomebodySignedIn> {
  const guest = await house.signInAs({ role: 'member', name, accessUntil: house.clock.now + END });
  await house.store.write([
    house.store.db.run(sql`
      UPDATE members SET tenant_id = 'guest', guest_of = 'fabrikam.example', sponsor_id = ${sam.memberId} WHERE id = ${guest.memberId}`),
  ]);
  return guest;
}

const path = (who: SomebodySignedIn, verb = 'renew') => `/admin/users/${who.memberId}/${verb}`;
const end = async (who: SomebodySignedIn) => (await findMember(house.store, who.memberId))!.accessUntil;
const seen = async (who: SomebodySignedIn) => String((await end(who)) ?? '');

test('opening the page of the mail changes nothing, and says what a press would do', async () => {
  const page = await (await house.request(path(jo), { as: sam })).text();
  expect(page).toContain('Is Jo still needed?');
  expect(page).toContain('Renew for 90 days');
  expect(page).toContain('guest of <bdi>fabrikam.example</bdi>');
  expect(page).toContain(`<a href="/admin/users/${sam.memberId}">`);
  expect(await end(jo)).toBe(house.clock.now + END);
});

test('a guest is renewed by one press, for as long as the settings say, with an audit row', async () => {
  const answer = await house.request(path(jo), { as: sam, form: { seen: await seen(jo) } });
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe(`/admin/users/${jo.memberId}?done=renewed`);
  expect(await end(jo)).toBe(house.clock.now + 90 * DAY);
  const [event] = await findAuditEvents(house.store, { what: 'member.access-until-changed', limit: 1 });
  expect(event).toMatchObject({ byMemberId: sam.memberId, about: jo.memberId });
});

test('of two who press at once one wins, and the other sees what is so now', async () => {
  const mia = await house.signInAs('administrator');
  const form = { seen: await seen(jo) };
  const statuses = (await Promise.all([sam, mia].map((as) => house.request(path(jo), { as, form })))).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([303, 409]);
  expect((await findAuditEvents(house.store, { what: 'member.access-until-changed', limit: 9 })).length).toBe(1);
});

test('a member of the tenant gets the day that was typed; one that is none is said beside the field', async () => {
  const ana = await house.signInAs({ role: 'member', name: 'Ana', accessUntil: house.clock.now + END });
  const wrong = await house.request(path(ana), { as: sam, form: { seen: await seen(ana), accessUntil: '2020-01-01' } });
  expect(wrong.status).toBe(422);
  expect(await wrong.text()).toMatch(/value="2020-01-01"[\s\S]*must be a day that has not passed/);
  await house.request(path(ana), { as: sam, form: { seen: await seen(ana), accessUntil: '2027-01-31' } });
  expect(await end(ana)).toBe(Date.UTC(2027, 1, 1) - 1);
});

test('while Force SSO is on no guest is renewed, and the page says why; members are', async () => {
  await house.store.write([house.store.db.run(sql`UPDATE workspace SET forces_sso = 1`)]);
  expect(await (await house.request(path(jo), { as: sam })).text()).toContain('Force SSO is on');
  const refused = await house.request(path(jo), { as: sam, form: { seen: await seen(jo) } });
  expect(refused.status).toBe(409);
  expect(await end(jo)).toBe(house.clock.now + END);
  const ana = await house.signInAs({ role: 'member', name: 'Ana' });
  expect((await house.request(path(ana), { as: sam, form: { seen: '', accessUntil: '' } })).status).toBe(303);
});

test('SES-06: the access is ended at once after a question, and every session with it', async () => {
  expect((await house.request('/welcome', { as: jo })).status).toBe(200);
  const question = await house.request(path(jo, 'end-now'), { as: sam, form: {} });
  expect(await question.text()).toContain('End the access of Jo now?');
  expect(await end(jo)).toBe(house.clock.now + END);
  await house.request(path(jo, 'end-now'), { as: sam, form: { confirmed: 'yes' } });
  expect(await end(jo)).toBe(house.clock.now);
  expect((await house.request('/welcome', { as: jo })).status).not.toBe(200);
  expect(await house.store.db.all(sql`SELECT 1 FROM sessions WHERE member_id = ${jo.memberId}`)).toEqual([]);
  const again = await house.request(path(jo, 'end-now'), { as: sam, form: {} });
  expect(again.headers.get('location')).toContain('done=access-ended');
});

test('SES-06: an administrator ends a guest’s sessions, and “sign out everywhere” works for a guest', async () => {
  await house.request(path(jo, 'end-sessions'), { as: sam, form: { confirmed: 'yes' } });
  expect((await house.request('/welcome', { as: jo })).status).not.toBe(200);
  const ida = await aGuest('Ida');
  await house.request('/sign-out/everywhere', { as: ida, form: {} });
  expect((await house.request('/welcome', { as: ida })).status).not.toBe(200);
  expect(await end(ida)).toBe(house.clock.now + END);
});

test('who was renewed after the end can come in again; nobody renews themselves, or a person who is none', async () => {
  house.clock.now += END + DAY;
  const press = async (as: SomebodySignedIn, about: SomebodySignedIn) =>
    (await house.request(path(about), { as, form: { seen: await seen(about) } })).status;
  const mia = await house.signInAs('administrator');
  expect(await press(mia, jo)).toBe(303);
  expect(await end(jo)).toBe(house.clock.now + 90 * DAY);
  expect(await press(mia, mia)).toBe(403);
  expect((await house.request('/admin/users/mem_x/renew', { as: mia })).status).toBe(404);
  expect((await house.request('/admin/users/mem_x/end-now', { as: mia, form: {} })).status).toBe(404);
});
