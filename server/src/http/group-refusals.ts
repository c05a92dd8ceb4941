import type { FieldError } from '@doorstep/shared/problem';
import type { GroupRefusal } from '../actions/user-group.ts';
import type { Store } from '../store/store.ts';
import { unknownUserGroups } from '../store/user-group.ts';
import { MOST_GROUPS } from '../store/user-group-change.ts';

/** Why a group is not made or renamed, beside its field. */
export const groupRefusals: Record<Exclude<GroupRefusal, 'not-allowed'>, string> = {
  'name-taken': 'is the name of another group',
  'too-many': `cannot be taken: there are ${MOST_GROUPS} groups already, delete one first`,
  'not-in-directory': 'is not in the directory any more',
};

/** One entry per id in the field `#/userGroupIds` that names no custom group. */
export async function unknownGroupErrors(store: Store, ids: readonly string[] | undefined): Promise<FieldError[]> {
  if (!ids) return [];
  const unknown = new Set(await unknownUserGroups(store, ids));
  return ids.flatMap((id, at) =>
    unknown.has(id) ? [{ pointer: `#/userGroupIds/${at}`, detail: 'is no user group that people can be put in' }] : [],
  );
}
