import type { MemberId } from '@doorstep/shared/ids';
import { DAY } from '@doorstep/shared/time';
import { beforeEach, expect, test } from 'vitest';
import { noTrace } from './audit.ts';
import { type ApprovalAttempt, approveRequests, denyRequests } from './decision.ts';
import { markEnded } from './ended.ts';
import { newId } from './new-id.ts';
import { redeemInvitations } from './redemption.ts';
import { findKnown } from './sign-in.ts';
import { count, type DoorStory, identity, invited, knocked, openDoorStory, redemption, rows } from './testing/door-story.ts';
import { plansOf } from './testing/query-plans.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  return () => story.store.close();
});

const mia = identity('mia');

const anApproval = (request: string, facts: Partial<ApprovalAttempt> = {}): ApprovalAttempt => ({
  ...noTrace,
  id: newId('dec'),
  aboutRequest: request,
  by: story.sam,
  auditId: newId('aud'),
  reason: null,
  now: story.clock.now,
  reuses: null,
  reusesGeneration: null,
  newInvitationId: newId('inv'),
  role: null,
  namesAccessUntil: false,
  accessUntil: null,
  userGroupIds: null,
  ...facts,
});
const approve = (request: string, facts: Partial<ApprovalAttempt> = {}) =>
  approveRequests(story.store, [anApproval(request, facts)]);
const about = ({ invitationId, generation }: { invitationId: string; generation: number }) => ({
  reuses: invitationId,
  reusesGeneration: generation,
});
const invitationRow = async (id: string) => (await rows(story.store, `SELECT * FROM invitations WHERE id = '${id}'`))[0]!;
const requestRow = async (id: string) => (await rows(story.store, `SELECT * FROM access_requests WHERE id = '${id}'`))[0]!;

test('no-invitation: a new invitation bound to the identity, named by the request, and one mail', async () => {
  const request = await knocked(story, mia);
  const [decided] = [
    ...(await approve(request, { role: 'reader', namesAccessUntil: true, accessUntil: story.clock.now + DAY })).values(),
  ];

  expect(decided).toMatchObject({ mailed: true });
  const { bound } = await findKnown(story.store, mia, story.clock.now);
  expect(bound).toMatchObject({ role: 'reader', accessRequestId: request, generation: 1, expiresAt: story.clock.now + 7 * DAY });
  expect(await requestRow(request)).toMatchObject({ state: 'approved', invitation_id: bound!.id, decided_by: story.sam });
  expect(await count(story.store, `outbox_messages WHERE kind = 'approved' AND request_id = '${request}'`)).toBe(1);
  expect(await count(story.store, "outbox_messages WHERE kind = 'invitation'")).toBe(0);
});

test('address-not-proven: the pending invitation is bound and renewed with its own role; its older key is superseded', async () => {
  const invitation = await invited(story, 'mia', 'reader');
  const request = await knocked(story, mia, { why: 'address-not-proven', invitationId: invitation.invitationId });
  story.clock.now += DAY;
  await approve(request, about(invitation));

  expect(await invitationRow(invitation.invitationId)).toMatchObject({
    ...{ state: 'pending', role: 'reader', object_id: 'mia', generation: 2, access_request_id: request },
    expires_at: story.clock.now + 7 * DAY,
  });
  expect(await count(story.store, 'invitations')).toBe(1);
  expect(
    (await redeemInvitations(story.store, [redemption(story, { ...invitation, generation: 2 }, identity('eve'))])).size,
  ).toBe(0);
  expect((await redeemInvitations(story.store, [redemption(story, { ...invitation, generation: 2 }, mia)])).size).toBe(1);
});

test('invitation-expired: approving renews it, also after the job has marked it as ended; what the body names wins', async () => {
  const invitation = await invited(story, 'mia');
  story.clock.now += 8 * DAY;
  await markEnded(story.store, story.clock.now);
  const request = await knocked(story, mia, { why: 'invitation-expired', invitationId: invitation.invitationId });
  await approve(request, { ...about(invitation), role: 'reader' });

  expect(await invitationRow(invitation.invitationId)).toMatchObject({
    state: 'pending',
    ended_at: null,
    role: 'reader',
    generation: 2,
  });
  expect(await rows(story.store, "SELECT value FROM counters WHERE name = 'pending_invitations'")).toEqual([{ value: 1 }]);
});

test('other-account: a new invitation for who asked; the old one stays with its addressee as it was', async () => {
  const invitation = await invited(story, 'mia');
  const before = await invitationRow(invitation.invitationId);
  const eve = identity('eve');
  const request = await knocked(story, eve, { why: 'other-account', invitationId: invitation.invitationId });
  await approve(request);

  expect(await invitationRow(invitation.invitationId)).toEqual(before);
  const { bound } = await findKnown(story.store, eve, story.clock.now);
  expect(bound!.id).not.toBe(invitation.invitationId);
  expect((await requestRow(request)).invitation_id).toBe(bound!.id);
});

test('an invitation of an earlier approval that is still pending is taken again instead of a second one', async () => {
  const first = await knocked(story, mia);
  await approve(first);
  const [before] = await rows(story.store, 'SELECT id FROM invitations');
  story.clock.now += 8 * DAY; // it has run out unused, and the person knocks once more
  const second = await knocked(story, mia);
  await approve(second, { role: 'reader' });

  expect(await rows(story.store, 'SELECT id, state, generation, role, access_request_id FROM invitations')).toEqual([
    { id: before!.id, state: 'pending', generation: 2, role: 'reader', access_request_id: second },
  ]);
  expect((await requestRow(second)).invitation_id).toBe(before!.id);
});

test('REQ-06: of an approval and a denial in any order the first stands, and the other writes nothing', async () => {
  const request = await knocked(story, mia);
  const denial = {
    ...noTrace,
    id: newId('dec'),
    aboutRequest: request,
    by: story.sam,
    auditId: newId('aud'),
    reason: 'No',
    now: story.clock.now,
  };
  expect((await denyRequests(story.store, [denial])).size).toBe(1);
  const before = await rows(story.store, 'SELECT * FROM access_requests');
  expect((await approve(request)).size).toBe(0);
  expect(await rows(story.store, 'SELECT * FROM access_requests')).toEqual(before);
  expect(await count(story.store, 'invitations')).toBe(0);
  expect(await count(story.store, "outbox_messages WHERE kind IN ('approved', 'denied')")).toBe(1);
  expect(await count(story.store, "audit_events WHERE what = 'request.approved'")).toBe(0);
});

test('an approval that reuses an invitation sent again or revoked meanwhile loses as a whole', async () => {
  const invitation = await invited(story, 'mia');
  const request = await knocked(story, mia, { why: 'address-not-proven', invitationId: invitation.invitationId });
  await invited(story, 'mia');
  expect((await approve(request, about(invitation))).size).toBe(0);
  expect((await requestRow(request)).state).toBe('open');
  expect((await invitationRow(invitation.invitationId)).object_id).toBeNull();
});

test('nobody but an administrator in office decides, nobody an own request, and none that has run out', async () => {
  const member = redemption(story, await invited(story, 'tom'), identity('tom'));
  await redeemInvitations(story.store, [member]);
  const request = await knocked(story, mia);
  expect((await approve(request, { by: member.memberId })).size).toBe(0);
  expect((await approve(request, { by: 'mem_nobody' as MemberId })).size).toBe(0);
  expect((await approve(request, { now: story.clock.now + 30 * DAY })).size).toBe(0);
  expect((await requestRow(request)).state).toBe('open');
  expect(await count(story.store, 'invitations WHERE access_request_id IS NOT NULL')).toBe(0);
});

test('several approvals go in one set, each with its own invitation', async () => {
  const requests = [];
  for (const word of ['a', 'b', 'c']) requests.push(await knocked(story, identity(word)));
  const decided = await approveRequests(
    story.store,
    requests.map((request) => anApproval(request)),
  );
  expect(decided.size).toBe(3);
  const bound = await rows(
    story.store,
    'SELECT r.object_id AS r, i.object_id AS i FROM access_requests r JOIN invitations i ON i.id = r.invitation_id',
  );
  expect(bound.every(({ r, i }) => r === i)).toBe(true);
  expect(bound).toHaveLength(3);
});

test('each statement finds its rows by key: nothing but the list itself is scanned', async () => {
  const invitation = await invited(story, 'mia');
  const request = await knocked(story, mia, { why: 'address-not-proven', invitationId: invitation.invitationId });
  const plans = await plansOf(story.store, (store) => approveRequests(store, [anApproval(request, about(invitation))]));
  expect(plans[0]!.join('\n')).toMatch(/SEARCH access_requests USING INDEX sqlite_autoindex_access_requests_1 \(id=\?\)/);
  expect(plans.flat().filter((line) => /SCAN (?!a\b)/.test(line))).toEqual([]);
});
