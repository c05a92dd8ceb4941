import { type MemberPlan, needsCurrent, planMembers } from '../directory/scim/member-plan.ts';
import type { GroupPatch } from '../directory/scim/patch.ts';
import { noSuch, refused } from '../directory/scim/refusal.ts';
import type { ScimGroup, ScimMember } from '../directory/scim/resource.ts';
import { directoryGroupId } from '../domain/directory-id.ts';
import { plainLine } from '../identity/plain-line.ts';
import { newId } from '../store/new-id.ts';
import { othersTurn } from '../store/others-turn.ts';
import {
  areKnown,
  changeScimMembers,
  findScimGroup,
  findScimMembers,
  MOST_MEMBERS,
  type ScimGroupRow,
  writeScimGroup,
} from '../store/scim-group.ts';
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

type Result = ProvisionResult<ScimGroup>;
/** As long as names that Graph tells. */
const NAME_LENGTH = 256;

const nobody: MemberPlan = { add: [], remove: [] };

/** A new group of the directory, or one that was deleted and comes back. */
export async function createGroup(deps: Deps, by: Provisioner, group: ScimGroup, members: ScimMember[]): Promise<Result> {
  const plan = { add: members, remove: [] };
  const unknown = await refuseUnknown(deps, plan);
  if (unknown) return unknown;
  const written = await write(deps, by, { row: null, group, plan, state: 'present', what: 'directory-group.provisioned' });
  return written ? { done: written } : refused('uniqueness', 'There is a group with this externalId already.');
}

/** PUT and PATCH. Nothing is written when nothing changes. */
export const changeGroup = (
  deps: Deps,
  by: Provisioner,
  objectId: string,
  change: Change<ScimGroup, GroupPatch>,
): Promise<Result> =>
  untilDecided(async () => {
    const row = await findScimGroup(deps.store, objectId);
    if (!row) return noSuch('group');
    const before = readDocument<ScimGroup>(objectId, row.document);
    const changed = change(before.resource);
    if ('refusal' in changed) return changed;
    const { group, steps } = changed.value;
    const plan = planMembers(steps, needsCurrent(steps) ? await findScimMembers(deps.store, objectId, othersTurn) : []);
    if (isSame(group, before.resource) && plan.add.length + plan.remove.length === 0) return { done: before };
    const unknown = await refuseUnknown(deps, plan);
    if (unknown) return unknown;
    const written = await write(deps, by, { row, group, plan, state: 'present', what: 'directory-group.changed' });
    return written && { done: written };
  });

/**
 * The group is gone until the provider makes it again, and so are the memberships that only SCIM knew. One with many members is emptied first:
 * stopped in between, it is still there for the provider to delete, and never comes back with members of before.
 */
export const deleteGroup = (deps: Deps, by: Provisioner, objectId: string): Promise<Result> =>
  untilDecided(async () => {
    const row = await findScimGroup(deps.store, objectId);
    if (!row) return noSuch('group');
    const { resource: group } = readDocument<ScimGroup>(objectId, row.document);
    const plan = { add: [], remove: await findScimMembers(deps.store, objectId, othersTurn) };
    if (plan.remove.length > MOST_MEMBERS) {
      await write(deps, by, { row, group, plan, state: 'present', what: 'directory-group.changed' });
      return null;
    }
    const written = await write(deps, by, { row, group, plan, state: 'deleted', what: 'directory-group.deleted' });
    return written && { done: written };
  });

async function refuseUnknown(deps: Deps, { add }: MemberPlan): Promise<ReturnType<typeof refused> | null> {
  for (const slice of slices(add)) {
    if (!(await areKnown(deps.store, slice)))
      return refused('invalidValue', 'A member is neither a user nor a group of this service.');
  }
  return null;
}

type Written = {
  row: ScimGroupRow | null;
  group: ScimGroup;
  plan: MemberPlan;
  state: 'present' | 'deleted';
  what: string;
};

/** One batch for as many members as one may hold; the rest follows in slices, and is made up for when the provider repeats its request. */
async function write(
  deps: Deps,
  { tokenId, trace, now }: Provisioner,
  { row, group, plan, state, what }: Written,
): Promise<Provisioned<ScimGroup> | null> {
  const objectId = group.externalId;
  const attempt = newId('pro');
  const created = row ? readDocument(objectId, row.document).created : now;
  const [first = nobody, ...more] = slicesOf(plan);
  const hasWon = await writeScimGroup(deps.store, {
    objectId,
    before: row?.document ?? null,
    state,
    document: documentOf(group, { created, lastModified: now, attempt }),
    attempt,
    name: plainLine(group.displayName, NAME_LENGTH),
    ...first,
    tenantId: deps.tenantId,
    tokenId,
    what,
    about: directoryGroupId(objectId),
    auditId: newId('aud'),
    now,
    trace,
  });
  if (!hasWon) return null;
  for (const slice of more) {
    await othersTurn();
    await changeScimMembers(deps.store, { objectId, attempt, ...slice });
  }
  return { objectId, resource: group, created, lastModified: now };
}

function slicesOf({ add, remove }: MemberPlan): MemberPlan[] {
  if (add.length + remove.length <= MOST_MEMBERS) return [{ add, remove }];
  return [
    ...slices(add).map((slice) => ({ ...nobody, add: slice })),
    ...slices(remove).map((slice) => ({ ...nobody, remove: slice })),
  ];
}

const slices = (members: readonly ScimMember[]): ScimMember[][] =>
  Array.from({ length: Math.ceil(members.length / MOST_MEMBERS) }, (_, at) =>
    members.slice(at * MOST_MEMBERS, (at + 1) * MOST_MEMBERS),
  );
