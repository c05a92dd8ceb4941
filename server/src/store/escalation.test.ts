import { DAY, HOUR, MINUTE } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import type { Deps } from '../actions/deps.ts';
import { escalateRequests } from '../actions/escalate-requests.ts';
import { defaultSettings } from '../domain/settings.ts';
import { knock } from './access-request.ts';
import { escalate, findLastTold, findLate } from './escalation.ts';
import { aKnock, count, type DoorStory, identity, knocked, openDoorStory, rows } from './testing/door-story.ts';
import { plansOf, readPlansOf } from './testing/query-plans.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  return () => story.store.close();
});

const run = (escalateAfterHours: number | null = 4) =>
  escalateRequests(
    { store: story.store, settings: { ...defaultSettings, escalateAfterHours }, nudge: () => {} } as unknown as Deps,
    story.clock.now,
  );
const mails = (kind = 'request-unanswered') => rows(story.store, `SELECT * FROM outbox_messages WHERE kind = '${kind}'`);

test('who waits longer than is set is told of once, to everybody who wants mails, and it is in the audit', async () => {
  await story.store.db.run(sql`INSERT INTO members (id, tenant_id, object_id, state, role, address, request_mails, joined_at, state_at, attempt_id)
    VALUES ('mem_leo', 'contoso', 'leo', 'active', 'administrator', 'leo@contoso.example', 'unanswered', 0, 0, 'leo'),
      ('mem_kim', 'contoso', 'kim', 'active', 'administrator', 'kim@contoso.example', 'never', 0, 0, 'kim')`);
  const request = await knocked(story, identity('mia'));
  story.clock.now += 4 * HOUR - 1;
  await run();
  expect(await mails()).toEqual([]);
  story.clock.now += 1;
  await run();
  await run();
  story.clock.now += HOUR;
  await run();

  expect((await mails()).map(({ id }) => id).sort()).toEqual(
    [`out_${request}_${story.sam}_unanswered`, `out_${request}_mem_leo_unanswered`].sort(),
  );
  expect(await count(story.store, `audit_events WHERE what = 'request.escalated' AND about = '${request}'`)).toBe(1);
});

test('without the setting nobody is told, and of what was answered or ran out neither', async () => {
  await knocked(story, identity('mia'));
  story.clock.now += DAY;
  await run(null);
  await story.store.db.run(sql`UPDATE access_requests SET state = 'denied'`);
  await knocked(story, identity('leo'));
  story.clock.now += 30 * DAY;
  await run();
  expect(await mails()).toEqual([]);
});

test('MAIL-12: of a crowd there is one digest an hour in place of a mail each', async () => {
  await knock(
    story.store,
    Array.from({ length: 500 }, (_, at) => aKnock(story, identity(`crowd-${at}`))),
  );
  await story.store.db.run(sql`DELETE FROM outbox_messages`);
  story.clock.now += 5 * HOUR;
  await run();
  expect(await mails()).toEqual([]);
  expect(await mails('requests-digest')).toMatchObject([{ member_id: story.sam, due_at: story.clock.now }]);
  expect(await count(story.store, "audit_events WHERE what = 'request.escalated'")).toBe(500);
  story.clock.now += MINUTE;
  await run();
  expect(await mails('requests-digest')).toHaveLength(1);
});

test('a run begins after the newest request that was told of, and a run that was cut short is gone on with', async () => {
  const [first, second] = [await knocked(story, identity('mia')), await knocked(story, identity('noor'))];
  const late = { askedBy: story.clock.now, now: story.clock.now };
  expect(await findLastTold(story.store, late.askedBy)).toBeNull();
  await escalate(story.store, [first], late.now);
  const told = await findLastTold(story.store, late.askedBy);
  expect(told?.id).toBe(first);
  expect((await findLate(story.store, late.askedBy, late.now, told)).map(({ id }) => id)).toEqual([second]);
});

test('late requests are found by the time they were asked at, and told of by key', async () => {
  const request = await knocked(story, identity('mia'));
  const reads = await readPlansOf(story.store, (store) => findLate(store, story.clock.now, story.clock.now, null));
  expect(reads.flat()[0]).toMatch(/SEARCH r USING INDEX requests_open_asked/);
  const [told] = await readPlansOf(story.store, (store) => findLastTold(store, story.clock.now));
  expect(told![0]).toMatch(/SEARCH r USING INDEX requests_open_asked/);
  expect(told!.join()).not.toContain('TEMP B-TREE FOR ORDER BY'); // only those of one millisecond are sorted
  const plans = await plansOf(story.store, (store) => escalate(store, [request], story.clock.now));
  expect(
    plans.flat().filter((line) => /^SCAN (?!a\b|late\b|\(subquery|m USING INDEX members_administrators)/.test(line)),
  ).toEqual([]);
});
