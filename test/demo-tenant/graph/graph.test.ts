import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoTenant, startDemoTenant } from '../demo-tenant.ts';
import { beginAttempt, CALLBACK, postToken } from '../relying-party.ts';
import { Browser, signInAt } from '../sign-in-client.ts';
import { accessToken, askGraph, deltaUrl, readRound } from './graph-client.ts';

const USERS = 'id,displayName,mail,userPrincipalName,proxyAddresses,accountEnabled,userType';
const GROUPS = 'id,displayName,mail,groupTypes,members';
let tenant: DemoTenant;
let token: string;

beforeAll(async () => {
  tenant = await startDemoTenant({ redirectUris: [CALLBACK], clientSecret: 'a%2F+b:c/d~e', pageSize: 3 });
  token = await accessToken(tenant);
});
afterAll(() => tenant.stop());

const users = (headers?: Record<string, string>) => readRound(deltaUrl(tenant, 'users', USERS), token, headers);
const groups = () => readRound(deltaUrl(tenant, 'groups', GROUPS), token);

describe('the application’s own token', () => {
  const scope = () => `${tenant.graphUrl}/.default`;
  const own = (form: Record<string, string>, headers = {}) =>
    postToken(tenant, { grant_type: 'client_credentials', ...form }, headers);

  test('Basic and form both do, and the answer is Entra’s', async () => {
    const encoded = [tenant.clientId, tenant.clientSecret].map(encodeURIComponent).join(':');
    const basic = await own({ scope: scope() }, { authorization: `Basic ${Buffer.from(encoded).toString('base64')}` });
    expect(await basic.json()).toEqual({
      token_type: 'Bearer',
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.stringMatching(/^[\w-]{64}$/),
    });
    const form = await own({ scope: scope(), client_id: tenant.clientId, client_secret: tenant.clientSecret });
    expect(form.status).toBe(200);
  });

  test('a wrong secret, an expired one and another scope are refused by number', async () => {
    const refusal = async (form: Record<string, string>) => {
      const answer = await own({ client_id: tenant.clientId, ...form });
      const { error, error_codes: codes } = (await answer.json()) as { error: string; error_codes: number[] };
      return [answer.status, error, codes[0]];
    };
    expect(await refusal({ scope: scope(), client_secret: 'no' })).toEqual([401, 'invalid_client', 7000215]);
    const other = { scope: 'https://graph.example/.default', client_secret: tenant.clientSecret };
    expect(await refusal(other)).toEqual([400, 'invalid_scope', 70011]);
    tenant.faults.token = 'expired-secret';
    expect(await refusal({ scope: scope(), client_secret: tenant.clientSecret })).toEqual([401, 'invalid_client', 7000222]);
    tenant.faults.token = undefined;
  });

  test('without it Graph answers nothing', async () => {
    const answer = await askGraph(deltaUrl(tenant, 'users', USERS), 'made-up');
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { code: 'InvalidAuthenticationToken' } });
  });
});

describe('the first round', () => {
  test('brings everybody, spread over pages, with the properties asked for', async () => {
    const { objects, pages } = await users();
    expect(objects).toHaveLength(tenant.directory.users.present);
    expect(pages.every(({ value }) => value.length <= 3)).toBe(true);
    const byName = new Map(objects.map((user) => [user.displayName, user]));
    expect(byName.get('Mia Novák')).toEqual({
      id: '37de1ae3-408f-4702-8636-20824abda004',
      displayName: 'Mia Novák',
      mail: 'mia@contoso.example',
      userPrincipalName: 'mia@contoso.example',
      proxyAddresses: ['SMTP:mia@contoso.example', 'smtp:mia.novak@contoso.example'],
      accountEnabled: true,
      userType: 'Member',
    });
    expect(byName.get('Tom Kerr')).toMatchObject({ userPrincipalName: 't.kerr_fabrikam.example#EXT#@contoso.example' });
    expect(byName.get('Jo Ferreira')).not.toHaveProperty('mail');
    expect(objects.filter(({ accountEnabled }) => accountEnabled === false)).toHaveLength(3);
    expect(byName.has('Olga Stern')).toBe(false);
  });

  test('groups bring their direct members, a large one on several pages, a cycle as it stands', async () => {
    const { objects } = await groups();
    const members = (name: string) =>
      objects.filter(({ displayName }) => displayName === name).flatMap((group) => group['members@delta'] ?? []);
    expect(objects.filter(({ displayName }) => displayName === 'Everyone').length).toBeGreaterThan(3);
    expect(members('Everyone')).toHaveLength(tenant.directory.membersOf(tenant.directory.findGroup('Everyone')!.id).present);
    const idOf = (name: string) => tenant.directory.findGroup(name)!.id;
    expect(members('Finance').map(({ id }) => id)).toContain(idOf('Finance – Treasury'));
    expect(members('Finance – Treasury').map(({ id }) => id)).toContain(idOf('Finance'));
    expect(members('Project Aurora')).toEqual([]);
    expect(members('Reception desk').map((member) => member['@odata.type'])).toEqual(
      ['user', 'orgContact', 'device', 'servicePrincipal'].map((kind) => `#microsoft.graph.${kind}`),
    );
  });

  test('contacts and the service principal answer too', async () => {
    const { objects } = await readRound(deltaUrl(tenant, 'contacts', 'id,displayName,mail,proxyAddresses'), token);
    expect(objects[0]).toMatchObject({ displayName: 'Fabrikam Orders', proxyAddresses: ['SMTP:orders@fabrikam.example'] });
    const url = `${tenant.graphUrl}/v1.0/servicePrincipals(appId='${tenant.clientId}')?$select=appRoleAssignmentRequired`;
    expect(await (await askGraph(url, token)).json()).toEqual({ appRoleAssignmentRequired: false });
    tenant.faults.graph = { assignmentRequired: true };
    expect(await (await askGraph(url, token)).json()).toEqual({ appRoleAssignmentRequired: true });
    tenant.faults.graph = undefined;
    expect((await askGraph(url.replace(tenant.clientId, 'another'), token)).status).toBe(404);
  });

  test.each(['$top=5', '$orderby=displayName', '$expand=manager', '$select=id,shoeSize'])('%s is refused', async (option) => {
    const answer = await askGraph(`${tenant.graphUrl}/v1.0/users/delta?${option}`, token);
    expect(answer.status).toBe(400);
  });
});

describe('later rounds', () => {
  test('nothing happened: one request, no object', async () => {
    const { pages, deltaLink } = await readRound((await users()).deltaLink, token);
    expect([pages.length, pages[0]!.value]).toEqual([1, []]);
    expect((await readRound(deltaLink, token)).objects).toEqual([]);
  });

  test('what changed comes whole, or with the changed properties alone', async () => {
    const { deltaLink } = await users();
    tenant.directory.disable('ana@contoso.example');
    tenant.directory.changeUser('ben@contoso.example', { mail: null });
    tenant.directory.changeUser('jo@contoso.example', { officeLocation: 'Basel' });
    const minimal = await readRound(deltaLink, token, { prefer: 'return=minimal' });
    const [ana, ben] = ['ana', 'ben'].map((key) => tenant.directory.findUser(`${key}@contoso.example`)!.id);
    expect(minimal.objects).toEqual([
      { id: ana, accountEnabled: false },
      { id: ben, mail: null },
    ]);
    const whole = await readRound(deltaLink, token);
    expect(whole.objects[0]).toMatchObject({ displayName: 'Ana Lima', accountEnabled: false });
  });

  test('soft-deleted, restored, gone for good', async () => {
    const first = await users();
    const { id } = tenant.directory.addUser({ displayName: 'Zoë van Dijk' });
    tenant.directory.softDelete(id);
    const gone = await readRound(first.deltaLink, token);
    expect(gone.objects).toEqual([{ id, '@removed': { reason: 'changed' } }]);
    tenant.directory.restore(id);
    const back = await readRound(gone.deltaLink, token, { prefer: 'return=minimal' });
    expect(back.objects).toMatchObject([{ id, mail: 'zoe.van.dijk@contoso.example', accountEnabled: true }]);
    tenant.directory.hardDelete(id);
    expect((await readRound(back.deltaLink, token)).objects).toEqual([{ id, '@removed': { reason: 'deleted' } }]);
  });

  test('who joins and leaves a group', async () => {
    const { deltaLink } = await groups();
    const [aurora, mia] = [tenant.directory.findGroup('Project Aurora')!, tenant.directory.findUser('Mia Novák')!];
    tenant.directory.addMember('Project Aurora', 'Mia Novák');
    tenant.directory.removeMember('Finance', 'Lukas Brandt');
    const { objects } = await readRound(deltaLink, token, { prefer: 'return=minimal' });
    expect(objects[0]).toEqual({ id: aurora.id, 'members@delta': [{ '@odata.type': '#microsoft.graph.user', id: mia.id }] });
    expect(objects[1]!['members@delta']).toMatchObject([{ '@removed': { reason: 'deleted' } }]);
  });

  test('another tenant refuses the links of this one', async () => {
    const other = await startDemoTenant({ redirectUris: [CALLBACK] });
    const otherToken = await accessToken(other);
    const { deltaLink } = await readRound(deltaUrl(other, 'users', USERS), otherToken);
    other.directory.replaceWithOtherTenant();
    const answer = await askGraph(deltaLink, otherToken);
    expect([answer.status, answer.headers.get('location')]).toEqual([410, `${other.origin}/v1.0/users/delta?$deltatoken=`]);
    const { objects } = await readRound(answer.headers.get('location')!, otherToken);
    expect(objects.every(({ displayName }) => String(displayName).startsWith('Stranger'))).toBe(true);
    await other.stop();
  });

  test('an emptied directory says of each that it is gone', async () => {
    const other = await startDemoTenant({ redirectUris: [CALLBACK] });
    const otherToken = await accessToken(other);
    const before = await readRound(deltaUrl(other, 'users', USERS), otherToken);
    other.directory.empty();
    const { objects } = await readRound(before.deltaLink, otherToken);
    expect(objects.filter((object) => object['@removed'])).toHaveLength(before.objects.length);
    await other.stop();
  });
});

describe('accounts and directory', () => {
  test('colleagues sign in, the disabled ones do not', async () => {
    const signIn = (key: string) => signInAt(tenant, beginAttempt(tenant).url, key);
    expect(await signIn('priya')).toContain('code=');
    await expect(signIn('sofia')).rejects.toThrow('does not take sofia: 400');
  });

  test('who is signed in already is asked again once disabled', async () => {
    const browser = new Browser();
    await browser.signInAt(beginAttempt(tenant).url, 'noor');
    expect(await browser.signInAt(beginAttempt(tenant).url, 'noor')).toContain('code=');
    tenant.directory.disable('Noor Aziz');
    await expect(browser.signInAt(beginAttempt(tenant).url, 'noor')).rejects.toThrow('does not take noor: 400');
  });

  test('who is not assigned is told so here, or sent back with the number', async () => {
    const signIn = () => signInAt(tenant, beginAttempt(tenant).url, 'hana');
    tenant.faults.unassigned = { keys: ['hana'], isSentBack: false };
    await expect(signIn()).rejects.toThrow('400');
    tenant.faults.unassigned = { keys: ['hana'], isSentBack: true };
    const query = new URL(await signIn()).searchParams;
    expect([query.get('error'), query.get('error_description')]).toEqual([
      'access_denied',
      expect.stringMatching(/^AADSTS50105: /),
    ]);
    tenant.faults.unassigned = undefined;
  });

  test('somebody added is a directory user as well', () => {
    const zed = tenant.addPerson({ key: 'zed', name: 'Zed Ames' });
    expect(tenant.directory.findUser(zed.oid)).toMatchObject({ displayName: 'Zed Ames', mail: 'zed@contoso.example' });
  });
});
