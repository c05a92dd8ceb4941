import { type AccessRequest, AccessRequestSchema, type Approval, type Denial } from '@doorstep/shared/access-request';
import { InvitationSchema } from '@doorstep/shared/invitation';
import { BatchSchema, type NewBatch, PreviewSchema } from '@doorstep/shared/invitation-batch';
import { pageOf } from '@doorstep/shared/list';
import { MeSchema, SummarySchema } from '@doorstep/shared/me';
import { type Problem, ProblemSchema } from '@doorstep/shared/problem';
import { SECOND } from '@doorstep/shared/time';
import * as v from 'valibot';
import type { Connection } from './kept.ts';

/** What became of a request. `key` is the problem's name, `/problems/{key}`; `unreachable` also stands for an answer that is not ours. */
export type Answer<Value> =
  | { outcome: 'ok'; value: Value; etag: string | null }
  | { outcome: 'unchanged' }
  | { outcome: 'refused'; key: string; problem: Problem }
  | { outcome: 'ended' }
  | { outcome: 'unreachable' };

type Call = { body?: unknown; headers?: Record<string, string>; limit?: number };

/** Every answer is parsed with the shared schema, so that no object can arrive where a text is drawn (EXT-03). */
async function call<Schema extends v.GenericSchema>(
  { workspace, token }: Connection,
  method: 'GET' | 'POST',
  path: string,
  schema: Schema,
  { body, headers, limit = 10 * SECOND }: Call = {},
): Promise<Answer<v.InferOutput<Schema>>> {
  try {
    const response = await fetch(`${workspace}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      credentials: 'omit',
      redirect: 'error', // nothing of this workspace goes to another host (EXT-07)
      cache: 'no-store',
      signal: AbortSignal.timeout(limit),
    });
    if (response.status === 304) return { outcome: 'unchanged' };
    const answer: unknown = await response.json();
    if (response.ok) return { outcome: 'ok', value: v.parse(schema, answer), etag: response.headers.get('etag') };
    const problem = v.parse(ProblemSchema, answer);
    if (response.status === 401) return { outcome: 'ended' };
    return response.status >= 500
      ? { outcome: 'unreachable' }
      : { outcome: 'refused', key: problem.type.split('/').at(-1)!, problem };
  } catch {
    return { outcome: 'unreachable' };
  }
}

export const getMe = (to: Connection) => call(to, 'GET', '/me', MeSchema);

export const getSummary = (to: Connection, etag: string | null) =>
  call(to, 'GET', '/summary', SummarySchema, { headers: etag ? { 'if-none-match': etag } : {} });

const RequestList = pageOf(AccessRequestSchema);
export const getOpenRequests = (to: Connection) => call(to, 'GET', '/access-requests?state=open&limit=200', RequestList);

const InvitationList = pageOf(InvitationSchema);
export const getInvitations = (to: Connection, limit: number, q = '') =>
  call(to, 'GET', `/invitations?${new URLSearchParams({ limit: String(limit), ...(q && { q }) })}`, InvitationList);

export const getInvitation = (to: Connection, id: string) =>
  call(to, 'GET', `/invitations/${encodeURIComponent(id)}`, InvitationSchema);

export const resend = (to: Connection, id: string) =>
  call(to, 'POST', `/invitations/${encodeURIComponent(id)}/resend`, InvitationSchema, { body: {} });

export const decideRequest = (to: Connection, id: AccessRequest['id'], verdict: 'approve' | 'deny', body: Approval | Denial) =>
  call(to, 'POST', `/access-requests/${encodeURIComponent(id)}/${verdict}`, AccessRequestSchema, { body });

const LONG = 60 * SECOND; // a plan of 100,000 rows
export const previewBatch = (to: Connection, body: Partial<NewBatch>) =>
  call(to, 'POST', '/invitation-batches/preview', PreviewSchema, { body, limit: LONG });

export const createBatch = (to: Connection, body: Partial<NewBatch>, idempotencyKey: string) =>
  call(to, 'POST', '/invitation-batches', BatchSchema, { body, headers: { 'idempotency-key': idempotencyKey }, limit: LONG });

export const getBatch = (to: Connection, id: string) =>
  call(to, 'GET', `/invitation-batches/${encodeURIComponent(id)}`, BatchSchema);

export const stopBatch = (to: Connection, id: string) =>
  call(to, 'POST', `/invitation-batches/${encodeURIComponent(id)}/stop`, BatchSchema, { body: {} });
