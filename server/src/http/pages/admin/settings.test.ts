import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { noTrace } from '../../../store/audit.ts';
import { removeMember } from '../../../store/member.ts';
import { newId } from '../../../store/new-id.ts';
import { changeSettings, findSettings } from '../../../store/settings.ts';
import { openTestApp, type SomebodySignedIn, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
const PATH = '/admin/settings';
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs('administrator');
});

const read = async (as = sam) => (await house.request(PATH, { as })).text();
const press = (section: string, form: Record<string, string>, as: { cookie: string } = sam) =>
  house.request(`${PATH}/${section}`, { as, form });
const settings = () => findSettings(house.store);
const audited = (what: string) =>
  house.store.db.all<{ facts: string; by: string }>(
    sql`SELECT facts, by_member_id AS "by" FROM audit_events WHERE what = ${what} AND result = 'done' ORDER BY at, id`,
  );
const refusals = () => house.store.db.all(sql`SELECT id FROM audit_events WHERE what = 'write.refused'`);
const fresh = () => house.signInAs({ role: 'administrator', isFresh: true });

/** Each form as it is rendered, as a person would send it after changing some fields; null takes a tick away. */
const whole = {
  workspace: { name: 'Contoso Vault' },
  knocking: { membersMayKnock: 'yes', tenantGuestsMayKnock: 'yes', question: '' },
  invitations: { invitationDays: '7', remindsInvited: 'yes', quietDays: '7', escalateAfterHours: '' },
  approvals: {},
  'email-claim': {},
  guests: { guestDays: '90' },
} as const;
type Section = keyof typeof whole;
function typed(section: Section, changed: Record<string, string | null>): Record<string, string> {
  const form: Record<string, string | null> = { ...whole[section], ...changed };
  return Object.fromEntries(Object.entries(form).filter((pair): pair is [string, string] => pair[1] !== null));
}

type Good = [section: Section, changed: Record<string, string | null>, expected: object, facts: object];
const good: Good[] = [
  ['workspace', { name: '  Fabrikam Door ' }, { name: 'Fabrikam Door' }, { name: true }],
  ['workspace', { name: '🚪'.repeat(80) }, { name: '🚪'.repeat(80) }, { name: true }],
  [
    'knocking',
    { membersMayKnock: null },
    { whoMayKnock: { members: false, tenantGuests: true } },
    { membersMayKnock: { from: true, to: false } },
  ],
  [
    'knocking',
    { tenantGuestsMayKnock: null },
    { whoMayKnock: { members: true, tenantGuests: false } },
    { tenantGuestsMayKnock: { from: true, to: false } },
  ],
  ['knocking', { question: 'Which project?' }, { question: 'Which project?' }, { question: true }],
  ['knocking', { question: 'x'.repeat(200) }, { question: 'x'.repeat(200) }, { question: true }],
  ['invitations', { invitationDays: '1' }, { invitationDays: 1 }, { invitationDays: { from: 7, to: 1 } }],
  ['invitations', { invitationDays: '30' }, { invitationDays: 30 }, { invitationDays: { from: 7, to: 30 } }],
  ['invitations', { remindsInvited: null }, { remindsInvited: false }, { remindsInvited: { from: true, to: false } }],
  ['invitations', { quietDays: '0' }, { quietDays: 0 }, { quietDays: { from: 7, to: 0 } }],
  ['invitations', { quietDays: '90' }, { quietDays: 90 }, { quietDays: { from: 7, to: 90 } }],
  ['invitations', { escalateAfterHours: '1' }, { escalateAfterHours: 1 }, { escalateAfterHours: { from: null, to: 1 } }],
  ['invitations', { escalateAfterHours: '720' }, { escalateAfterHours: 720 }, { escalateAfterHours: { from: null, to: 720 } }],
  ['guests', { guestDays: '730' }, { guestEnd: { days: 730, isCompulsory: false } }, { guestDays: { from: 90, to: 730 } }],
  [
    'guests',
    { guestEndIsCompulsory: 'yes' },
    { guestEnd: { days: 90, isCompulsory: true } },
    { guestEndIsCompulsory: { from: false, to: true } },
  ],
];
test.each(good)('%s: %j is kept, shown and audited', async (section, changed, expected, facts) => {
  const before = await settings();
  const answer = await press(section, typed(section, changed));
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `${PATH}?done=settings-changed`]);
  expect(await settings()).toEqual({ ...before, ...expected });
  const [row] = await audited('settings.changed');
  expect([JSON.parse(row!.facts), row!.by]).toEqual([facts, sam.memberId]);
  expect(await (await house.request('/admin/audit', { as: sam })).text()).toContain('Settings changed:');
  for (const [name, value] of Object.entries(changed)) {
    const field = (await read()).match(new RegExp(`<input[^>]* name="${name}"[^>]*>`))?.[0] ?? '';
    if (value === null) expect(field).not.toContain('checked');
    else expect(field).toContain(value === 'yes' ? 'checked' : `value="${value.trim()}"`);
  }
});

test('what is the same as before changes nothing, and says so', async () => {
  for (const section of Object.keys(whole) as Section[]) {
    expect((await press(section, typed(section, {}))).headers.get('location')).toBe(`${PATH}?done=settings-same`);
  }
  expect(await audited('settings.changed')).toEqual([]);
});

const HOSTILE = ['a\u0000b', 'a\nb', 'a\u2028b', 'a\u0085b'];
type Bad = [section: Section, field: string, values: (string | null)[]];
const bad: Bad[] = [
  ['workspace', 'name', ['', '   ', 'x'.repeat(81), ...HOSTILE.slice(1), null]],
  ['knocking', 'question', ['x'.repeat(201), ...HOSTILE.slice(1), null]],
  [
    'invitations',
    'invitationDays',
    ['', '0', '31', '-1', '1.5', '1e1', '0x7', '٧', 'seven', '7 days', '99999999999', 'NaN', null],
  ],
  ['invitations', 'quietDays', ['', '91', '-1', '1,5', 'x', null]],
  ['invitations', 'escalateAfterHours', ['0', '721', '-1', 'x', '1.5', null]],
  ['guests', 'guestDays', ['', '0', '731', 'x', null]],
  ['knocking', 'membersMayKnock', ['no', '1', 'true', '', 'yesyes']],
  ['knocking', 'tenantGuestsMayKnock', ['no']],
  ['invitations', 'remindsInvited', ['on']],
  ['guests', 'guestEndIsCompulsory', ['[]']],
  ['approvals', 'needsTwoApprovals', ['true']],
  ['email-claim', 'vouchesForEmail', ['true']],
];
test.each(bad)(
  'WEB-20, WEB-21: %s: a wrong %s is said beside the field, what was typed is kept, nothing changes',
  async (section, field, values) => {
    const before = await settings();
    for (const value of values) {
      const answer = await press(section, typed(section, { [field]: value }));
      const page = await answer.text();
      expect([value, answer.status]).toEqual([value, 422]);
      expect(page).toContain(`id="${field}-error"`);
      expect(page).toMatch(new RegExp(`<a href="#${field}">`));
      if (value && !/[\n\u2028\u0085]/.test(value) && !['no', '1', 'true', 'yesyes', 'on', '[]'].includes(value))
        expect(page).toContain(`value="${value}"`);
    }
    expect(await settings()).toEqual(before);
    expect(await audited('settings.changed')).toEqual([]);
    expect(await refusals()).toHaveLength(values.length);
  },
);

test('WEB-21: NUL, half characters, direction marks and markup: refused, or kept as they are and shown safely', async () => {
  const raw = (body: string) =>
    house.request(`${PATH}/workspace`, {
      as: sam,
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://localhost:3000' },
    });
  expect((await raw('name=a%00b')).status).toBe(303);
  expect((await settings()).name).toBe('ab');
  expect((await raw('name=a\u0000b')).status).toBe(422);
  expect((await raw('name=%ED%A0%80x')).status).toBe(303);
  expect((await settings()).name.isWellFormed()).toBe(true);
  expect((await raw('name=%C0%AE')).status).toBe(303);
  expect((await raw(`name=${'x'.repeat(1024 * 1024 + 1)}`)).status).toBe(413);
  expect((await press('workspace', { name: '\u202eevil<script>alert(1)</script>' })).status).toBe(303);
  const page = await read();
  expect(page).not.toContain('<script>');
  expect(page.replace(/<input[^>]*>/g, '')).not.toContain('\u202e');
});

describe('what changes the door itself', () => {
  test.each([
    ['email-claim', 'vouchesForEmail'],
    ['approvals', 'needsTwoApprovals'],
  ] as const)('SES-13: %s, on and off, needs a fresh sign-in', async (section, field) => {
    const ana = await fresh();
    const both = [{ [field]: 'yes' }, {}] as Record<string, string>[];
    for (const form of both) {
      const before = await settings();
      const asked = await press(section, form);
      expect(asked.status).toBe(403);
      const page = await asked.text();
      expect(page).toContain('href="/sign-in?fresh"');
      expect(page).toContain(`action="${PATH}/${section}"`);
      if (field in form) expect(page).toContain(`<input type="hidden" name="${field}" value="yes">`);
      expect(await settings()).toEqual(before);
      expect((await press(section, form, ana)).headers.get('location')).toBe(`${PATH}?done=settings-changed`);
      expect((await settings())[field]).toBe(field in form);
    }
    expect(await refusals()).toHaveLength(2);
    house.clock.now += 11 * 60_000;
    expect((await press(section, both[0]!, ana)).status).toBe(403);
    expect((await settings())[field]).toBe(false);
  });

  test('two approvals cannot be switched on by the only administrator, not even in the moment the other one leaves', async () => {
    const alone = await openTestApp();
    const one = await alone.signInAs({ role: 'administrator', isFresh: true });
    const refused = await alone.request(`${PATH}/approvals`, { as: one, form: { needsTwoApprovals: 'yes' } });
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('You are the only administrator')]);
    const by = { by: one.memberId, now: alone.clock.now, trace: noTrace };
    expect(await changeSettings(alone.store, { needsTwoApprovals: true }, by)).toBe('lost');
    expect((await findSettings(alone.store)).needsTwoApprovals).toBe(false);
  });

  test('whoever lost the office in the same moment changes nothing', async () => {
    const ana = await house.signInAs('administrator');
    const change = {
      id: newId('chg'),
      by: sam.memberId,
      about: ana.memberId,
      auditId: newId('aud'),
      now: house.clock.now,
      trace: noTrace,
    };
    expect(await removeMember(house.store, change)).toBe(true);
    const by = { by: ana.memberId, now: house.clock.now, trace: noTrace };
    expect(await changeSettings(house.store, { name: 'Mine' }, by)).toBe('lost');
    expect((await settings()).name).toBe('Contoso Vault');
    expect(await audited('settings.changed')).toEqual([]);
  });
});

test('two administrators who change the same setting at the same moment: one of them wins, the other is told', async () => {
  const ana = await house.signInAs('administrator');
  const now = house.clock.now;
  const outcomes = await Promise.all(
    [sam, ana].map(({ memberId }, at) =>
      changeSettings(house.store, { invitationDays: 10 + at }, { by: memberId, now, trace: noTrace }),
    ),
  );
  expect(outcomes.filter((one) => one === 'changed')).toHaveLength(1);
  expect(outcomes.filter((one) => one === 'lost')).toHaveLength(1);
  expect(await audited('settings.changed')).toHaveLength(1);
});

test('members, readers, people who wait, visitors and nobody neither see nor change settings', async () => {
  const others = [
    await house.signInAs('member'),
    await house.signInAs('reader'),
    await house.knockAs(),
    await house.visitAs(),
    { cookie: '' },
  ];
  const before = await settings();
  for (const as of others) {
    expect([401, 403]).toContain((await house.request(PATH, { as })).status);
    for (const section of [...Object.keys(whole), 'notifications', 'logo', 'logo/remove'])
      expect([section, [401, 403]]).toEqual([
        section,
        expect.arrayContaining([(await press(section, { name: 'x', requestMails: 'never' }, as)).status]),
      ]);
  }
  expect(await settings()).toEqual(before);
});

describe('your notifications', () => {
  const choiceOf = async ({ memberId }: SomebodySignedIn) =>
    (await house.store.db.all<{ mails: string }>(sql`SELECT request_mails AS mails FROM members WHERE id = ${memberId}`))[0]!
      .mails;

  test('everybody chooses for themselves, audited; when nobody is told at once the page warns', async () => {
    const ana = await house.signInAs('administrator');
    const warning = 'No administrator is told at once';
    expect((await press('notifications', { requestMails: 'never' })).headers.get('location')).toBe(
      `${PATH}?done=request-mails-chosen`,
    );
    expect([await choiceOf(sam), await choiceOf(ana)]).toEqual(['never', 'at-once']);
    expect(await read()).not.toContain(warning);
    await press('notifications', { requestMails: 'unanswered' }, ana);
    expect(await read()).toContain(warning);
    expect(await read()).toContain('<option value="never" selected>');
    expect((await press('notifications', { requestMails: 'never' })).headers.get('location')).toBe(`${PATH}?done=settings-same`);
    expect((await audited('member.request-mails-changed')).map(({ facts, by }) => [JSON.parse(facts), by])).toEqual([
      [{ from: 'at-once', to: 'never' }, sam.memberId],
      [{ from: 'at-once', to: 'unanswered' }, ana.memberId],
    ]);
  });

  test('WEB-20: a choice that is not offered, or none, is said beside the field', async () => {
    for (const form of [{ requestMails: 'all' }, { requestMails: '' }, {}, { memberId: sam.memberId, requestMails: 'AT-ONCE' }]) {
      const answer = await press('notifications', form as Record<string, string>);
      expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('id="requestMails-error"')]);
    }
    expect(await choiceOf(sam)).toBe('at-once');
  });
});
