import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { aBrowser, connectedTo } from '../testing/browser.ts';
import { anna, Workspace } from '../testing/workspace.ts';
import { badgeOf } from './badge.ts';
import { decide, sendDueDecisions } from './decisions.ts';
import { lookAtDoor } from './door.ts';
import { draftKey, newDraft } from './draft.ts';
import { item, keep, readKept } from './kept.ts';
import { keepPolling } from './polling.ts';
import { signOut } from './session.ts';

let workspace: Workspace;
beforeEach(async () => {
  aBrowser();
  workspace = (await new Workspace().open()).isOpen([anna]);
});
afterEach(() => workspace.close());

/** Connected, with everything that a session can leave behind. */
async function aFullSession() {
  const kept = await connectedTo(workspace);
  await lookAtDoor(1000);
  await decide(anna, 'approve', {}, 1000);
  await keep({ ...item(draftKey(kept), { ...newDraft(), typed: 'mia' }), 'notice req_1': { text: 'Too late', at: 1 } });
  return kept;
}

test('EXT-05: the token is in storage.local and nowhere else; sign-out revokes it and leaves the address only', async () => {
  workspace.answers['POST /connect/revoke'] = () => ({ status: 200, body: {} });
  await aFullSession();
  expect((await readKept()).token).toBe('the-token');
  for (const area of [fakeBrowser.storage.sync, fakeBrowser.storage.session]) expect(await area.get(null)).toEqual({});
  expect(workspace.seen.every(({ path, body }) => !`${path}${body}`.includes('the-token'))).toBe(true);
  await signOut();
  expect(await readKept()).toEqual({ workspace: workspace.origin });
  expect(workspace.asked('POST /connect/revoke')[0]!.body).toBe('token=the-token');
});

test('EXT-05: signing out works without the network, too', async () => {
  await aFullSession();
  workspace.answers['POST /connect/revoke'] = () => 'hang up';
  await signOut();
  expect(await readKept()).toEqual({ workspace: workspace.origin });
});

test('EXT-11: a token ended by the server ends everything here but address, account and draft', async () => {
  const kept = await aFullSession();
  await keepPolling(true);
  workspace.hasEndedTheToken();
  await lookAtDoor(5000);
  const left = await readKept();
  expect(Object.keys(left).sort()).toEqual(['account', draftKey(kept), 'endedAt', 'workspace']);
  expect(badgeOf(left, 5000)).toMatchObject({ text: '!', icon: 'hollow' });
  await keepPolling(Boolean(left.token));
  expect(await fakeBrowser.alarms.getAll()).toEqual([]);
  const before = workspace.seen.length;
  await lookAtDoor(7000);
  await sendDueDecisions(60_000, true);
  expect(workspace.seen).toHaveLength(before);
});

test('EXT-11: an answer that arrives after the sign-out is not kept', async () => {
  await connectedTo(workspace);
  const answer = workspace.answers['GET /api/v1/invitations']!;
  workspace.answers['GET /api/v1/invitations'] = async (seen) => {
    await signOut();
    return answer(seen);
  };
  await lookAtDoor(1000);
  expect(await readKept()).toEqual({ workspace: workspace.origin });
});

test('an unchanged summary costs one request; the workspace not answering is told with the last good time', async () => {
  await connectedTo(workspace);
  await lookAtDoor(1000);
  expect(workspace.seen).toHaveLength(3);
  await lookAtDoor(2000);
  expect(workspace.seen).toHaveLength(4);
  workspace.answers['GET /api/v1/summary'] = () => 'hang up';
  await lookAtDoor(3000);
  const { pulse, door } = await readKept();
  expect(pulse).toEqual({ asOf: 2000, failing: true });
  expect(door!.requests).toEqual([anna]);
});

test('EXT-03: an object in place of a text is no answer', async () => {
  await connectedTo(workspace);
  const hostile = { ...anna, name: { type: 'img', props: { dangerouslySetInnerHTML: { __html: 'x' } }, __v: 1 } };
  workspace.answers['GET /api/v1/access-requests'] = () => ({ status: 200, body: { items: [hostile], nextCursor: null } });
  await lookAtDoor(1000);
  const { door, pulse } = await readKept();
  expect(door).toBeUndefined();
  expect(pulse?.failing).toBe(true);
});
