import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { type Draft, draftKey, newDraft } from '../lib/draft.ts';
import { item, type Kept, keep, readKept } from '../lib/kept.ts';
import { withPasted } from '../lib/pasted.ts';
import { sendDraft } from '../lib/sending.ts';
import { aBrowser, connectedTo } from '../testing/browser.ts';
import { finance, hasDirectory, mia, noor } from '../testing/directory.ts';
import { aPopup } from '../testing/popup.tsx';
import { page, Workspace } from '../testing/workspace.ts';

const create = 'POST /api/v1/invitation-batches';
let workspace: Workspace;
let kept: Kept;
let popup: ReturnType<typeof aPopup>;

beforeEach(async () => {
  aBrowser();
  workspace = (await new Workspace().open()).isOpen();
  hasDirectory(workspace);
  kept = await connectedTo(workspace);
  // the background's part, as its storage listener does it
  fakeBrowser.storage.onChanged.addListener((changes) => {
    if (changes[draftKey(kept)]) void sendDraft(Date.now());
  });
  popup = aPopup();
});
afterEach(() => {
  popup.close();
  workspace.close();
});

const begin = async (change: Partial<Draft>) => {
  await keep(item(draftKey(kept), { ...newDraft(), ...change }));
  await popup.open();
  await popup.press('Continue your draft');
};
const nowKept = async () => (await readKept())[draftKey(kept)]!;
const sent = async () => {
  await popup.press('Send');
  await popup.see('on the way');
  return JSON.parse(workspace.asked(create)[0]!.body);
};

test('five presses from the badge to a whole group: ticked, seen, sent', async () => {
  await popup.open();
  await popup.see('Invitation required3');
  await popup.press('Invitation required');
  await popup.press('Groups');
  await popup.tick('Finance');
  await popup.see('4 people: 2 to invite, 1 already a member, 1 disabled; 1 is a tenant guest');
  await popup.press('Review');
  await popup.see(/Review 4 people, 2 mails.*Finance4 people2 mails/);
  await popup.see(/New2.*Mia Novák.*from Finance.*Skipped2/);
  expect((await sent()).recipients).toEqual([{ directoryGroupId: finance.id }]);
});

test('what is ticked survives closing, beside what is typed', async () => {
  await popup.open();
  await popup.see('Invitation required3');
  await popup.press('Invite people');
  await popup.tick('Mia Novák');
  await popup.see('1 person');
  await vi.waitFor(async () => expect((await nowKept()).picked).toHaveLength(1));
  popup.close();
  await popup.open();
  await popup.press('Continue your draft(1 person)');
  expect((await popup.box('Mia Novák')).checked).toBe(true);
  await popup.press('Next: e-mails');
  popup.key(await popup.type('#emails', 'jo@example.com'), 'Enter');
  await popup.press('Review');
  expect((await sent()).recipients).toEqual([{ directoryUserId: mia.id }, { email: 'jo@example.com' }]);
});

test('select all is the search itself; without one of them it is the others', async () => {
  await begin({ step: 'organization' });
  await popup.tick('Invitation required');
  await popup.see(/all ticked.*3 people/);
  expect((await nowKept()).searches).toEqual([{ q: '', count: 3 }]);
  await popup.tick('Mia Novák');
  await popup.see('2 ticked');
  await vi.waitFor(async () => expect((await nowKept()).picked.map(({ id }) => id)).toEqual(['dus_luc', 'dus_noor']));
  expect((await nowKept()).searches).toEqual([]);
  await popup.tick('Invitation required');
  await popup.press('Review');
  await popup.see('All with an invitation required3 people');
  expect((await sent()).recipients).toEqual([{ directorySearch: { q: '', status: 'invitation-required' } }]);
});

test('a search with more matches than are on show is ticked as a whole and says so', async () => {
  workspace.answers['GET /api/v1/directory/users'] = ({ query }) =>
    query.get('status') ? { status: 200, body: { items: [mia], nextCursor: query.get('cursor') ? null : mia.id } } : page([]);
  await begin({ step: 'organization' });
  await popup.type('input[type=search]', 'mi');
  await popup.see('Invitation required 1+');
  await popup.tick('Invitation required');
  await popup.see('1 search');
  expect((await popup.control('Mia Novák', 'label')).querySelector('input')!.disabled).toBe(true);
  expect((await nowKept()).searches).toEqual([{ q: 'mi', count: null }]);
});

test('who is invited, in or disabled stays on show, marked, and cannot be ticked', async () => {
  await begin({ step: 'organization' });
  await popup.see(/Others.*Rosa Marín.*invited.*Ben Walsh.*member.*Vera Popescu.*disabled/);
  for (const name of ['Rosa', 'Ben', 'Vera']) expect((await popup.box(name)).disabled, name).toBe(true);
  await popup.see(/Luc Dubois.*tenant guest/);
});

test('Never suggest, and its undo', async () => {
  await begin({ step: 'organization' });
  await popup.press('Never suggest Noor Aziz');
  await popup.press('Suggest again: Noor Aziz');
  await popup.control('Never suggest Noor Aziz');
  expect(workspace.asked(`POST /api/v1/directory/users/${noor.id}/dismiss`)).toHaveLength(1);
});

test('ENT-53, ENT-57: each address says what it is before anything is sent', async () => {
  await begin({ step: 'emails' });
  popup.key(await popup.type('#emails', 'finance@contoso.com, list@contoso.com, lee@fabrikam.com, new@contoso.com'), 'Enter');
  await popup.see('finance@contoso.com is a group.4 people: 2 to invite, 1 already a member, 1 disabled');
  await popup.see('list@contoso.com is not in the directory.Perhaps a dynamic list, which nobody can read.');
  await popup.see('lee@fabrikam.com is outside your organization.');
  await popup.see('7 people · 4 to invite · 1 already in');
  await popup.press('Show them');
  await popup.see('Vera Popescudisabled');
});

test('ENT-64: where an assignment is required, the step by e-mails says so before anybody is invited in vain', async () => {
  await begin({ step: 'emails' });
  await popup.see('Microsoft lets only people in who are assigned to this application.');
});

test('options: a preset is chosen, saved and deleted; remembered ones begin the next draft', async () => {
  const auditors = {
    id: 'pre_1',
    name: 'Auditors',
    role: 'reader',
    language: 'de',
    note: null,
    expiresInDays: 14,
    accessForDays: 90,
  };
  workspace.answers['GET /api/v1/option-presets'] = () => page([auditors]);
  workspace.answers['POST /api/v1/option-presets'] = ({ body }) => ({ status: 201, body: { id: 'pre_2', ...JSON.parse(body) } });
  workspace.answers['DELETE /api/v1/option-presets/pre_2'] = () => ({ status: 204 });
  await begin({ step: 'options', picked: [mia] });
  await popup.see('Auditors');
  await popup.type('#preset', 'pre_1');
  await vi.waitFor(async () => expect(await nowKept()).toMatchObject({ role: 'reader', language: 'de', days: 14 }));
  await popup.type('#note', 'Hello');
  await popup.press('Save as…');
  popup.key(await popup.type('[aria-label="Name of the preset"]', 'Friends'), 'Enter');
  await popup.press('Delete the preset Friends');
  await popup.control('Save as…');
  await popup.tick('Remember these options');
  await popup.press('Next: user groups');
  await popup.press('Discard draft');
  await popup.press('Invite people');
  await vi.waitFor(async () =>
    expect(await nowKept()).toMatchObject({ role: 'reader', days: 14, note: 'Hello', accessEnds: '' }),
  );
});

test('user groups: custom ones are ticked or made in place, synced ones only shown', async () => {
  await begin({ step: 'groups', picked: [mia] });
  await popup.tick('Budget readers');
  await popup.see(/Added automatically.*Everyone/);
  expect(popup.app.querySelector('[aria-label="Added automatically"] input')).toBeNull();
  await popup.type('input[type=search]', 'Wiki');
  await popup.press('Make the group “Wiki”');
  await popup.see('2 groups chosen');
  await popup.press('Review');
  await popup.see('Budget readers, Wiki');
  expect((await sent()).userGroupIds).toEqual(['grp_readers', 'grp_2']);
});

test('without a directory the home page says how to connect it, and the wizard begins with the e-mails', async () => {
  workspace.isOpen();
  await popup.open();
  await popup.see('Invitation requiredConnect the directory to see who');
  expect((await popup.control('Invitation required')).getAttribute('href')).toBe(`${workspace.origin}/admin/directory`);
  await popup.press('Invite people');
  await popup.control('E-mail addresses', 'label');
  await popup.press('Done: Organization');
  await popup.see('No directory is connected');
});

test('a draft that an older version kept goes on', async () => {
  const { key, people, role, days } = withPasted(newDraft(), 'Jo <jo@example.com>');
  const old = { key, people, role, days, step: 'review', odd: [], folded: 0, typed: '', note: '', accessEnds: '' };
  await keep(item(draftKey(kept), old as unknown as Draft));
  await popup.open();
  await popup.press('Continue your draft(1 person)');
  await popup.see('Jo');
  expect((await sent()).recipients).toEqual([{ email: 'jo@example.com' }]);
});

test('keys: / searches, Esc empties the search and then goes back, Ctrl+Enter goes on', async () => {
  await begin({ step: 'organization', picked: [mia] });
  await popup.control('Mia Novák', 'label');
  popup.key(document.body, '/');
  const search = popup.app.querySelector<HTMLInputElement>('input[type=search]')!;
  expect(document.activeElement).toBe(search);
  await popup.type('input[type=search]', 'nobody');
  await popup.see('Nobody in the directory is called “nobody”.');
  popup.key(search, 'Escape');
  await popup.control('Mia Novák', 'label');
  expect(search.value).toBe('');
  popup.key(document.body, 'Enter', { ctrlKey: true });
  await popup.control('E-mail addresses', 'label');
  popup.key(document.body, 'Escape');
  await popup.control('Mia Novák', 'label');
});

test('EXT-03: hostile names of the directory are drawn as texts', async () => {
  const hostile = '<img src=x onerror=alert(1)>';
  hasDirectory(workspace, [{ ...mia, name: hostile, address: hostile }]);
  await begin({ step: 'organization' });
  await popup.see('onerror=alert');
  expect(popup.app.querySelectorAll('img')).toHaveLength(0);
});
