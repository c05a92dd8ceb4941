import { type AccessRequest, AccessRequestSchema, type Approval, type Denial } from '@doorstep/shared/access-request';
import { InvitationSchema } from '@doorstep/shared/invitation';
import { BatchSchema, type NewBatch } from '@doorstep/shared/invitation-batch';
import { pageOf } from '@doorstep/shared/list';
import { MeSchema, SummarySchema } from '@doorstep/shared/me';
import { call, LONG, query } from './call.ts';
import type { Connection } from './kept.ts';

// What the badge, the background and the first screen ask; the rest is in wizard-api.ts and loaded with the wizard.

export const getMe = (to: Connection) => call(to, 'GET', '/me', MeSchema);

export const getSummary = (to: Connection, etag: string | null) =>
  call(to, 'GET', '/summary', SummarySchema, { headers: etag ? { 'if-none-match': etag } : {} });

const RequestList = pageOf(AccessRequestSchema);
export const getOpenRequests = (to: Connection) => call(to, 'GET', '/access-requests?state=open&limit=200', RequestList);

const InvitationList = pageOf(InvitationSchema);
export const getInvitations = (to: Connection, limit: number, q = '') =>
  call(to, 'GET', `/invitations?${query({ limit, q })}`, InvitationList);

export const getInvitation = (to: Connection, id: string) =>
  call(to, 'GET', `/invitations/${encodeURIComponent(id)}`, InvitationSchema);

export const resend = (to: Connection, id: string) =>
  call(to, 'POST', `/invitations/${encodeURIComponent(id)}/resend`, InvitationSchema, { body: {} });

export const decideRequest = (to: Connection, id: AccessRequest['id'], verdict: 'approve' | 'deny', body: Approval | Denial) =>
  call(to, 'POST', `/access-requests/${encodeURIComponent(id)}/${verdict}`, AccessRequestSchema, { body });

export const createBatch = (to: Connection, body: Partial<NewBatch>, idempotencyKey: string) =>
  call(to, 'POST', '/invitation-batches', BatchSchema, { body, headers: { 'idempotency-key': idempotencyKey }, limit: LONG });
