import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest } from '../demo-tenant/raw-request.ts';
import { EXTENSION_ORIGIN } from './extension-client.ts';
import { invited, signsIn } from './stories.ts';
import { stateOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
let paths: { request: string; invitation: string };
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
  await signsIn(workspace, 'mia');
  const request = (await workspace.api('GET', '/access-requests')).body.items[0].id;
  const invitation = (await invited(workspace, 'x@contoso.example')).id;
  paths = { request: `/access-requests/${request}`, invitation: `/invitations/${invitation}` };
});
afterAll(() => workspace.stop());

const writes = () => [
  ...[`${paths.request}/approve`, `${paths.request}/deny`, `${paths.invitation}/resend`, `${paths.invitation}/revoke`],
  ...['/invitation-batches', '/invitation-batches/preview'],
];

test('WEB-08: JSON under any other type is 415, and does nothing', async () => {
  const before = await stateOf(workspace);
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/json',
    'application/json5',
  ];
  for (const type of [
    ...types,
    'application/jsonx',
    'application/ld+json',
    'application',
    '*/*',
    ';',
    'json',
    'text/plain;application/json',
  ]) {
    for (const path of writes()) {
      const { status, body } = await workspace.api(
        'POST',
        path,
        { recipients: [{ email: 'y@contoso.example' }] },
        { 'content-type': type },
      );
      expect([type, path, status, body.type]).toEqual([type, path, 415, '/problems/unsupported-type']);
    }
  }
  expect(await stateOf(workspace)).toBe(before);
});

test('WEB-08: a body without a type is 415', async () => {
  const before = await stateOf(workspace);
  for (const path of writes()) {
    const headers = { origin: EXTENSION_ORIGIN, authorization: `Bearer ${workspace.api.token}` };
    expect((await rawRequest(`${url}/api/v1${path}`, 'POST', headers, '{}')).status).toBe(415);
  }
  expect(await stateOf(workspace)).toBe(before);
});

test('WEB-08: a charset and other case are no other type', async () => {
  for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/json;charset=UTF-8']) {
    const body = { recipients: [{ email: 'z@contoso.example' }] };
    expect((await workspace.api('POST', '/invitation-batches/preview', body, { 'content-type': type })).status).toBe(200);
  }
});

test('WEB-08: pages take forms only: JSON, text, files and bodies without a type are 415, and do nothing', async () => {
  const { browser } = await signsIn(workspace, 'mia');
  const cookie = browser.cookies.header(`${url}/`, 'POST', 'same-origin');
  const before = await stateOf(workspace);
  for (const type of [
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencodedx',
    '',
  ]) {
    for (const path of [
      '/waiting/reason',
      '/waiting/withdraw',
      '/join',
      '/sign-out',
      '/connect/authorize',
      '/admin/users/x/role',
    ]) {
      const headers = { origin: url, cookie, ...(type ? { 'content-type': type } : {}) };
      expect([type, path, (await rawRequest(url + path, 'POST', headers, 'reason=x')).status]).toEqual([type, path, 415]);
    }
  }
  expect(await stateOf(workspace)).toBe(before);
});
