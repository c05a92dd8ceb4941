import { checkAddress, foldAddress } from '@doorstep/shared/email-address';
import { MAX_RECIPIENTS, type Recipient, type Refusal, type Remark } from '@doorstep/shared/invitation-batch';
import { objectIdOf } from '../domain/directory-id.ts';
import { type Crowd, type DirectoryPerson, type Invitee, personOfAddress, personOfIdentity } from '../domain/invitation.ts';
import { type AddressOwners, type DirectoryReach, type GroupNamed, meaningOf } from '../domain/recipient.ts';
import { findDirectory } from '../store/directory.ts';
import { othersTurn } from '../store/others-turn.ts';
import { belongingOf, findOwnDomains } from '../store/own-domain.ts';
import {
  findAddressOwners,
  findDirectoryPeople,
  findDirectoryReach,
  findGroupsNamed,
  peopleInside,
  peopleMatching,
} from '../store/recipients.ts';
import type { Store } from '../store/store.ts';
import type { Deps } from './deps.ts';

/** At most 100 people whom recipients mean. `crowd`: they are of this group or search, which may come in several pieces, or in an empty one. */
export type Piece = { people: Invitee[]; crowd: Crowd | null };

/** So many are looked up and planned without a pause: 100 take some 6 ms of the event loop. */
const PIECE = 100;

/** Every recipient becomes people, in the order of the list; between two pieces others have their turn. */
export async function* expandRecipients(deps: Deps, recipients: readonly Recipient[]): AsyncGenerator<Piece> {
  const known = {
    store: deps.store,
    tenantId: await findTenantId(deps),
    reach: await findDirectoryReach(deps.store),
    ownDomains: await findOwnDomains(deps.store),
  };
  let room = MAX_RECIPIENTS; // for people of groups and searches
  for (let from = 0; from < recipients.length; from += PIECE) {
    const slice = recipients.slice(from, from + PIECE);
    const reader = { ...known, ...(await factsFor(deps.store, slice)) };
    for (const piece of neighbours(slice.map((recipient, at) => readRecipient(reader, recipient, from + at)))) {
      if ('people' in piece) yield piece;
      else room -= yield* peopleOf(reader, piece, room);
      await othersTurn();
    }
  }
}

/** Neighbours that are no groups go together. */
function neighbours(meanings: readonly (Invitee | Many)[]): (Piece | Many)[] {
  const pieces: (Piece | Many)[] = [];
  for (const meaning of meanings) {
    const last = pieces.at(-1);
    if (!('person' in meaning)) pieces.push(meaning);
    else if (last && 'people' in last) last.people.push(meaning);
    else pieces.push({ people: [meaning], crowd: null });
  }
  return pieces;
}

/** The pieces of a group or a search; answers how many people it has. With more than `room` it is refused as a whole. */
async function* peopleOf(reader: Reader, { crowd, source }: Many, room: number): AsyncGenerator<Piece, number> {
  const people = await gather(source, room);
  if (!people) yield { people: [nobody(crowd, 'too-many-people')], crowd: null };
  for (let from = 0; people && (from === 0 || from < people.length); from += PIECE) {
    yield { people: people.slice(from, from + PIECE).map((person) => ofUser(reader, person, crowd.recipient)), crowd };
    await othersTurn();
  }
  return people?.length ?? 0;
}

const findTenantId = async (deps: Deps): Promise<string | null> => (await findDirectory(deps.store)).tenantId ?? deps.tenantId;

/** A group, or a search. `source` reads its people from the directory, page by page. */
type Many = { crowd: Crowd; source: AsyncGenerator<DirectoryPerson[]> };

/** So many are put in the order of their names: who has more looks at numbers. */
const MOST_SORTED = 1000;

/** Each of the people once; null when there are more than `room`. */
async function gather(source: AsyncGenerator<DirectoryPerson[]>, room: number): Promise<DirectoryPerson[] | null> {
  const people = new Map<string, DirectoryPerson>();
  for await (const page of source) {
    for (const person of page) people.set(person.objectId, person);
    if (people.size > room) return null;
    await othersTurn();
  }
  const all = [...people.values()];
  return all.length > MOST_SORTED ? all : all.sort((a, b) => (a.name ?? '').localeCompare(b.name ?? ''));
}

/** What a slice of the list needs to know of the directory: a few queries, however many recipients there are. */
async function factsFor(store: Store, slice: readonly Recipient[]) {
  const addresses = slice.flatMap(({ email }) => (email === undefined ? [] : [foldAddress(email)]));
  const users = slice.flatMap(({ directoryUserId: id }) => (id === undefined ? [] : [objectIdOf('dus', id) ?? '']));
  const groups = slice.flatMap(({ directoryGroupId: id }) => (id === undefined ? [] : [objectIdOf('dgr', id) ?? '']));
  return {
    owners: addresses.length > 0 ? await findAddressOwners(store, addresses) : new Map<string, AddressOwners>(),
    users: users.length > 0 ? await findDirectoryPeople(store, users) : new Map<string, DirectoryPerson>(),
    groups: groups.length > 0 ? await findGroupsNamed(store, groups) : new Map<string, GroupNamed>(),
  };
}

type Reader = { store: Store; tenantId: string | null; reach: DirectoryReach; ownDomains: ReadonlySet<string> } & Awaited<
  ReturnType<typeof factsFor>
>;

function readRecipient(reader: Reader, one: Recipient, recipient: number): Invitee | Many {
  if (one.email !== undefined) return readEmail(reader, one.email, recipient);
  if (one.directoryUserId !== undefined) {
    const user = reader.users.get(objectIdOf('dus', one.directoryUserId) ?? '');
    return user ? ofUser(reader, user, recipient) : nobody({ recipient }, 'not-in-directory');
  }
  if (one.directoryGroupId !== undefined) {
    const group = reader.groups.get(objectIdOf('dgr', one.directoryGroupId) ?? '');
    return group ? ofGroup(reader, group, recipient) : nobody({ recipient }, 'not-in-directory');
  }
  const crowd = { recipient, name: null, address: null, objectId: null };
  return { crowd, source: peopleMatching(reader.store, one.directorySearch!) };
}

function readEmail(reader: Reader, email: string, recipient: number): Invitee | Many {
  const check = checkAddress(email);
  if ('problem' in check) return nobody({ recipient, address: email }, 'not-an-address');
  const { address } = check;
  const meaning = meaningOf(
    reader.owners.get(foldAddress(address))!,
    reader.reach,
    belongingOf(reader.ownDomains, address) === 'outside',
  );
  if ('because' in meaning) return nobody({ recipient, address }, meaning.because);
  if ('group' in meaning) return ofGroup(reader, { ...meaning.group, address }, recipient);
  if ('user' in meaning) return ofUser(reader, { ...meaning.user, address: meaning.user.address ?? address }, recipient);
  return { recipient, person: personOfAddress(address), address, user: null, ...meaning };
}

function ofUser({ tenantId }: Pick<Reader, 'tenantId'>, user: DirectoryPerson, recipient: number): Invitee {
  if (tenantId === null) throw new Error('the directory has people, but nobody knows whose directory it is');
  const person = personOfIdentity({ tenantId, objectId: user.objectId });
  return {
    recipient,
    person,
    address: user.address,
    user: { ...user, tenantId },
    ...(user.isGuest && { remark: 'tenant-guest' as Remark }),
  };
}

const ofGroup = ({ store }: Reader, group: GroupNamed, recipient: number): Many => ({
  crowd: { recipient, ...group },
  source: peopleInside(store, group.objectId),
});

const nobody = (of: { recipient: number; address?: string | null; name?: string | null }, because: Refusal): Invitee => ({
  recipient: of.recipient,
  person: null,
  address: of.address ?? null,
  name: of.name ?? null,
  user: null,
  because,
});
