import { newScimToken } from '../../../actions/scim-tokens.ts';
import { noTrace } from '../../../store/audit.ts';
import type { TestApp } from '../../test-app.ts';

// biome-ignore lint/suspicious/noExplicitAny: whatever came back, which is then compared
export type Json = any;
/** What came back, its body read. */
export type ScimReply = { status: number; type: string | null; headers: Headers; body: Json };

/** An identity provider with a live token, which an administrator has just made. */
export async function connectProvider(house: TestApp, given: { administrator?: { memberId: string } } = {}) {
  const administrator = given.administrator ?? (await house.signInAs('administrator'));
  const token = await newScimToken(house.deps, {
    name: 'Entra',
    months: 12,
    by: administrator.memberId,
    now: house.clock.now,
    trace: noTrace,
  });
  if (token === null) throw new Error('the token of the story was not made');
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    scimRequest(house, method, path, body, { authorization: `Bearer ${token}`, ...headers });
  return {
    token,
    administrator,
    send,
    get: (path: string) => send('GET', path),
    post: (path: string, body: unknown) => send('POST', path, body),
    put: (path: string, body: unknown) => send('PUT', path, body),
    patch: (path: string, ...operations: unknown[]) => send('PATCH', path, patchOf(operations)),
    delete: (path: string) => send('DELETE', path),
  };
}
export type TestProvider = Awaited<ReturnType<typeof connectProvider>>;

export const patchOf = (operations: unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});

/** A text as body is sent as it is. */
export async function scimRequest(
  house: Pick<TestApp, 'request'>,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<ScimReply> {
  const sent = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
  const type: Record<string, string> = sent === null ? {} : { 'content-type': 'application/scim+json; charset=utf-8' };
  const answer = await house.request(`/scim/v2${path}`, { method, headers: { ...type, ...headers }, body: sent });
  const text = await answer.text();
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    headers: answer.headers,
    body: text === '' ? null : JSON.parse(text),
  };
}

/** GUIDs that are nobody else's. */
export const objectIdOfNumber = (number: number): string => `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`;

/** As Entra sends it (reference: Entra, 8.10). */
export const userBody = (number: number, more: Record<string, unknown> = {}) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
  externalId: objectIdOfNumber(number),
  userName: `abe-${number}@contoso.example`,
  active: true,
  emails: [{ primary: true, type: 'work', value: `abe.lincoln-${number}@contoso.example` }],
  meta: { resourceType: 'User' },
  name: { formatted: 'Abe Lincoln', familyName: 'Lincoln', givenName: 'Abe' },
  roles: [],
  ...more,
});

export const groupBody = (number: number, more: Record<string, unknown> = {}) => ({
  schemas: [
    'urn:ietf:params:scim:schemas:core:2.0:Group',
    'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
  ],
  externalId: objectIdOfNumber(number),
  displayName: `Sales ${number}`,
  meta: { resourceType: 'Group' },
  ...more,
});
