import type { GroupKind } from '@doorstep/shared/directory';
import * as v from 'valibot';
import type { ContactChange } from '../store/directory-sync-contacts.ts';
import type { GroupChange, MemberChange } from '../store/directory-sync-groups.ts';
import { type KnownAddress, maybe, objectId, only, readAddress, readName, readProxies, removal } from './read-text.ts';

export const GROUP_PROPERTIES = 'id,displayName,mail,proxyAddresses,groupTypes,mailEnabled,securityEnabled,members';
export const CONTACT_PROPERTIES = 'id,displayName,mail,proxyAddresses';

const Addressed = {
  id: objectId,
  '@removed': removal,
  displayName: maybe(v.string()),
  mail: maybe(v.string()),
  proxyAddresses: maybe(v.array(v.unknown())),
};
const GroupItem = v.object({
  ...Addressed,
  groupTypes: maybe(v.array(v.unknown())),
  mailEnabled: maybe(v.boolean()),
  securityEnabled: maybe(v.boolean()),
  'members@delta': maybe(v.array(v.unknown())),
});
type GroupItem = v.InferOutput<typeof GroupItem>;
const ContactItem = v.object(Addressed);
const MemberItem = v.object({ '@odata.type': maybe(v.string()), id: objectId, '@removed': removal });

/** One object of a page of `groups/delta`; null for what names no group. */
export function readGroup(item: unknown): GroupChange | null {
  const read = v.safeParse(GroupItem, item);
  if (!read.success) return null;
  const group = read.output;
  if (group['@removed']) return { id: group.id, state: 'removed', wasRemoved: true, members: [], addresses: [], sources: [] };
  const members = (group['members@delta'] ?? []).map(readMember).filter((member) => member !== null);
  return { state: 'present', wasRemoved: false, ...readAddressed(group), kind: readKind(group), members };
}

/** One object of a page of `contacts/delta`; null for what names none. */
export function readContact(item: unknown): ContactChange | null {
  const read = v.safeParse(ContactItem, item);
  if (!read.success) return null;
  const contact = read.output;
  if (contact['@removed']) return { id: contact.id, state: 'removed', addresses: [], sources: [] };
  return { state: 'present', ...readAddressed(contact) };
}

function readAddressed(item: Pick<GroupItem, 'id' | 'displayName' | 'mail' | 'proxyAddresses'>) {
  const mail = readAddress(item.mail);
  const proxies = readProxies(item.proxyAddresses);
  const sources: KnownAddress['source'][] = [
    ...(proxies ? (['proxy'] as const) : []),
    ...(mail === undefined ? [] : (['mail'] as const)),
  ];
  const addresses = [...(proxies ?? []), ...(mail === undefined ? [] : only('mail', mail))];
  return { id: item.id, name: readName(item.displayName), address: mail, sources, addresses };
}

/**
 * People and groups; devices, contacts, service principals and what is not known yet are nobody whom one can invite. Who leaves a group leaves it,
 * whatever they are (DIR-10).
 */
function readMember(item: unknown): MemberChange | null {
  const read = v.safeParse(MemberItem, item);
  if (!read.success) return null;
  const { id, '@odata.type': type, '@removed': removed } = read.output;
  const isGroup = type === '#microsoft.graph.group';
  const isRemoved = removed !== undefined;
  return isRemoved || isGroup || type === '#microsoft.graph.user' ? { id, isGroup, isRemoved } : null;
}

/** The table of reference/entra.md, 2.5. Only all three properties together say what it is. */
function readKind({ groupTypes, mailEnabled, securityEnabled }: GroupItem): GroupKind | undefined {
  if (!groupTypes || typeof mailEnabled !== 'boolean' || typeof securityEnabled !== 'boolean') return undefined;
  if (groupTypes.includes('DynamicMembership')) return 'dynamic';
  if (groupTypes.includes('Unified')) return 'microsoft-365';
  if (!mailEnabled) return 'security';
  return securityEnabled ? 'mail-security' : 'distribution';
}
