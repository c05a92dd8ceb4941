import type { AccessRequest } from '@doorstep/shared/access-request';
import type { Delivery, Invitation } from '@doorstep/shared/invitation';
import type { ConnectedBrowser, Summary } from '@doorstep/shared/me';
import type { Member } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import type { AccessRequestRow } from '../store/access-request.ts';
import type { ConnectedBrowserRow } from '../store/connected-browser.ts';
import type { InvitationRow } from '../store/invitation.ts';
import type { MemberRow } from '../store/member.ts';
import type { OutboxState } from '../store/schema.ts';
import type { Counted } from '../store/summary.ts';

// Rows of the database as the nouns of CONTRACT.md, section 5: the same for API and pages.

export const memberShown = (row: MemberRow): Member => ({
  id: row.id,
  state: row.state,
  role: row.role,
  name: row.name,
  address: row.address,
  guestOf: row.guestOf,
  userGroupIds: [],
  joinedAt: row.joinedAt,
  accessUntil: row.accessUntil,
  lastSeenAt: row.lastSeenAt,
});

export const invitationShown = (row: InvitationRow, now: Millis): Invitation => ({
  id: row.id,
  state: row.state,
  expired: row.state === 'pending' && row.expiresAt <= now,
  address: row.address,
  directoryUserId: null,
  name: row.name ?? row.memberName,
  role: row.role,
  userGroupIds: [],
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
  reason: row.reason,
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

export const summaryShown = ({ etag: _, ...counted }: Counted, asOf: Millis): Summary => ({
  ...counted,
  invitationRequired: 0,
  directory: null,
  asOf,
});
