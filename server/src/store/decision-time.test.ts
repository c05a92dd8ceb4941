import { DAY, HOUR, MINUTE } from '@doorstep/shared/time';
import { beforeEach, expect, test } from 'vitest';
import { noTrace } from './audit.ts';
import { denyRequests } from './decision.ts';
import { findUsualTime, measureDecisionTime } from './decision-time.ts';
import { newId } from './new-id.ts';
import { findSummary } from './summary.ts';
import { type DoorStory, identity, knocked, openDoorStory } from './testing/door-story.ts';
import { readPlansOf } from './testing/query-plans.ts';
import { createWorkspace } from './workspace.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  await createWorkspace(story.store, 'proof', story.clock.now);
  return () => story.store.close();
});

let people = 0;
async function decidedAfter(time: number): Promise<void> {
  people += 1;
  const aboutRequest = await knocked(story, identity(`person-${people}`));
  story.clock.now += time;
  const attempt = {
    ...noTrace,
    id: newId('dec'),
    aboutRequest,
    by: story.sam,
    auditId: newId('aud'),
    reason: null,
    now: story.clock.now,
  };
  await denyRequests(story.store, [attempt]);
}
const measure = () => measureDecisionTime(story.store, story.clock.now);
const known = async () => (await findSummary(story.store)).decisionTime;

test('the middle one of the last 30 days is written when it has changed, and changes the ETag of the summary', async () => {
  expect(await measure()).toBe(false);
  expect(await known()).toBeNull();
  for (const time of [5 * MINUTE, HOUR, DAY]) await decidedAfter(time);
  const { etag } = await findSummary(story.store);
  expect(await measure()).toBe(true);
  expect(await known()).toBe(HOUR);
  expect((await findSummary(story.store)).etag).not.toBe(etag);
  expect(await measure()).toBe(false);

  story.clock.now += 31 * DAY;
  expect(await measure()).toBe(true);
  expect(await known()).toBeNull();
});

test('who waits is told only of what five or more decisions say', async () => {
  for (let decided = 1; decided <= 5; decided += 1) {
    await decidedAfter(2 * HOUR);
    await measure();
    expect(await findUsualTime(story.store, story.clock.now)).toBe(decided < 5 ? null : 2 * HOUR);
  }
});

test('however many people knock, no more than the newest requests are looked at', async () => {
  const plans = await readPlansOf(story.store, (store) => measureDecisionTime(store, story.clock.now));
  expect(plans.flat().filter((line) => line.includes('access_requests'))).toEqual([
    'SCAN access_requests USING INDEX sqlite_autoindex_access_requests_1',
    'SCAN access_requests USING INDEX sqlite_autoindex_access_requests_1',
  ]);
});
