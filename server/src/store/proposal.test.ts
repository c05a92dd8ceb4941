import type { MemberId } from '@doorstep/shared/ids';
import type { Role } from '@doorstep/shared/member';
import { DAY } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import * as fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { noTrace } from './audit.ts';
import { approveRequests } from './decision.ts';
import { markEnded } from './ended.ts';
import { changeRole, type MemberChange, removeMember, resumeMember, setAccessUntil, suspendMember } from './member.ts';
import { newId } from './new-id.ts';
import { confirmAdministrator, countProposals, declineAdministrator, findProposal, makeAdministrator } from './proposal.ts';
import { redeemInvitations } from './redemption.ts';
import { changeSettings } from './settings.ts';
import { count, type DoorStory, identity, invited, knocked, openDoorStory, redemption, rows } from './testing/door-story.ts';
import { plansOf } from './testing/query-plans.ts';
import { createWorkspace } from './workspace.ts';

let story: DoorStory;
let ana: string;
let mia: string;
beforeEach(async () => {
  story = await openDoorStory();
  await createWorkspace(story.store, 'proof', story.clock.now);
  ana = await joined('ana', 'administrator');
  mia = await joined('mia', 'member');
  await needsTwo(true);
  return () => story.store.close();
});

const needsTwo = (isOn: boolean) =>
  changeSettings(story.store, { needsTwoApprovals: isOn }, { by: story.sam, now: story.clock.now, trace: noTrace });

async function joined(word: string, role: Role): Promise<string> {
  const attempt = redemption(story, await invited(story, word, role), identity(word));
  return (await redeemInvitations(story.store, [attempt])).get(attempt.id)!;
}
const change = (about: string, by: string): MemberChange => ({
  ...{ id: newId('chg'), by: by as MemberId, about, auditId: newId('aud'), now: story.clock.now, trace: noTrace },
});
const propose = (about: string, by: string) => makeAdministrator(story.store, change(about, by));
const confirm = (about: string, by: string) => confirmAdministrator(story.store, change(about, by));
const decline = (about: string, by: string) => declineAdministrator(story.store, change(about, by));
const row = async (id: string) => (await rows(story.store, `SELECT role, proposed_by AS by FROM members WHERE id = '${id}'`))[0]!;
const told = () =>
  rows(story.store, "SELECT member_id AS who, about_id AS about FROM outbox_messages WHERE kind = 'administrator-proposed'");
const audited = (what: string) => count(story.store, `audit_events WHERE what = 'administrator.${what}'`);

test('a promotion is a proposal until another administrator confirms it; the others are told', async () => {
  expect(await propose(mia, story.sam)).toBe('proposed');
  expect(await row(mia)).toEqual({ role: 'member', by: story.sam });
  expect(await told()).toEqual([{ who: ana, about: mia }]);
  expect(await findProposal(story.store, mia, story.clock.now)).toMatchObject({ by: { memberId: story.sam } });
  expect(await countProposals(story.store)).toBe(1);

  expect(await propose(mia, story.sam)).toBeNull();
  expect(await confirm(mia, story.sam)).toBe(false);
  expect(await confirm(mia, mia)).toBe(false);
  expect(await confirm(mia, ana)).toBe(true);
  expect(await row(mia)).toEqual({ role: 'administrator', by: null });
  expect([await audited('proposed'), await audited('confirmed'), await audited('declined')]).toEqual([1, 1, 0]);
});

test('two who confirm at once confirm once; who proposes somebody proposed by another confirms', async () => {
  await propose(mia, story.sam);
  const leo = await joined('leo', 'administrator');
  expect(await row(leo)).toEqual({ role: 'member', by: story.sam });
  expect(await confirm(leo, ana)).toBe(true);
  expect((await Promise.all([confirm(mia, ana), confirm(mia, leo)])).filter(Boolean)).toHaveLength(1);
  expect(await audited('confirmed')).toBe(2);

  const kim = await joined('kim', 'member');
  expect(await propose(kim, ana)).toBe('proposed');
  expect(await propose(kim, leo)).toBe('promoted');
});

test('it can be turned down by the others and taken back by who proposed, and is not there twice', async () => {
  await propose(mia, story.sam);
  expect(await decline(mia, mia)).toBe(false);
  expect(await decline(mia, story.sam)).toBe(true);
  expect(await confirm(mia, ana)).toBe(false);
  await propose(mia, ana);
  expect(await decline(mia, story.sam)).toBe(true);
  expect(await decline(mia, story.sam)).toBe(false);
  expect(await row(mia)).toEqual({ role: 'member', by: null });
});

const endings: [string, () => Promise<unknown>][] = [
  ['the person is suspended', () => suspendMember(story.store, change(mia, ana))],
  ['the person is removed', () => removeMember(story.store, change(mia, ana))],
  ['the person becomes a reader', () => changeRole(story.store, { ...change(mia, ana), role: 'reader' })],
  ['who proposed is demoted', () => changeRole(story.store, { ...change(story.sam, ana), role: 'member' })],
  ['who proposed is suspended', () => suspendMember(story.store, change(story.sam, ana))],
  ['who proposed is removed', () => removeMember(story.store, change(story.sam, ana))],
  [
    'the access of who proposed ends by the clock',
    async () => {
      await setAccessUntil(story.store, { ...change(story.sam, ana), accessUntil: story.clock.now + DAY });
      story.clock.now += DAY;
      expect(await confirm(mia, ana)).toBe(false);
      await markEnded(story.store, story.clock.now);
    },
  ],
];
test.each(endings)('the proposal dies when %s', async (_, end) => {
  await propose(mia, story.sam);
  await end();
  expect((await row(mia)).by).toBeNull();
  expect(await confirm(mia, ana)).toBe(false);
});

test('an invitation as administrator makes a member who is proposed by the inviter', async () => {
  const leo = await joined('leo', 'administrator');
  expect(await row(leo)).toEqual({ role: 'member', by: story.sam });
  expect(await told()).toEqual([{ who: ana, about: leo }]);
  expect(await audited('proposed')).toBe(1);
});

test('whoever approved a request as administrator has proposed, also where the invitation is another’s', async () => {
  const request = await knocked(story, identity('eve'));
  const attempt = {
    ...noTrace,
    id: newId('dec'),
    aboutRequest: request,
    by: ana as MemberId,
    auditId: newId('aud'),
    reason: null,
    now: story.clock.now,
  };
  const newInvitationId = newId('inv');
  const terms = { role: 'administrator' as const, namesAccessUntil: false, accessUntil: null, userGroupIds: null };
  await approveRequests(story.store, [{ ...attempt, ...terms, newInvitationId, reuses: null, reusesGeneration: null }]);
  await story.store.db.run(sql`UPDATE invitations SET inviter_id = ${story.sam} WHERE id = ${newInvitationId}`);
  const redeemed = redemption(story, { invitationId: newInvitationId, generation: 1 }, identity('eve'));
  const eve = (await redeemInvitations(story.store, [redeemed])).get(redeemed.id)!;

  expect(await row(eve)).toEqual({ role: 'member', by: ana });
  expect(await confirm(eve, ana)).toBe(false);
  expect(await confirm(eve, story.sam)).toBe(true);
});

test('one in office is enough while there is only one, but of a set that comes in together only the first has it', async () => {
  await removeMember(story.store, change(ana, story.sam));
  const attempts = await Promise.all(
    ['one', 'two', 'three'].map(async (word) => redemption(story, await invited(story, word, 'administrator'), identity(word))),
  );
  await redeemInvitations(story.store, attempts);
  expect(await count(story.store, "members WHERE role = 'administrator' AND state = 'active'")).toBe(2);
  expect(await countProposals(story.store)).toBe(2);
});

test('without the setting, and for the first administrator, one voice is enough', async () => {
  await needsTwo(false);
  expect(await propose(mia, story.sam)).toBe('promoted');
  expect(await told()).toEqual([]);
});

test('whatever is pressed in whatever order: nobody becomes administrator by one voice while two are in office', async () => {
  const people = ['p1', 'p2', 'p3'];
  const ids: string[] = [story.sam, ana, ...(await Promise.all(people.map((word) => joined(word, 'member'))))];
  type Press = {
    verb: 'propose' | 'confirm' | 'decline' | 'suspend' | 'resume' | 'demote' | 'on' | 'off';
    about: number;
    by: number;
  };
  const inOffice = async () => Number(await count(story.store, "members WHERE role = 'administrator' AND state = 'active'"));
  const press = ({ verb, about, by }: Press): Promise<unknown> => {
    const one = change(ids[about]!, ids[by]!);
    if (verb === 'on' || verb === 'off') return needsTwo(verb === 'on');
    if (verb === 'demote') return changeRole(story.store, { ...one, role: 'member' });
    const verbs = {
      propose: makeAdministrator,
      confirm: confirmAdministrator,
      decline: declineAdministrator,
      suspend: suspendMember,
      resume: resumeMember,
    };
    return verbs[verb](story.store, one);
  };
  const presses = fc.array(
    fc.record({
      verb: fc.constantFrom(
        'propose',
        'propose',
        'confirm',
        'confirm',
        'decline',
        'suspend',
        'resume',
        'demote',
        'on',
        'on',
        'off',
      ),
      about: fc.nat(4),
      by: fc.nat(4),
    }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(presses, async (story_) => {
      let isOn = await needs();
      for (const one of story_ as Press[]) {
        const about = await row(ids[one.about]!);
        const voices = new Set([about.by, ids[one.by]].filter(Boolean)).size;
        const before = await inOffice();
        await press(one);
        const isNew = about.role !== 'administrator' && (await row(ids[one.about]!)).role === 'administrator';
        if (isNew && isOn && before >= 2) expect(voices).toBe(2);
        isOn = await needs();
      }
    }),
    { numRuns: 60 },
  );
});
const needs = async () => (await rows(story.store, 'SELECT needs_two_approvals AS n FROM workspace'))[0]!.n === 1;

test('a promotion, a confirmation and the end of a proposal find their rows by key', async () => {
  const plans = await plansOf(story.store, async (store) => {
    await makeAdministrator(store, change(mia, story.sam));
    await confirmAdministrator(store, change(mia, ana));
    await suspendMember(store, change(ana, story.sam));
  });
  const isKnown = /SCAN (a\b|\(subquery|[mo] USING INDEX members_administrators|members USING INDEX members_proposed)/;
  expect(plans.flat().filter((line) => line.includes('SCAN') && !isKnown.test(line))).toEqual([]);
});

test('the settings count at the moment: switched off in between, the same administrator can go on alone', async () => {
  await propose(mia, story.sam);
  await story.store.db.run(sql`UPDATE workspace SET needs_two_approvals = 0`);
  expect(await propose(mia, story.sam)).toBe('promoted');
  expect(await row(mia)).toEqual({ role: 'administrator', by: null });
});
