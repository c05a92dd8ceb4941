import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type DemoTenant, startDemoTenant } from '../demo-tenant.ts';
import { CALLBACK } from '../relying-party.ts';

/** A target that keeps what it is given, finds by externalId and says yes: enough to see what provisioning sends. */
const kept = new Map<string, { id: string; externalId: string }>();
const server = createServer((req, res) => void answer(req, res));
let target: { url: string; token: string };
let tenant: DemoTenant;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  target = { url: `http://127.0.0.1:${port}/scim/v2`, token: 'secret' };
});
afterAll(() => {
  server.close();
});
beforeEach(async () => {
  kept.clear();
  tenant = await startDemoTenant({ redirectUris: [CALLBACK] });
  return () => tenant.stop();
});

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url!, target.url);
  const say = (status: number, body?: unknown) => void res.writeHead(status).end(body === undefined ? '' : JSON.stringify(body));
  if (req.headers.authorization !== 'Bearer secret') return say(401);
  if (req.method === 'GET') {
    const [attribute, , value] = url.searchParams.get('filter')!.split(' ');
    const found = attribute === 'externalId' ? [...kept.values()].filter(({ externalId }) => `"${externalId}"` === value) : [];
    return say(200, { Resources: found, totalResults: found.length });
  }
  if (req.method !== 'POST') return say(204);
  const resource = { ...((await json(req)) as { externalId: string }), id: String(kept.size + 1) };
  kept.set(resource.id, resource);
  return say(201, resource);
}

const FINANCE = { users: ['Priya Raman', 'Lukas Brandt', 'Sofia Rossi', 'Tom Kerr'], groups: ['Finance'] };
const provision = (options = {}) => tenant.provision({ ...target, ...FINANCE, ...options });
/** Without looking for the disabled colleague, whom the target does not have. */
const changes = async (options = {}) => (await provision(options)).filter(({ method }) => method !== 'GET');
const idOf = (name: string) =>
  [...kept.values()].find(({ externalId }) => externalId === tenant.directory.findUser(name)?.id)!.id;

test('the first cycle looks for each, makes the enabled ones, and fills the group it made empty', async () => {
  const steps = await provision();
  expect(steps.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
    ...['GET /Users', 'GET /Users', 'POST /Users', 'GET /Users', 'GET /Users', 'POST /Users'],
    ...['GET /Users', 'GET /Users', 'GET /Users', 'GET /Users', 'POST /Users'],
    ...['GET /Groups', 'GET /Groups', 'POST /Groups', 'PATCH /Groups/4'],
  ]);
  expect(steps[0]!.path).toBe(`/Users?filter=externalId eq "${tenant.directory.findUser('Priya Raman')!.id}"`);
  expect(steps[11]!.path).toMatch(/^\/Groups\?excludedAttributes=members&filter=externalId eq /);
  expect(steps[2]!.sent).toMatchObject({
    userName: 'priya@contoso.example',
    active: true,
    emails: [{ primary: true, type: 'work', value: 'priya@contoso.example' }],
    name: { formatted: 'Priya Raman', familyName: 'Raman', givenName: 'Priya' },
  });
  expect(steps[10]!.sent).toMatchObject({ userName: 't.kerr@fabrikam.example' });
  expect(steps.at(-1)!.sent).toMatchObject({
    Operations: [{ op: 'Add', path: 'members', value: ['1', '2'].map((value) => ({ $ref: null, value })) }],
  });
});

test('a later cycle sends only what changed, as Entra spells it', async () => {
  await provision();
  expect(await changes()).toEqual([]);
  tenant.directory.disable('Priya Raman');
  tenant.directory.changeUser('Lukas Brandt', { displayName: 'Lukas Brandt-Meier' });
  tenant.directory.removeMember('Finance', 'Priya Raman');
  tenant.directory.renameGroup('Finance', 'Money');
  const steps = await changes({ users: FINANCE.users.with(1, 'Lukas Brandt-Meier'), groups: ['Money'] });
  expect(steps.map(({ sent }) => (sent as { Operations: unknown[] }).Operations)).toEqual([
    [{ op: 'Replace', path: 'active', value: 'False' }],
    [{ op: 'Replace', path: 'displayName', value: 'Lukas Brandt-Meier' }],
    [{ op: 'Replace', path: 'displayName', value: 'Money' }],
    [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: '1' }] }],
  ]);
});

test('with the flag there is one replace without a path, and members leave by a filter', async () => {
  await provision({ optscim: true });
  tenant.directory.changeUser('Lukas Brandt', { givenName: 'Luke', jobTitle: 'Chief accountant', mail: 'luke@contoso.example' });
  tenant.directory.removeMember('Finance', 'Lukas Brandt');
  const steps = await changes({ optscim: true });
  expect(steps.map(({ sent }) => (sent as { Operations: unknown[] }).Operations)).toEqual([
    [
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'luke@contoso.example' },
      { op: 'replace', value: { 'name.givenName': 'Luke', title: 'Chief accountant' } },
    ],
    [{ op: 'remove', path: `members[value eq "${idOf('Lukas Brandt')}"]` }],
  ]);
});

test('soft-deleted and unassigned become inactive, gone for good and deleted groups are deleted', async () => {
  await provision();
  const lukas = tenant.directory.findUser('Lukas Brandt')!.id;
  const id = idOf('Lukas Brandt');
  tenant.directory.softDelete(lukas);
  const soft = await provision({ users: ['Priya Raman', 'Lukas Brandt'] });
  const inactive = { method: 'PATCH', sent: { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] } };
  expect(soft).toMatchObject([
    { ...inactive, path: `/Users/${id}` },
    { ...inactive, path: '/Users/3' },
  ]);
  tenant.directory.hardDelete(lukas);
  tenant.directory.deleteGroup('Finance');
  const gone = await provision({ users: ['Priya Raman'] });
  expect(gone.map(({ method, path }) => `${method} ${path}`)).toEqual([`DELETE /Users/${id}`, 'DELETE /Groups/4']);
});

test('who is there already is taken over, and a refusal is in the log', async () => {
  const priya = tenant.directory.findUser('Priya Raman')!.id;
  kept.set('77', { id: '77', externalId: priya });
  const steps = await provision({ users: ['Priya Raman'], groups: [] });
  expect(steps.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual(['GET /Users', 'PATCH /Users/77']);
  const refused = await provision({ url: `${target.url}/`, token: 'wrong', users: ['Priya Raman'], groups: [] });
  expect(refused.every(({ status }) => status === 401)).toBe(true);
});
