import { isAddress } from '@doorstep/shared/email-address';
import * as v from 'valibot';
import type { UserChange } from '../store/directory-sync-users.ts';
import { domainOf, type KnownAddress, maybe, objectId, only, readAddress, readName, readProxies, removal } from './read-text.ts';

export const USER_PROPERTIES =
  'id,displayName,mail,userPrincipalName,proxyAddresses,accountEnabled,userType,identities,preferredLanguage';

const UserItem = v.object({
  id: objectId,
  '@removed': removal,
  displayName: maybe(v.string()),
  mail: maybe(v.string()),
  userPrincipalName: maybe(v.string()),
  proxyAddresses: maybe(v.array(v.unknown())),
  accountEnabled: maybe(v.boolean()),
  userType: maybe(v.string()),
  identities: maybe(v.array(v.unknown())),
  preferredLanguage: maybe(v.string()),
});
type UserItem = v.InferOutput<typeof UserItem>;

/** One object of a page of `users/delta`; null for what names nobody. */
export function readUser(item: unknown): UserChange | null {
  const read = v.safeParse(UserItem, item);
  if (!read.success) return null;
  const { id, '@removed': removed } = read.output;
  return removed ? { id, state: removed, addresses: [], sources: [] } : readPresent(read.output);
}

function readPresent(item: UserItem): UserChange {
  const userName = readName(item.userPrincipalName);
  const mail = readAddress(item.mail);
  return {
    id: item.id,
    name: readName(item.displayName),
    mail,
    userName,
    signInAddress: userName === undefined ? undefined : signInAddress(userName),
    ...readAddresses(item, mail, userName),
    domain: userName && signInAddress(userName) !== null ? domainOf(userName) : undefined,
    isGuest: isGuest(item.userType, userName),
    home: homeOf(item.identities) ?? (mail ? domainOf(mail) : undefined),
    language: readLanguage(item.preferredLanguage),
    state: typeof item.accountEnabled === 'boolean' ? (item.accountEnabled ? 'enabled' : 'disabled') : undefined,
  };
}

/** The name that somebody of the tenant signs in with; a guest's is made up by Entra and is nobody's address. */
const signInAddress = (userName: string | null): string | null =>
  userName !== null && !isExternal(userName) && isAddress(userName) ? userName : null;

const isExternal = (userName: string): boolean => /#EXT#/i.test(userName);

function readAddresses(
  item: UserItem,
  mail: string | null | undefined,
  userName: string | null | undefined,
): Pick<UserChange, 'addresses' | 'sources'> {
  const bySource: Record<string, KnownAddress[] | undefined> = {
    proxy: readProxies(item.proxyAddresses),
    mail: mail === undefined ? undefined : only('mail', mail),
    'user-name': userName === undefined ? undefined : only('user-name', signInAddress(userName)),
  };
  const said = Object.entries(bySource).flatMap(([source, addresses]) => (addresses ? [{ source, addresses }] : []));
  return { sources: said.map(({ source }) => source), addresses: said.flatMap(({ addresses }) => addresses) } as Pick<
    UserChange,
    'addresses' | 'sources'
  >;
}

/** A guest by type, or somebody whose account is at home elsewhere (reference/entra.md, 1.6); undefined when neither is said. */
function isGuest(userType: string | null | undefined, userName: string | null | undefined): boolean | undefined {
  if (userType === 'Guest' || (userName && isExternal(userName))) return true;
  return userType && userName ? false : undefined;
}

/** The domain of the home provider, where the identities name one. */
function homeOf(identities: unknown[] | null | undefined): string | undefined {
  for (const identity of identities ?? []) {
    const { signInType, issuer } = (identity ?? {}) as { signInType?: unknown; issuer?: unknown };
    if (signInType === 'federated' && typeof issuer === 'string' && /^[\w-]+(\.[\w-]+)+$/.test(issuer)) {
      return issuer.toLowerCase().slice(0, 253);
    }
  }
  return undefined;
}

/** A language tag (RFC 5646) or none. */
const readLanguage = (tag: string | null | undefined): string | null | undefined =>
  tag === undefined ? undefined : tag !== null && /^[a-z]{2,3}(-[a-z0-9]{1,8}){0,4}$/i.test(tag) ? tag : null;
