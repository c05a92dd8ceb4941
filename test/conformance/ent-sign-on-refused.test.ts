import { afterAll, beforeAll, expect, test as rule } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { type Connecting, credentials, openConnected, signsIn } from './sign-on-story.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

const readyz = async (url: string) =>
  JSON.parse((await new Browser().get(`${url}/readyz`)).text) as { degraded: { part: string; because: string }[] };
const signInTrouble = async (url: string) => (await readyz(url)).degraded.filter(({ part }) => part === 'sign-in');

let connected: Connecting;
let byEnvironment: Workspace;
beforeAll(async () => {
  [connected, byEnvironment] = await Promise.all([openConnected(), openWorkspace()]);
});
afterAll(() => Promise.all([connected.stop(), byEnvironment.stop()]));

rule(
  'ENT-79: a secret that has expired at the provider is named by health, told once, and sessions go on; it heals by itself',
  async () => {
    const { url, tenant, sam, sql, runJobs } = connected;
    const alerts = async () => {
      await runJobs();
      return tenant.mails().filter(({ subject }) => subject.startsWith('Nobody can sign in'));
    };
    expect(await signInTrouble(url)).toEqual([]);
    tenant.proofs.secrets.set(tenant.clientSecret, 'expired');

    const answer = await signsIn(connected, 'mia');
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('Signing in does not work at the moment');
    expect(answer.text).not.toContain('secret');
    await signsIn(connected, 'ana');

    expect(await credentials(connected)).toMatchObject([{ refused_code: '7000222' }]);
    expect(await signInTrouble(url)).toEqual([{ part: 'sign-in', because: 'the client secret has expired (AADSTS7000222)' }]);
    const mails = await alerts();
    expect(mails.map(({ to }) => to)).toHaveLength(1);
    expect(mails[0]!.textBody).toContain('AADSTS7000222');
    const page = await sam.get(`${url}/admin/single-sign-on`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Nobody can sign in.');

    tenant.proofs.secrets.set(tenant.clientSecret, 'good');
    expect((await signsIn(connected, 'mia')).url).toBe(`${url}/waiting`);
    expect(await signInTrouble(url)).toEqual([]);
    expect(await credentials(connected)).toMatchObject([{ refused_code: null }]);
    expect(await sql("SELECT what FROM audit_events WHERE what LIKE 'client-credential.%' ORDER BY id")).toMatchObject([
      { what: 'client-credential.added' },
      { what: 'client-credential.refused' },
      { what: 'client-credential.taken' },
    ]);
  },
);

rule('ENT-79: so with the secret of the environment, and it is told again when it comes back', async () => {
  const { url, tenant, administrator, runJobs } = byEnvironment;
  const told = async () => {
    await runJobs();
    return tenant.mails().filter(({ subject }) => subject.startsWith('Nobody can sign in')).length;
  };
  for (const times of [1, 2]) {
    tenant.proofs.secrets.set(tenant.clientSecret, 'expired');
    expect((await signsIn(byEnvironment, 'mia')).status).toBe(503);
    expect((await signsIn(byEnvironment, 'mia')).status).toBe(503);
    expect(await signInTrouble(url)).toHaveLength(1);
    expect(await told()).toBe(times);
    expect((await administrator.get(`${url}/admin/single-sign-on`)).text).toContain('Nobody can sign in.');
    tenant.proofs.secrets.set(tenant.clientSecret, 'good');
    expect((await signsIn(byEnvironment, 'mia')).url).toBe(`${url}/waiting`);
    expect(await signInTrouble(url)).toEqual([]);
  }
});

rule('what the environment sets is shown locked and cannot be changed; the end of its secret can be noted', async () => {
  const { url, administrator, sql, tenant } = byEnvironment;
  const home = `${url}/admin/single-sign-on`;
  const page = await administrator.get(`${home}/configure`);
  expect(page.text).toContain('DOORSTEP_OIDC_CLIENT_SECRET');
  expect(page.text).toContain(tenant.clientId);
  expect((await administrator.post(`${home}/draft`, { tenant: tenant.issuer, clientId: 'x' })).status).toBe(409);
  expect((await administrator.get(`${home}/test`)).status).toBe(409);
  expect((await administrator.post(`${home}/environment-secret`, { expires: '2099-01-31' })).status).toBe(403);
  await administrator.signIn(`${url}/sign-in?fresh`, 'sam');
  expect((await administrator.post(`${home}/environment-secret`, { expires: '31.1.2099' })).status).toBe(422);
  expect((await administrator.post(`${home}/environment-secret`, { expires: '2099-01-31' })).status).toBe(303);
  expect(await sql('SELECT environment_secret_expires_at AS at FROM workspace')).toEqual([{ at: Date.UTC(2099, 1, 1) - 1 }]);
});
