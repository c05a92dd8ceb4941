import { randomUUID } from 'node:crypto';
import type { GraphContact, GraphGroup, GraphUser, Member } from './objects.ts';

type Named<T> = Partial<T> & { readonly displayName: string };
/** What has to be said about a new user: the rest is an enabled member with one address. */
export type NewUser = Named<GraphUser>;
/** A mail address makes it a distribution list, none a security group, unless `groupTypes` and its like say otherwise. */
export type NewGroup = Named<GraphGroup> & { readonly members?: readonly (string | Member)[] };
export type NewContact = Named<GraphContact>;

const DOMAIN = 'contoso.example';

export function completeUser(user: NewUser): GraphUser {
  const userPrincipalName = user.userPrincipalName ?? `${localPart(user.displayName)}@${DOMAIN}`;
  const mail = user.mail === undefined ? userPrincipalName : user.mail;
  return {
    id: randomUUID(),
    userPrincipalName,
    accountEnabled: true,
    userType: 'Member',
    createdDateTime: '2026-01-09T02:02:12Z',
    ...addresses(mail),
    ...user,
  };
}

export function completeGroup(group: Named<GraphGroup>): GraphGroup {
  return {
    id: randomUUID(),
    mailEnabled: Boolean(group.mail),
    securityEnabled: !group.mail,
    groupTypes: [],
    ...addresses(group.mail),
    ...group,
  };
}

export function completeContact(contact: NewContact): GraphContact {
  return { id: randomUUID(), ...addresses(contact.mail), ...contact };
}

function addresses(mail: string | null | undefined): { mail?: string; proxyAddresses?: string[] } {
  return mail ? { mail, proxyAddresses: [`SMTP:${mail}`] } : {};
}

/** "Zoë van Dijk" is zoe.van.dijk. */
function localPart(name: string): string {
  const letters = name.normalize('NFD').replace(/[^\w ]/g, '');
  return letters.trim().replace(/ +/g, '.').toLowerCase();
}
