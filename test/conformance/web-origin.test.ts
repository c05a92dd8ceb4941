import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest } from '../demo-tenant/raw-request.ts';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { EXTENSION_ORIGIN } from './extension-client.ts';
import { invited, signsIn } from './stories.ts';
import { countOf, stateOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
let requestId: string;
let invitationId: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
  await signsIn(workspace, 'mia');
  requestId = (await workspace.api('GET', '/access-requests?state=open')).body.items[0].id;
  invitationId = (await invited(workspace, 'ana@contoso.example')).id;
});
afterAll(() => workspace.stop());

const FORM = 'application/x-www-form-urlencoded';
/** How another site can make an administrator's browser post, with the cookies of a browser that minds no `SameSite`. */
const CROSS_SITE: [string, Record<string, string>][] = [
  ['a form of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'content-type': FORM }],
  ['fetch as text/plain', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' }],
  ['no Origin, no Sec-Fetch-Site', { 'content-type': FORM }],
  ['no Origin, from a sibling', { 'sec-fetch-site': 'same-site', 'content-type': FORM }],
  ['no Origin, from elsewhere', { 'sec-fetch-site': 'cross-site', 'content-type': FORM }],
  ['Origin null', { origin: 'null', 'sec-fetch-site': 'cross-site', 'content-type': FORM }],
  ['Origin null, said to be ours', { origin: 'null', 'sec-fetch-site': 'same-origin', 'content-type': FORM }],
  ['a sibling subdomain', { origin: 'http://evil.localhost', 'sec-fetch-site': 'same-site', 'content-type': FORM }],
  ['our host, another port', { origin: 'http://localhost:1', 'sec-fetch-site': 'same-site', 'content-type': FORM }],
  ['our host over https', { origin: 'https://localhost', 'sec-fetch-site': 'same-site', 'content-type': FORM }],
  ['the extension', { origin: EXTENSION_ORIGIN, 'sec-fetch-site': 'none', 'content-type': FORM }],
];

const pages = () => [
  `/admin/requests/${requestId}/approve`,
  `/admin/requests/${requestId}/deny`,
  '/admin/invitations/new',
  `/admin/invitations/${invitationId}/revoke`,
  '/connect/authorize',
  '/sign-out',
  '/sign-out/everywhere',
  '/setup',
  '/join',
  `/join/${invitationId}/decline`,
  '/waiting/withdraw',
];

test.each(CROSS_SITE)('REQ-05: %s posts to pages in vain: 403, nothing changed, one audit row', async (_, headers) => {
  const cookie = workspace.administrator.cookies.header(`${url}/`, 'POST', 'same-origin');
  for (const path of pages()) {
    const [before, refusals] = [await stateOf(workspace), await countOf(workspace, "audit_events WHERE what = 'write.refused'")];
    const answer = await rawRequest(url + path, 'POST', { ...headers, cookie }, 'verdict=approve&name=Mine');
    expect([path, answer.status]).toEqual([path, 403]);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await stateOf(workspace)).toBe(before);
    expect(await countOf(workspace, "audit_events WHERE what = 'write.refused'")).toBe(refusals + 1);
  }
});

test('REQ-05: without Origin, a browser that says same-origin is believed (RFC 6454 lets it be absent)', async () => {
  const visitor = new Browser();
  const answer = await rawRequest(`${url}/join`, 'POST', { 'sec-fetch-site': 'same-origin', 'content-type': FORM }, 'id=&key=');
  expect(answer.status).toBe(422);
  expect(visitor.cookies.of(url)).toEqual([]);
});

const apiPaths = () =>
  [
    [`/access-requests/${requestId}/approve`, {}],
    [`/access-requests/${requestId}/deny`, {}],
    ['/invitation-batches', { recipients: [{ email: 'x@contoso.example' }] }],
    [`/invitations/${invitationId}/revoke`, {}],
    [`/invitations/${invitationId}/resend`, {}],
  ] as const;

test('REQ-05: the API knows no cookies: an administrator without a token is nobody', async () => {
  const cookie = workspace.administrator.cookies.header(`${url}/`, 'POST', 'same-origin');
  const before = await stateOf(workspace);
  for (const [, headers] of CROSS_SITE) {
    for (const [path, body] of apiPaths()) {
      const answer = await rawRequest(`${url}/api/v1${path}`, 'POST', { ...headers, cookie }, JSON.stringify(body));
      expect([path, answer.status]).toEqual([path, 401]);
    }
  }
  expect(await stateOf(workspace)).toBe(before);
});

test.each([
  ['none', ''],
  ['null', 'null'],
  ['another site', 'https://evil.example'],
  ['our own pages', 'ours'],
  ['another extension', 'chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  ['a Firefox extension', 'moz-extension://11111111-2222-4333-8444-555555555555'],
  ['a look-alike', `${EXTENSION_ORIGIN}.evil.example`],
  ['upper case', EXTENSION_ORIGIN.toUpperCase()],
])(
  'EXT-09, WEB-09: a token that comes from elsewhere (%s) is refused: 403, nothing changed, one audit row',
  async (_, origin) => {
    const headers = { origin: origin === 'ours' ? url : origin };
    for (const [path, body] of apiPaths()) {
      const [before, audited] = [await stateOf(workspace), await countOf(workspace, 'audit_events')];
      const answer = await workspace.api('POST', path, body, headers);
      expect([answer.status, answer.body.type]).toEqual([403, '/problems/wrong-origin']);
      expect(await stateOf(workspace)).toBe(before);
      expect(await countOf(workspace, 'audit_events')).toBe(audited + 1);
    }
    expect((await workspace.api('GET', '/members', undefined, headers)).status).toBe(403);
  },
);
