import { createApp } from '@doorstep/server/http/app';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assemble, type Cast, ROLES } from './ses-roles.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/**
 * Who gets what status: anonymous, waiting, visitor, member, reader, ex-member, administrator, extension. Ids in paths are of nothing, but for
 * `/join/:id`, which is the visitor's invitation; forms are empty. A new route needs a line here.
 */
const TABLE: Record<string, string> = {
  'GET /': '200 200 200 303 303 200 303 200',
  'GET /admin': '401 403 403 403 403 401 303 401',
  'GET /admin/audit': '401 403 403 403 403 401 200 401',
  'GET /admin/browsers': '401 403 403 403 403 401 200 401',
  'POST /admin/browsers/:id/disconnect': '401 403 403 403 403 401 404 403',
  'GET /admin/directory': '401 403 403 403 403 401 200 401',
  'POST /admin/directory/apply': '401 403 403 403 403 401 404 403',
  'POST /admin/directory/connect': '401 403 403 403 403 401 403 403',
  'POST /admin/directory/disconnect': '401 403 403 403 403 401 200 403',
  'GET /admin/directory/rules': '401 403 403 403 403 401 200 401',
  'POST /admin/directory/rules': '401 403 403 403 403 401 422 403',
  'GET /admin/directory/rules/:id': '401 403 403 403 403 401 404 401',
  'POST /admin/directory/rules/:id/change': '401 403 403 403 403 401 404 403',
  'POST /admin/directory/rules/:id/delete': '401 403 403 403 403 401 404 403',
  'POST /admin/directory/rules/:id/switch-off': '401 403 403 403 403 401 404 403',
  'POST /admin/directory/rules/:id/switch-on': '401 403 403 403 403 401 404 403',
  'GET /admin/directory/rules/new': '401 403 403 403 403 401 200 401',
  'POST /admin/directory/suggested': '401 403 403 403 403 401 303 403',
  'POST /admin/directory/sync': '401 403 403 403 403 401 303 403',
  'GET /admin/groups': '401 403 403 403 403 401 200 401',
  'POST /admin/groups': '401 403 403 403 403 401 422 403',
  'GET /admin/groups/:id': '401 403 403 403 403 401 404 401',
  'POST /admin/groups/:id/delete': '401 403 403 403 403 401 404 403',
  'POST /admin/groups/:id/members': '401 403 403 403 403 401 404 403',
  'POST /admin/groups/:id/members/remove': '401 403 403 403 403 401 404 403',
  'POST /admin/groups/:id/rename': '401 403 403 403 403 401 404 403',
  'POST /admin/groups/:id/replace': '401 403 403 403 403 401 404 403',
  'POST /admin/groups/follow/:id': '401 403 403 403 403 401 422 403',
  'GET /admin/invitations': '401 403 403 403 403 401 200 401',
  'POST /admin/invitations/:id/resend': '401 403 403 403 403 401 404 403',
  'POST /admin/invitations/:id/revoke': '401 403 403 403 403 401 404 403',
  'GET /admin/invitations/batches/:id': '401 403 403 403 403 401 404 401',
  'GET /admin/invitations/new': '401 403 403 403 403 401 200 401',
  'POST /admin/invitations/new': '401 403 403 403 403 401 200 403',
  'POST /admin/invitations/plan': '401 403 403 403 403 401 422 403',
  'POST /admin/invitations/send': '401 403 403 403 403 401 422 403',
  'GET /admin/left-behind': '401 403 403 403 403 401 200 401',
  'POST /admin/left-behind/take-over': '401 403 403 403 403 401 404 403',
  'GET /admin/mail': '401 403 403 403 403 401 200 401',
  'GET /admin/mail/:id': '401 403 403 403 403 401 404 401',
  'GET /admin/mail/:id/html': '401 403 403 403 403 401 404 401',
  'POST /admin/mail/draft': '401 403 403 403 403 401 403 403',
  'POST /admin/mail/on': '401 403 403 403 403 401 403 403',
  'POST /admin/mail/test': '401 403 403 403 403 401 303 403',
  'GET /admin/requests': '401 403 403 403 403 401 200 401',
  'GET /admin/requests/:id': '401 403 403 403 403 401 404 401',
  'POST /admin/requests/:id/approve': '401 403 403 403 403 401 404 403',
  'POST /admin/requests/:id/deny': '401 403 403 403 403 401 404 403',
  'POST /admin/requests/decide': '401 403 403 403 403 401 422 403',
  'GET /admin/settings': '401 403 403 403 403 401 200 401',
  'POST /admin/settings/approvals': '401 403 403 403 403 401 303 403',
  'POST /admin/settings/email-claim': '401 403 403 403 403 401 303 403',
  'POST /admin/settings/guests': '401 403 403 403 403 401 422 403',
  'POST /admin/settings/invitations': '401 403 403 403 403 401 422 403',
  'POST /admin/settings/knocking': '401 403 403 403 403 401 422 403',
  'POST /admin/settings/logo': '401 403 403 403 403 401 422 403',
  'POST /admin/settings/logo/remove': '401 403 403 403 403 401 303 403',
  'POST /admin/settings/notifications': '401 403 403 403 403 401 422 403',
  'POST /admin/settings/workspace': '401 403 403 403 403 401 422 403',
  'GET /admin/signed-in-again': '401 403 403 403 403 401 200 401',
  'GET /admin/single-sign-on': '401 403 403 403 403 401 200 401',
  'GET /admin/single-sign-on/break-glass': '401 403 403 403 403 401 200 401',
  'POST /admin/single-sign-on/break-glass/add': '401 403 403 403 403 401 404 403',
  'POST /admin/single-sign-on/break-glass/remove': '401 403 403 403 403 401 404 403',
  'POST /admin/single-sign-on/check': '401 403 403 403 403 401 303 403',
  'GET /admin/single-sign-on/configure': '401 403 403 403 403 401 200 401',
  'POST /admin/single-sign-on/credentials': '401 403 403 403 403 401 409 403',
  'GET /admin/single-sign-on/credentials/:id/certificate': '401 403 403 403 403 401 409 401',
  'POST /admin/single-sign-on/credentials/:id/end': '401 403 403 403 403 401 409 403',
  'POST /admin/single-sign-on/discard': '401 403 403 403 403 401 409 403',
  'GET /admin/single-sign-on/domains': '401 403 403 403 403 401 200 401',
  'POST /admin/single-sign-on/domains': '401 403 403 403 403 401 422 403',
  'POST /admin/single-sign-on/domains/:domain/check': '401 403 403 403 403 401 404 403',
  'POST /admin/single-sign-on/domains/:domain/remove': '401 403 403 403 403 401 404 403',
  'POST /admin/single-sign-on/draft': '401 403 403 403 403 401 409 403',
  'POST /admin/single-sign-on/environment-secret': '401 403 403 403 403 401 403 403',
  'GET /admin/single-sign-on/force': '401 403 403 403 403 401 200 401',
  'POST /admin/single-sign-on/force': '401 403 403 403 403 401 303 403',
  'POST /admin/single-sign-on/forget-assignment': '401 403 403 403 403 401 303 403',
  'POST /admin/single-sign-on/stop-provisioning': '401 403 403 403 403 401 403 403',
  'POST /admin/single-sign-on/switch-on': '401 403 403 403 403 401 409 403',
  'GET /admin/single-sign-on/test': '401 403 403 403 403 401 409 401',
  'GET /admin/single-sign-on/tested': '401 403 403 403 403 401 409 401',
  'POST /admin/single-sign-on/tokens': '401 403 403 403 403 401 422 403',
  'POST /admin/single-sign-on/tokens/:id/end': '401 403 403 403 403 401 404 403',
  'GET /admin/users': '401 403 403 403 403 401 200 401',
  'GET /admin/users/:id': '401 403 403 403 403 401 404 401',
  'POST /admin/users/:id/access-until': '401 403 403 403 403 401 404 403',
  'POST /admin/users/:id/confirm-administrator': '401 403 403 403 403 401 404 403',
  'POST /admin/users/:id/decline-administrator': '401 403 403 403 403 401 404 403',
  'POST /admin/users/:id/end-now': '401 403 403 403 403 401 404 403',
  'POST /admin/users/:id/end-sessions': '401 403 403 403 403 401 404 403',
  'POST /admin/users/:id/groups': '401 403 403 403 403 401 404 403',
  'POST /admin/users/:id/groups/remove': '401 403 403 403 403 401 404 403',
  'POST /admin/users/:id/remove': '401 403 403 403 403 401 404 403',
  'GET /admin/users/:id/renew': '401 403 403 403 403 401 404 401',
  'POST /admin/users/:id/renew': '401 403 403 403 403 401 404 403',
  'POST /admin/users/:id/resume': '401 403 403 403 403 401 404 403',
  'POST /admin/users/:id/role': '401 403 403 403 403 401 404 403',
  'POST /admin/users/:id/suspend': '401 403 403 403 403 401 404 403',
  'GET /api/v1/access-requests': '401 401 401 401 401 401 401 200',
  'GET /api/v1/access-requests/:id': '401 401 401 401 401 401 401 404',
  'POST /api/v1/access-requests/:id/approve': '401 401 401 401 401 401 401 400',
  'POST /api/v1/access-requests/:id/deny': '401 401 401 401 401 401 401 400',
  'POST /api/v1/access-requests/decide': '401 401 401 401 401 401 401 400',
  'GET /api/v1/audit': '401 401 401 401 401 401 401 403',
  'GET /api/v1/connected-browsers': '401 401 401 401 401 401 401 200',
  'DELETE /api/v1/connected-browsers/:id': '401 401 401 401 401 401 401 403',
  'GET /api/v1/directory': '401 401 401 401 401 401 401 200',
  'GET /api/v1/directory/groups': '401 401 401 401 401 401 401 200',
  'GET /api/v1/directory/groups/:id': '401 401 401 401 401 401 401 404',
  'POST /api/v1/directory/sync': '401 401 401 401 401 401 401 400',
  'GET /api/v1/directory/users': '401 401 401 401 401 401 401 200',
  'GET /api/v1/directory/users/:id': '401 401 401 401 401 401 401 404',
  'POST /api/v1/directory/users/:id/dismiss': '401 401 401 401 401 401 401 400',
  'POST /api/v1/directory/users/:id/suggest': '401 401 401 401 401 401 401 400',
  'POST /api/v1/invitation-batches': '401 401 401 401 401 401 401 400',
  'GET /api/v1/invitation-batches/:id': '401 401 401 401 401 401 401 404',
  'POST /api/v1/invitation-batches/:id/stop': '401 401 401 401 401 401 401 404',
  'POST /api/v1/invitation-batches/preview': '401 401 401 401 401 401 401 400',
  'GET /api/v1/invitations': '401 401 401 401 401 401 401 200',
  'GET /api/v1/invitations/:id': '401 401 401 401 401 401 401 404',
  'POST /api/v1/invitations/:id/resend': '401 401 401 401 401 401 401 400',
  'POST /api/v1/invitations/:id/revoke': '401 401 401 401 401 401 401 400',
  'GET /api/v1/me': '401 401 401 401 401 401 401 200',
  'GET /api/v1/members': '401 401 401 401 401 401 401 200',
  'GET /api/v1/members/:id': '401 401 401 401 401 401 401 404',
  'PATCH /api/v1/members/:id': '401 401 401 401 401 401 401 403',
  'DELETE /api/v1/members/:id': '401 401 401 401 401 401 401 403',
  'POST /api/v1/members/:id/end-sessions': '401 401 401 401 401 401 401 403',
  'POST /api/v1/members/:id/resume': '401 401 401 401 401 401 401 403',
  'POST /api/v1/members/:id/suspend': '401 401 401 401 401 401 401 403',
  'GET /api/v1/openapi.json': '200 200 200 200 200 200 200 200',
  'GET /api/v1/option-presets': '401 401 401 401 401 401 401 200',
  'POST /api/v1/option-presets': '401 401 401 401 401 401 401 400',
  'DELETE /api/v1/option-presets/:id': '401 401 401 401 401 401 401 404',
  'GET /api/v1/summary': '401 401 401 401 401 401 401 200',
  'GET /api/v1/user-groups': '401 401 401 401 401 401 401 200',
  'POST /api/v1/user-groups': '401 401 401 401 401 401 401 400',
  'PATCH /api/v1/user-groups/:id': '401 401 401 401 401 401 401 403',
  'DELETE /api/v1/user-groups/:id': '401 401 401 401 401 401 401 403',
  'PUT /api/v1/user-groups/:id/members/:memberId': '401 401 401 401 401 401 401 403',
  'DELETE /api/v1/user-groups/:id/members/:memberId': '401 401 401 401 401 401 401 403',
  'GET /assets/:name': '404 404 404 404 404 404 404 404',
  'GET /assets/logo': '404 404 404 404 404 404 404 404',
  'GET /connect/authorize': '400 400 400 400 400 400 400 400',
  'POST /connect/authorize': '400 400 400 400 400 400 400 403',
  'POST /connect/revoke': '200 200 200 200 200 200 200 200',
  'POST /connect/token': '401 401 401 401 401 401 401 400',
  'GET /guest': '200 200 200 303 303 200 303 200',
  'POST /guest': '422 422 422 422 422 422 422 403',
  'POST /guest/again': '303 303 303 303 303 303 303 403',
  'GET /guest/code': '303 303 303 303 303 303 303 303',
  'POST /guest/code': '303 303 303 303 303 303 303 403',
  'POST /guest/code/again': '303 303 303 303 303 303 303 403',
  'GET /healthz': '200 200 200 200 200 200 200 200',
  'GET /join': '200 200 200 200 200 200 200 200',
  'POST /join': '422 422 422 422 422 422 422 403',
  'GET /join/:id': '404 404 403 404 404 404 404 404',
  'POST /join/:id/accept': '403 403 403 403 403 403 403 403',
  'POST /join/:id/ask': '403 403 303 403 403 403 403 403',
  'POST /join/:id/code': '404 404 404 404 404 404 404 403',
  'POST /join/:id/decline': '404 404 404 404 404 404 404 403',
  'GET /readyz': '200 200 200 200 200 200 200 200',
  'GET /scim/v2/Groups': '401 401 401 401 401 401 401 401',
  'POST /scim/v2/Groups': '401 401 401 401 401 401 401 401',
  'GET /scim/v2/Groups/:id': '401 401 401 401 401 401 401 401',
  'PATCH /scim/v2/Groups/:id': '401 401 401 401 401 401 401 401',
  'PUT /scim/v2/Groups/:id': '401 401 401 401 401 401 401 401',
  'DELETE /scim/v2/Groups/:id': '401 401 401 401 401 401 401 401',
  'GET /scim/v2/ResourceTypes': '401 401 401 401 401 401 401 401',
  'GET /scim/v2/ResourceTypes/:id': '401 401 401 401 401 401 401 401',
  'GET /scim/v2/Schemas': '401 401 401 401 401 401 401 401',
  'GET /scim/v2/Schemas/:id': '401 401 401 401 401 401 401 401',
  'GET /scim/v2/ServiceProviderConfig': '401 401 401 401 401 401 401 401',
  'GET /scim/v2/Users': '401 401 401 401 401 401 401 401',
  'POST /scim/v2/Users': '401 401 401 401 401 401 401 401',
  'GET /scim/v2/Users/:id': '401 401 401 401 401 401 401 401',
  'PATCH /scim/v2/Users/:id': '401 401 401 401 401 401 401 401',
  'PUT /scim/v2/Users/:id': '401 401 401 401 401 401 401 401',
  'DELETE /scim/v2/Users/:id': '401 401 401 401 401 401 401 401',
  'GET /setup': '410 410 410 410 410 410 410 410',
  'POST /setup': '410 410 410 410 410 410 410 403',
  'GET /setup/mail': '410 410 410 410 410 410 410 410',
  'POST /setup/mail/draft': '410 410 410 410 410 410 410 403',
  'POST /setup/mail/on': '410 410 410 410 410 410 410 403',
  'POST /setup/mail/test': '410 410 410 410 410 410 410 403',
  'GET /setup/name': '410 410 410 410 410 410 410 410',
  'GET /setup/sign-on': '410 410 410 410 410 410 410 410',
  'GET /setup/sign-on/configure': '410 410 410 410 410 410 410 410',
  'POST /setup/sign-on/credentials': '410 410 410 410 410 410 410 403',
  'GET /setup/sign-on/credentials/:id/certificate': '410 410 410 410 410 410 410 410',
  'POST /setup/sign-on/credentials/:id/end': '410 410 410 410 410 410 410 403',
  'POST /setup/sign-on/discard': '410 410 410 410 410 410 410 403',
  'POST /setup/sign-on/draft': '410 410 410 410 410 410 410 403',
  'POST /setup/sign-on/environment-secret': '410 410 410 410 410 410 410 403',
  'POST /setup/sign-on/switch-on': '410 410 410 410 410 410 410 403',
  'GET /setup/sign-on/test': '410 410 410 410 410 410 410 410',
  'GET /setup/sign-on/tested': '410 410 410 410 410 410 410 410',
  'GET /setup/you': '410 410 410 410 410 410 410 410',
  'GET /sign-in': '302 302 302 302 302 302 302 302',
  'GET /sign-in/callback': '403 303 303 303 303 403 303 403',
  'GET /sign-in/passkey': '200 200 200 200 200 200 200 200',
  'POST /sign-in/passkey': '403 403 403 403 403 403 403 403',
  'POST /sign-out': '200 200 200 200 200 200 200 403',
  'POST /sign-out/everywhere': '401 403 403 303 303 401 303 403',
  'GET /sign-out/front-channel': '200 200 200 200 200 200 200 200',
  'GET /waiting': '401 200 403 303 303 401 303 401',
  'GET /waiting/reason': '401 200 403 303 303 401 303 401',
  'POST /waiting/reason': '401 303 403 303 303 401 303 403',
  'GET /waiting/state': '200 200 200 200 200 200 200 200',
  'POST /waiting/withdraw': '401 200 403 303 303 401 303 403',
  'GET /welcome': '401 403 403 200 200 401 200 401',
  'POST /welcome/first-steps/hide': '401 403 403 303 303 401 303 403',
  'GET /welcome/passkeys': '401 403 403 404 404 401 404 401',
  'POST /welcome/passkeys': '401 403 403 404 404 401 404 403',
  'POST /welcome/passkeys/remove': '401 403 403 404 404 401 404 403',
  'GET /welcome/passkeys/rename': '401 403 403 404 404 401 404 401',
  'POST /welcome/passkeys/rename': '401 403 403 404 404 401 404 403',
};

const SERVED = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];

let workspace: Workspace;
let cast: Cast;
beforeAll(async () => {
  workspace = await openWorkspace();
  cast = await assemble(workspace);
});
afterAll(() => workspace.stop());

function registered(): string[] {
  const edge = { now: Date.now, clientAddress: () => null, cameOverHttp: () => false, isReady: () => true };
  const routes = createApp(workspace.deps, edge).routes.filter((route) => route.method !== 'ALL');
  return [...new Set(routes.map((route) => `${route.method} ${route.path}`))].sort();
}

const pathOf = (route: string) =>
  route
    .split(' ')[1]!
    .replace(/^\/join\/:id/, `/join/${cast.invitationId}`)
    .replace(/:\w+/g, 'xxx_00000000000000000000000000');

const ask = async (route: string, method = route.split(' ')[0]!) => {
  const statuses: number[] = [];
  for (const role of ROLES) {
    statuses.push(await cast.ask(role, method, pathOf(route)));
    if (method !== 'GET' && method !== 'HEAD') await cast.again();
  }
  return statuses.join(' ');
};

test('SES-09: every route has its line, every line its route', () => {
  expect(Object.keys(TABLE).sort()).toEqual(registered());
});

test('SES-09, REQ-03: each role gets from each route and method exactly what the table says', async () => {
  const answers: Record<string, string> = {};
  for (const route of Object.keys(TABLE)) answers[route] = await ask(route);
  expect(answers).toEqual(TABLE);
});

test('SES-14: HEAD opens nothing that GET does not', async () => {
  const reads = Object.keys(TABLE).filter((route) => route.startsWith('GET '));
  const heads: Record<string, string> = {};
  for (const route of reads) heads[route] = await ask(route, 'HEAD');
  expect(heads).toEqual(Object.fromEntries(reads.map((route) => [route, TABLE[route]])));
});

test('SES-14, WEB-14: a method that a path does not serve is 405 with Allow, for whoever may come that far', async () => {
  const all = [...new Set(Object.keys(TABLE).map((route) => route.split(' ')[1]!))];
  // a mail is not there unless it is previewed; once set up, /setup is gone, and what the environment sets is locked, for every method; the provisioning service has a token and tests of its own; GET of `preview` and `decide` is that of a batch and a request called so
  const paths = all.filter(
    (path) =>
      !/^(\/setup|\/admin\/mail\/|\/admin\/single-sign-on\/(credentials|draft|discard|switch-on|test(ed)?)\b)/.test(path) &&
      !path.startsWith('/scim/') &&
      !/\/(preview|decide)$/.test(path),
  );
  for (const path of paths) {
    const served = SERVED.filter((method) => TABLE[`${method} ${path}`]);
    const role = path.startsWith('/api/') ? 'extension' : 'administrator';
    for (const method of [...SERVED, 'PROPFIND', 'QUERY', 'TRACE'].filter((one) => !served.includes(one))) {
      const route = `${method} ${path}`;
      expect([route, await cast.ask(role, method, pathOf(route))]).toEqual([route, 405]);
    }
  }
});

test('SES-14: a method override changes nothing: the method sent is the method done', async () => {
  const { url, api } = workspace;
  const id = (await api('GET', '/me')).body.connectedBrowser.id;
  for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
    expect((await api('GET', `/connected-browsers/${id}`, undefined, { [name]: 'DELETE' })).status).toBe(405);
    expect((await api('POST', `/connected-browsers/${id}`, {}, { [name]: 'DELETE' })).status).toBe(405);
    expect((await fetch(`${url}/sign-out?_method=POST`, { headers: { [name]: 'POST' } })).status).toBe(405);
  }
  expect((await api('GET', '/me')).status).toBe(200);
  expect((await api('OPTIONS', '/me')).status).toBe(405);
});
