import { DAY, MINUTE } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { findMember } from '../../../store/member.ts';
import { members } from '../../../store/schema.ts';
import { NOON, openTestApp, type SomebodySignedIn, TENANT, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs({ role: 'administrator', name: 'Sam Okafor' });
});

const path = (who: SomebodySignedIn, verb = '') => `/admin/users/${who.memberId}${verb && `/${verb}`}`;
const press = (who: SomebodySignedIn, verb: string, form: Record<string, string> = { confirmed: 'yes' }, as = sam) =>
  house.request(path(who, verb), { as, form });
const member = async (who: SomebodySignedIn) => (await findMember(house.store, who.memberId))!;
const audited = (what: string) =>
  house.store.db.all(sql`SELECT by_member_id AS by, about, facts FROM audit_events WHERE what = ${what}`);
const administrators = () => house.store.db.all(sql`SELECT id FROM members WHERE role = 'administrator' AND state = 'active'`);

describe('a member', () => {
  test('is shown with what happened and by whom', async () => {
    const mia = await house.signInAs({ role: 'member', name: 'Mia Novák' });
    await press(mia, 'role', { role: 'reader' });
    const text = await (await house.request(path(mia), { as: sam })).text();
    expect(text).toContain('Mia Novák');
    expect(text).toContain('Role changed: Reader');
    expect(text).toContain('Invitation redeemed');
    expect(text).toContain('Invited');
    expect(text).toContain('by <bdi>Sam Okafor</bdi>');
  });

  test('gets another role, and the page says so after a redirect', async () => {
    const mia = await house.signInAs('member');
    const answer = await press(mia, 'role', { role: 'reader' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `${path(mia)}?done=role-changed`]);
    expect((await member(mia)).role).toBe('reader');
    expect(await audited('member.role-changed')).toEqual([{ by: sam.memberId, about: mia.memberId, facts: '{"role":"reader"}' }]);
    expect(await (await house.request(`${path(mia)}?done=role-changed`, { as: sam })).text()).toContain('The role was changed.');
  });

  test('an unknown role is told beside the field', async () => {
    const mia = await house.signInAs('member');
    for (const form of [{ role: 'owner' }, {}]) {
      const answer = await press(mia, 'role', form as Record<string, string>);
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain('Role must be one of administrator, member, reader');
    }
    expect((await member(mia)).role).toBe('member');
  });

  test('has access until the end of the day typed, in UTC, or without an end', async () => {
    const mia = await house.signInAs('member');
    expect((await press(mia, 'access-until', { accessUntil: '2026-11-30' })).status).toBe(303);
    expect((await member(mia)).accessUntil).toBe(Date.UTC(2026, 11, 1) - 1);
    expect(await (await house.request(path(mia), { as: sam })).text()).toContain('value="2026-11-30"');
    expect((await press(mia, 'access-until', { accessUntil: '2026-11-23' })).status).toBe(303); // today still counts
    expect((await press(mia, 'access-until', { accessUntil: '' })).status).toBe(303);
    expect((await member(mia)).accessUntil).toBeNull();
  });

  test('a day that is none or has passed is told beside the field', async () => {
    const mia = await house.signInAs('member');
    for (const accessUntil of ['2026-11-22', '2026-02-30', '30.11.2026', 'soon', '0000-00-00', '99999-01-01']) {
      const answer = await press(mia, 'access-until', { accessUntil });
      expect([accessUntil, answer.status]).toEqual([accessUntil, 422]);
      expect(await answer.text()).toContain('id="accessUntil-error"');
    }
    expect((await member(mia)).accessUntil).toBeNull();
  });

  test('is suspended, removed and signed out everywhere only after a question', async () => {
    for (const [verb, question] of [
      ['suspend', 'Suspend Mia'],
      ['remove', 'Remove Mia'],
      ['end-sessions', 'Sign Mia'],
    ] as const) {
      const mia = await house.signInAs({ role: 'member', name: 'Mia' });
      const asked = await press(mia, verb, {});
      expect(asked.status).toBe(200);
      const text = await asked.text();
      expect(text).toContain(question);
      expect(text).toContain('name="confirmed" value="yes"');
      expect((await member(mia)).state).toBe('active');
      expect((await house.request('/welcome', { as: mia })).status).toBe(200);

      expect((await press(mia, verb)).status).toBe(303);
      expect((await house.request('/welcome', { as: mia })).status).toBe(401);
    }
  });

  test('once suspended, is resumed by one press; a press too many says the same again', async () => {
    const mia = await house.signInAs('member');
    await press(mia, 'suspend');
    expect((await press(mia, 'suspend', {})).headers.get('location')).toBe(`${path(mia)}?done=suspended`);
    expect((await press(mia, 'resume', {})).headers.get('location')).toBe(`${path(mia)}?done=resumed`);
    expect((await press(mia, 'resume', {})).status).toBe(303);
    expect((await member(mia)).state).toBe('active');
    expect(await audited('member.suspended')).toHaveLength(1);
    expect(await audited('member.resumed')).toHaveLength(1);
  });

  test('once removed, is changed by nobody', async () => {
    const mia = await house.signInAs('member');
    await press(mia, 'remove');
    for (const [verb, form] of [
      ['role', { role: 'reader' }],
      ['suspend', {}],
      ['resume', {}],
      ['access-until', { accessUntil: '' }],
    ] as const) {
      expect([verb, (await press(mia, verb, form)).status]).toEqual([verb, 409]);
    }
    expect((await member(mia)).state).toBe('removed');
  });

  test('INV-24: an administrator is demoted after a question, loses the extension, and administrators they invited never come in', async () => {
    const ann = await house.signInAs({ role: 'administrator', name: 'Ann', isFresh: true });
    const { token, origin } = await house.connectBrowser(ann.memberId);
    const form = { recipients: 'next@contoso.example', role: 'administrator', expiresInDays: '7', note: '', accessUntil: '' };
    await house.request('/admin/invitations/send', { as: ann, form });
    expect((await press(ann, 'role', { role: 'member' })).status).toBe(200);
    expect((await member(ann)).role).toBe('administrator');

    expect((await press(ann, 'role', { role: 'member', confirmed: 'yes' })).status).toBe(303);
    const me = await house.request('/api/v1/me', { headers: { authorization: `Bearer ${token}`, origin } });
    expect(me.status).toBe(401);
    expect(await house.store.db.all(sql`SELECT state FROM invitations WHERE address = 'next@contoso.example'`)).toEqual([
      { state: 'revoked' },
    ]);
  });
});

describe('the last administrator', () => {
  test('SES-12: is neither demoted nor suspended nor removed nor given an end, and the page says why', async () => {
    const presses: [string, Record<string, string>][] = [
      ['role', { role: 'member', confirmed: 'yes' }],
      ['suspend', { confirmed: 'yes' }],
      ['remove', { confirmed: 'yes' }],
      ['access-until', { accessUntil: '2026-11-30' }],
    ];
    for (const [verb, form] of presses) {
      const answer = await press(sam, verb, form);
      expect([verb, answer.status]).toEqual([verb, 409]);
      expect(await answer.text()).toContain('the only administrator');
    }
    expect(await audited('write.refused')).toHaveLength(presses.length);
    expect(await member(sam)).toMatchObject({ role: 'administrator', state: 'active', accessUntil: null });
    expect(await (await house.request(path(sam), { as: sam })).text()).toContain('The only administrator');
  });

  test('SES-12: of two who demote, suspend or remove each other in the same moment, one stays', async () => {
    for (const [verb, form] of [
      ['role', { role: 'member', confirmed: 'yes' }],
      ['suspend', { confirmed: 'yes' }],
      ['remove', { confirmed: 'yes' }],
    ] as const) {
      house = await openTestApp();
      sam = await house.signInAs('administrator');
      const ann = await house.signInAs('administrator');
      const answers = await Promise.all([press(ann, verb, form, sam), press(sam, verb, form, ann)]);
      const statuses = answers.map((answer) => answer.status).sort();
      expect([verb, statuses]).toEqual([verb, [303, 409]]);
      expect(await administrators()).toHaveLength(1);
      const loser = answers.find((answer) => answer.status === 409)!;
      expect(await loser.text()).toContain('You are no administrator any more');
    }
  });

  test('nobody changes themselves, though there are others; signing oneself out everywhere is fine', async () => {
    await house.signInAs('administrator');
    for (const [verb, form] of [
      ['role', { role: 'member' }],
      ['suspend', { confirmed: 'yes' }],
      ['remove', { confirmed: 'yes' }],
      ['access-until', { accessUntil: '' }],
    ] as const) {
      const answer = await press(sam, verb, form as Record<string, string>);
      expect([verb, answer.status]).toEqual([verb, 403]);
      expect(await answer.text()).toContain('Nobody changes their own membership');
    }
    expect(await member(sam)).toMatchObject({ role: 'administrator', state: 'active' });
    const out = await press(sam, 'end-sessions');
    expect([out.status, out.headers.get('location')]).toEqual([303, '/']);
    expect((await house.request('/admin/users', { as: sam })).status).toBe(401);
  });
});

describe('making an administrator', () => {
  test('SES-13: needs a fresh sign-in; what was typed waits on the page that asks for it', async () => {
    const mia = await house.signInAs({ role: 'member', name: 'Mia Novák' });
    const answer = await press(mia, 'role', { role: 'administrator' });
    const text = await answer.text();
    expect(answer.status).toBe(403);
    expect(text).toContain('href="/sign-in?fresh"');
    expect(text).toContain(`action="${path(mia, 'role')}"`);
    expect(text).toContain('name="role" value="administrator"');
    expect((await member(mia)).role).toBe('member');
    expect(await audited('member.role-changed')).toEqual([]);
    expect(JSON.stringify(await audited('write.refused'))).toContain('fresh-sign-in-needed');
  });

  test('SES-13: a fresh sign-in is good for ten minutes', async () => {
    const ann = await house.signInAs({ role: 'administrator', isFresh: true });
    const [one, two] = [await house.signInAs('member'), await house.signInAs('member')];
    house.clock.now = NOON + 10 * MINUTE - 1;
    expect((await press(one, 'role', { role: 'administrator' }, ann)).status).toBe(303);
    house.clock.now = NOON + 10 * MINUTE;
    expect((await press(two, 'role', { role: 'administrator' }, ann)).status).toBe(403);
    expect([(await member(one)).role, (await member(two)).role]).toEqual(['administrator', 'member']);
  });

  test('after the fresh sign-in a page says how to go on', async () => {
    expect(await (await house.request('/admin/signed-in-again', { as: sam })).text()).toContain('go back to the other one');
  });
});

describe('the list of users', () => {
  test('shows members, and invitations and requests in their place', async () => {
    const mia = await house.signInAs({ role: 'member', name: 'Mia Novák', address: 'mia@contoso.example' });
    await house.knockAs({ name: 'Tom Kerr' });
    await house.request('/admin/invitations/send', { as: sam, form: { recipients: 'jo@contoso.example' } });
    const shown = async (query: string) => (await house.request(`/admin/users${query}`, { as: sam })).text();
    expect(await shown('')).toContain(path(mia));
    expect(await shown('?q=nov')).toContain('mia@contoso.example');
    expect(await shown('?q=zzz')).toContain('Nobody fits');
    expect(await shown('?state=suspended')).not.toContain('mia@contoso.example');
    expect(await shown('?show=invitations')).toContain('jo@contoso.example');
    expect(await shown('?show=requests')).toContain('Tom Kerr');
  });

  test('goes on page by page', async () => {
    const person = (at: number) => {
      const id = `mem_${String(at).padStart(26, '0')}`;
      const facts = {
        tenantId: TENANT,
        objectId: id,
        state: 'active',
        role: 'member',
        joinedAt: NOON,
        stateAt: NOON,
        attemptId: id,
      } as const;
      return { id, name: `Person ${at}.`, ...facts };
    };
    await house.store.db.insert(members).values(Array.from({ length: 60 }, (_, at) => person(at)));
    const first = await (await house.request('/admin/users', { as: sam })).text();
    expect(first.match(/Person \d+\./g)).toHaveLength(49); // and Sam, the newest
    const next = /href="(\/admin\/users\?cursor=[^"]+)"/.exec(first)![1]!;
    const second = await (await house.request(next.replaceAll('&amp;', '&'), { as: sam })).text();
    expect(second.match(/Person \d+\./g)).toHaveLength(11);
    expect(second).toContain('Newest');
  });

  test('a membership that has ended by the clock opens nothing', async () => {
    const ann = await house.signInAs({ role: 'administrator', accessUntil: NOON + DAY / 2 });
    expect((await house.request('/admin/users', { as: ann })).status).toBe(200);
    house.clock.now = NOON + DAY / 2;
    expect((await house.request('/admin/users', { as: ann })).status).toBe(401);
  });
});
