import type { ContactChange } from '../store/directory-sync-contacts.ts';
import type { GroupChange } from '../store/directory-sync-groups.ts';
import type { UserChange } from '../store/directory-sync-users.ts';
import type { Changes } from './read-page.ts';

/**
 * A full pass tells what is set and nothing else: a mail address that was cleared while nobody read is not mentioned there. Only of an object that
 * comes with what every whole one has, and never for what somebody's access depends on (ENT-71, ENT-73).
 */
export function asWhole(page: Changes): Changes {
  switch (page.stream) {
    case 'users':
      return { stream: page.stream, changes: page.changes.map(wholeUser) };
    case 'groups':
      return { stream: page.stream, changes: page.changes.map(wholeGroup) };
    case 'contacts':
      return { stream: page.stream, changes: page.changes.map(wholeContact) };
  }
}

const wholeUser = (user: UserChange): UserChange =>
  user.userName && user.name
    ? { ...user, mail: user.mail ?? null, language: user.language ?? null, sources: ['proxy', 'mail', 'user-name'] }
    : user;

const wholeGroup = (group: GroupChange): GroupChange =>
  group.kind && group.name ? { ...group, address: group.address ?? null, sources: ['proxy', 'mail'] } : group;

const wholeContact = (contact: ContactChange): ContactChange =>
  contact.name ? { ...contact, sources: ['proxy', 'mail'] } : contact;
