import type { NewBatch, Recipient } from '@doorstep/shared/invitation-batch';
import { type Draft, endOfDay } from './draft.ts';
import { countOf } from './words.ts';

/** Who the recipients of a draft are, in the order of their rows in a plan. */
export type Named = { name: string | null; address: string | null; isWhole: boolean };

/** The body for preview and sending. Access ends with the chosen day where the administrator is. */
export const bodyOf = (draft: Draft): Partial<NewBatch> => ({
  recipients: recipientsOf(draft),
  role: draft.role,
  language: draft.language,
  expiresInDays: draft.days,
  note: draft.note.trim() || null,
  accessUntil: endOfDay(draft.accessEnds),
  ...(draft.userGroups.length > 0 && { userGroupIds: draft.userGroups.map(({ id }) => id) }),
});

const recipientsOf = ({ picked, groups, searches, people }: Draft): Recipient[] => [
  ...picked.map(({ id }) => ({ directoryUserId: id })),
  ...groups.map(({ id }) => ({ directoryGroupId: id })),
  ...searches.map(({ q }) => ({ directorySearch: { q, status: 'invitation-required' as const } })),
  ...people.map(({ address }) => ({ email: address })),
];

/** As `recipientsOf` orders them. `isWhole`: a group or a search, whose row carries its people. */
export const namesOf = ({ picked, groups, searches, people }: Draft): Named[] => [
  ...picked.map(({ name, address }) => ({ name, address, isWhole: false })),
  ...groups.map(({ name }) => ({ name: name ?? 'Group without a name', address: null, isWhole: true })),
  ...searches.map(({ q }) => ({ name: searchName(q), address: null, isWhole: true })),
  ...people.map(({ name, address }) => ({ name: name ?? null, address, isWhole: false })),
];

export const searchName = (q: string): string => (q ? `All who match “${q}”` : 'All with an invitation required');

export const isEmpty = ({ picked, groups, searches, people }: Draft): boolean =>
  picked.length + groups.length + searches.length + people.length === 0;

/** "3 people + 1 group", as far as it is known before the workspace has looked; empty for nobody. */
export function sizeOf({ picked, groups, searches, people, odd }: Draft): string {
  const counted = searches.reduce((sum, { count }) => sum + (count ?? 0), 0);
  const known = picked.length + people.length + odd.length + counted;
  const uncounted = searches.filter(({ count }) => count === null).length;
  return [
    known > 0 && countOf(known, 'person', 'people'),
    uncounted > 0 && countOf(uncounted, 'search', 'searches'),
    groups.length > 0 && countOf(groups.length, 'group', 'groups'),
  ]
    .filter(Boolean)
    .join(' + ');
}
