import { MINUTE } from '@doorstep/shared/time';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noTrace } from './audit.ts';
import { connectDirectory, disconnectDirectory } from './directory-connection.ts';
import { beginRun, findOpenRun, finishRun } from './directory-run.ts';
import { DIRECTORY_LEASE, type Turn, writePiece } from './directory-sync.ts';
import { takeLease } from './lease.ts';
import { newId } from './new-id.ts';
import { type DoorStory, openDoorStory, rows } from './testing/door-story.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
});
afterEach(() => story.store.close());

const press = () => ({ by: story.sam, auditId: newId('aud'), now: story.clock.now, trace: noTrace });

test('ENT-81: a round under way when the directory is disconnected writes nothing more, and takes nobody away', async () => {
  const { store, clock } = story;
  const turn: Turn = { owner: 'me', now: clock.now, until: clock.now + 2 * MINUTE };
  expect(await connectDirectory(store, press())).toBe(true);
  await takeLease(store, DIRECTORY_LEASE, 'me', turn.now, turn.until);
  await beginRun(store, turn, 'run_1');
  expect(await disconnectDirectory(store, press())).toBe(true);
  expect(await writePiece(store, turn, [])).toBe(false);
  expect(await finishRun(store, turn, 'run_1', turn.until)).toBe(false);
  expect(await findOpenRun(store)).toBeNull();
  expect(await rows(store, 'SELECT state FROM directory_runs')).toEqual([{ state: 'failed' }]);
  expect(await disconnectDirectory(store, press())).toBe(false);
});
