/** The collections that have a delta query here. */
export type Collection = 'users' | 'groups' | 'contacts';
export type MemberKind = 'user' | 'group' | 'device' | 'orgContact' | 'servicePrincipal';

/** Who is in a group: an object of any kind, by its id. */
export interface Member {
  readonly kind: MemberKind;
  readonly id: string;
}

/** A directory object as Graph spells it. Absent: never set. Null: cleared. */
export interface DirectoryObject {
  readonly id: string;
  readonly displayName: string | null;
  readonly mail?: string | null;
  readonly proxyAddresses?: readonly string[];
  readonly [property: string]: unknown;
}

export interface GraphUser extends DirectoryObject {
  readonly userPrincipalName: string;
  readonly accountEnabled: boolean;
  readonly userType?: 'Member' | 'Guest' | null;
  readonly preferredLanguage?: string | null;
  readonly createdDateTime: string;
}

/** The kinds of entra.md 2.5 differ in `mailEnabled`, `securityEnabled` and `groupTypes`. */
export interface GraphGroup extends DirectoryObject {
  readonly mailEnabled: boolean;
  readonly securityEnabled: boolean;
  readonly groupTypes: readonly string[];
}

export interface GraphContact extends DirectoryObject {}

export const TYPE_NAMES: Record<MemberKind, string> = {
  user: '#microsoft.graph.user',
  group: '#microsoft.graph.group',
  device: '#microsoft.graph.device',
  orgContact: '#microsoft.graph.orgContact',
  servicePrincipal: '#microsoft.graph.servicePrincipal',
};

/** What comes without `$select` (entra.md 2.2: the default set of users is small). */
export const DEFAULT_PROPERTIES: Record<Collection, readonly string[]> = {
  users: [
    'id',
    'businessPhones',
    'displayName',
    'givenName',
    'jobTitle',
    'mail',
    'mobilePhone',
    'officeLocation',
    'preferredLanguage',
    'surname',
    'userPrincipalName',
  ],
  groups: [
    'id',
    'createdDateTime',
    'deletedDateTime',
    'description',
    'displayName',
    'groupTypes',
    'mail',
    'mailEnabled',
    'mailNickname',
    'onPremisesSyncEnabled',
    'proxyAddresses',
    'renewedDateTime',
    'securityEnabled',
    'visibility',
  ],
  contacts: ['id', 'companyName', 'department', 'displayName', 'givenName', 'jobTitle', 'mail', 'proxyAddresses', 'surname'],
};

/** What may be selected besides. `members` is tracked only when it is. */
const FURTHER_PROPERTIES: Record<Collection, readonly string[]> = {
  users: [
    'accountEnabled',
    'companyName',
    'createdDateTime',
    'creationType',
    'deletedDateTime',
    'department',
    'employeeId',
    'employeeType',
    'externalUserState',
    'externalUserStateChangeDateTime',
    'identities',
    'mailNickname',
    'onPremisesImmutableId',
    'otherMails',
    'proxyAddresses',
    'usageLocation',
    'userType',
  ],
  groups: ['members', 'owners', 'classification', 'isAssignableToRole', 'membershipRule'],
  contacts: ['mailNickname', 'onPremisesSyncEnabled'],
};

export function isProperty(collection: Collection, name: string): boolean {
  return DEFAULT_PROPERTIES[collection].includes(name) || FURTHER_PROPERTIES[collection].includes(name);
}
