import { afterAll, beforeAll, expect, test } from 'vitest';
import { problem, Workspace } from '../testing/workspace.ts';
import { answersAsDoorstep, readWorkspaceUrl } from './workspace-url.ts';

const workspace = new Workspace();
beforeAll(() => workspace.open());
afterAll(() => workspace.close());

test('EXT-07: of what is typed only an https origin is kept, http for this machine', () => {
  for (const [typed, origin] of [
    ['vault.contoso.com', 'https://vault.contoso.com'],
    [' https://vault.contoso.com/admin/users?x#y ', 'https://vault.contoso.com'],
    ['https://vault.contoso.com:8443', 'https://vault.contoso.com:8443'],
    ['localhost:3000', 'http://localhost:3000'],
    ['http://127.0.0.1:3000/join', 'http://127.0.0.1:3000'],
  ])
    expect(readWorkspaceUrl(typed!), typed).toEqual({ origin });
});

test('EXT-07: http, numbers, look-alikes and nonsense are explained, not connected to', () => {
  for (const typed of [
    '',
    'http://vault.contoso.com',
    'https://10.0.0.1',
    '192.168.1.1',
    'https://0x0a000001',
    'https://[::1]',
    'https://vault.contoso.com@evil.example',
    'javascript:alert(1)',
    'ftp://vault.contoso.com',
    'data:text/html,x',
    'vault',
    'not a host',
    'https://',
  ])
    expect(readWorkspaceUrl(typed), typed).toHaveProperty('problem');
});

test('only who answers in our words is a Doorstep; a redirect elsewhere is none', async () => {
  workspace.answers['GET /api/v1/me'] = () => problem('signed-out', 401);
  expect(await answersAsDoorstep(workspace.origin)).toBe(true);
  workspace.answers['GET /api/v1/me'] = () => ({ status: 401, body: { message: 'no' } });
  expect(await answersAsDoorstep(workspace.origin)).toBe(false);
  workspace.answers['GET /api/v1/me'] = () => ({ status: 302, headers: { location: 'http://localhost:1/' } });
  expect(await answersAsDoorstep(workspace.origin)).toBe(false);
  expect(workspace.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
});
