import type { Standing } from '@doorstep/shared/directory';
import { type Language, languages } from '@doorstep/shared/invitation';
import { sql } from 'drizzle-orm';
import type { DirectoryPerson } from '../domain/invitation.ts';
import type { AddressOwners, DirectoryReach, GroupNamed } from '../domain/recipient.ts';
import { findDirectory } from './directory.ts';
import { groupsInside } from './directory-group.ts';
import type { AddressOwner } from './directory-schema.ts';
import { type DirectoryUserRow, directoryUserColumns, searchWords } from './directory-user.ts';
import type { Store } from './store.ts';

/** People of a group or of a search that one query answers. */
const PAGE = 250;

export async function findDirectoryReach(store: Store): Promise<DirectoryReach> {
  if ((await findDirectory(store)).lastSyncAt !== null) return 'everybody';
  const [row] = await store.db.all<{ isThere: number }>(sql`SELECT EXISTS (SELECT 1 FROM directory_users) AS isThere`);
  return row!.isThere ? 'some' : 'none';
}

type OwnerRow = { asked: string; isOurDomain: number; owner: AddressOwner | null; contactName: string | null } & {
  [Column in keyof DirectoryUserRow]: DirectoryUserRow[Column] | null;
} & { groupId: string | null; groupName: string | null };

/**
 * By address, as given (in ASCII lower case): whose it is. Each address has its entry. `mail` in a foreign domain proves nothing of one of our
 * own people, and an invitation bound to them needs no key any more: such an address is nobody's here (DESIGN.md, section 4, trusted addresses).
 */
export async function findAddressOwners(store: Store, addresses: readonly string[]): Promise<Map<string, AddressOwners>> {
  const asked = addresses.map((address) => ({ address, domain: address.slice(address.lastIndexOf('@') + 1) }));
  const rows = await store.db.all<OwnerRow>(sql`
    SELECT a.value->>'address' AS asked, EXISTS (SELECT 1 FROM directory_domains AS d WHERE d.domain = a.value->>'domain') AS isOurDomain,
      o.owner, c.name AS contactName, g.object_id AS groupId, g.name AS groupName, ${directoryUserColumns}
    FROM json_each(${JSON.stringify(asked)}) AS a
    LEFT JOIN directory_addresses AS o ON o.address = a.value->>'address'
    LEFT JOIN directory_users AS u ON o.owner = 'user' AND u.object_id = o.object_id AND (o.source <> 'mail' OR u.is_guest
      OR EXISTS (SELECT 1 FROM directory_domains AS d WHERE d.domain = a.value->>'domain'))
    LEFT JOIN directory_groups AS g ON o.owner = 'group' AND g.object_id = o.object_id AND g.is_present
    LEFT JOIN directory_contacts AS c ON o.owner = 'contact' AND c.object_id = o.object_id`);
  const owners = new Map<string, AddressOwners>();
  for (const row of rows) addOwner(owners, row);
  return owners;
}

/** The same owner may have the address from two sources. */
function addOwner(owners: Map<string, AddressOwners>, row: OwnerRow): void {
  const of = owners.get(row.asked) ?? { users: [], groups: [], contacts: [], isOurDomain: row.isOurDomain === 1 };
  owners.set(row.asked, of);
  const { objectId, groupId } = row;
  if (objectId !== null && !of.users.some((user) => user.objectId === objectId)) of.users.push(personIn(row as DirectoryUserRow));
  if (groupId !== null && !of.groups.some((group) => group.objectId === groupId)) {
    of.groups.push({ objectId: groupId, name: row.groupName, address: row.asked });
  }
  if (row.owner === 'contact') of.contacts.push({ name: row.contactName });
}

/** By object id. Those that are unknown have no entry. */
export async function findDirectoryPeople(store: Store, objectIds: readonly string[]): Promise<Map<string, DirectoryPerson>> {
  const rows = await store.db.all<DirectoryUserRow>(sql`
    SELECT ${directoryUserColumns} FROM json_each(${JSON.stringify(objectIds)}) AS a JOIN directory_users AS u ON u.object_id = a.value`);
  return new Map(rows.map((row) => [row.objectId, personIn(row)]));
}

/** By object id. Those that are unknown, or gone, have no entry. */
export async function findGroupsNamed(store: Store, objectIds: readonly string[]): Promise<Map<string, GroupNamed>> {
  const rows = await store.db.all<GroupNamed>(sql`
    SELECT g.object_id AS objectId, g.name, g.address FROM json_each(${JSON.stringify(objectIds)}) AS a
    JOIN directory_groups AS g ON g.object_id = a.value AND g.is_present`);
  return new Map(rows.map((row) => [row.objectId, row]));
}

/** The people of a group, those of nested groups included, in pages; whoever is in several of its groups comes several times (ENT-56). */
export async function* peopleInside(store: Store, groupId: string): AsyncGenerator<DirectoryPerson[]> {
  const groups = await store.db.all<{ id: string }>(groupsInside(sql`${groupId}`));
  for (let at = 0; at < groups.length; at += PAGE) {
    yield* peopleDirectlyIn(
      store,
      groups.slice(at, at + PAGE).map((group) => group.id),
    );
  }
}

/** Follows the primary key of the memberships, group after group, so that a page costs the same wherever it begins. */
async function* peopleDirectlyIn(store: Store, groups: string[]): AsyncGenerator<DirectoryPerson[]> {
  let rest = groups;
  let after = '';
  while (rest.length > 0) {
    const rows = await store.db.all<
      { groupId: string; memberId: string } & { [Key in keyof DirectoryUserRow]: DirectoryUserRow[Key] | null }
    >(sql`
      SELECT e.group_id AS groupId, e.member_id AS memberId, ${directoryUserColumns}
      FROM json_each(${JSON.stringify(rest)}) AS g
      CROSS JOIN directory_group_members AS e ON e.group_id = g.value AND e.member_id > CASE WHEN g.key = 0 THEN ${after} ELSE '' END AND NOT e.is_group
      LEFT JOIN directory_users AS u ON u.object_id = e.member_id
      LIMIT ${PAGE}`);
    yield rows.flatMap((row) => (row.objectId === null ? [] : [personIn(row as DirectoryUserRow)]));
    if (rows.length < PAGE) return;
    const last = rows.at(-1)!;
    rest = rest.slice(rest.indexOf(last.groupId));
    after = last.memberId;
  }
}

/** All directory users that match, newest first, in pages: `q` as in the lists. */
export async function* peopleMatching(store: Store, wanted: { q: string; status: Standing }): AsyncGenerator<DirectoryPerson[]> {
  for await (const places of placesMatching(store, wanted)) {
    for (let from = 0; from < places.length; from += PAGE) {
      const rows = await store.db.all<DirectoryUserRow>(sql`
        SELECT ${directoryUserColumns} FROM json_each(${JSON.stringify(places.slice(from, from + PAGE))}) AS a
        CROSS JOIN directory_users AS u ON u.seq = a.value WHERE u.standing = ${wanted.status} AND u.status <> 'gone'`);
      yield rows.map(personIn);
    }
  }
}

/** Each look into the search index gathers all that begins with a word before its first answer, so there are to be few looks. */
const PLACES = 20_000;

/** `seq` of those who match, newest first. */
async function* placesMatching(store: Store, { q, status }: { q: string; status: Standing }): AsyncGenerator<number[]> {
  const words = searchWords(q);
  const source =
    words === null
      ? sql`seq FROM directory_users WHERE standing = ${status} AND seq <`
      : sql`rowid AS seq FROM directory_users_search WHERE directory_users_search MATCH ${words} AND rowid <`;
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const [row] = await store.db.all<{ places: string }>(sql`
      SELECT json_group_array(seq) AS places FROM (SELECT ${source} ${before} ORDER BY seq DESC LIMIT ${PLACES}) AS hit`);
    const places = JSON.parse(row!.places) as number[];
    yield places;
    if (places.length < PLACES) return;
    before = places.at(-1)!;
  }
}

const personIn = (row: DirectoryUserRow): DirectoryPerson => ({
  objectId: row.objectId,
  name: row.name,
  address: row.address,
  isGuest: row.isGuest === 1,
  language: languageOf(row.language),
  status: row.status,
});

/** `de-CH` is German to the mails that we have. */
const languageOf = (tag: string | null): Language | null => {
  const primary = tag?.split('-')[0]?.toLowerCase();
  return languages.find((language) => language === primary) ?? null;
};
