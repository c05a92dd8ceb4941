import { type ScimPatchOperation, type ScimResource, scimPatch } from 'scim-patch';
import { type Operation, readOperations, type Target } from './operations.ts';
import { type Read, refused } from './refusal.ts';
import { readMembers, readUser, type ScimGroup, type ScimMember, type ScimUser } from './resource.ts';
import { groupShape, MOST_EMAILS, userShape } from './shape.ts';

/** The user with all operations carried out, or a refusal with none. */
export function patchUser(before: ScimUser, body: unknown): Read<ScimUser> {
  const operations = readOperations(body, userShape);
  if ('refusal' in operations) return operations;
  const patched = carryOut(before, operations.value);
  return 'refusal' in patched ? patched : readUser(patched.value, before); // without `active` it stays as it was: nobody comes in by an omission
}

/** Members are many: what happens to them is a list of steps, so that nobody has to read them all. */
export type MemberStep = { step: 'add' | 'remove'; members: ScimMember[] } | { step: 'clear' };
export type GroupPatch = { group: ScimGroup; steps: MemberStep[] };

export function patchGroup(before: ScimGroup, body: unknown): Read<GroupPatch> {
  const operations = readOperations(body, groupShape);
  if ('refusal' in operations) return operations;
  const patched = carryOut(
    before,
    operations.value.filter(({ target }) => target.attribute !== 'members'),
  );
  if ('refusal' in patched) return patched;
  const { externalId = before.externalId, displayName } = patched.value as Partial<ScimGroup>;
  if (externalId.toLowerCase() !== before.externalId) return refused('mutability', 'externalId cannot be changed.');
  if (displayName === undefined) return refused('invalidValue', 'displayName is missing.');
  const steps: MemberStep[] = [];
  for (const operation of operations.value) {
    if (operation.target.attribute !== 'members') continue;
    const read = memberSteps(operation);
    if ('refusal' in read) return read;
    steps.push(...read.value);
  }
  return { value: { group: { externalId: before.externalId, displayName }, steps } };
}

function memberSteps({ op, target, value }: Operation): Read<MemberStep[]> {
  if (target.sub !== undefined) return refused('mutability', 'A member is added or removed, not changed.');
  if (target.selector !== undefined)
    return op === 'remove' ? removeSelected(target.selector) : refused('noTarget', 'Members are added by their value.');
  if (op === 'remove') return { value: [{ step: 'clear' }] };
  const read = readMembers(value as { value?: string }[]);
  if ('refusal' in read) return read;
  const add: MemberStep = { step: 'add', members: read.value };
  return { value: op === 'replace' ? [{ step: 'clear' }, add] : [add] };
}

function removeSelected(selector: Record<string, unknown>): Read<MemberStep[]> {
  const read = readMembers([{ value: String(selector.value ?? '') }]);
  return 'refusal' in read ? read : { value: [{ step: 'remove', members: read.value }] };
}

/** By the library, on what we keep and in the words of RFC 7644 alone. */
function carryOut(before: ScimUser | ScimGroup, operations: readonly Operation[]): Read<unknown> {
  let resource = structuredClone(before) as unknown as ScimResource;
  for (const operation of operations) {
    const patched = carryOutOne(resource, operation);
    if ('refusal' in patched) return patched;
    if (isTooLong(patched.value)) return refused('invalidValue', `emails has at most ${MOST_EMAILS} values.`);
    resource = patched.value;
  }
  return { value: resource };
}

/** After each step: the library compares each new value with each old one. */
const isTooLong = (resource: ScimResource): boolean =>
  'emails' in resource && Array.isArray(resource.emails) && resource.emails.length > MOST_EMAILS;

/** Removing what is not there changes nothing; Entra replaces addresses that it has never added, which adds them. */
function carryOutOne(resource: ScimResource, operation: Operation): Read<ScimResource> {
  const { op, target, value } = operation;
  const path = pathOf(target);
  const sent = (op === 'remove' ? { op, path } : { op, path, value }) as ScimPatchOperation;
  try {
    return { value: scimPatch(resource, [sent], { mutateDocument: false, treatMissingAsAdd: true }) };
  } catch {
    return op === 'remove' ? { value: resource } : refused('noTarget', 'An operation has a path that leads to nothing.');
  }
}

function pathOf({ attribute, selector, sub }: Target): string {
  const conditions = Object.entries(selector ?? {}).map(([name, value]) => `${name} eq ${JSON.stringify(value)}`);
  return `${attribute}${selector ? `[${conditions.join(' and ')}]` : ''}${sub ? `.${sub}` : ''}`;
}
