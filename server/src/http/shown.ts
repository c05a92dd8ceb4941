import type { AccessRequest } from '@doorstep/shared/access-request';
import type { DirectoryGroup, DirectoryUser } from '@doorstep/shared/directory';
import type { Delivery, Invitation } from '@doorstep/shared/invitation';
import type { ConnectedBrowser, Summary } from '@doorstep/shared/me';
import type { Member } from '@doorstep/shared/member';
import type { OptionPreset } from '@doorstep/shared/option-preset';
import type { Millis } from '@doorstep/shared/time';
import type { UserGroup } from '@doorstep/shared/user-group';
import { directoryGroupId, directoryUserId, readObjectId } from '../domain/directory-id.ts';
import { whatExpires } from '../domain/expiry.ts';
import { isGuest } from '../domain/guest.ts';
import type { AccessRequestRow } from '../store/access-request.ts';
import type { ConnectedBrowserRow } from '../store/connected-browser.ts';
import type { DirectoryGroupRow } from '../store/directory-group.ts';
import type { DirectoryUserRow } from '../store/directory-user.ts';
import type { InvitationRow } from '../store/invitation.ts';
import type { MemberRow } from '../store/member.ts';
import type { OptionPresetRow } from '../store/option-preset.ts';
import type { OutboxState } from '../store/schema.ts';
import { findSponsorNames } from '../store/sponsor.ts';
import type { Store } from '../store/store.ts';
import type { Counted } from '../store/summary.ts';
import { type UserGroupRow, userGroupIdsOf } from '../store/user-group.ts';

// Rows of the database as the nouns of CONTRACT.md, section 5: the same for API and pages.

/** `userGroupIds` as `userGroupIdsOf` finds them, custom and synced; `sponsors`: their names by member id, left out where none is shown. */
export const memberShown = (
  row: MemberRow,
  userGroupIds: string[],
  sponsors: ReadonlyMap<string, string | null> = new Map(),
): Member => ({
  id: row.id,
  state: row.state,
  role: row.role,
  name: row.name,
  address: row.address,
  guestOf: row.guestOf,
  isGuest: isGuest(row),
  sponsor: row.sponsorId === null ? null : { memberId: row.sponsorId, name: sponsors.get(row.sponsorId) ?? null },
  userGroupIds,
  joinedAt: row.joinedAt,
  accessUntil: row.accessUntil,
  lastSeenAt: row.lastSeenAt,
});

/** Members with the groups that they have now. */
export async function membersShown(store: Store, rows: MemberRow[]): Promise<Member[]> {
  const [groups, sponsors] = await Promise.all([userGroupIdsOf(store, rows), findSponsorNames(store, rows)]);
  return rows.map((row) => memberShown(row, groups.get(row.id) ?? [], sponsors));
}

export const userGroupShown = ({ directoryGroupId: objectId, createdBy: _, ...row }: UserGroupRow): UserGroup => ({
  ...row,
  directoryGroupId: objectId && directoryGroupId(objectId),
});

export const invitationShown = (row: InvitationRow, now: Millis): Invitation => ({
  id: row.id,
  state: row.state,
  expired: row.state === 'pending' && row.expiresAt <= now,
  address: row.address,
  directoryUserId: directoryUserOf(row),
  name: row.name ?? row.memberName,
  role: row.role,
  userGroupIds: JSON.parse(row.userGroupIds) as string[],
  accessUntil: row.accessUntil,
  language: row.language,
  note: row.note,
  batchId: row.batchId,
  accessRequestId: row.accessRequestId,
  invitedBy: row.inviterId ? { memberId: row.inviterId, name: row.inviterName } : null,
  sentAt: row.sentAt,
  generation: row.generation,
  expiresAt: row.expiresAt,
  redeemedAt: row.redeemedAt,
  memberId: row.memberId,
  delivery: row.mailState && deliveryOf[row.mailState],
});

/** Whom an approval is bound to the directory need not know. */
const directoryUserOf = ({ objectId, accessRequestId }: InvitationRow) => {
  const known = accessRequestId === null ? readObjectId(objectId) : null;
  return known && directoryUserId(known);
};

const deliveryOf: Record<OutboxState, Delivery | null> = {
  queued: 'queued',
  claimed: 'queued',
  called: 'queued',
  sent: 'sent',
  delivered: 'delivered',
  bounced: 'bounced',
  failed: 'failed',
  uncertain: 'uncertain',
  dropped: null,
};

export const accessRequestShown = (row: AccessRequestRow, now: Millis): AccessRequest => ({
  id: row.id,
  state: row.state === 'open' && row.expiresAt <= now ? 'expired' : row.state,
  why: row.why,
  invitationId: row.invitationId,
  name: row.name,
  address: row.address,
  guestOf: row.guestOf,
  isGuest: isGuest(row),
  reason: row.reason,
  question: row.question,
  answer: row.answer,
  askedAt: row.askedAt,
  expiresAt: row.expiresAt,
  decidedAt: row.decidedAt,
  decidedBy: row.decidedBy ? { memberId: row.decidedBy, name: row.decidedByName } : null,
  decisionReason: row.decisionReason,
});

export const browserShown = (row: ConnectedBrowserRow & { memberName: string | null }): ConnectedBrowser => ({
  id: row.id,
  member: { memberId: row.memberId, name: row.memberName },
  clientId: row.clientId,
  connectedAt: row.connectedAt,
  lastUsedAt: row.lastUsedAt,
  expiresAt: row.endsAt,
});

/** `isSetByEnvironment`: the client secret is, so that its date counts. */
export const summaryShown = (
  { etag: _, hasDirectory, lastSyncAt, ends, ...counted }: Counted,
  isSetByEnvironment: boolean,
  asOf: Millis,
): Summary => ({
  ...counted,
  expiring: whatExpires(ends, isSetByEnvironment, asOf)[0] ?? null,
  directory: hasDirectory ? { lastSyncAt } : null,
  asOf,
});

export const directoryUserShown = (row: DirectoryUserRow): DirectoryUser => ({
  id: directoryUserId(row.objectId),
  name: row.name,
  address: row.address,
  guestOf: row.guestOf,
  status: row.status,
  standing: row.standing,
  firstSeenAt: row.firstSeenAt,
});

export const directoryGroupShown = (row: DirectoryGroupRow): DirectoryGroup => ({
  id: directoryGroupId(row.objectId),
  name: row.name,
  address: row.address,
  kind: row.kind,
  people: row.people,
});

export const optionPresetShown = (row: OptionPresetRow): OptionPreset => ({ id: row.id, name: row.name, ...row.options });
