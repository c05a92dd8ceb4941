import type { ScimRefusal } from '../../directory/scim/refusal.ts';
import { answer } from '../api/answer.ts';
import type { Ctx } from '../env.ts';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** RFC 7644, 3.1. No `Vary: Origin`: nothing here is for browsers. */
export const scimAnswer = (c: Ctx, status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  answer(c, status, body, { ...(body === null ? {} : { 'Content-Type': 'application/scim+json' }), ...headers });

/** RFC 7644, 3.12. */
export function scimError(
  c: Ctx,
  refusal: Omit<ScimRefusal, 'status'> & { status: number },
  headers: Record<string, string> = {},
): Response {
  const { status, scimType, detail } = refusal;
  const body = { schemas: [ERROR], status: String(status), ...(scimType === undefined ? {} : { scimType }), detail };
  return scimAnswer(c, status, body, headers);
}

export const listOf = (resources: readonly unknown[], totalResults: number, startIndex: number): Record<string, unknown> => ({
  schemas: [LIST],
  totalResults,
  startIndex,
  itemsPerPage: resources.length,
  Resources: resources,
});

/** The URL of the service, as administrators copy it. */
export const scimBase = (publicUrl: string): string => `${publicUrl}/scim/v2`;
