import type { Recipient } from '@doorstep/shared/invitation-batch';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { type Draft, draftKey, newDraft } from '../lib/draft.ts';
import { item, type Kept, keep, readKept } from '../lib/kept.ts';
import { withPasted } from '../lib/pasted.ts';
import { sendDraft } from '../lib/sending.ts';
import { aBrowser, connectedTo } from '../testing/browser.ts';
import { hasDirectory } from '../testing/directory.ts';
import { aPopup } from '../testing/popup.tsx';
import { anna, Workspace } from '../testing/workspace.ts';

const preview = 'POST /api/v1/invitation-batches/preview';
const create = 'POST /api/v1/invitation-batches';
let workspace: Workspace;
let kept: Kept;
let app: HTMLElement;
let popup: ReturnType<typeof aPopup>;

beforeEach(async () => {
  aBrowser();
  workspace = (await new Workspace().open()).isOpen([anna]);
  workspace.answers[preview] = ({ body }) => ({ status: 200, body: planOf(body) });
  workspace.answers[create] = async ({ body }) => {
    await new Promise((done) => setTimeout(done, 50)); // long enough to be pressed again
    return { status: 202, body: { id: 'bat_1', state: 'done', ...planOf(body) } };
  };
  kept = await connectedTo(workspace);
  // the background's part, as its storage listener does it
  fakeBrowser.storage.onChanged.addListener((changes) => {
    if (changes[draftKey(kept)]) void sendDraft(Date.now());
  });
  popup = aPopup();
  ({ app } = popup);
});
afterEach(() => {
  popup.close();
  workspace.close();
});

function planOf(body: string) {
  const recipients: Recipient[] = JSON.parse(body).recipients;
  const rows = recipients.map(({ email = '' }, recipient) => ({
    recipient,
    address: email,
    directoryUserId: null,
    name: null,
    plan: email.startsWith('sam') ? 'refuse' : 'invite',
    ...(email.startsWith('sam') && { because: 'already-member' }),
  }));
  const refuse = rows.filter(({ plan }) => plan === 'refuse').length;
  return { rows, counts: { invite: rows.length - refuse, resend: 0, refuse } };
}

const aDraft = (change: Partial<Draft>): Promise<void> =>
  keep(item(draftKey(kept), { ...withPasted(newDraft(), 'Mia <mia@contoso.com>, sam@contoso.com'), ...change }));

test('EXT-12: double click, Ctrl+Enter and Enter on *Send* make one request to invite', async () => {
  await aDraft({ step: 'review' });
  await popup.open();
  await popup.press('Continue your draft');
  const send = await popup.control('Send 1 invitation');
  send.click();
  send.click();
  popup.key(document.body, 'Enter', { ctrlKey: true });
  app.querySelector('form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await popup.see('1 invitation on the way');
  expect(workspace.asked(create)).toHaveLength(1);
  await popup.see(/Skipped.*sam@contoso.com.*member/); // each row tells the truth
});

test('EXT-06: the popup closed while sending shows the result when it is opened again', async () => {
  await aDraft({ step: 'review' });
  await popup.open();
  await popup.press('Continue your draft');
  await popup.press('Send 1 invitation');
  popup.close();
  await vi.waitFor(async () => expect((await readKept())[draftKey(kept)]?.sent).toBeDefined());
  await popup.open();
  await popup.see('1 invitation on the way');
  await popup.press('Done');
  await vi.waitFor(async () => expect((await readKept())[draftKey(kept)]).toBeUndefined());
});

test('the draft survives closing: addresses, odd ones and what is half typed', async () => {
  await popup.open();
  await popup.press('Invite people');
  const field = await popup.type('#emails', 'Jo Berg <jo@contoso.com>; ana@conto,com');
  popup.key(field, 'Enter');
  await popup.see('1 needs a look');
  await popup.type('#emails', 'mi');
  await vi.waitFor(async () => expect((await readKept())[draftKey(kept)]?.typed).toBe('mi'));
  popup.close();
  await popup.open();
  await popup.press('Continue your draft');
  await popup.see('Jo Berg');
  await popup.press('Use ana@conto.com');
  await popup.see('2 people');
  expect(app.querySelector<HTMLInputElement>('#emails')!.value).toBe('mi');
});

test('EXT-03: hostile texts are drawn as texts', async () => {
  const hostile = '<img src=x onerror=alert(1)><script>alert(1)</script>';
  workspace.isOpen([{ ...anna, name: hostile, reason: hostile }]);
  await popup.open();
  await popup.see('onerror=alert');
  expect(app.querySelectorAll('img, script')).toHaveLength(0);
  await popup.press(`Details of ${hostile}`);
  await popup.see('Came without an invitation');
  expect(app.querySelectorAll('img, script')).toHaveLength(0);
});

test('an approval gives the user groups that were ticked with it', async () => {
  hasDirectory(workspace);
  workspace.isOpen([anna]);
  await popup.open();
  await popup.press('Details of Anna Lima');
  await popup.tick('Budget readers');
  await popup.press('Approve Anna');
  await vi.waitFor(async () =>
    expect((await readKept())['decision req_anna']).toMatchObject({ body: { userGroupIds: ['grp_readers'] } }),
  );
});

test('what arrives does not push the list: it waits behind a button', async () => {
  await popup.open();
  await popup.see('Anna Lima');
  workspace.isOpen([{ ...anna, id: 'req_2', name: 'Tom Kerr' }, anna]);
  await popup.press('Show 1 new');
  await popup.see('Tom Kerr');
});

test('EXT-12: a second press on *Approve* falls on nobody else', async () => {
  workspace.isOpen([anna, { ...anna, id: 'req_2', name: 'Tom Kerr' }]);
  await popup.open();
  await popup.see('Tom Kerr');
  app.querySelector('ul.rows')!.dispatchEvent(new Event('pointerenter'));
  await popup.press('Approve Anna Lima');
  await popup.see('Anna Lima may come in');
  const first = app.querySelector<HTMLButtonElement>('.request button')!;
  expect([first.textContent, first.disabled]).toEqual(['Approve Anna Lima', true]);
  await popup.press('Undo');
  await vi.waitFor(() => expect(app.querySelector<HTMLButtonElement>('.request button')!.disabled).toBe(false));
});

test('EXT-11: when the server ends the token, nothing of the workspace is on show within one poll', async () => {
  await popup.open();
  await popup.see('Anna Lima');
  workspace.hasEndedTheToken();
  await popup.see('You are signed out');
  expect(app.textContent).not.toMatch('Anna Lima');
  expect(app.textContent).toMatch('Sam Okafor');
});

test('offline: what was known stays, with its age; deciding waits', async () => {
  await popup.open();
  await popup.see('Anna Lima');
  workspace.answers['GET /api/v1/summary'] = () => 'hang up';
  await popup.see(/As of .*The workspace does not answer\. Nothing was lost, nothing was half-sent\./);
  expect(app.querySelector<HTMLButtonElement>('.request button')!.disabled).toBe(true);
});

test('a wrong address is explained beside the field, and what was typed stays', async () => {
  await fakeBrowser.storage.local.clear();
  await popup.open();
  const field = await popup.type('#workspace', 'http://vault.contoso.com');
  app.querySelector('form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await popup.see('Only addresses that begin with https://');
  expect(field.value).toBe('http://vault.contoso.com');
  expect(field.getAttribute('aria-invalid')).toBe('true');
});
