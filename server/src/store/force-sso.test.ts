import { DAY, HOUR } from '@doorstep/shared/time';
import { beforeEach, expect, test } from 'vitest';
import { GUESTS } from '../domain/guest.ts';
import type { ShownIdentity } from '../domain/identity.ts';
import { knock } from './access-request.ts';
import { noTrace } from './audit.ts';
import { forceSso, unforceSso } from './force-sso.ts';
import { writeGuestCode } from './guest-code.ts';
import { setAccessUntil } from './member.ts';
import { newId } from './new-id.ts';
import { redeemInvitations } from './redemption.ts';
import { beginOtherSession } from './session.ts';
import { signInMembers } from './sign-in.ts';
import { aKnock, count, type DoorStory, identity, invited, openDoorStory, redemption, rows } from './testing/door-story.ts';
import { createWorkspace } from './workspace.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  await createWorkspace(story.store, 'proof', story.clock.now);
  return () => story.store.close();
});

const aGuest = (word: string) => {
  const address = `${word}@elsewhere.example`;
  return identity(word, { tenantId: GUESTS, objectId: `gst_${word}`, address, guestOf: 'elsewhere.example' });
};
const theSwitch = () => ({ by: story.sam, auditId: newId('aud'), now: story.clock.now, trace: noTrace });
const redeems = async (who: ShownIdentity, role?: 'administrator') => {
  const attempt = redemption(story, await invited(story, who.name!, role), who);
  return { attempt, isIn: (await redeemInvitations(story.store, [attempt])).size === 1 };
};
const again = (who: ShownIdentity, memberId: string) => {
  const { invitationId: _, generation: __, ...facts } = redemption(story, { invitationId: '', generation: 1 }, who);
  return { ...facts, memberId: memberId as never, method: 'code' as const };
};
const asksForCode = () =>
  writeGuestCode(story.store, {
    ...{ id: newId('gco'), address: 'kim@elsewhere.example', objectId: 'gst_kim', invitation: null, browserHash: 'hash' },
    ...{ previousId: null, auditId: newId('aud'), now: story.clock.now, trace: noTrace },
  });
const waits = (who: ShownIdentity) => {
  const { now } = story.clock;
  const session = {
    tokenHash: newId('tok'),
    kind: 'visitor' as const,
    requestId: null,
    invitationId: null,
    inConnectWindow: false,
  };
  return beginOtherSession(
    story.store,
    { ...session, who: { ...who, ...noTrace }, providerSessionId: null, endsSession: null, endsAt: now + HOUR, now },
    { id: newId('aud'), what: 'request.waiting', result: 'done', by: null, about: null, trace: noTrace },
  );
};
const standing = async () => ({
  ...{ members: await count(story.store, 'members'), sessions: await count(story.store, 'sessions') },
  ...{ audit: await count(story.store, 'audit_events'), mails: await count(story.store, 'outbox_messages') },
  ...{ codes: await count(story.store, 'guest_codes'), requests: await count(story.store, 'access_requests') },
});

test('DIR-01, DIR-02: whatever a guest began before the switch and ends after it writes nothing', async () => {
  const kim = aGuest('kim');
  const { attempt } = await redeems(kim);
  const open = await invited(story, 'lee');
  expect(await forceSso(story.store, theSwitch())).toBe(true);
  const before = await standing();

  expect((await signInMembers(story.store, [again(kim, attempt.memberId)])).size).toBe(0);
  expect((await redeemInvitations(story.store, [redemption(story, open, aGuest('lee'))])).size).toBe(0);
  expect((await knock(story.store, [aKnock(story, aGuest('max'), { why: 'invitation-expired' })])).size).toBe(0);
  expect(await waits(aGuest('max'))).toBe(false);
  expect(await asksForCode()).toBe(false);
  expect(await standing()).toEqual(before);

  await unforceSso(story.store, theSwitch());
  expect((await signInMembers(story.store, [again(kim, attempt.memberId)])).size).toBe(1);
  expect(await asksForCode()).toBe(true);
  expect(await waits(aGuest('max'))).toBe(true);
});

test('DIR-01: people of the tenant come in and wait as ever while SSO is forced', async () => {
  await forceSso(story.store, theSwitch());
  expect((await redeems(identity('mia'))).isIn).toBe(true);
  expect((await knock(story.store, [aKnock(story, identity('tom'))])).size).toBe(1);
  expect(await waits(identity('eve'))).toBe(true);
});

test('DIR-01: a guest’s access is not made longer while SSO is forced, whoever looked before; it is made shorter', async () => {
  const { attempt } = await redeems(aGuest('kim'));
  const about = attempt.memberId;
  const end = (accessUntil: number | null) =>
    setAccessUntil(story.store, { ...theSwitch(), id: newId('chg'), about, accessUntil });
  const until = async () => (await rows(story.store, `SELECT access_until FROM members WHERE id = '${about}'`))[0]!.access_until;
  const { now } = story.clock;
  await forceSso(story.store, theSwitch());
  expect(await end(now + 9 * DAY)).toBe(true); // sooner than never
  expect(await end(now + 10 * DAY)).toBe(false);
  expect(await end(null)).toBe(false);
  expect(await end(now + 8 * DAY)).toBe(true);
  expect(await until()).toBe(now + 8 * DAY);
  await unforceSso(story.store, theSwitch());
  expect(await end(null)).toBe(true);
});

test('DIR-01: no guest redeems an invitation that would make an administrator, even if somebody sent one', async () => {
  expect((await redeems(aGuest('kim'), 'administrator')).isIn).toBe(false);
  expect((await redeems(identity('mia'), 'administrator')).isIn).toBe(true);
  expect(await count(story.store, `members WHERE tenant_id = '${GUESTS}'`)).toBe(0);
});
