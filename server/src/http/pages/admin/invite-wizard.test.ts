import { DAY } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { groupId, objectIdFor, userId, writeDirectory } from '../../../store/testing/directory-story.ts';
import { NOON, openTestApp, type SomebodySignedIn, TENANT, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs({ role: 'administrator', name: 'Sam Okafor' });
  await writeDirectory(house.store, {
    tenantId: TENANT,
    users: {
      mia: { name: 'Mia Novák' },
      jonas: { name: 'Jonas Berg' },
      luc: { name: 'Luc Dubois', isGuest: true },
      dario: { name: 'Dario Keller', state: 'disabled' },
    },
    groups: { fin: { address: 'fin@contoso.example', members: ['mia', 'dario', 'tre'] }, tre: { members: ['jonas', 'fin'] } },
  });
});

type Form = [name: string, value: string][];
const page = async (path: string) => (await house.request(path, { as: sam })).text();
async function press(fields: Form, button: string, path = '/admin/invitations/new'): Promise<string> {
  const headers = { cookie: sam.cookie, origin: house.deps.publicUrl, 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams([...fields, ['do', button]]).toString();
  const answer = await house.app.request(house.deps.publicUrl + path, { method: 'POST', headers, body });
  return `${answer.status} ${answer.headers.get('location') ?? ''} ${await answer.text()}`;
}
/** What a browser would send from the wizard's form: hidden fields, ticked boxes, what is chosen and typed. */
function sentFrom(text: string): Form {
  const form = text.slice(text.indexOf('<form class="stack"'));
  const inputs = [...form.matchAll(/<input[^>]*>/g)].map(([tag]) => tag);
  const sent = inputs.filter((tag) => !tag.includes(' disabled') && (!tag.includes('"checkbox"') || tag.includes(' checked')));
  const attribute = (tag: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  const area = /<textarea[^>]*name="(\w+)"[^>]*>\n([^<]*)<\/textarea>/.exec(form);
  const fields = sent.map((tag): Form[number] => [attribute(tag, 'name'), attribute(tag, 'value')]);
  return [...fields.filter(([name]) => name !== ''), ...(area ? [[area[1]!, area[2]!] as Form[number]] : [])];
}
const invitations = () =>
  house.store.db.all<Record<string, unknown>>(
    sql`SELECT object_id AS objectId, address, role, user_group_ids AS groups FROM invitations WHERE inviter_id = ${sam.memberId} ORDER BY address`,
  );

describe('step 1', () => {
  test('opens with who is suggested, newest first, and counts them as the widget does', async () => {
    const text = await page('/admin/invitations/new');
    expect(text).toMatch(/Luc Dubois[\s\S]*Jonas Berg[\s\S]*Mia Novák/);
    expect(text).not.toContain('Dario Keller');
    expect(text).toContain('3 required');
    const users = await page('/admin/users');
    expect(users).toMatch(/href="\/admin\/invitations\/new\?step=organization"[\s\S]*Invitation required<\/span><b>3<\/b>/);
  });

  test('ticks travel through searches and steps; what is not on show is kept', async () => {
    const opened = sentFrom(await page('/admin/invitations/new'));
    const found = await press([...opened.filter(([name]) => name !== 'q'), ['people', userId('mia')], ['q', 'jon']], 'search');
    expect(found).toContain('Jonas Berg');
    expect(found).toContain(`<input type="hidden" name="people" value="${userId('mia')}">`);
    const emails = await press([...sentFrom(found), ['people', userId('jonas')]], 'to:emails');
    const kept = sentFrom(emails).filter(([name]) => name === 'people');
    expect(kept.map(([, value]) => value).sort()).toEqual([userId('jonas'), userId('mia')].sort());
    const back = await press(sentFrom(emails), 'to:organization');
    expect(back.match(/name="people" value="[^"]*" checked/g)).toHaveLength(2);
  });

  test('Enter searches for what was typed, else goes on', async () => {
    const opened = sentFrom(await page('/admin/invitations/new')).filter(([name]) => name !== 'q');
    expect(await press([...opened, ['q', 'luc']], 'enter')).toContain('From the organization');
    expect(await press([...opened, ['q', '']], 'enter')).toContain('By e-mails');
  });

  test('who is invited or a member is marked and cannot be ticked; guests and the disabled say so', async () => {
    await press(
      [
        ['people', userId('mia')],
        ['step', 'groups'],
      ],
      'x',
      '/admin/invitations/send',
    );
    const text = await press(
      [
        ['step', 'organization'],
        ['show', 'everybody'],
      ],
      'search',
    );
    expect(text).toMatch(/value="dus_[^"]*" disabled>[\s\S]{0,300}Mia Novák[\s\S]{0,400}invited/);
    expect(text).toMatch(/Luc Dubois[\s\S]{0,300}>tenant guest</);
    expect(text).toMatch(/Dario Keller[\s\S]{0,400}disabled/);
  });

  test('select all that match travels as the search, and is looked up when it is sent', async () => {
    const all = await press([['step', 'organization']], 'all');
    expect(all).toContain('Everybody with an invitation required');
    expect(sentFrom(all)).toContainEqual(['searches', 'invitation-required:']);
    const review = await press(sentFrom(all), 'to:review');
    expect(review).toContain('3 mails');
    expect(await press(sentFrom(review), '', '/admin/invitations/send')).toContain('3 invited');
    expect((await invitations()).map((one) => one.objectId).sort()).toEqual(['jonas', 'luc', 'mia'].map(objectIdFor).sort());
    expect(await page('/admin/invitations/new')).toContain('Nobody is missing');
  });

  test('never suggest, and its undo', async () => {
    const text = await press(
      [
        ['step', 'organization'],
        ['people', userId('mia')],
      ],
      `dismiss:${userId('mia')}`,
    );
    expect(text).toContain('is not suggested any more');
    expect(text).toContain('2 required');
    expect(sentFrom(text).filter(([name]) => name === 'people')).toEqual([]);
    const undone = await press(sentFrom(text), `suggest:${userId('mia')}`);
    expect(undone).toContain('is suggested again');
    expect(undone).toContain('3 required');
  });

  test('ENT-56: a group says what inviting it would do, nested people and cycles included', async () => {
    const text = await press(
      [
        ['step', 'organization'],
        ['tab', 'groups'],
      ],
      `open:${groupId('fin')}`,
    );
    expect(text).toContain('3 people: 1 disabled, 2 to invite');
    const review = await press(
      [
        ['step', 'organization'],
        ['groups', groupId('fin')],
      ],
      'to:review',
    );
    expect(review).toContain('2 mails');
    expect(review).toMatch(/fin[\s\S]*3 people: 2 new, 1 skipped/);
  });

  test('what is no id of the directory does no harm', async () => {
    const review = await press(
      [
        ['people', 'dus_nobody'],
        ['groups', '../x'],
        ['recipients', 'jo@fabrikam.example'],
      ],
      'to:review',
    );
    expect(review).toContain('is not in the directory any more');
    expect(review).toContain('1 mail:');
    expect(
      await press(
        [
          ['step', 'organization'],
          ['cursor', 'rubbish'],
          ['shownQ', '"*'],
        ],
        'page:rubbish',
      ),
    ).toMatch(/^200/);
  });
});

describe('step 2', () => {
  test('ENT-53, ENT-57: each address says what it is before the wizard goes on; pressed again it goes on', async () => {
    const typed = 'mia@contoso.example, fin@contoso.example, jo@fabrikam.example, ana@conto,com';
    const looked = await press(
      [
        ['step', 'emails'],
        ['recipients', typed],
      ],
      'to:options',
    );
    expect(looked).toContain('By e-mails');
    expect(looked).toMatch(/3 entries are worth a look[\s\S]*1 other is a new person/);
    expect(looked).toContain('is from elsewhere: comes in as a guest');
    expect(looked).toContain('is ana@conto.com meant?');
    expect(await press(sentFrom(looked), 'to:options')).toContain('Language of the mail');
  });

  test('ENT-64: that assignment is required is said before anybody is invited', async () => {
    await house.store.write([house.store.db.run(sql`UPDATE directory SET assignment_required = 1, assignment_from = 'sign-in'`)]);
    expect(await page('/admin/invitations/new?step=emails')).toContain('assigned');
  });
});

describe('step 3', () => {
  test('options are saved under a name, used again and deleted', async () => {
    const typed: Form = [
      ['step', 'options'],
      ['role', 'reader'],
      ['language', 'de'],
      ['note', 'Hallo'],
      ['expiresInDays', '3'],
    ];
    const saved = await press([...typed, ['accessUntil', '2026-12-23'], ['presetName', 'Auditors']], 'enter');
    expect(saved).toContain('Saved as');
    const [, id] = /<option value="(pre_[^"]*)">Auditors/.exec(saved)!;
    const used = await press(
      [
        ['step', 'options'],
        ['role', 'member'],
        ['preset', id!],
      ],
      'use-preset',
    );
    expect(used).toContain('<option value="reader" selected>');
    expect(used).toContain('<option value="de" selected>');
    expect(used).toContain(`value="${new Date(NOON + 30 * DAY).toISOString().slice(0, 10)}"`);
    expect(
      await press(
        [
          ['step', 'options'],
          ['preset', id!],
        ],
        'delete-preset',
      ),
    ).toContain('was deleted');
  });

  test('administrators are no preset; what is wrong is said where it stands', async () => {
    const text = await press(
      [
        ['step', 'options'],
        ['role', 'administrator'],
        ['presetName', 'Bosses'],
      ],
      'save-preset',
    );
    expect(text).toMatch(/^422/);
    expect(
      await press(
        [
          ['step', 'options'],
          ['expiresInDays', '99'],
        ],
        'to:groups',
      ),
    ).toMatch(/^422[\s\S]*id="expiresInDays-error"/);
    expect(
      await press(
        [
          ['step', 'options'],
          ['expiresInDays', '99'],
        ],
        'to:emails',
      ),
    ).toMatch(/^200/);
  });
});

describe('step 4', () => {
  test('a group is made in place and given; unknown ones are refused', async () => {
    const made = await press(
      [
        ['step', 'groups'],
        ['people', userId('mia')],
        ['newGroup', 'Onboarding'],
      ],
      'enter',
    );
    expect(made).toMatch(/value="grp_[^"]*" checked/);
    expect(
      await press(
        [
          ['step', 'groups'],
          ['newGroup', 'onboarding'],
        ],
        'make-group',
      ),
    ).toMatch(/^(200|422)/);
    const review = await press(sentFrom(made), 'to:review');
    expect(review).toContain('Onboarding');
    await press(sentFrom(review), '', '/admin/invitations/send');
    const [, id] = /value="(grp_[^"]*)" checked/.exec(made)!;
    expect(await invitations()).toMatchObject([{ objectId: objectIdFor('mia'), groups: JSON.stringify([id]) }]);
    expect(
      await press(
        [
          ['people', userId('luc')],
          ['userGroupIds', 'grp_gone'],
        ],
        '',
        '/admin/invitations/send',
      ),
    ).toMatch(/^422/);
  });
});

test('more than 250 people are written by a job, and the page shows how far it is', async () => {
  const recipients = Array.from({ length: 260 }, (_, at) => `p${at}@fabrikam.example`).join('\n');
  const sent = await press([['recipients', recipients]], '', '/admin/invitations/send');
  const [, location] = /^303 (\S+)/.exec(sent)!;
  const text = await page(location!);
  expect(text).toContain('Invitations are being written');
  expect(text).toMatch(/<progress max="\d+" value="250"/);
  expect((await house.request('/admin/invitations/batches/bat_nothing', { as: sam })).status).toBe(404);
});
