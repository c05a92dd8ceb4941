import type { Recipient } from '@doorstep/shared/invitation-batch';
import '../testing/dom.ts';
import { render } from 'preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { type Draft, draftKey, newDraft, withPasted } from '../lib/draft.ts';
import { item, type Kept, keep, readKept } from '../lib/kept.ts';
import { sendDraft } from '../lib/sending.ts';
import { aBrowser, connectedTo } from '../testing/browser.ts';
import { anna, Workspace } from '../testing/workspace.ts';
import { App } from './app.tsx';

const preview = 'POST /api/v1/invitation-batches/preview';
const create = 'POST /api/v1/invitation-batches';
let workspace: Workspace;
let kept: Kept;
let app: HTMLElement;

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
  document.body.innerHTML = '<div id="app"></div>';
  app = document.getElementById('app')!;
});
afterEach(() => {
  render(null, app);
  workspace.close();
});

function planOf(body: string) {
  const recipients: Recipient[] = JSON.parse(body).recipients;
  const rows = recipients.map(({ email }, recipient) => ({
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

const WITHIN = { timeout: 4000 }; // two polls
const open = async () => render(<App initial={await readKept()} />, app);
const see = (text: string | RegExp) => vi.waitFor(() => expect(app.textContent).toMatch(text), WITHIN);
const control = (name: string) =>
  vi.waitFor(() => {
    const found = [...app.querySelectorAll<HTMLElement>('button, a, summary')].find(
      (one) =>
        (one.getAttribute('aria-label') ?? one.textContent)!.trim().startsWith(name) && !(one as HTMLButtonElement).disabled,
    );
    expect(found, name).toBeDefined();
    return found!;
  }, WITHIN);
const press = async (name: string) => (await control(name)).click();
const key = (target: Element, name: string, more: KeyboardEventInit = {}) =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }));
const aDraft = (change: Partial<Draft>): Promise<void> =>
  keep(item(draftKey(kept), { ...withPasted(newDraft(), 'Mia <mia@contoso.com>, sam@contoso.com'), ...change }));

test('EXT-12: double click, Ctrl+Enter and Enter on *Send* make one request to invite', async () => {
  await aDraft({ step: 'review' });
  await open();
  await press('Continue your draft');
  const send = await control('Send 1 invitation');
  send.click();
  send.click();
  key(document.body, 'Enter', { ctrlKey: true });
  app.querySelector('form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await see('1 invitation on the way');
  expect(workspace.asked(create)).toHaveLength(1);
  await see('member already'); // each row tells the truth
});

test('EXT-06: the popup closed while sending shows the result when it is opened again', async () => {
  await aDraft({ step: 'review' });
  await open();
  await press('Continue your draft');
  await press('Send 1 invitation');
  render(null, app);
  await vi.waitFor(async () => expect((await readKept())[draftKey(kept)]?.sent).toBeDefined());
  await open();
  await see('1 invitation on the way');
  await press('Done');
  await vi.waitFor(async () => expect((await readKept())[draftKey(kept)]).toBeUndefined());
});

test('the draft survives closing: addresses, odd ones and what is half typed', async () => {
  await open();
  await press('Invite people');
  const field = await vi.waitFor(() => {
    const found = app.querySelector<HTMLInputElement>('#emails');
    expect(found).not.toBeNull();
    return found!;
  });
  const type = (text: string) => {
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  type('Jo Berg <jo@contoso.com>; ana@conto,com');
  await new Promise((done) => setTimeout(done, 20));
  key(field, 'Enter');
  await see('1 needs a look');
  type('mi');
  await vi.waitFor(async () => expect((await readKept())[draftKey(kept)]?.typed).toBe('mi'));
  render(null, app);
  await open();
  await press('Continue your draft');
  await see('Jo Berg');
  await press('Use ana@conto.com');
  await see('2 people');
  expect(app.querySelector<HTMLInputElement>('#emails')!.value).toBe('mi');
});

test('EXT-03: hostile texts are drawn as texts', async () => {
  const hostile = '<img src=x onerror=alert(1)><script>alert(1)</script>';
  workspace.isOpen([{ ...anna, name: hostile, reason: hostile }]);
  await open();
  await see('onerror=alert');
  expect(app.querySelectorAll('img, script')).toHaveLength(0);
  await press(`Details of ${hostile}`);
  await see('Came without an invitation');
  expect(app.querySelectorAll('img, script')).toHaveLength(0);
});

test('what arrives does not push the list: it waits behind a button', async () => {
  await open();
  await see('Anna Lima');
  workspace.isOpen([{ ...anna, id: 'req_2', name: 'Tom Kerr' }, anna]);
  await press('Show 1 new');
  await see('Tom Kerr');
});

test('EXT-12: a second press on *Approve* falls on nobody else', async () => {
  workspace.isOpen([anna, { ...anna, id: 'req_2', name: 'Tom Kerr' }]);
  await open();
  await see('Tom Kerr');
  app.querySelector('ul.rows')!.dispatchEvent(new Event('pointerenter'));
  await press('Approve Anna Lima');
  await see('Anna Lima may come in');
  const first = app.querySelector<HTMLButtonElement>('.request button')!;
  expect([first.textContent, first.disabled]).toEqual(['Approve Anna Lima', true]);
  await press('Undo');
  await vi.waitFor(() => expect(app.querySelector<HTMLButtonElement>('.request button')!.disabled).toBe(false));
});

test('EXT-11: when the server ends the token, nothing of the workspace is on show within one poll', async () => {
  await open();
  await see('Anna Lima');
  workspace.hasEndedTheToken();
  await see('You are signed out');
  expect(app.textContent).not.toMatch('Anna Lima');
  expect(app.textContent).toMatch('Sam Okafor');
});

test('offline: what was known stays, with its age; deciding waits', async () => {
  await open();
  await see('Anna Lima');
  workspace.answers['GET /api/v1/summary'] = () => 'hang up';
  await see(/As of .*The workspace does not answer\. Nothing was lost, nothing was half-sent\./);
  expect(app.querySelector<HTMLButtonElement>('.request button')!.disabled).toBe(true);
});

test('a wrong address is explained beside the field, and what was typed stays', async () => {
  await fakeBrowser.storage.local.clear();
  await open();
  const field = app.querySelector<HTMLInputElement>('#workspace')!;
  field.value = 'http://vault.contoso.com';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await new Promise((done) => setTimeout(done, 20));
  app.querySelector('form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await see('Only addresses that begin with https://');
  expect(field.value).toBe('http://vault.contoso.com');
  expect(field.getAttribute('aria-invalid')).toBe('true');
});
