import type { MemberId } from '@doorstep/shared/ids';
import { DAY, HOUR } from '@doorstep/shared/time';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withdrawRequest } from './access-request.ts';
import { noTrace } from './audit.ts';
import { approveRequests, denyRequests } from './decision.ts';
import { markEnded } from './ended.ts';
import { declineInvitation, resendInvitation, revokeInvitation } from './invitation.ts';
import { removeMember, resumeMember, setAccessUntil, suspendMember } from './member.ts';
import { newId } from './new-id.ts';
import { redeemInvitations } from './redemption.ts';
import { findKnown, signInMembers } from './sign-in.ts';
import { findSummary } from './summary.ts';
import { type DirectoryStory, writeDirectory } from './testing/directory-story.ts';
import { count, type DoorStory, identity, invited, knocked, openDoorStory, redemption, rows } from './testing/door-story.ts';

// Whatever people do in whatever order, the counter rows are what counting would give (DESIGN.md, database rule 4; REQ-14).

const PEOPLE = ['mia', 'tom', 'ana'];
/** Mia and Tom stand in the directory under the ids that they sign in with; Tom has an alias, Ana is unknown there. */
const directory: DirectoryStory = {
  users: { mia: { objectId: 'mia' }, tom: { objectId: 'tom', aliases: ['tom.kerr@contoso.example'] } },
};
type Step = { verb: keyof typeof verbs; person: string };

const verbs = {
  invite: (story: DoorStory, person: string) => invited(story, person),
  knock: (story: DoorStory, person: string) => knocked(story, identity(person)),
  redeem: async (story: DoorStory, person: string) => {
    const [row] = await ofPerson(story, `invitations WHERE state = 'pending' AND address = '${person}@contoso.example'`);
    if (row)
      await redeemInvitations(story.store, [
        redemption(story, { invitationId: String(row.id), generation: Number(row.generation) }, identity(person)),
      ]);
  },
  comeBack: async (story: DoorStory, person: string) => {
    const { member } = await findKnown(story.store, identity(person), story.clock.now);
    if (member)
      await signInMembers(story.store, [
        { ...redemption(story, { invitationId: '', generation: 1 }, identity(person)), memberId: member.id },
      ]);
  },
  resend: (story: DoorStory, person: string) =>
    withInvitation(story, person, (store, change) => resendInvitation(store, { ...change, isGuest: false })),
  revoke: (story: DoorStory, person: string) => withInvitation(story, person, revokeInvitation),
  decline: (story: DoorStory, person: string) =>
    withInvitation(story, person, (store, change) => declineInvitation(store, { ...change, generation: change.generation })),
  approve: (story: DoorStory, person: string) =>
    withRequest(story, person, (verdict) => approveRequests(story.store, [{ ...verdict, ...plainApproval() }])),
  deny: (story: DoorStory, person: string) => withRequest(story, person, (verdict) => denyRequests(story.store, [verdict])),
  withdraw: (story: DoorStory, person: string) =>
    withRequest(story, person, ({ aboutRequest, auditId, now }) =>
      withdrawRequest(story.store, { requestId: aboutRequest, auditId, now, trace: noTrace }),
    ),
  suspend: (story: DoorStory, person: string) => withMember(story, person, (change) => suspendMember(story.store, change)),
  resume: (story: DoorStory, person: string) => withMember(story, person, (change) => resumeMember(story.store, change)),
  remove: (story: DoorStory, person: string) => withMember(story, person, (change) => removeMember(story.store, change)),
  endInAnHour: (story: DoorStory, person: string) =>
    withMember(story, person, (change) => setAccessUntil(story.store, { ...change, accessUntil: story.clock.now + HOUR })),
  endNever: (story: DoorStory, person: string) =>
    withMember(story, person, (change) => setAccessUntil(story.store, { ...change, accessUntil: null })),
  passADay: async (story: DoorStory) => {
    story.clock.now += DAY;
  },
  passAMonth: async (story: DoorStory) => {
    story.clock.now += 30 * DAY;
  },
  job: (story: DoorStory) => markEnded(story.store, story.clock.now),
};

test('after any sequence of commands the counters are what counting gives', async () => {
  const step: fc.Arbitrary<Step> = fc.record({
    verb: fc.constantFrom(...(Object.keys(verbs) as Step['verb'][])),
    person: fc.constantFrom(...PEOPLE),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const story = await openDoorStory();
      await writeDirectory(story.store, directory);
      try {
        for (const { verb, person } of steps) {
          story.clock.now += 1;
          await verbs[verb](story, person);
          expect(await counters(story), verb).toEqual(await counted(story));
        }
        expect(await findSummary(story.store)).toMatchObject(await summarised(story));
      } finally {
        await story.store.close();
      }
    }),
    { numRuns: 40 },
  );
}, 30_000);

async function counters({ store }: DoorStory) {
  const named = await rows(store, 'SELECT name, value FROM counters');
  return Object.fromEntries(named.map(({ name, value }) => [name, value]));
}

const counted = async ({ store }: DoorStory) => ({
  open_access_requests: await count(store, "access_requests WHERE state = 'open'"),
  pending_invitations: await count(store, "invitations WHERE state = 'pending' AND ended_at IS NULL"),
  members: await count(store, "members WHERE state = 'active' AND ended_at IS NULL"),
  invitation_required: await count(store, "directory_users WHERE standing = 'invitation-required'"),
  directory_users: await count(store, "directory_users WHERE status <> 'gone'"),
  directory_groups: await count(store, 'directory_groups WHERE is_present'),
});

async function summarised(story: DoorStory) {
  const { open_access_requests, pending_invitations, members, invitation_required } = await counted(story);
  return {
    openAccessRequests: open_access_requests,
    pendingInvitations: pending_invitations,
    members,
    invitationRequired: invitation_required,
  };
}

const ofPerson = ({ store }: DoorStory, from: string) => rows(store, `SELECT * FROM ${from} ORDER BY id DESC LIMIT 1`);

type InvitationChange = Parameters<typeof revokeInvitation>[1] & { generation: number };

async function withInvitation(
  story: DoorStory,
  person: string,
  command: (store: DoorStory['store'], change: InvitationChange) => Promise<unknown>,
): Promise<void> {
  const [row] = await ofPerson(story, `invitations WHERE address = '${person}@contoso.example'`);
  const change = { auditId: newId('aud'), by: story.sam, now: story.clock.now, trace: noTrace };
  if (row) await command(story.store, { ...change, id: String(row.id), generation: Number(row.generation) });
}

type Verdict = Parameters<typeof denyRequests>[1][number];

async function withRequest(story: DoorStory, person: string, command: (verdict: Verdict) => Promise<unknown>): Promise<void> {
  const [row] = await ofPerson(story, `access_requests WHERE object_id = '${person}'`);
  const verdict = { ...noTrace, id: newId('dec'), by: story.sam, auditId: newId('aud'), reason: null, now: story.clock.now };
  if (row) await command({ ...verdict, aboutRequest: String(row.id) });
}

async function withMember(
  story: DoorStory,
  person: string,
  command: (change: Parameters<typeof removeMember>[1]) => Promise<unknown>,
): Promise<void> {
  const [row] = await ofPerson(story, `members WHERE object_id = '${person}'`);
  const change = { id: newId('chg'), by: story.sam as MemberId, auditId: newId('aud'), now: story.clock.now, trace: noTrace };
  if (row) await command({ ...change, about: String(row.id) });
}

const plainApproval = () => ({
  reuses: null,
  reusesGeneration: null,
  newInvitationId: newId('inv'),
  role: null,
  namesAccessUntil: false,
  accessUntil: null,
  userGroupIds: null,
});
