import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoTenant, startDemoTenant } from './demo-tenant.ts';
import { beginAttempt, CALLBACK } from './relying-party.ts';
import { Browser, signInAt } from './sign-in-client.ts';

let tenant: DemoTenant;
const browser = new Browser();

beforeAll(async () => {
  tenant = await startDemoTenant({ redirectUris: [CALLBACK] });
});
afterAll(() => tenant.stop());

const page = async () => (await browser.get(`${tenant.origin}/directory`)).text;
const press = async (path: string, form: Record<string, string> = {}) => {
  const answer = await browser.post(`${tenant.origin}${path}`, form);
  expect([answer.status, answer.location]).toEqual([303, `${tenant.origin}/directory`]);
};

test('the front page leads to people and groups', async () => {
  expect((await browser.get(tenant.origin)).text).toContain('href="/directory"');
  const text = await page();
  for (const fact of ['Mia Novák', 'Sofia Rossi', 'Finance – Treasury', 'distribution list', '32 people', '8 groups'])
    expect(text).toContain(fact);
});

test('a colleague is added, can sign in, is disabled, deleted and restored', async () => {
  await press('/directory/users', { name: 'Zoë <b>van Dijk' });
  expect(await page()).toContain('Zoë &lt;b&gt;van Dijk');
  const zoe = tenant.directory.findUser('zoe.bvan.dijk@contoso.example')!;
  const signIn = () => signInAt(tenant, beginAttempt(tenant).url, 'zoe.bvan.dijk');
  expect(await signIn()).toContain('code=');
  await press(`/directory/users/${zoe.id}`, { do: 'disable' });
  await expect(signIn()).rejects.toThrow('400');
  await press(`/directory/users/${zoe.id}`, { do: 'enable' });
  await press(`/directory/users/${zoe.id}`, { do: 'delete' });
  expect(await page()).toContain('Delete for good');
  await press(`/directory/users/${zoe.id}`, { do: 'restore' });
  expect(await signIn()).toContain('code=');
});

test('moving puts somebody into one group, the dynamic one aside', async () => {
  const [mia, audit] = [tenant.directory.findUser('Mia Novák')!, tenant.directory.findGroup('Auditors')!];
  await press(`/directory/users/${mia.id}`, { do: 'move', group: audit.id });
  const names = () => tenant.directory.groupsOf(mia.id).map((id) => tenant.directory.groups.get(id)!.displayName);
  expect(names()).toEqual(['Everyone', 'Auditors']);
  await press(`/directory/users/${mia.id}`, { do: 'move', group: '' });
  expect(names()).toEqual(['Everyone']);
});

test('switches', async () => {
  await press('/directory/faults', { kind: '429', assignmentRequired: 'yes' });
  expect(tenant.faults.graph).toEqual({ kind: 429, assignmentRequired: true });
  expect(await page()).toContain('<option value="429" selected>');
  await press('/directory/faults', { kind: '' });
  expect(tenant.faults.graph).toEqual({ kind: undefined, assignmentRequired: false });
});

test('the sign-in page finds who is not on the list', async () => {
  const stranger = new Browser();
  const signIn = await stranger.get(beginAttempt(tenant).url, { follow: true });
  expect(signIn.text).not.toContain('Priya Raman');
  expect((await stranger.get(`${signIn.url}?search=priya`)).text).toContain('Priya Raman');
});

test('everything gone', async () => {
  await press('/directory/empty');
  expect(await page()).toContain('0 people, 0 groups');
});
