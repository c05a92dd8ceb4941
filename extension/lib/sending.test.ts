import { afterEach, beforeEach, expect, test } from 'vitest';
import { aBrowser, connectedTo } from '../testing/browser.ts';
import { problem, Workspace } from '../testing/workspace.ts';
import { type Draft, draftKey, edited, endOfDay, newDraft } from './draft.ts';
import { item, type Kept, keep, readKept } from './kept.ts';
import { withPasted } from './pasted.ts';
import { NO_ANSWER, sendDraft } from './sending.ts';

const create = 'POST /api/v1/invitation-batches';
const batch = { id: 'bat_1', state: 'done', counts: { invite: 1, resend: 0, refuse: 0 }, rows: [] };
let workspace: Workspace;
let kept: Kept;
let draft: Draft;
beforeEach(async () => {
  aBrowser();
  workspace = await new Workspace().open();
  workspace.answers[create] = () => ({ status: 202, body: batch });
  kept = await connectedTo(workspace);
  draft = { ...withPasted(newDraft(), 'Mia <mia@contoso.com>'), sending: 1 };
  await keep(item(draftKey(kept), draft));
});
afterEach(() => workspace.close());

const nowKept = async () => (await readKept())[draftKey(kept)]!;

test('EXT-12: however often and however concurrently it is sent, one draft makes one batch', async () => {
  await Promise.all([sendDraft(1), sendDraft(1), sendDraft(1)]);
  await sendDraft(2);
  expect(workspace.asked(create)).toHaveLength(1);
  expect((await nowKept()).sent).toEqual(batch);
});

test('EXT-12: after no answer the same draft goes with the same Idempotency-Key, an edited one with another', async () => {
  workspace.answers[create] = () => 'hang up';
  await sendDraft(1);
  expect(await nowKept()).toMatchObject({ failure: NO_ANSWER, key: draft.key });
  expect((await nowKept()).sending).toBeUndefined();
  await keep(item(draftKey(kept), { ...(await nowKept()), sending: 2 }));
  await sendDraft(2);
  await keep(item(draftKey(kept), { ...edited(await nowKept(), { note: 'Hello' }), sending: 3 }));
  await sendDraft(3);
  const keys = [...new Set(workspace.asked(create).map(({ headers }) => headers['idempotency-key']))];
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(draft.key);
});

test('EXT-06: a worker that died while sending leaves the draft as handed over, and the next one sends it', async () => {
  expect((await nowKept()).sending).toBe(1);
  await sendDraft(60_000);
  expect(workspace.asked(create)[0]!.headers['idempotency-key']).toBe(draft.key);
});

test('a refusal is told in words and nothing of the draft is lost', async () => {
  workspace.answers[create] = () => problem('invalid-fields', 422, { errors: [{ pointer: '#/note', detail: 'is too long' }] });
  await sendDraft(1);
  expect(await nowKept()).toMatchObject({ failure: 'Nothing was sent. note is too long.', people: draft.people });
});

test('when the token has ended, the draft stays and is not sent by itself after the next sign-in', async () => {
  workspace.answers[create] = () => problem('signed-out', 401);
  await sendDraft(1);
  expect((await readKept()).token).toBeUndefined();
  expect((await nowKept()).people).toEqual(draft.people);
  expect((await nowKept()).sending).toBeUndefined();
});

test('who is pasted twice is counted once, whatever the case', () => {
  const pasted = withPasted(withPasted(newDraft(), 'Mia <mia@contoso.com>, MIA@contoso.com, ana@conto,com'), 'mia@contoso.com');
  expect(pasted.people).toEqual([{ address: 'mia@contoso.com', name: 'Mia' }]);
  expect(pasted.odd).toEqual([{ text: 'ana@conto,com', problem: 'has a comma in the domain', suggestion: 'ana@conto.com' }]);
  expect(pasted.folded).toBe(2);
});

test('access ends with the chosen day where the administrator is', () => {
  expect(endOfDay('')).toBeNull();
  expect(new Date(endOfDay('2027-03-31')!).getDate()).toBe(31);
  expect(new Date(endOfDay('2027-03-31')! + 1000).getDate()).toBe(1);
});
