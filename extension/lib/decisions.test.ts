import { afterEach, beforeEach, expect, test } from 'vitest';
import { aBrowser, connectedTo } from '../testing/browser.ts';
import { anna, problem, Workspace } from '../testing/workspace.ts';
import { decide, decisionsIn, sendDueDecisions, UNDO_TIME, undo } from './decisions.ts';
import { lookAtDoor } from './door.ts';
import { readKept } from './kept.ts';

const approve = `POST /api/v1/access-requests/${anna.id}/approve`;
let workspace: Workspace;
beforeEach(async () => {
  aBrowser();
  workspace = (await new Workspace().open()).isOpen([anna]);
  workspace.answers[approve] = () => ({ status: 200, body: { ...anna, state: 'approved', mailed: true } });
  await connectedTo(workspace);
  await lookAtDoor(0);
});
afterEach(() => workspace.close());

test('a decision leaves when it is due, not before, and the request with it', async () => {
  await decide(anna, 'approve', { role: 'reader' }, 1000);
  expect(await sendDueDecisions(1000 + UNDO_TIME - 1, false)).toBe(1000 + UNDO_TIME);
  expect(workspace.asked(approve)).toEqual([]);
  await sendDueDecisions(1000 + UNDO_TIME, false);
  expect(workspace.asked(approve)[0]!.body).toBe('{"role":"reader"}');
  const kept = await readKept();
  expect(decisionsIn(kept)).toEqual([]);
  expect(kept.door!.requests).toEqual([]);
});

test('undo takes it out', async () => {
  await decide(anna, 'approve', {}, 1000);
  await undo(anna.id);
  await sendDueDecisions(60_000, true);
  expect(workspace.asked(approve)).toEqual([]);
});

test('EXT-12: two presses, and two workers at once, send one decision', async () => {
  await Promise.all([decide(anna, 'approve', {}, 1000), decide(anna, 'deny', {}, 1000)]);
  await Promise.all([sendDueDecisions(60_000, false), sendDueDecisions(60_000, true)]);
  expect(workspace.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('EXT-06: without an answer it is kept, and tried again at the next waking only', async () => {
  workspace.answers[approve] = () => 'hang up';
  await decide(anna, 'approve', {}, 1000);
  await sendDueDecisions(60_000, false);
  const tried = workspace.asked(approve).length;
  await sendDueDecisions(60_000, false);
  expect(workspace.asked(approve)).toHaveLength(tried);
  expect(decisionsIn(await readKept())).toMatchObject([{ late: true, sending: false }]);
  workspace.answers[approve] = () => ({ status: 200, body: { ...anna, state: 'approved' } });
  await sendDueDecisions(60_000, true);
  expect(decisionsIn(await readKept())).toEqual([]);
});

test('who was too late reads who was first; nobody mailed is told', async () => {
  const facts = { state: 'denied', decidedBy: { memberId: 'mem_2', name: 'Kim Berg' }, decidedAt: 1 };
  workspace.answers[approve] = () => problem('already-decided', 409, facts);
  await decide(anna, 'approve', {}, 1000);
  await sendDueDecisions(60_000, false);
  expect((await readKept())[`notice ${anna.id}`]!.text).toBe('Anna Lima: Kim Berg was first (denied). Your answer was not sent.');
  workspace.answers[approve] = () => ({ status: 200, body: { ...anna, state: 'approved', mailed: false } });
  await decide(anna, 'approve', {}, 1000);
  await sendDueDecisions(60_000, false);
  expect((await readKept())[`notice ${anna.id}`]!.text).toContain('no address to mail to');
});
