import { isGuest } from '../../../domain/guest.ts';
import { isLastAdministrator, type MemberRow } from '../../../store/member.ts';
import type { Ctx } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';

/** Why the store does not change a member, worded once. */
export const personRefusals = {
  'last-administrator': {
    status: 409,
    sentence: 'You are the only administrator, and somebody must be able to let others in. Nothing was changed.',
  },
  'own-membership': {
    status: 403,
    sentence: 'Nobody changes their own membership: another administrator does. Nothing was changed.',
  },
  'guest-administrator': {
    status: 409,
    sentence: 'A guest cannot be an administrator: what changes the door needs a sign-in with Microsoft. Nothing was changed.',
  },
  'guests-not-allowed': {
    status: 409,
    sentence:
      'Everybody signs in with Microsoft here while SSO is forced, so no guest’s access is made longer. Nothing was changed.',
  },
  removed: { status: 409, sentence: 'This person was removed. A new invitation brings them back.' },
  'own-proposal': {
    status: 403,
    sentence: 'You proposed this yourself: another administrator confirms it. Nothing was changed.',
  },
  'no-proposal': {
    status: 409,
    sentence: 'This person is not proposed any more: somebody answered meanwhile, or whoever proposed has left the office.',
  },
  'changed-meanwhile': {
    status: 409,
    sentence: 'Somebody else changed this person in the same moment. Look again; nothing was changed by you.',
  },
} as const;
export type PersonRefusal = keyof typeof personRefusals;

/** A guest, while SSO is forced; read anew, for the switch may be younger than this request. */
export const isShutOut = async (c: Ctx, member: MemberRow): Promise<boolean> =>
  isGuest(member) && (await c.var.deps.current()).settings.forcesSso;

/** What the store would refuse (SES-12): asked before a question is put to somebody, and after the store refused. */
export async function whyNot(c: Ctx, member: MemberRow): Promise<PersonRefusal | null> {
  if (member.id !== memberOf(c).id) return member.state === 'removed' ? 'removed' : null;
  return (await isLastAdministrator(c.var.deps.store, member.id, c.var.now)) ? 'last-administrator' : 'own-membership';
}
