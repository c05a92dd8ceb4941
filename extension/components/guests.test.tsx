import { DAY, HOUR } from '@doorstep/shared/time';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { draftKey, newDraft } from '../lib/draft.ts';
import { item, type Kept, keep, readKept } from '../lib/kept.ts';
import { withPasted } from '../lib/pasted.ts';
import { effectOf } from '../lib/plan.ts';
import { aBrowser, connectedTo } from '../testing/browser.ts';
import { aPopup } from '../testing/popup.tsx';
import { anna, me, Workspace } from '../testing/workspace.ts';

const preview = 'POST /api/v1/invitation-batches/preview';
let workspace: Workspace;
let kept: Kept;
let popup: ReturnType<typeof aPopup>;

beforeEach(async () => {
  aBrowser();
  workspace = (await new Workspace().open()).isOpen([
    { ...anna, id: 'req_jo', name: 'Jo', guestOf: 'fabrikam.com', isGuest: true, question: 'Which team?', answer: 'Audit' },
    { ...anna, id: 'req_luc', name: 'Luc', guestOf: 'contoso.org', question: null, answer: null },
  ]);
  kept = await connectedTo(workspace);
  popup = aPopup();
});
afterEach(() => {
  popup.close();
  workspace.close();
});

test('the review says of each address what happens: how a guest comes in and until when, and why none may', async () => {
  const until = Date.now() + 90 * DAY;
  const row = { directoryUserId: null, name: null };
  const rows = [
    { ...row, recipient: 0, address: 'jo@fabrikam.com', plan: 'invite', remark: 'guest', accessUntil: until },
    { ...row, recipient: 1, address: 'ida@fabrikam.com', plan: 'refuse', because: 'guests-not-allowed' },
    { ...row, recipient: 2, address: 'ian@fabrikam.com', plan: 'refuse', because: 'guest-administrator' },
  ];
  workspace.answers[preview] = () => ({ status: 200, body: { rows, counts: { invite: 1, resend: 0, refuse: 2 } } });
  const draft = withPasted(newDraft(), 'jo@fabrikam.com, ida@fabrikam.com, ian@fabrikam.com');
  await keep(item(draftKey(kept), { ...draft, step: 'review' }));
  await popup.open();
  await popup.press('Continue your draft');
  await popup.see(/jo@fabrikam\.com.*guest.*comes in by a mailed code, until/);
  await popup.see(/ida@fabrikam\.com.*guests are not allowed/);
  await popup.see(/ian@fabrikam\.com.*guests cannot be administrators/);
  expect(effectOf({ ...row, recipient: 0, address: null, plan: 'invite' })).toBe('');
});

test('a request says guest or tenant guest, and shows the question with its answer', async () => {
  await popup.open();
  await popup.see(/Jo.*guest of fabrikam\.com/);
  await popup.see(/Luc.*tenant guest of contoso\.org/);
  await popup.press('Details of Jo');
  await popup.see(/Which team\?.*Audit/);
});

test('what expires stands on the first screen', async () => {
  const answer = workspace.answers['GET /api/v1/summary']!;
  workspace.answers['GET /api/v1/summary'] = async (seen) => {
    const reply = (await answer(seen)) as { status: number; body?: object };
    const expiring = { what: 'client-secret', expiresAt: Date.now() + 5 * DAY + HOUR };
    return { ...reply, ...(reply.body && { body: { ...reply.body, expiring } }) };
  };
  await popup.open();
  await popup.see('The client secret expires in 6 days');
});

test('a new draft holds as long as the workspace says; it is asked when the popup opens', async () => {
  const own = me(workspace.origin);
  workspace.answers['GET /api/v1/me'] = () => ({
    status: 200,
    body: { ...own, workspace: { ...own.workspace, invitationDays: 21 } },
  });
  await popup.open();
  await vi.waitFor(async () => expect((await readKept()).account?.invitationDays).toBe(21));
  await popup.press('Invite people');
  await vi.waitFor(async () => expect((await readKept())[draftKey(kept)]?.days).toBe(21));
});
