import type { GroupPlan } from '@doorstep/shared/directory';
import { MAX_RECIPIENTS, type PersonRow, type Refusal, type Remark, type Row } from '@doorstep/shared/invitation-batch';
import { countOf, day } from './words.ts';

/** Somebody of a plan, with the row of the group or the search that brought them. */
export type Planned = { row: PersonRow; from?: Row };

/** Each person once, in the order of the rows: those of a group or a search in its place, as far as the workspace lists them. */
export const peopleOf = (rows: Row[]): Planned[] =>
  rows.flatMap((row): Planned[] => (isWhole(row) ? (row.people ?? []).map((person) => ({ row: person, from: row })) : [{ row }]));

/** Whether the row stands for a group or a search with somebody in it. */
export const isWhole = ({ counts }: Row): boolean => counts !== undefined && counts.invite + counts.resend + counts.refuse > 0;

/** What inviting these would do, as the group's own endpoint counts it. Refused people of a group are always listed, the others perhaps. */
export function planOf(rows: Row[]): GroupPlan {
  const people = peopleOf(rows).map(({ row }) => row);
  const count = (wanted: (row: PersonRow) => boolean) => people.filter(wanted).length;
  const planned = (plan: 'invite' | 'resend' | 'refuse') =>
    rows.reduce((sum, row) => sum + (isWhole(row) ? row.counts![plan] : Number(row.plan === plan)), 0);
  return {
    people: planned('invite') + planned('resend') + planned('refuse'),
    invite: planned('invite'),
    resend: planned('resend'),
    members: count(({ because }) => because === 'already-member'),
    disabled: count(({ because }) => because === 'disabled-in-directory'),
    guests: count(({ remark }) => remark === 'tenant-guest'),
  };
}

/** "8 to invite, 3 already members, 1 disabled; 2 are tenant guests". */
export function planSentence({ people, invite, resend, members, disabled, guests }: GroupPlan): string {
  const rest = people - invite - resend - members - disabled;
  const parts = [
    invite > 0 && `${invite.toLocaleString()} to invite`,
    resend > 0 && `${resend.toLocaleString()} sent again`,
    members > 0 && countOf(members, 'already a member', 'already members'),
    disabled > 0 && `${disabled.toLocaleString()} disabled`,
    rest > 0 && `${rest.toLocaleString()} left out`,
  ].filter(Boolean);
  const sentence = parts.join(', ') || 'nobody to invite';
  return guests > 0 ? `${sentence}; ${countOf(guests, 'is a tenant guest', 'are tenant guests')}` : sentence;
}

export const refusalWords: Record<Refusal, string> = {
  'not-an-address': 'no address',
  'already-member': 'member already',
  suspended: 'suspended: resume instead',
  'disabled-in-directory': 'disabled',
  'guests-not-allowed': 'guests are not allowed',
  'guest-administrator': 'guests cannot be administrators',
  duplicate: 'here twice',
  'not-expandable': 'not in the directory',
  'several-people': 'several people',
  'empty-group': 'nobody in it',
  'not-in-directory': 'gone from the directory',
  'too-many-people': 'too many people at once',
};

export const remarkWords: Record<Remark, string> = {
  'outside-directory': 'outside',
  contact: 'contact',
  'tenant-guest': 'tenant guest',
  guest: 'guest',
};

/** What happens to somebody of a plan besides being invited: how a guest comes in, and until when. */
export const effectOf = ({ remark, accessUntil }: PersonRow): string =>
  [remark === 'guest' && 'comes in by a mailed code', accessUntil && `until ${day(accessUntil)}`].filter(Boolean).join(', ');

/** What an address turned out to be, after its name: a sentence, and what follows from it. Nothing for an ordinary new person. */
export function findingOf(row: Row): { what: string; so: string } | undefined {
  if (row.people?.length) return { what: 'is a group', so: wholeSentence(row) };
  if (row.because) return refusalFindings[row.because];
  if (row.plan === 'resend') return { what: 'has an invitation already', so: 'It is sent again; the older key stops working.' };
  return row.remark && remarkFindings[row.remark];
}

const wholeSentence = (row: Row): string => {
  const plan = planOf([row]);
  return `${countOf(plan.people, 'person', 'people')}: ${planSentence(plan)}.`;
};

const remarkFindings: Record<Remark, { what: string; so: string }> = {
  'outside-directory': {
    what: 'is outside your organization',
    so: 'Nobody of the directory has this address. Joins as a guest.',
  },
  contact: { what: 'is a contact', so: 'Known to the directory, without an account in it. Joins as a guest.' },
  'tenant-guest': { what: 'is a guest in your tenant', so: 'Signs in with the account of another organization.' },
  guest: { what: 'is from elsewhere', so: 'Comes in as a guest, by a code that is mailed.' },
};

const refusalFindings: Record<Refusal, { what: string; so: string }> = {
  'not-an-address': { what: 'is no address', so: 'No mail can go there.' },
  'already-member': { what: 'is a member already', so: 'No mail goes there.' },
  suspended: { what: 'is suspended', so: 'Resume the member instead, on the Users page.' },
  'disabled-in-directory': { what: 'is disabled in the directory', so: 'Could not sign in. No mail goes there.' },
  'guest-administrator': { what: 'is from elsewhere', so: 'Guests cannot be administrators.' },
  'guests-not-allowed': { what: 'is outside your organization', so: 'Guests are not allowed in this workspace.' },
  duplicate: { what: 'is here twice', so: 'Counted once.' },
  'not-expandable': {
    what: 'is not in the directory',
    so: 'Perhaps a dynamic list, which nobody can read. Ask its owner for the addresses.',
  },
  'several-people': { what: 'belongs to several people', so: 'Choose the one you mean in step 1.' },
  'empty-group': { what: 'is a group without people', so: 'There is nobody to invite.' },
  'not-in-directory': { what: 'is not in the directory any more', so: 'No mail goes there.' },
  'too-many-people': { what: 'has too many people', so: `At most ${MAX_RECIPIENTS.toLocaleString()} get an invitation at once.` },
};

/** Whether somebody should read it before going on. */
export const needsALook = ({ because }: Row): boolean =>
  because !== undefined && because !== 'already-member' && because !== 'duplicate';
