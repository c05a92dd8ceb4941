import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { openTestApp, type SomebodySignedIn, type SomebodyWaiting, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
let mia: SomebodySignedIn;
let tom: SomebodyWaiting;
let invitationId: string;
let browserId: string;
let mailId: string;
let groupId: string;

beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs({ role: 'administrator', name: 'Sam Okafor', isFresh: true });
  mia = await house.signInAs({ role: 'member', name: 'Mia Novák' });
  tom = await house.knockAs({ name: 'Tom Kerr' });
  await house.connectBrowser(sam.memberId);
  const form = { recipients: 'jo@contoso.example', role: 'member', note: '', expiresInDays: '7', accessUntil: '' };
  await house.request('/admin/invitations/send', { as: sam, form });
  await house.request('/admin/groups', { as: sam, form: { name: 'Finance' } });
  groupId = await onlyId('SELECT id FROM user_groups');
  invitationId = await onlyId(`SELECT id FROM invitations WHERE state = 'pending'`);
  browserId = await onlyId('SELECT id FROM connected_browsers');
  mailId = await onlyId(`SELECT id FROM outbox_messages WHERE kind = 'access-request'`);
});

const onlyId = async (query: string) => (await house.store.db.all<{ id: string }>(sql.raw(query)))[0]!.id;

const reads = () => [
  '/admin',
  '/admin/signed-in-again',
  '/admin/users',
  '/admin/users?show=invitations',
  '/admin/users?show=requests',
  `/admin/users/${mia.memberId}`,
  '/admin/invitations',
  '/admin/invitations/new',
  '/admin/requests',
  '/admin/directory/rules',
  '/admin/directory/rules/new',
  `/admin/requests/${tom.requestId}`,
  '/admin/groups',
  '/admin/groups?directory=finance',
  `/admin/groups/${groupId}`,
  `/admin/groups/${groupId}?q=mia`,
  '/admin/browsers',
  '/admin/mail',
  `/admin/mail/${mailId}`,
  `/admin/mail/${mailId}/html`,
  '/admin/audit',
];

const invitation = { recipients: 'ana@contoso.example', role: 'member', note: '', expiresInDays: '7', accessUntil: '' };
const confirmed = { confirmed: 'yes' };
const writes = (): [path: string, form: Record<string, string>][] => [
  [`/admin/users/${mia.memberId}/role`, { role: 'reader' }],
  [`/admin/users/${mia.memberId}/access-until`, { accessUntil: '2027-01-31' }],
  [`/admin/users/${mia.memberId}/suspend`, confirmed],
  [`/admin/users/${mia.memberId}/resume`, confirmed],
  [`/admin/users/${mia.memberId}/remove`, confirmed],
  [`/admin/users/${mia.memberId}/end-sessions`, confirmed],
  ['/admin/invitations/new', invitation],
  ['/admin/invitations/plan', invitation],
  ['/admin/invitations/send', invitation],
  [`/admin/invitations/${invitationId}/resend`, {}],
  [`/admin/invitations/${invitationId}/revoke`, confirmed],
  [`/admin/requests/${tom.requestId}/approve`, confirmed],
  [`/admin/requests/${tom.requestId}/deny`, confirmed],
  ['/admin/groups', { name: 'Sales' }],
  ['/admin/groups/follow/dgr_x', {}],
  [`/admin/groups/${groupId}/rename`, { name: 'Money' }],
  [`/admin/groups/${groupId}/members`, { memberId: mia.memberId }],
  [`/admin/groups/${groupId}/members/remove`, { memberId: mia.memberId }],
  [`/admin/groups/${groupId}/replace`, confirmed],
  [`/admin/groups/${groupId}/delete`, confirmed],
  [`/admin/users/${mia.memberId}/groups`, { userGroupId: groupId }],
  [`/admin/users/${mia.memberId}/groups/remove`, { userGroupId: groupId }],
  ['/admin/directory/suggested', { suggests: 'groups' }],
  [`/admin/browsers/${browserId}/disconnect`, confirmed],
];

/** All that an administrator could change; refusals may write an audit row and nothing else. */
const everything = () =>
  Promise.all([
    house.store.db.all(sql`SELECT id, state, role, access_until FROM members ORDER BY id`),
    house.store.db.all(sql`SELECT id, state, generation FROM invitations ORDER BY id`),
    house.store.db.all(sql`SELECT id, state FROM access_requests ORDER BY id`),
    house.store.db.all(sql`SELECT id, ended_at FROM connected_browsers ORDER BY id`),
    house.store.db.all(sql`SELECT id FROM outbox_messages ORDER BY id`),
    house.store.db.all(sql`SELECT id FROM invitation_batches ORDER BY id`),
    house.store.db.all(sql`SELECT suggests, follows, follow_after FROM directory`),
    house.store.db.all(
      sql`SELECT g.name, m.member_id FROM user_groups AS g LEFT JOIN user_group_members AS m ON m.group_id = g.id`,
    ),
  ]);

describe('everything under /admin', () => {
  test('SES-09: opens for administrators', async () => {
    for (const path of reads()) {
      const answer = await house.request(path, { as: sam });
      expect([path, answer.status]).toEqual([path, path === '/admin' ? 303 : 200]);
    }
  });

  test('SES-09: is closed to members, readers, people who wait, visitors and strangers, and they change nothing', async () => {
    const before = await everything();
    const reader = await house.signInAs('reader');
    const withReader = await everything();
    const people = [
      { who: mia, status: 403 },
      { who: reader, status: 403 },
      { who: tom, status: 403 },
      { who: await house.visitAs(), status: 403 },
      { who: { cookie: 'doorstep-3000-session=nothing' }, status: 401 },
      { who: null, status: 401 },
    ];
    for (const { who, status } of people) {
      for (const path of reads()) {
        const answer = await house.request(path, { as: who });
        expect([path, answer.status]).toEqual([path, status]);
        expect(await answer.text()).not.toContain('Tom Kerr');
      }
      for (const [path, form] of writes()) {
        const answer = await house.request(path, { as: who, form });
        expect([path, answer.status]).toEqual([path, status]);
      }
    }
    expect(await everything()).toEqual(withReader);
    expect(withReader).not.toEqual(before);
  });

  test('REQ-05: a write without Origin, from null, from elsewhere or as plain text is refused, and changes nothing', async () => {
    const before = await everything();
    const origins: Record<string, string>[] = [
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { origin: 'http://app.localhost:3000' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const [path, form] of writes()) {
      for (const headers of origins) {
        const answer = await house.request(path, { as: sam, form, headers });
        expect([path, answer.status]).toEqual([path, 403]);
      }
      const bare = { method: 'POST', as: sam, body: new URLSearchParams(form).toString() };
      expect(
        (await house.request(path, { ...bare, headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status,
      ).toBe(403);
      expect((await house.request(path, { ...bare, headers: { 'content-type': 'text/plain' } })).status).toBe(403);
    }
    expect(await everything()).toEqual(before);
  });

  test('REQ-04: opening the address of a decision decides nothing', async () => {
    const before = await everything();
    for (const [path] of writes()) {
      if (path === '/admin/invitations/new' || path === '/admin/groups') continue; // those with a page of their own
      for (const method of ['GET', 'HEAD']) {
        const answer = await house.request(`${path}?confirmed=yes`, { as: sam, method });
        expect([path, method, answer.status]).toEqual([path, method, 405]);
      }
    }
    expect(await everything()).toEqual(before);
  });

  test('what does not exist is a 404 page', async () => {
    const nobody = 'mem_00000000000000000000000000';
    const unknown = [
      '/admin/nothing',
      `/admin/users/${nobody}`,
      '/admin/users/%00',
      '/admin/requests/x',
      '/admin/directory/rules/x',
      '/admin/mail/x',
      '/admin/mail/x/html',
    ];
    for (const path of unknown) expect([path, (await house.request(path, { as: sam })).status]).toEqual([path, 404]);
    const presses = [
      `/admin/users/${nobody}/suspend`,
      '/admin/invitations/x/resend',
      '/admin/requests/x/deny',
      '/admin/browsers/x/disconnect',
    ];
    for (const path of presses)
      expect([path, (await house.request(path, { as: sam, form: confirmed })).status]).toEqual([path, 404]);
  });

  test('filters, searches and cursors that make no sense do no harm', async () => {
    const odd = [
      '%27%3B--',
      '%00',
      '-1',
      'mem_zz',
      '1.',
      '99999999999999999999.x',
      encodeURIComponent('a'.repeat(3000)),
      '%F0%9F%9A%AA',
    ];
    for (const path of [
      '/admin/users',
      '/admin/users?show=requests',
      '/admin/invitations',
      '/admin/requests',
      '/admin/browsers',
      '/admin/mail',
      '/admin/audit',
      '/admin/directory/rules/new',
    ]) {
      for (const value of odd) {
        const sign = path.includes('?') ? '&' : '?';
        const query = ['q', 'state', 'cursor', 'what', 'open', 'decided', 'done', 'show']
          .map((name) => `${name}=${value}`)
          .join('&');
        const answer = await house.request(`${path}${sign}${query}`, { as: sam });
        expect([path, value, answer.status]).toEqual([path, value, 200]);
      }
    }
  });
});

test('AUD-01: a member who opens a page of the administration is refused with one audit row', async () => {
  expect((await house.request('/admin/audit', { as: mia })).status).toBe(403);
  const rows = await house.store.db.all(
    sql`SELECT what, result, by_member_id AS by FROM audit_events WHERE what = 'page.refused'`,
  );
  expect(rows).toEqual([{ what: 'page.refused', result: 'refused', by: mia.memberId }]);
});
