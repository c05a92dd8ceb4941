import type { GraphGroup, GraphUser } from '../graph/objects.ts';

/** One operation of a PATCH, as it is spelled on the wire. */
export type PatchOperation = { op: string; path?: string; value?: unknown };

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
/** Entra's own, which no specification knows. */
const ADSCIM = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0';

/** What provisioning keeps in step of a user; booleans still are booleans here. */
export interface UserFacts {
  readonly userName: string;
  readonly externalId: string;
  readonly active: boolean;
  readonly displayName: string;
  readonly givenName: string | undefined;
  readonly familyName: string | undefined;
  readonly email: string | undefined;
  readonly title: string | undefined;
  readonly preferredLanguage: string | undefined;
}

/** The mapping our guide asks for: `objectId` is the `externalId`, a guest comes without `#EXT#` (entra.md 3). */
export function factsOf(user: GraphUser, isActive: boolean): UserFacts {
  const text = (name: string) => (typeof user[name] === 'string' ? user[name] : undefined);
  return {
    userName: withoutExt(user.userPrincipalName),
    externalId: user.id,
    active: isActive && user.accountEnabled,
    displayName: user.displayName ?? user.userPrincipalName,
    givenName: text('givenName'),
    familyName: text('surname'),
    email: text('mail'),
    title: text('jobTitle'),
    preferredLanguage: text('preferredLanguage'),
  };
}

/** `t.kerr_fabrikam.example#EXT#@contoso.example` is `t.kerr@fabrikam.example`. */
function withoutExt(name: string): string {
  const [local, rest] = name.split('#EXT#');
  return rest === undefined ? name : local!.replace(/_([^_]*)$/, '@$1');
}

/** Body of the POST that makes a user (entra.md 8.10). */
export function newUserBody(facts: UserFacts) {
  const { email, givenName, familyName } = facts;
  return {
    schemas: [`${CORE}:User`, ENTERPRISE],
    externalId: facts.externalId,
    userName: facts.userName,
    active: facts.active,
    displayName: facts.displayName,
    ...(email && { emails: [{ primary: true, type: 'work', value: email }] }),
    meta: { resourceType: 'User' },
    name: { formatted: facts.displayName, ...(familyName && { familyName }), ...(givenName && { givenName }) },
    ...(facts.title && { title: facts.title }),
    ...(facts.preferredLanguage && { preferredLanguage: facts.preferredLanguage }),
    roles: [],
  };
}

/** Groups are made empty, members follow by PATCH. */
export function newGroupBody(group: GraphGroup) {
  return {
    schemas: [`${CORE}:Group`, `${ADSCIM}/Group`],
    externalId: group.id,
    displayName: group.displayName,
    meta: { resourceType: 'Group' },
  };
}

export function patchBody(operations: readonly PatchOperation[]) {
  return { schemas: [PATCH], Operations: operations };
}

const PATHS: Record<keyof UserFacts, string> = {
  userName: 'userName',
  externalId: 'externalId',
  active: 'active',
  displayName: 'displayName',
  givenName: 'name.givenName',
  familyName: 'name.familyName',
  email: 'emails[type eq "work"].value',
  title: 'title',
  preferredLanguage: 'preferredLanguage',
};

/**
 * The operations that lead from one state to the other. Without the flag `aadOptscim062020` each attribute has an operation with a
 * capital letter and booleans are text; with it all that is set goes into one replace without a path, its keys with dots.
 */
export function userOperations(before: Partial<UserFacts>, after: UserFacts, isOptScim: boolean): PatchOperation[] {
  const names = (Object.keys(PATHS) as (keyof UserFacts)[]).filter((name) => before[name] !== after[name]);
  const cleared = names.filter((name) => after[name] === undefined);
  const set = names.filter((name) => after[name] !== undefined);
  if (!isOptScim) {
    return [
      ...set.map((name) => ({ op: 'Replace', path: PATHS[name], value: asText(after[name]) })),
      ...cleared.map((name) => ({ op: 'Remove', path: PATHS[name] })),
    ];
  }
  const filtered = set.filter((name) => PATHS[name].includes('['));
  const plain = Object.fromEntries(set.filter((name) => !filtered.includes(name)).map((name) => [PATHS[name], after[name]]));
  return [
    ...filtered.map((name) => ({ op: 'replace', path: PATHS[name], value: after[name] })),
    ...(Object.keys(plain).length > 0 ? [{ op: 'replace', value: plain }] : []),
    ...cleared.map((name) => ({ op: 'remove', path: PATHS[name] })),
  ];
}

function asText(value: string | boolean | undefined): string | undefined {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : value;
}

/** Members join by value arrays; they leave by one as well, or with the flag by a filter each. */
export function memberOperations(joined: readonly string[], left: readonly string[], isOptScim: boolean): PatchOperation[] {
  const values = (ids: readonly string[]) => ids.map((value) => ({ $ref: null, value }));
  const joining = joined.length > 0 ? [{ op: isOptScim ? 'add' : 'Add', path: 'members', value: values(joined) }] : [];
  if (isOptScim) return [...joining, ...left.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` }))];
  return [...joining, ...(left.length > 0 ? [{ op: 'Remove', path: 'members', value: values(left) }] : [])];
}
