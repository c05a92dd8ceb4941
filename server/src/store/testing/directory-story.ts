import { sql } from 'drizzle-orm';
import { directoryGroupId, directoryUserId } from '../../domain/directory-id.ts';
import type { Store } from '../store.ts';

type Person = {
  /** Another object id than the word's. */
  objectId?: string;
  address?: string | null;
  aliases?: string[];
  name?: string;
  state?: 'enabled' | 'disabled' | 'deleted';
  isGuest?: boolean;
  language?: string;
};
/** `users` and `groups` by a word, which `objectIdFor` makes an object id of; a group's members are words of both. */
export type DirectoryStory = {
  tenantId?: string;
  users?: Record<string, Person>;
  groups?: Record<string, { address?: string; members: string[] }>;
  contacts?: string[];
  domains?: string[];
  /** A full pass of Graph has ended. */
  isSynced?: boolean;
};

/** A GUID that a word of at most six letters stands in. */
export const objectIdFor = (word: string): string => {
  const hex = [...word.padEnd(6, ' ')].map((letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return `00000000-0000-4000-8000-${hex.slice(0, 12)}`;
};
export const userId = (word: string): string => directoryUserId(objectIdFor(word));
export const groupId = (word: string): string => directoryGroupId(objectIdFor(word));

/** Writes what a sync would: people, their addresses, groups with whom they hold. */
export async function writeDirectory(store: Store, story: DirectoryStory): Promise<void> {
  const { tenantId = 'contoso', users = {}, groups = {}, contacts = [], domains = ['contoso.example'], isSynced = true } = story;
  const people = Object.entries(users).map(([word, facts]) => personOf(word, facts));
  const edges = Object.entries(groups).flatMap(([word, { members }]) =>
    members.map((member) => ({ group: objectIdFor(word), member: objectIdFor(member), isGroup: member in groups ? 1 : 0 })),
  );
  const addresses = [
    ...people.flatMap(({ objectId, addresses }) => addresses.map((address) => ({ objectId, address, owner: 'user' }))),
    ...Object.entries(groups).flatMap(([word, { address }]) =>
      address ? [{ objectId: objectIdFor(word), address, owner: 'group' }] : [],
    ),
    ...contacts.map((address) => ({ objectId: `contact:${address}`, address, owner: 'contact' })),
  ];
  const each = (list: unknown[]) => sql`FROM json_each(${JSON.stringify(list)}) AS a WHERE true`;
  await store.write([
    store.db.run(sql`UPDATE directory SET tenant_id = ${tenantId}, last_sync_at = ${isSynced ? 1 : null}`),
    store.db.run(sql`
      INSERT INTO directory_users (object_id, name, address, is_guest, language, graph_state, first_seen_at, changed_at)
      SELECT a.value->>'objectId', a.value->>'name', a.value->>'address', a.value->>'isGuest', a.value->>'language', a.value->>'state', 0, 0
      ${each(people)} ON CONFLICT (object_id) DO UPDATE SET address = excluded.address, graph_state = excluded.graph_state`),
    store.db.run(sql`
      INSERT INTO directory_groups (object_id, name, address, graph_state, changed_at)
      SELECT a.value->>'objectId', a.value->>'name', a.value->>'address', 'present', 0
      ${each(Object.entries(groups).map(([name, { address = null }]) => ({ objectId: objectIdFor(name), name, address })))}`),
    store.db.run(sql`
      INSERT INTO directory_group_members (group_id, member_id, is_group)
      SELECT a.value->>'group', a.value->>'member', a.value->>'isGroup' ${each(edges)}`),
    store.db.run(sql`
      INSERT INTO directory_contacts (object_id, name, graph_mark) SELECT 'contact:' || a.value, 'Contact', 1 ${each(contacts)}`),
    store.db.run(sql`INSERT INTO directory_domains (domain) SELECT a.value ${each(domains)} ON CONFLICT DO NOTHING`),
    store.db.run(sql`
      INSERT INTO directory_addresses (object_id, address, owner, source)
      SELECT a.value->>'objectId', a.value->>'address', a.value->>'owner', 'proxy' ${each(addresses)} ON CONFLICT DO NOTHING`),
  ]);
}

function personOf(word: string, facts: Person) {
  const {
    objectId = objectIdFor(word),
    address = `${word}@contoso.example`,
    aliases = [],
    name = word,
    state = 'enabled',
    isGuest = false,
    language = null,
  } = facts;
  const addresses = [...(address === null ? [] : [address]), ...aliases].map((one) => one.toLowerCase());
  return { objectId, name, address, addresses, state, isGuest: isGuest ? 1 : 0, language };
}
