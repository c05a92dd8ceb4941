import { foldAddress } from '@doorstep/shared/email-address';
import type { AuditId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { noSuch, refused } from '../directory/scim/refusal.ts';
import { addressOfUser, isGuest, languageOfUser, nameOfUser, type ScimUser } from '../directory/scim/resource.ts';
import { directoryUserId } from '../domain/directory-id.ts';
import { plainLine } from '../identity/plain-line.ts';
import { alertAdministrators } from '../store/alert.ts';
import { recordRefusal } from '../store/audit.ts';
import { wouldLock } from '../store/directory-leaving.ts';
import type { ScimState } from '../store/directory-schema.ts';
import { newId } from '../store/new-id.ts';
import { findScimState, findScimUser, type ScimUserRow, writeScimUser } from '../store/scim-user.ts';
import type { Deps } from './deps.ts';
import {
  type Change,
  documentOf,
  isSame,
  type Provisioned,
  type Provisioner,
  type ProvisionResult,
  readDocument,
  untilDecided,
} from './provision.ts';

type Result = ProvisionResult<ScimUser>;
const taken = refused('uniqueness', 'There is a user with this externalId or userName already.');

/** A new person of the directory, or one that was deleted and comes back; no member, but in reach of invitations (ENT-88). */
export const createUser = (deps: Deps, by: Provisioner, user: ScimUser): Promise<Result> =>
  untilDecided(async () => {
    const state = await findScimState(deps.store, user.externalId);
    if (state === 'active' || state === 'inactive') return taken;
    const locked = user.active ? null : await refuseLock(deps, by, user.externalId);
    if (locked) return locked;
    const written = await write(deps, by, state, user, user.active ? 'active' : 'inactive');
    if (written) return { done: written };
    return (await findScimState(deps.store, user.externalId)) === state ? taken : null;
  });

/** PUT and PATCH: `change` makes the new user of the old one, or refuses. Nothing is written when nothing changes. */
export const changeUser = (deps: Deps, by: Provisioner, objectId: string, change: Change<ScimUser, ScimUser>): Promise<Result> =>
  untilDecided(async () => {
    const row = await findScimUser(deps.store, objectId);
    if (!row) return noSuch('user');
    const before = readDocument<ScimUser>(objectId, row.document);
    const changed = change(before.resource);
    if ('refusal' in changed) return changed;
    if (isSame(changed.value, before.resource)) return { done: before };
    const locked = before.resource.active && !changed.value.active ? await refuseLock(deps, by, objectId) : null;
    if (locked) return locked;
    const written = await write(deps, by, row, changed.value, changed.value.active ? 'active' : 'inactive');
    if (written) return { done: written };
    return (await findScimUser(deps.store, objectId))?.document === row.document ? taken : null;
  });

/** The person is gone until the provider makes them again; what they had here ends at once. */
export const deleteUser = (deps: Deps, by: Provisioner, objectId: string): Promise<Result> =>
  untilDecided(async () => {
    const row = await findScimUser(deps.store, objectId);
    if (!row) return noSuch('user');
    const locked = await refuseLock(deps, by, objectId);
    if (locked) return locked;
    const written = await write(deps, by, row, readDocument<ScimUser>(objectId, row.document).resource, 'deleted');
    return written && { done: written };
  });

/** DESIGN.md, section 4, Directory: 403 for this one resource, the person stays, the administrators are told. */
async function refuseLock(deps: Deps, { tokenId, trace, now }: Provisioner, objectId: string): Promise<Result | null> {
  const because = await wouldLock(deps.store, objectId, now);
  if (because === null) return null;
  const about = directoryUserId(objectId);
  const facts = { by: 'scim', tokenId, because };
  await recordRefusal(deps.store, {
    id: newId('aud') as AuditId,
    at: now,
    what: 'provisioning.refused',
    by: null,
    about,
    facts,
    trace,
  });
  await alertAdministrators(deps.store, { aboutId: objectId, key: alertKey(because, about, now), now });
  deps.nudge();
  return { refusal: { status: 403, detail: lockSentences[because] } };
}

/** Where one of many is refused, all of them may be, so the first mail of the day speaks for the rest. */
const alertKey = (because: keyof typeof lockSentences, about: string, now: Millis): string =>
  because === 'too-many' ? `${because} ${new Date(now).toISOString().slice(0, 10)}` : `${because} ${about}`;

const lockSentences = {
  'last-administrator': 'This person is the last administrator of the workspace and stays until there is another one.',
  'too-many': 'Too many members were deactivated within a short time. The administrators of the workspace have been told.',
} as const;

async function write(
  deps: Deps,
  { tokenId, trace, now }: Provisioner,
  row: ScimUserRow | 'deleted' | null,
  user: ScimUser,
  state: ScimState,
): Promise<Provisioned<ScimUser> | null> {
  const objectId = user.externalId;
  const isThere = row !== null && row !== 'deleted';
  const before = isThere ? readDocument<ScimUser>(objectId, row.document) : null;
  const stateBefore = isThere ? row.scimState : row;
  const attempt = newId('pro');
  const address = addressOfUser(user);
  const created = before?.created ?? now;
  const hasWon = await writeScimUser(deps.store, {
    objectId,
    before: isThere ? { document: row.document } : row,
    state,
    document: documentOf(user, { created, lastModified: now, attempt }),
    attempt,
    name: plainLine(nameOfUser(user), NAME_LENGTH),
    address,
    userName: user.userName,
    language: languageOfUser(user),
    guestOf: isGuest(user) ? (address?.split('@').at(-1)?.toLowerCase() ?? null) : null,
    isGuest: isGuest(user),
    addresses: addressesAfter(before?.resource, user, state),
    isFollowed: state !== (stateBefore ?? 'active'),
    tenantId: deps.tenantId,
    tokenId,
    what: whatOf(stateBefore, state),
    about: directoryUserId(objectId),
    auditId: newId('aud'),
    now,
    trace,
  });
  return hasWon ? { objectId, resource: user, created, lastModified: now } : null;
}

/** As long as names that Graph tells. */
const NAME_LENGTH = 256;

/** null: as they were. */
function addressesAfter(before: ScimUser | undefined, user: ScimUser, state: ScimState): string[] | null {
  if (state === 'deleted') return [];
  return before && isSame(addressesOf(before), addressesOf(user)) ? null : addressesOf(user);
}

const addressesOf = ({ userName, emails = [] }: ScimUser): string[] => [
  ...new Set([userName, ...emails.map(({ value }) => value)].map(foldAddress)),
];

function whatOf(before: ScimState | null, state: ScimState): string {
  if (before === null || before === 'deleted') return 'directory-user.provisioned';
  if (before === state) return 'directory-user.changed';
  return state === 'active'
    ? 'directory-user.enabled'
    : state === 'inactive'
      ? 'directory-user.disabled'
      : 'directory-user.deleted';
}
