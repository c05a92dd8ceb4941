import { DAY } from '@doorstep/shared/time';
import { beforeEach, expect, test } from 'vitest';
import { knock, knockOnDoor } from './access-request.ts';
import { noTrace } from './audit.ts';
import { removeMember, suspendMember } from './member.ts';
import { newId } from './new-id.ts';
import { redeemInvitation, redeemInvitations } from './redemption.ts';
import { signInMembers } from './sign-in.ts';
import {
  aKnock,
  count,
  type DoorStory,
  identity,
  invited,
  knocked,
  openDoorStory,
  redemption,
  rows,
} from './testing/door-story.ts';
import { plansOf } from './testing/query-plans.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  return () => story.store.close();
});

const mia = identity('mia');
const standing = async () => ({
  members: await rows(story.store, 'SELECT * FROM members ORDER BY id'),
  invitations: await rows(story.store, 'SELECT * FROM invitations ORDER BY id'),
  sessions: await count(story.store, 'sessions'),
  audit: await count(story.store, 'audit_events'),
});
const change = (about: string, by: string = story.sam) => ({
  ...{ id: newId('chg'), by: by as never, about, auditId: newId('aud'), now: story.clock.now, trace: noTrace },
});

test('INV-06: of twenty redemptions at once of one invitation by twenty accounts one makes a member; the rest write nothing', async () => {
  const invitation = await invited(story, 'mia');
  const attempts = Array.from({ length: 20 }, (_, at) => redemption(story, invitation, identity(`mia-${at}`)));

  const won = (await Promise.all(attempts.map((attempt) => redeemInvitation(story.store, attempt)))).filter(Boolean);

  expect(won).toHaveLength(1);
  expect(await count(story.store, 'members')).toBe(2);
  expect(await count(story.store, 'sessions')).toBe(2);
  expect(await count(story.store, "audit_events WHERE what = 'invitation.redeemed'")).toBe(1);
});

test('INV-06: twenty people with an invitation each are all let in by one batch, each as themselves', async () => {
  const words = Array.from({ length: 20 }, (_, at) => `person-${at}`);
  const attempts = [];
  for (const word of words) attempts.push(redemption(story, await invited(story, word), identity(word)));

  const members = await Promise.all(attempts.map((attempt) => redeemInvitation(story.store, attempt)));

  expect(members).toEqual(attempts.map(({ memberId }) => memberId));
  const named = await rows(story.store, "SELECT name FROM members WHERE name LIKE 'person-%'");
  expect(named.map(({ name }) => name).sort()).toEqual(words.sort());
});

test('one person with two invitations redeems one of them at once; the other stays pending', async () => {
  const [one, other] = [await invited(story, 'mia'), await invited(story, 'mia-alias')];
  const won = await Promise.all(
    [one, other].map((invitation) => redeemInvitation(story.store, redemption(story, invitation, mia))),
  );
  expect(won.filter(Boolean)).toHaveLength(1);
  expect(await count(story.store, "invitations WHERE state = 'pending'")).toBe(1);
});

test('INV-10: an attempt that expired, was superseded, revoked or used writes nothing at all', async () => {
  const invitation = await invited(story, 'mia');
  const resent = await invited(story, 'mia');
  expect(resent).toMatchObject({ invitationId: invitation.invitationId, generation: 2 });
  const before = await standing();
  const late = { ...redemption(story, resent, mia), now: story.clock.now + 7 * DAY };
  for (const attempt of [redemption(story, invitation, mia), late]) {
    expect((await redeemInvitations(story.store, [attempt])).size).toBe(0);
    expect(await standing()).toEqual(before);
  }
  expect((await redeemInvitations(story.store, [redemption(story, resent, mia)])).size).toBe(1);
  const after = await standing();
  expect((await redeemInvitations(story.store, [redemption(story, resent, identity('eve'))])).size).toBe(0);
  expect(await standing()).toEqual(after);
});

test('an active and a suspended member redeem nothing; a removed one comes back under the old id by a newer invitation', async () => {
  const first = redemption(story, await invited(story, 'mia'), mia);
  await redeemInvitations(story.store, [first]);
  const second = await invited(story, 'mia-2');
  expect((await redeemInvitations(story.store, [redemption(story, second, mia)])).size).toBe(0);
  await suspendMember(story.store, change(first.memberId));
  expect((await redeemInvitations(story.store, [redemption(story, second, mia)])).size).toBe(0);
  story.clock.now += 1;
  await removeMember(story.store, change(first.memberId));
  expect((await redeemInvitations(story.store, [redemption(story, second, mia)])).size).toBe(0);
  story.clock.now += 1;
  const third = await invited(story, 'mia-3', 'reader');
  expect([...(await redeemInvitations(story.store, [redemption(story, third, mia)])).values()]).toEqual([first.memberId]);
  expect(await rows(story.store, "SELECT id, state, role FROM members WHERE object_id = 'mia'")).toEqual([
    { id: first.memberId, state: 'active', role: 'reader' },
  ]);
});

test('INV-27: an open request of the same person is superseded in the same batch, nobody else’s', async () => {
  await knocked(story, mia);
  await knocked(story, identity('eve'));
  await redeemInvitations(story.store, [redemption(story, await invited(story, 'mia'), mia)]);
  expect(await rows(story.store, 'SELECT object_id, state FROM access_requests ORDER BY object_id')).toEqual([
    { object_id: 'eve', state: 'open' },
    { object_id: 'mia', state: 'superseded' },
  ]);
});

test('each statement of a set finds its rows by key: nothing but the list itself is scanned', async () => {
  const attempt = redemption(story, await invited(story, 'mia'), mia);
  const plans = await plansOf(story.store, async (store) => {
    await redeemInvitations(store, [attempt]);
    await signInMembers(store, [{ ...attempt, id: newId('sig'), auditId: newId('aud'), tokenHash: 'another' }]);
    await knock(store, [aKnock(story, identity('eve'))]);
  });
  expect(plans[0]!.join('\n')).toMatch(/SEARCH invitations USING INDEX sqlite_autoindex_invitations_1 \(id=\?\)/);
  // the list is "a" and "b"; a knock tells all administrators, and two approvals count them
  const isList = /SCAN ((a|b|named|told)\b|\(subquery|[mo] USING INDEX members_administrators)/;
  expect(plans.flat().filter((line) => line.includes('SCAN') && !isList.test(line))).toEqual([]);
});

test('two knocks of one person in the same turn open one request; the second is told that it lost', async () => {
  const attempts = [aKnock(story, mia), aKnock(story, mia)];
  const opened = await Promise.all(attempts.map((attempt) => knockOnDoor(story.store, attempt)));
  expect(opened.filter(Boolean)).toHaveLength(1);
  expect(await count(story.store, 'outbox_messages')).toBe(1);
});

test('who turns out to be a guest has a guest’s session with the very sign-in that says so', async () => {
  const attempt = redemption(story, await invited(story, 'mia'), mia);
  const memberId = (await redeemInvitations(story.store, [attempt])).get(attempt.id)!;
  const asGuest = {
    ...attempt,
    guestOf: 'fabrikam.example',
    memberId,
    id: newId('sig'),
    auditId: newId('aud'),
    tokenHash: 'guest',
  };
  await signInMembers(story.store, [asGuest]);
  expect(await rows(story.store, "SELECT ends_at - signed_in_at AS lasts FROM sessions WHERE token_hash = 'guest'")).toEqual([
    { lasts: DAY },
  ]);
});
