import type { AccessRequest } from '@doorstep/shared/access-request';
import type { DirectoryGroup } from '@doorstep/shared/directory';
import type { Invitation } from '@doorstep/shared/invitation';
import type { Row } from '@doorstep/shared/invitation-batch';
import type { ConnectedBrowser } from '@doorstep/shared/me';
import type { Member } from '@doorstep/shared/member';
import { DAY, HOUR, MINUTE } from '@doorstep/shared/time';
import type { UserGroup } from '@doorstep/shared/user-group';

/** Every text that people or the world put into a page. */
export type Words = { workspace: string; name: string; address: string; sentence: string };
export const everydayWords: Words = {
  workspace: 'Contoso Vault',
  name: 'Mia Novák',
  address: 'mia@contoso.com',
  sentence: 'Welcome to the vault! Finance papers are under “2027 budget”. Questions? Just reply to this mail.',
};

export const now = Date.UTC(2026, 10, 23, 10, 36);
export const id = (prefix: string, at: number) =>
  `${prefix}_01k3x9${'abcdefghjk'[at % 10]}${'mnpqrstvwx'[(at * 7) % 10]}z2q4r6t8v0w1y3a5b7c`;

export const shellOf = (words: Words) => ({ workspaceName: words.workspace, logoHash: null, nonce: 'bm9uY2U', now });
export const viewerOf = (words: Words) =>
  ({ memberId: id('mem', 0), name: words.name, address: words.address, role: 'administrator' }) as const;

export const memberOf = (words: Words, at: number): Member => ({
  id: id('mem', at),
  state: (['active', 'active', 'active', 'suspended', 'removed'] as const)[at % 5]!,
  role: (['administrator', 'member', 'reader'] as const)[at % 3]!,
  name: at % 7 === 6 ? null : words.name,
  address: words.address,
  guestOf: at % 3 === 2 ? 'fabrikam.com' : null,
  isGuest: at % 6 === 2,
  sponsor: at % 6 === 2 ? { memberId: id('mem', 0), name: words.name } : null,
  userGroupIds: [0, 1, 2, 3].slice(0, at % 5).map((group) => id('grp', group)),
  joinedAt: now - (at + 1) * DAY,
  accessUntil: at % 3 === 2 ? now + (at + 1) * DAY : null,
  lastSeenAt: at % 4 === 3 ? null : now - at * HOUR,
});

export const userGroupOf = (words: Words, at: number): UserGroup => ({
  id: id('grp', at),
  kind: at % 2 ? 'synced' : 'custom',
  name: words.sentence.slice(0, 100),
  directoryGroupId: at % 2 ? id('dgr', at) : null,
  members: at * 1000,
  createdAt: now - at * DAY,
});

export const groupNames = (words: Words) => [0, 1, 2, 3].map((at) => userGroupOf(words, at));

export const directoryGroupOf = (words: Words, at: number): DirectoryGroup => ({
  id: id('dgr', at),
  name: at % 3 ? words.name : null,
  address: at % 2 ? words.address : null,
  kind: 'security',
  people: at * 700,
});

export const invitationOf = (words: Words, at: number): Invitation => ({
  id: id('inv', at),
  state: (['pending', 'pending', 'pending', 'redeemed', 'revoked', 'declined'] as const)[at % 6]!,
  expired: at % 8 === 7,
  address: words.address,
  directoryUserId: null,
  name: at % 2 ? words.name : null,
  role: 'member',
  userGroupIds: [],
  accessUntil: null,
  language: 'en',
  note: words.sentence,
  batchId: null,
  accessRequestId: null,
  invitedBy: { memberId: id('mem', 0), name: words.name },
  sentAt: now - at * HOUR,
  generation: 1,
  expiresAt: now + 7 * DAY - at * HOUR,
  redeemedAt: null,
  memberId: at % 6 === 3 ? id('mem', at) : null,
  delivery: (['queued', 'sent', 'delivered', 'bounced', 'failed', 'uncertain', null] as const)[at % 7]!,
});

export const requestOf = (words: Words, at: number): AccessRequest => ({
  id: id('req', at),
  state: 'open',
  why: (['no-invitation', 'address-not-proven', 'other-account', 'invitation-expired'] as const)[at % 4]!,
  invitationId: null,
  name: words.name,
  address: words.address,
  guestOf: at % 2 ? 'fabrikam.com' : null,
  reason: at % 3 === 2 ? null : words.sentence,
  question: null,
  answer: null,
  askedAt: now - at * HOUR,
  expiresAt: now + 30 * DAY,
  decidedAt: null,
  decidedBy: null,
  decisionReason: null,
});

export const decidedOf = (words: Words, at: number): AccessRequest => ({
  ...requestOf(words, at),
  state: (['approved', 'denied', 'withdrawn', 'superseded', 'expired'] as const)[at % 5]!,
  decidedAt: now - at * HOUR,
  decidedBy: { memberId: id('mem', 0), name: words.name },
  decisionReason: words.sentence,
  mailed: false,
});

export const browserOf = (words: Words, at: number): ConnectedBrowser => ({
  id: id('brw', at),
  member: { memberId: id('mem', at), name: words.name },
  clientId: at % 2 ? 'chrome' : 'lindjmlphdeoihhgekhmnnhjgikhdkbo',
  connectedAt: now - 3 * DAY,
  lastUsedAt: at % 2 ? null : now,
  expiresAt: now + 14 * DAY,
});

export const historyLine = (words: Words, at: number) =>
  ({ icon: 'door', text: `joined: ${words.sentence}`, at: now - at * HOUR, by: at % 2 ? words.name : null }) as const;

export const auditLine = (words: Words, at: number) => ({
  id: id('aud', at),
  at: now - at * MINUTE,
  what: 'invitation.redeemed',
  text: 'Invitation redeemed',
  by: words.name,
  about: { text: words.name, href: at % 2 ? '/admin/users/x' : null },
  result: at % 3 === 2 ? 'refused' : 'done',
  isRefusal: at % 3 === 2,
  requestId: id('rqt', at),
});

export const planRows = (words: Words): Row[] => [
  { recipient: 0, address: words.address, directoryUserId: null, name: null, plan: 'invite' },
  { recipient: 1, address: words.address, directoryUserId: null, name: words.name, plan: 'resend' },
  { recipient: 2, address: null, directoryUserId: null, name: null, plan: 'refuse', because: 'not-an-address' },
  { recipient: 3, address: words.address, directoryUserId: null, name: null, plan: 'refuse', because: 'already-member' },
  {
    ...{ recipient: 4, address: words.address, directoryUserId: null, name: words.name, plan: 'invite' },
    ...{ directoryGroupId: id('dgr', 1), counts: { invite: 8, resend: 0, refuse: 4 } },
    people: [
      {
        recipient: 4,
        address: words.address,
        directoryUserId: id('dus', 1),
        name: words.name,
        plan: 'invite',
        remark: 'tenant-guest',
      },
      {
        recipient: 4,
        address: null,
        directoryUserId: id('dus', 2),
        name: words.name,
        plan: 'refuse',
        because: 'disabled-in-directory',
      },
    ],
  },
];
