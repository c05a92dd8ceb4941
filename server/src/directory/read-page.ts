import * as v from 'valibot';
import type { SyncStream } from '../store/directory-schema.ts';
import type { ContactChange } from '../store/directory-sync-contacts.ts';
import type { GroupChange } from '../store/directory-sync-groups.ts';
import type { UserChange } from '../store/directory-sync-users.ts';
import { mergeContacts, mergeGroups, mergeUsers } from './merge-changes.ts';
import { CONTACT_PROPERTIES, GROUP_PROPERTIES, readContact, readGroup } from './read-group.ts';
import { readUser, USER_PROPERTIES } from './read-user.ts';

/** Where the reading of a stream begins: `$select` names what is stored, nothing else. */
export const beginnings: Record<SyncStream, string> = {
  users: `/users/delta?$select=${USER_PROPERTIES}`,
  groups: `/groups/delta?$select=${GROUP_PROPERTIES}`,
  contacts: `/contacts/delta?$select=${CONTACT_PROPERTIES}`,
};

export type Changes =
  | { stream: 'users'; changes: UserChange[] }
  | { stream: 'groups'; changes: GroupChange[] }
  | { stream: 'contacts'; changes: ContactChange[] };

/** `next`: the page after this one; `delta`: where the next round begins, after the last page. Each object comes once. */
export type Page = Changes & { next: string | null; delta: string | null };

const MOST_OF_LINK = 64 * 1024;
/** Links are kept and sent as they are, so they must be storable as they are. */
const link = v.pipe(v.string(), v.maxLength(MOST_OF_LINK), v.regex(/^[\x21-\x7e]+$/), v.url());
const PageSchema = v.object({
  value: v.array(v.unknown()),
  '@odata.nextLink': v.optional(link),
  '@odata.deltaLink': v.optional(link),
});

/** What a delta query answered (reference/entra.md, 2.3 and 8.9); null when that is no page, which must have exactly one of the links. */
export function readPage(stream: SyncStream, body: unknown): Page | null {
  const read = v.safeParse(PageSchema, body);
  if (!read.success) return null;
  const { value, '@odata.nextLink': next = null, '@odata.deltaLink': delta = null } = read.output;
  if ((next === null) === (delta === null)) return null;
  return { ...readChanges(stream, value), next, delta };
}

function readChanges(stream: SyncStream, items: unknown[]): Changes {
  switch (stream) {
    case 'users':
      return { stream, changes: mergeUsers(readEach(items, readUser)) };
    case 'groups':
      return { stream, changes: mergeGroups(readEach(items, readGroup)) };
    case 'contacts':
      return { stream, changes: mergeContacts(readEach(items, readContact)) };
  }
}

const readEach = <Change>(items: unknown[], read: (item: unknown) => Change | null): Change[] =>
  items.map(read).filter((change) => change !== null);
