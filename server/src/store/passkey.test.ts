import { beforeEach, expect, test } from 'vitest';
import { noTrace } from './audit.ts';
import { addToBreakGlass, findBreakGlass, takeOffBreakGlass } from './break-glass.ts';
import { newId } from './new-id.ts';
import { addPasskey, findPasskeysOf, usePasskey } from './passkey.ts';
import { signInMembers } from './sign-in.ts';
import { count, type DoorStory, identity, openDoorStory, redemption, rows } from './testing/door-story.ts';
import { plansOf, readPlansOf } from './testing/query-plans.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  return () => story.store.close();
});

const change = () => ({ by: story.sam, about: story.sam, now: story.clock.now, trace: noTrace });
const passkey = (id: string, memberId: string = story.sam) => ({
  ...{ id, memberId, publicKey: 'cose', counter: 1, transports: ['internal'], name: 'Phone', isBackedUp: true },
  ...{ auditId: newId('aud'), now: story.clock.now, trace: noTrace },
});
const use = (counter: number) => ({ ...passkey('one'), counter });

test('of two answers with one counter that come at once, one is good', async () => {
  await addToBreakGlass(story.store, change());
  expect(await addPasskey(story.store, passkey('one'))).toBe(true);
  const used = await Promise.all([usePasskey(story.store, use(2)), usePasskey(story.store, use(2))]);
  expect(used.filter(Boolean)).toHaveLength(1);
  expect(await count(story.store, "audit_events WHERE what = 'break-glass.used'")).toBe(1);
  expect(await findPasskeysOf(story.store, story.sam)).toMatchObject([
    { counter: 2, transports: '["internal"]', isBackedUp: true },
  ]);
});

test('who is off the list gets no passkey, however late that is found, and one taken off in between gets no session', async () => {
  expect(await addPasskey(story.store, passkey('one'))).toBe(false);
  const { invitationId: _, generation: __, ...facts } = redemption(story, { id: 'inv_none' } as never, identity('sam'));
  const attempt = { ...facts, memberId: story.sam };
  const byPasskey = { ...attempt, method: 'passkey' } as const;
  expect((await signInMembers(story.store, [byPasskey])).size).toBe(0);
  expect((await signInMembers(story.store, [attempt])).size).toBe(1);
  await addToBreakGlass(story.store, change());
  expect((await signInMembers(story.store, [{ ...byPasskey, tokenHash: 'other', auditId: newId('aud') }])).size).toBe(1);
});

test('taking off deletes the passkeys and the sessions begun with them, in one batch, and is written down once', async () => {
  await addToBreakGlass(story.store, change());
  await addPasskey(story.store, passkey('one'));
  await story.store.db.run("UPDATE sessions SET method = 'passkey'");
  const taken = await Promise.all([takeOffBreakGlass(story.store, change()), takeOffBreakGlass(story.store, change())]);
  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await rows(story.store, 'SELECT id FROM passkeys')).toEqual([]);
  expect(await count(story.store, 'sessions')).toBe(0);
  expect(await count(story.store, "audit_events WHERE what = 'break-glass.removed'")).toBe(1);
});

test('nothing scans a table that grows', async () => {
  const scans = (plans: string[][]) => plans.flat().filter((line) => /^SCAN/.test(line) && !/json_each|VIRTUAL| a\b/.test(line));
  const read = await readPlansOf(story.store, (store) => findBreakGlass(store, story.clock.now));
  expect(read.flat().filter((line) => /SCAN/.test(line) && !/members_breaks_glass/.test(line))).toEqual([]);
  const written = await plansOf(story.store, async (store) => {
    await addPasskey(store, passkey('one'));
    await usePasskey(store, use(2));
    await addToBreakGlass(store, change());
    await takeOffBreakGlass(store, change());
  });
  expect(scans(written)).toEqual([]);
});
