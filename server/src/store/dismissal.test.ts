import type { InvitationId, MemberId } from '@doorstep/shared/ids';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { personOfAddress, personOfIdentity } from '../domain/invitation.ts';
import { noTrace } from './audit.ts';
import { setDismissed } from './dismissal.ts';
import { declineInvitation, resendInvitation, revokeInvitation } from './invitation.ts';
import { type WantedInvitation, writeFirstChunk } from './invitation-batch.ts';
import { newId } from './new-id.ts';
import { redeemInvitations } from './redemption.ts';
import { findSummary } from './summary.ts';
import { objectIdFor, userId, writeDirectory } from './testing/directory-story.ts';
import { aBatch, aChunk, type DoorStory, identity, openDoorStory, redemption, rows, wanted } from './testing/door-story.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  return () => story.store.close();
});

const change = ({ sam, clock }: DoorStory) => ({ auditId: newId('aud'), by: sam, now: clock.now, trace: noTrace });
const dismiss = (of: DoorStory, word: string, isDismissed = true) =>
  setDismissed(of.store, { ...change(of), objectIds: [objectIdFor(word)], isDismissed });
const bound = (word: string): WantedInvitation => {
  const who = { tenantId: 'contoso', objectId: objectIdFor(word) };
  return { ...wanted(word), ...who, person: personOfIdentity(who) };
};
async function invite(of: DoorStory, one: WantedInvitation) {
  of.clock.now += 1;
  return (await writeFirstChunk(of.store, aBatch([one]), aChunk(of, [one])))![0];
}
const standings = async ({ store }: DoorStory) =>
  Object.fromEntries(
    (await rows(store, 'SELECT name, standing FROM directory_users')).map(({ name, standing }) => [name, standing]),
  );

test('*never suggest* and its undo are written once each, with an audit row a person; unknown people change nothing', async () => {
  await writeDirectory(story.store, { users: { mia: {}, tom: {} } });
  const objectIds = ['mia', 'tom', 'nobody'].map(objectIdFor);
  const auditId = newId('aud');
  expect(await setDismissed(story.store, { ...change(story), auditId, objectIds, isDismissed: true })).toBe(2);
  expect(await setDismissed(story.store, { ...change(story), objectIds, isDismissed: true })).toBe(0);
  expect(await standings(story)).toEqual({ mia: 'dismissed', tom: 'dismissed' });
  expect(await dismiss(story, 'mia', false)).toBe(1);
  expect(
    await rows(story.store, "SELECT what, about FROM audit_events WHERE what LIKE 'directory-user.%' ORDER BY at, id"),
  ).toEqual(
    expect.arrayContaining([
      { what: 'directory-user.dismissed', about: userId('mia') },
      { what: 'directory-user.dismissed', about: userId('tom') },
      { what: 'directory-user.suggested-again', about: userId('mia') },
    ]),
  );
});

test('who is revoked or declines is not suggested again, by identity or by address; who is invited again is', async () => {
  await writeDirectory(story.store, { users: { mia: {}, tom: {}, ana: {} } });
  const [mia, tom] = [await invite(story, bound('mia')), await invite(story, wanted('tom'))];
  expect(await standings(story)).toEqual({ mia: 'invited', tom: 'invited', ana: 'invitation-required' });
  await revokeInvitation(story.store, { ...change(story), id: mia!.invitationId });
  await declineInvitation(story.store, { ...change(story), id: tom!.invitationId, generation: 1 });
  expect(await standings(story)).toEqual({ mia: 'dismissed', tom: 'dismissed', ana: 'invitation-required' });
  await invite(story, bound('mia'));
  expect((await standings(story)).mia).toBe('invited');
});

const verbs = {
  invite: async (of: DoorStory, word: string) => void (await invite(of, bound(word))),
  inviteAddress: async (of: DoorStory, word: string) =>
    void (await invite(of, { ...wanted(word), person: personOfAddress(`${word}@contoso.example`) })),
  dismiss: (of: DoorStory, word: string) => dismiss(of, word),
  suggest: (of: DoorStory, word: string) => dismiss(of, word, false),
  disable: ({ store }: DoorStory, word: string) => writeDirectory(store, { users: { [word]: { state: 'disabled' } } }),
  enable: ({ store }: DoorStory, word: string) => writeDirectory(store, { users: { [word]: {} } }),
  revoke: async (of: DoorStory, word: string) => {
    for (const { id } of await pendingOf(of, word)) await revokeInvitation(of.store, { ...change(of), id: String(id) });
  },
  resend: async (of: DoorStory, word: string) => {
    for (const { id } of await pendingOf(of, word))
      await resendInvitation(of.store, { ...change(of), id: String(id), isGuest: false });
  },
  redeem: async (of: DoorStory, word: string) => {
    for (const { id, generation } of await pendingOf(of, word)) {
      const invitation = { invitationId: id as InvitationId, generation: Number(generation) };
      const who = identity(word, { objectId: objectIdFor(word) });
      await redeemInvitations(of.store, [{ ...redemption(of, invitation, who), memberId: newId('mem') as MemberId }]);
    }
  },
};
const pendingOf = ({ store }: DoorStory, word: string) =>
  rows(store, `SELECT id, generation FROM invitations WHERE state = 'pending' AND address = '${word}@contoso.example'`);

test('ENT-54: after any sequence of commands the widget shows what counting gives, and nobody has two open invitations', async () => {
  const step = fc.record({
    verb: fc.constantFrom(...(Object.keys(verbs) as (keyof typeof verbs)[])),
    word: fc.constantFrom('mia', 'tom'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const of = await openDoorStory();
      await writeDirectory(of.store, { users: { mia: {}, tom: {} } });
      for (const { verb, word } of steps) {
        await verbs[verb](of, word);
        const required = Object.values(await standings(of)).filter((standing) => standing === 'invitation-required').length;
        expect((await findSummary(of.store)).invitationRequired, verb).toBe(required);
        for (const person of ['mia', 'tom']) expect((await pendingOf(of, person)).length, verb).toBeLessThan(2);
      }
      await of.store.close();
    }),
    { numRuns: 30 },
  );
}, 30_000);
