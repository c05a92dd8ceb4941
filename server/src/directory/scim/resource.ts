import { isAddress } from '@doorstep/shared/email-address';
import { directoryGroupId, directoryUserId, objectIdOf, readObjectId } from '../../domain/directory-id.ts';
import { fitObject } from './fit.ts';
import { type Read, refused } from './refusal.ts';
import { groupShape, userShape } from './shape.ts';

export type ScimEmail = { value: string; type?: string; primary?: boolean };

/** A user as the provider wrote it. `externalId` is the person's object id, in lower case. */
export type ScimUser = {
  externalId: string;
  userName: string;
  active: boolean;
  displayName?: string;
  name?: { formatted?: string; givenName?: string; familyName?: string };
  emails?: ScimEmail[];
  preferredLanguage?: string;
  userType?: string;
};

/** A group without its members, which are rows of their own. */
export type ScimGroup = { externalId: string; displayName: string };

/** A direct member, by its object id. */
export type ScimMember = { objectId: string; isGroup: boolean };

const BODY = 'The body';

/**
 * `before` is the user whom the body is to change: it may leave the object id out, but not change it. Where it does not say whether the person is
 * active, that stays as it was: nobody comes in again because a body is short. Somebody new is active (RFC 7644, 3.5.1).
 */
export function readUser(body: unknown, before?: ScimUser): Read<ScimUser> {
  const fitted = fitObject(userShape, body, BODY);
  if ('refusal' in fitted) return fitted;
  const { externalId: _, emails, active = before?.active ?? true, ...rest } = (fitted.value ?? {}) as Partial<ScimUser>;
  const externalId = readExternalId(fitted.value?.externalId, before?.externalId, 'The person');
  if ('refusal' in externalId) return externalId;
  if (rest.userName === undefined) return refused('invalidValue', 'userName is missing.');
  const list = (emails ?? []).filter(({ value }) => value !== undefined);
  const user = { ...rest, userName: rest.userName, externalId: externalId.value, active };
  return { value: list.length === 0 ? user : { ...user, emails: onePrimary(list) } };
}

/** `known` is the object id that the group has already: a body may leave it out, but not change it. */
export function readGroup(body: unknown, known?: string): Read<{ group: ScimGroup; members: ScimMember[] }> {
  const fitted = fitObject(groupShape, body, BODY);
  if ('refusal' in fitted) return fitted;
  const { displayName, members } = (fitted.value ?? {}) as { displayName?: string; members?: { value?: string }[] };
  const externalId = readExternalId(fitted.value?.externalId, known, 'The group');
  if ('refusal' in externalId) return externalId;
  if (displayName === undefined) return refused('invalidValue', 'displayName is missing.');
  const read = readMembers(members ?? []);
  return 'refusal' in read ? read : { value: { group: { externalId: externalId.value, displayName }, members: read.value } };
}

/** Each one once. `value` is the id that we gave the user or group. */
export function readMembers(sent: readonly { value?: string }[]): Read<ScimMember[]> {
  const members = new Map<string, ScimMember>();
  for (const { value } of sent) {
    const member = memberOf(value ?? '');
    if (!member) return refused('invalidValue', 'The value of a member must be the id of a user or group of this service.');
    members.set(member.objectId, member);
  }
  return { value: [...members.values()] };
}

export function memberOf(id: string): ScimMember | null {
  const user = objectIdOf('dus', id);
  if (user !== null) return { objectId: user, isGroup: false };
  const group = objectIdOf('dgr', id);
  return group === null ? null : { objectId: group, isGroup: true };
}

export const idOfMember = ({ objectId, isGroup }: ScimMember): string =>
  isGroup ? directoryGroupId(objectId) : directoryUserId(objectId);

/** Entra's preset mapping sends `mailNickname`, which is not unique: the sentence says what to do (reference: Entra, section 3). */
function readExternalId(sent: unknown, known: string | undefined, who: string): Read<string> {
  if (sent === undefined && known !== undefined) return { value: known };
  const objectId = readObjectId(sent);
  if (objectId === null) {
    return refused('invalidValue', `externalId must be the object id. In the attribute mappings, map objectId to externalId.`);
  }
  if (known !== undefined && objectId !== known) {
    return refused('mutability', `${who} of another object id is another one: externalId cannot be changed.`);
  }
  return { value: objectId };
}

/** RFC 7643, 2.4: at most one is primary; the one named last wins (RFC 7644, 3.5.2). */
function onePrimary(emails: readonly ScimEmail[]): ScimEmail[] {
  const primary = emails.findLastIndex((email) => email.primary === true);
  return emails.map((email, at) => (email.primary === true && at !== primary ? { ...email, primary: false } : email));
}

/** What people call this person. */
export const nameOfUser = ({ displayName, name }: ScimUser): string | null =>
  displayName ?? name?.formatted ?? ([name?.givenName, name?.familyName].filter(Boolean).join(' ') || null);

/** Where mails go: the primary address, else the one for work, else the first one, else a user name that is an address. */
export function addressOfUser({ emails = [], userName }: ScimUser): string | null {
  const usable = emails.filter(({ value }) => isAddress(value));
  const email = usable.find(({ primary }) => primary) ?? usable.find(({ type }) => type?.toLowerCase() === 'work') ?? usable[0];
  return email?.value ?? (isAddress(userName) ? userName : null);
}

/** Entra says so, or makes such a user name for somebody whose account is at home elsewhere (reference: Entra, 1.6). */
export const isGuest = ({ userType, userName }: ScimUser): boolean =>
  userType?.toLowerCase() === 'guest' || /#EXT#/i.test(userName);

/** A language tag (RFC 5646) or none. */
export const languageOfUser = ({ preferredLanguage: tag }: ScimUser): string | null =>
  tag !== undefined && /^[a-z]{2,3}(-[a-z0-9]{1,8}){0,4}$/i.test(tag) ? tag : null;
