import { foldAddress } from '@doorstep/shared/email-address';
import { objectIdOf, readObjectId } from '../../domain/directory-id.ts';
import { type Condition, readConditions } from './conditions.ts';
import { type Read, refused } from './refusal.ts';
import { memberOf } from './resource.ts';

/** What an answer is to be restricted to: object ids, and texts in ASCII lower case. A condition that nothing can meet is `nobody`. */
export type UserFilter = {
  objectId?: string;
  userName?: string;
  displayName?: string;
  active?: boolean;
  email?: string;
  emailType?: string;
};
export type GroupFilter = { objectId?: string; displayName?: string; memberId?: string };
export type Nobody = 'nobody';

type Put<F> = (filter: F, value: string | boolean) => F | Nobody | undefined;

const text = (value: string | boolean): string => foldAddress(String(value));

/** By what users can be found; each has an index (see store/scim-user.ts). undefined: not with this value. */
const userConditions: Record<string, Put<UserFilter>> = {
  id: (filter, value) => named(filter, objectIdOf('dus', String(value))),
  externalid: (filter, value) => named(filter, readObjectId(value)),
  username: (filter, value) => ({ ...filter, userName: text(value) }),
  displayname: (filter, value) => ({ ...filter, displayName: text(value) }),
  emails: (filter, value) => ({ ...filter, email: text(value) }),
  'emails.value': (filter, value) => ({ ...filter, email: text(value) }),
  'emails.type': (filter, value) => ({ ...filter, emailType: text(value) }),
  active: (filter, value) => (/^(true|false)$/i.test(String(value)) ? { ...filter, active: text(value) === 'true' } : undefined),
};

const groupConditions: Record<string, Put<GroupFilter>> = {
  id: (filter, value) => named(filter, objectIdOf('dgr', String(value))),
  externalid: (filter, value) => named(filter, readObjectId(value)),
  displayname: (filter, value) => ({ ...filter, displayName: text(value) }),
  members: (filter, value) => hasMember(filter, value),
  'members.value': (filter, value) => hasMember(filter, value),
};

const named = <F extends { objectId?: string }>(filter: F, objectId: string | null): F | Nobody =>
  objectId === null || (filter.objectId ?? objectId) !== objectId ? 'nobody' : { ...filter, objectId };

const hasMember = (filter: GroupFilter, value: string | boolean): GroupFilter | Nobody => {
  const member = memberOf(String(value));
  return member === null ? 'nobody' : { ...filter, memberId: member.objectId };
};

/** Of no filter: everybody. */
export function readUserFilter(sent: string | undefined): Read<UserFilter | Nobody> {
  const read = readFilter<UserFilter>(sent, userConditions);
  if ('refusal' in read || read.value === 'nobody') return read;
  const { emailType, email } = read.value;
  return emailType !== undefined && email === undefined
    ? refused('invalidFilter', 'emails are found by their value, with or without their type.')
    : read;
}

export const readGroupFilter = (sent: string | undefined): Read<GroupFilter | Nobody> =>
  readFilter<GroupFilter>(sent, groupConditions);

function readFilter<F extends object>(sent: string | undefined, known: Record<string, Put<F>>): Read<F | Nobody> {
  if (sent === undefined) return { value: {} as F };
  const read = readConditions(sent);
  return 'refusal' in read ? read : together(read.value, known);
}

function together<F extends object>(conditions: readonly Condition[], known: Record<string, Put<F>>): Read<F | Nobody> {
  let filter = {} as F;
  let isNobody = false;
  const seen = new Set<string>();
  for (const { attribute, value } of conditions) {
    const put = Object.hasOwn(known, attribute) && !seen.has(attribute) ? known[attribute]!(filter, value) : undefined;
    if (put === undefined)
      return refused('invalidFilter', 'The filter names an attribute twice, or one that nothing is found by.');
    seen.add(attribute);
    if (put === 'nobody') isNobody = true;
    else filter = put;
  }
  return { value: isNobody ? 'nobody' : filter };
}
