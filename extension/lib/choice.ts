import type { DirectoryGroup, DirectoryUser } from '@doorstep/shared/directory';
import type { UserGroup } from '@doorstep/shared/user-group';
import { type Draft, edited } from './draft.ts';

// Ticks of the wizard: each answers the draft with one more or one less.

export const withPerson = (draft: Draft, { id, name, address }: DirectoryUser, isTicked: boolean): Draft => {
  const others = draft.picked.filter((person) => person.id !== id);
  return edited(draft, { picked: isTicked ? [...others, { id, name, address }] : others });
};

export const withGroup = (draft: Draft, { id, name, people }: DirectoryGroup, isTicked: boolean): Draft => {
  const others = draft.groups.filter((group) => group.id !== id);
  return edited(draft, { groups: isTicked ? [...others, { id, name, people }] : others });
};

/**
 * All that match, also those who are not loaded: the workspace looks again when it sends. Single ticks of people on show are part of it
 * from now on, and without a query so is every other search.
 */
export function withSearch(draft: Draft, q: string, count: number | null, onShow: DirectoryUser[]): Draft {
  const covered = new Set(onShow.map(({ id }) => id));
  return edited(draft, {
    searches: [...(q ? draft.searches.filter((search) => search.q !== q) : []), { q, count }],
    picked: draft.picked.filter(({ id }) => !covered.has(id)),
  });
}

export const withoutSearch = (draft: Draft, q: string): Draft =>
  edited(draft, { searches: draft.searches.filter((search) => search.q !== q) });

/** All but one: single ticks in place of the search, which must be loaded to its end. */
export const withAllBut = (draft: Draft, q: string, all: DirectoryUser[], left: DirectoryUser): Draft =>
  edited(withoutSearch(draft, q), {
    picked: [...draft.picked, ...all.filter(({ id }) => id !== left.id).map(({ id, name, address }) => ({ id, name, address }))],
  });

/** Whether everybody whom `q` finds is chosen: by the same search, or by the one for all. */
export const coverOf = ({ searches }: Draft, q: string) => searches.find((search) => search.q === '' || search.q === q);

export const withUserGroup = (draft: Draft, { id, name }: Pick<UserGroup, 'id' | 'name'>, isTicked: boolean): Draft => {
  const others = draft.userGroups.filter((group) => group.id !== id);
  return edited(draft, { userGroups: isTicked ? [...others, { id, name }] : others });
};
