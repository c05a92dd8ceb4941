import type { MemberId } from '@doorstep/shared/ids';
import { HOUR } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { decideBrake } from '../domain/brake.ts';
import { noTrace } from './audit.ts';
import { applyLosses, followPeople, planLosses, resumeReturned, wouldLock } from './directory-leaving.ts';
import { DIRECTORY_LEASE } from './directory-sync.ts';
import { takeLease } from './lease.ts';
import { changeRole, endSessions, removeMember, suspendMember } from './member.ts';
import { newId } from './new-id.ts';
import { redeemInvitations } from './redemption.ts';
import { inDirectory } from './testing/directory-people.ts';
import { count, type DoorStory, identity, invited, knocked, openDoorStory, redemption, rows } from './testing/door-story.ts';
import { plansOf } from './testing/query-plans.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  await takeLease(story.store, DIRECTORY_LEASE, 'me', story.clock.now, story.clock.now + HOUR);
  return () => story.store.close();
});

/** A member of this name, whom the directory knows. */
async function joined(word: string, role: 'member' | 'administrator' = 'member'): Promise<MemberId> {
  await inDirectory(story.store, word);
  const attempt = redemption(story, await invited(story, word, role), identity(word));
  return (await redeemInvitations(story.store, [attempt])).get(attempt.id)!;
}

const loses = (word: string, graphNext: 'disabled' | 'removed' | 'deleted' = 'disabled') =>
  story.store.write([story.store.db.run(sql`UPDATE directory_users SET graph_next = ${graphNext} WHERE object_id = ${word}`)]);
const follow = (...words: string[]) => followPeople(story.store, words, story.clock.now, noTrace);
const plan = () => planLosses(story.store, story.clock.now);
const turn = () => ({ owner: 'me', now: story.clock.now, until: story.clock.now + HOUR });
const apply = (limit = 200) => applyLosses(story.store, turn(), limit);
const member = async (word: string) =>
  (await rows(story.store, `SELECT id, state, role, suspended_by FROM members WHERE object_id = '${word}'`))[0]!;
const told = async (what: string) => await rows(story.store, `SELECT * FROM audit_events WHERE what = '${what}'`);
const change = (about: string, by: string = story.sam) => ({
  ...{ id: newId('chg'), by: by as MemberId, about, auditId: newId('aud'), now: story.clock.now, trace: noTrace },
});

test('ENT-71, DIR-07: who is disabled is suspended with sessions, browsers and the invitations that are theirs', async () => {
  const mia = await joined('mia', 'administrator');
  await joined('tom');
  const { invitationId: herAdministrator } = await invited(story, 'ana', 'administrator');
  const { invitationId: herMember } = await invited(story, 'eve');
  await story.store.write([
    story.store.db.run(sql`UPDATE invitations SET inviter_id = ${mia}`),
    story.store.db.run(sql`INSERT INTO connected_browsers (id, member_id, token_hash, client_id, origin, connected_at, last_used_at, ends_at)
      VALUES ('brw', ${mia}, 'hash', 'client', 'origin', 0, 0, ${story.clock.now + HOUR})`),
  ]);
  await inDirectory(story.store, 'mia', { graphState: 'disabled' });

  expect(await follow('mia', 'tom')).toEqual({ suspended: 1, resumed: 0 });

  expect(await member('mia')).toMatchObject({ state: 'suspended', suspended_by: 'directory' });
  expect(await member('tom')).toMatchObject({ state: 'active', suspended_by: null });
  expect(await rows(story.store, "SELECT object_id FROM sessions WHERE kind = 'member' ORDER BY 1")).toEqual([
    { object_id: 'sam' },
    { object_id: 'tom' },
  ]);
  expect(await count(story.store, 'connected_browsers WHERE ended_at IS NULL')).toBe(0);
  expect(await rows(story.store, "SELECT id FROM invitations WHERE state = 'revoked'")).toEqual([{ id: herAdministrator }]);
  expect(await rows(story.store, "SELECT id FROM invitations WHERE state = 'pending'")).toEqual([{ id: herMember }]);
  expect(await told('member.suspended')).toMatchObject([{ about: mia, by_member_id: null, facts: '{"because":"directory"}' }]);
  expect(await told('invitation.revoked')).toMatchObject([{ about: herAdministrator }]);
  expect(await follow('mia', 'tom')).toEqual({ suspended: 0, resumed: 0 });
  expect(await told('member.suspended')).toHaveLength(1);
});

test('ENT-70: of who is no member their waiting page ends, and the invitation that is bound to them', async () => {
  await inDirectory(story.store, 'mia', { graphState: 'removed' });
  await inDirectory(story.store, 'tom');
  await knocked(story, identity('mia'));
  await knocked(story, identity('tom'));
  await invited(story, 'mia');
  await story.store.write([story.store.db.run(sql`UPDATE invitations SET tenant_id = 'contoso', object_id = 'mia'`)]);

  await follow('mia', 'tom');

  expect(await rows(story.store, "SELECT object_id FROM sessions WHERE kind = 'waiting'")).toEqual([{ object_id: 'tom' }]);
  expect(await count(story.store, "invitations WHERE state = 'revoked'")).toBe(1);
  expect(await told('invitation.revoked')).toHaveLength(1);
});

test('ENT-70: deleted for good removes, also whom the directory suspended before; nobody deleted resumes', async () => {
  await joined('mia');
  await joined('tom');
  await loses('mia', 'removed');
  await apply();
  await loses('mia', 'deleted');
  await loses('tom', 'deleted');
  expect(await apply()).toEqual({ people: 2, suspended: 2 });
  expect([(await member('mia')).state, (await member('tom')).state]).toEqual(['removed', 'removed']);
  expect(await told('member.removed')).toHaveLength(2);

  await inDirectory(story.store, 'mia');
  expect(await follow('mia')).toEqual({ suspended: 0, resumed: 0 });
  expect((await member('mia')).state).toBe('removed');
});

test('DIR-07: who comes back resumes, by either way, and only once', async () => {
  for (const word of ['mia', 'tom']) {
    await joined(word);
    await inDirectory(story.store, word, { graphState: 'removed' });
  }
  await follow('mia', 'tom');
  await inDirectory(story.store, 'mia');
  await inDirectory(story.store, 'tom');

  expect(await follow('mia')).toEqual({ suspended: 0, resumed: 1 });
  expect(await resumeReturned(story.store, story.clock.now)).toBe(1);
  expect(await resumeReturned(story.store, story.clock.now)).toBe(0);
  expect(await member('mia')).toMatchObject({ state: 'active', suspended_by: null });
  expect(await told('member.resumed')).toHaveLength(2);
});

test('DIR-07: whom a person suspended, or acted on meanwhile, the directory does not bring back', async () => {
  const [mia, tom, ana] = [await joined('mia'), await joined('tom'), await joined('ana')];
  await suspendMember(story.store, change(mia));
  for (const word of ['mia', 'tom', 'ana']) await inDirectory(story.store, word, { graphState: 'disabled' });
  expect(await follow('mia', 'tom', 'ana')).toEqual({ suspended: 2, resumed: 0 });
  await changeRole(story.store, { ...change(tom), role: 'reader' });
  await endSessions(story.store, change(ana));
  for (const word of ['mia', 'tom', 'ana']) await inDirectory(story.store, word);

  expect(await follow('mia', 'tom', 'ana')).toEqual({ suspended: 0, resumed: 0 });
  expect(await resumeReturned(story.store, story.clock.now)).toBe(0);
  expect((await member('tom')).state).toBe('suspended');
});

test('ENT-63: whom the directory has disabled meanwhile redeems nothing, also when the sign-in began before', async () => {
  const attempt = redemption(story, await invited(story, 'mia'), identity('mia'));
  await inDirectory(story.store, 'mia', { scimState: 'inactive' });
  expect((await redeemInvitations(story.store, [attempt])).size).toBe(0);
  expect(await count(story.store, "invitations WHERE state = 'pending'")).toBe(1);
  await inDirectory(story.store, 'mia', { scimState: 'active' });
  expect((await redeemInvitations(story.store, [attempt])).size).toBe(1);
});

test('two sources must agree that somebody may come in', async () => {
  await joined('mia');
  await inDirectory(story.store, 'mia', { graphState: 'disabled', scimState: 'inactive' });
  await follow('mia');
  await inDirectory(story.store, 'mia', { graphState: 'enabled', scimState: 'inactive' });
  expect(await follow('mia')).toEqual({ suspended: 0, resumed: 0 });
  await inDirectory(story.store, 'mia', { graphState: 'enabled', scimState: 'active' });
  expect(await follow('mia')).toEqual({ suspended: 0, resumed: 1 });
});

test('the same object id in another tenant is somebody else', async () => {
  await joined('mia');
  await story.store.write([story.store.db.run(sql`UPDATE members SET tenant_id = 'fabrikam' WHERE object_id = 'mia'`)]);
  await loses('mia');
  expect(await plan()).toMatchObject({ people: 1, suspendCount: 0 });
  expect(await apply()).toEqual({ people: 1, suspended: 0 });
});

test('SES-12: the last administrator stays and waits; of two who leave together one stays', async () => {
  await inDirectory(story.store, 'sam', { graphNext: 'deleted' });
  await joined('mia', 'administrator');
  await joined('tom');
  await loses('mia', 'removed');
  await loses('tom');
  expect(await plan()).toMatchObject({ hasLastAdministrator: true });

  expect(await apply(1)).toMatchObject({ people: 1 });
  expect(await apply(1)).toMatchObject({ people: 1 });
  expect(await apply(1)).toEqual({ people: 0, suspended: 0 });

  expect((await member('sam')).state).toBe('active');
  expect(await rows(story.store, 'SELECT object_id FROM directory_users WHERE graph_next IS NOT NULL')).toEqual([
    { object_id: 'sam' },
  ]);
  expect([(await member('mia')).state, (await member('tom')).state]).toEqual(['suspended', 'suspended']);
});

test('SES-12: by SCIM and a person at once, and by two of SCIM, one administrator stays', async () => {
  const mia = await joined('mia', 'administrator');
  await joined('tom', 'administrator');
  await inDirectory(story.store, 'sam', { scimState: 'inactive' });
  await inDirectory(story.store, 'mia', { scimState: 'inactive' });
  await inDirectory(story.store, 'tom', { scimState: 'deleted' });

  await Promise.all([follow('tom'), follow('sam'), removeMember(story.store, change(mia)), follow('mia')]);

  expect(await count(story.store, "members WHERE role = 'administrator' AND state = 'active'")).toBe(1);
});

test('SES-12: an administrator whose access has ended is nobody who stays', async () => {
  const mia = await joined('mia', 'administrator');
  await story.store.write([story.store.db.run(sql`UPDATE members SET access_until = ${story.clock.now} WHERE id = ${mia}`)]);
  await inDirectory(story.store, 'sam', { scimState: 'inactive' });
  expect(await wouldLock(story.store, 'sam', story.clock.now)).toBe('last-administrator');
  await follow('sam');
  expect((await member('sam')).state).toBe('active');
});

test('SES-12: an administrator whom the directory calls disabled already is no one to rely on', async () => {
  const mia = await joined('mia', 'administrator');
  await inDirectory(story.store, 'mia', { graphState: 'disabled' });
  await inDirectory(story.store, 'sam', { graphNext: 'disabled' });
  expect((await member('mia')).id).toBe(mia);
  expect(await plan()).toMatchObject({ hasLastAdministrator: true, suspendCount: 1 });
  expect(await wouldLock(story.store, 'sam', story.clock.now)).toBe('last-administrator');
});

test('ENT-77: the plan counts what would be, and changes nothing', async () => {
  for (const word of ['mia', 'tom', 'ana']) await joined(word);
  for (let at = 0; at < 6; at += 1) await inDirectory(story.store, `stranger-${at}`, { graphNext: 'removed' });
  await loses('mia');
  await loses('tom', 'removed');

  const losses = await plan();

  expect(losses).toMatchObject({
    people: 8,
    suspendCount: 2,
    activeMembers: 4,
    hasLastAdministrator: false,
    vanishing: 7,
    known: 9,
  });
  expect(losses.suspends.map(({ name }) => name).sort()).toEqual(['mia', 'tom']);
  expect(decideBrake(losses, false)).toEqual({ outcome: 'stop', because: 'directory-shrank' });
  expect((await member('mia')).state).toBe('active');
  expect(await apply(5)).toMatchObject({ people: 5 });
  expect(await apply(5)).toMatchObject({ people: 3 });
  expect(await count(story.store, "directory_users WHERE status = 'gone'")).toBe(7);
});

test('ENT-77: SCIM deactivates one by one until it is too many within an hour', async () => {
  const words = Array.from({ length: 12 }, (_, at) => `person-${at}`);
  for (const word of words) await joined(word);
  for (const word of words.slice(0, 4)) {
    expect(await wouldLock(story.store, word, story.clock.now)).toBeNull();
    await inDirectory(story.store, word, { scimState: 'inactive' });
    await follow(word);
  }
  expect(await wouldLock(story.store, 'person-4', story.clock.now)).toBe('too-many');
  expect(await wouldLock(story.store, 'nobody', story.clock.now)).toBeNull();
  expect(await wouldLock(story.store, 'person-4', story.clock.now + HOUR)).toBeNull();
});

test('each statement of a chunk finds its rows by index; administrators are few', async () => {
  await inDirectory(story.store, 'mia');
  await story.store.db.run("CREATE INDEX IF NOT EXISTS sessions_others ON sessions (object_id) WHERE kind <> 'member'");
  const plans = await plansOf(story.store, (store) => followPeople(store, ['mia', 'tom'], story.clock.now, noTrace));
  const scans = plans
    .flat()
    .filter((line) => /^SCAN (?!a VIRTUAL|d\b|directory\b|m USING INDEX members_administrators)/.test(line));
  expect(scans).toEqual([]);
});

test('ENT-81: who has lost the lease takes nobody away: what is staged then no brake has seen', async () => {
  await joined('mia');
  await loses('mia');
  await takeLease(story.store, DIRECTORY_LEASE, 'somebody else', story.clock.now + HOUR, story.clock.now + 2 * HOUR);
  expect(await apply()).toEqual({ people: 0, suspended: 0 });
  expect(await member('mia')).toMatchObject({ state: 'active' });
  expect((await plan()).people).toBe(1);
});
