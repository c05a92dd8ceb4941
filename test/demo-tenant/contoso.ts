import { createHash } from 'node:crypto';
import type { NewUser } from './graph/new-objects.ts';
import type { Member } from './graph/objects.ts';
import type { TenantDirectory } from './graph/tenant-directory.ts';
import { type Accounts, CONTOSO, FABRIKAM, type NewPerson, type Person } from './people.ts';

const DOMAIN = 'contoso.example';
const CREATED = '2026-01-09T02:02:12Z';

/** Colleagues who make Contoso a company. */
const COLLEAGUES: readonly [name: string, jobTitle: string, department: string][] = [
  ['Priya Raman', 'Head of Finance', 'Finance'],
  ['Lukas Brandt', 'Accountant', 'Finance'],
  ['Yara Haddad', 'Controller', 'Finance'],
  ['Owen Doyle', 'Treasurer', 'Treasury'],
  ['Keiko Mori', 'Treasury analyst', 'Treasury'],
  ['Sofia Rossi', 'Accounts payable', 'Finance'],
  ['Mateo Vargas', 'Facility manager', 'Facilities'],
  ['Ingrid Dahl', 'Receptionist', 'Facilities'],
  ['Kofi Mensah', 'Electrician', 'Facilities'],
  ['Chloé Martin', 'Space planner', 'Facilities'],
  ['Piotr Zielinski', 'Caretaker', 'Facilities'],
  ['Noor Aziz', 'System administrator', 'IT'],
  ['Daniel Cohen', 'Support engineer', 'IT'],
  ['Hana Sato', 'Security engineer', 'IT'],
  ['Emeka Obi', 'Developer', 'Product'],
  ['Julia Weber', 'Developer', 'Product'],
  ['Arjun Patel', 'Designer', 'Product'],
  ['Elif Kaya', 'Product manager', 'Product'],
  ['Marta Kowalska', 'Recruiter', 'People'],
  ['Samuel Berg', 'Payroll', 'People'],
  ['Lin Chen', 'Sales', 'Sales'],
  ['Aoife Byrne', 'Sales', 'Sales'],
  ['Victor Popescu', 'Account manager', 'Sales'],
  ['Nadia Rahimi', 'Lawyer', 'Legal'],
  ['Bruno Costa', 'Lawyer', 'Legal'],
];
/** Left the company or never started. */
const DISABLED = ['sofia', 'piotr', 'victor'];

/** A second guest, whose home organization is Fabrikam as well. */
const RITA: NewPerson = {
  key: 'rita',
  kind: 'guest',
  name: 'Rita Lang',
  preferredUsername: 'r.lang@fabrikam.example',
  email: 'r.lang@fabrikam.example',
  oid: objectId('rita'),
  idp: `https://sts.windows.net/${FABRIKAM}/`,
  acct: 1,
};

/** Fills an empty directory with those who can sign in and, when it shall be a company, with colleagues, groups and contacts. */
export function seedDirectory(directory: TenantDirectory, accounts: Accounts, isCompany: boolean): void {
  for (const person of accounts.list()) if (person.tenantId === CONTOSO) directory.addUser(userOf(person));
  if (!isCompany) return;
  directory.addUser(userOf(accounts.addColleague(RITA)));
  for (const [name, jobTitle, department] of COLLEAGUES) {
    const key = name.split(' ')[0]!.normalize('NFD').replace(/\W/g, '').toLowerCase();
    const person = accounts.addColleague({ key, name, oid: objectId(key) });
    directory.addUser({ ...userOf(person), jobTitle, department, accountEnabled: !DISABLED.includes(key) });
  }
  addContacts(directory);
  addGroups(directory);
}

/** The directory user of somebody with an account (entra.md 8.9). */
export function userOf(person: Person): NewUser {
  const isGuest = person.kind === 'guest';
  const [givenName, ...rest] = person.name.split(' ');
  return {
    id: person.oid,
    displayName: person.name,
    givenName,
    surname: rest.join(' ') || null,
    mail: person.email ?? null,
    userPrincipalName: isGuest ? externalName(person.preferredUsername) : person.preferredUsername,
    proxyAddresses: person.email === undefined ? [] : [`SMTP:${person.email}`, ...(isGuest ? [] : [alias(person)])],
    otherMails: isGuest && person.email !== undefined ? [person.email] : [],
    accountEnabled: true,
    userType: isGuest ? 'Guest' : 'Member',
    preferredLanguage: isGuest ? null : 'en-US',
    createdDateTime: CREATED,
    identities: [identity(person, isGuest)],
    ...(isGuest && { creationType: 'Invitation', externalUserState: 'Accepted', externalUserStateChangeDateTime: CREATED }),
  };
}

function externalName(address: string): string {
  return `${address.replace('@', '_')}#EXT#@${DOMAIN}`;
}

/** The full name is an address too: the lower-case scheme says it is not the first one. */
function alias({ name }: Person): string {
  const letters = name.normalize('NFD').replace(/[^\w ]/g, '');
  return `smtp:${letters.trim().replace(/ +/g, '.').toLowerCase()}@${DOMAIN}`;
}

function identity({ preferredUsername }: Person, isGuest: boolean) {
  return isGuest
    ? { signInType: 'federated', issuer: 'ExternalAzureAD', issuerAssignedId: null }
    : { signInType: 'userPrincipalName', issuer: DOMAIN, issuerAssignedId: preferredUsername };
}

function addContacts(directory: TenantDirectory): void {
  const mail = 'orders@fabrikam.example';
  directory.addContact({ id: objectId('contact-1'), displayName: 'Fabrikam Orders', companyName: 'Fabrikam', mail });
  directory.addContact({ id: objectId('contact-2'), displayName: 'Night Watch', mail: 'night@watch.example' });
}

/** One group of every kind of entra.md 2.5 that Graph knows, one inside the other, one inside itself. */
function addGroups(directory: TenantDirectory): void {
  const add = (displayName: string, members: (string | Member)[], kind: object = {}, mail?: string) =>
    directory.addGroup({ id: objectId(displayName), displayName, ...(mail && { mail: `${mail}@${DOMAIN}` }), ...kind, members });
  add('Finance', ['Priya Raman', 'Lukas Brandt', 'Yara Haddad', 'Sofia Rossi'], UNIFIED, 'finance');
  add('Finance – Treasury', ['Owen Doyle', 'Keiko Mori', 'Finance'], MAIL_SECURITY, 'treasury');
  directory.addMember('Finance', 'Finance – Treasury');
  add(
    'Everyone',
    [...directory.users].filter(({ userType }) => userType === 'Member').map(({ id }) => id),
    DYNAMIC,
  );
  add('Facilities', ['Mateo Vargas', 'Ingrid Dahl', 'Kofi Mensah', 'Chloé Martin', 'Piotr Zielinski'], {}, 'facilities');
  add('IT administrators', ['Sam Okafor', 'Noor Aziz', 'Hana Sato']);
  add('Auditors', ['Tom Kerr', 'Rita Lang', 'Nadia Rahimi']);
  add('Project Aurora', []);
  const things: Member[] = [
    { kind: 'device', id: objectId('device') },
    { kind: 'servicePrincipal', id: objectId('service') },
  ];
  add('Reception desk', ['Ingrid Dahl', 'Night Watch', ...things]);
}

const UNIFIED = { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false, visibility: 'Private' };
const MAIL_SECURITY = { mailEnabled: true, securityEnabled: true };
const DYNAMIC = { groupTypes: ['DynamicMembership'], membershipRule: 'user.userType -eq "Member"' };

/** The same object id in every demonstration. */
function objectId(name: string): string {
  const hex = createHash('sha256').update(`contoso/${name}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
