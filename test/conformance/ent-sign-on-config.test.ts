import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test as rule } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import {
  ADMIN,
  addSecret,
  type Connecting,
  credentials,
  dayIn,
  fresh,
  openConnected,
  openUnconnected,
  SETUP,
  saveDraft,
  signsIn,
  switchOn,
  test,
} from './sign-on-story.ts';

/** All that a form-encoder, Basic and a strict provider can trip over. */
const SECRET = 'a%2F+b:c/d~é€ü%+=&?_.-';
let workspace: Connecting;
beforeAll(async () => {
  workspace = await openConnected({ clientSecret: SECRET });
});
afterAll(() => workspace.stop());
afterEach(() => {
  workspace.tenant.faults.token = undefined;
  workspace.tenant.faults.idToken = undefined;
});

rule('ENT-31: a secret with %, +, :, / and letters beyond ASCII, typed on the page, authenticates', async () => {
  expect((await signsIn(workspace, 'mia')).url).toBe(`${workspace.url}/waiting`);
  expect(await credentials(workspace)).toMatchObject([{ kind: 'secret', refused_code: null, ended_at: null }]);
});

rule('a date of expiry that was typed wrong locks nobody out: Microsoft decides', async () => {
  const { store } = workspace.deps;
  await store.write([store.db.run('UPDATE client_credentials SET expires_at = 1')]);
  expect((await signsIn(workspace, 'mia')).url).toBe(`${workspace.url}/waiting`);
  await store.write([store.db.run('UPDATE client_credentials SET expires_at = 8000000000000000')]);
});

rule('a secret stands in no page, no log, no audit row and no file of the database', async () => {
  const { sam, url, dataDir, log, sql } = workspace;
  for (const path of ['', '/configure', '/tested'])
    expect((await sam.get(`${url}${ADMIN}${path}`)).text).not.toContain(SECRET.slice(0, 12));
  expect(log.join('\n')).not.toContain(SECRET);
  expect(JSON.stringify(await sql('SELECT * FROM audit_events'))).not.toContain(SECRET.slice(0, 12));
  const files = readdirSync(dataDir).filter((name) => name.startsWith('doorstep.db'));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect(readFileSync(join(dataDir, file)).includes(SECRET)).toBe(false);
});

rule('SES-13: every change of single sign-on needs a fresh sign-in; what was typed waits sealed', async () => {
  const { sam, url, clock, tenant } = workspace;
  await fresh(workspace);
  clock.advance(11 * 60_000);
  const [one] = await credentials(workspace);
  const writes: [string, Record<string, string>][] = [
    ['/draft', { tenant: tenant.tenantId, clientId: 'another', secret: 'a-brand-new-secret', expires: dayIn(workspace, 30) }],
    ['/credentials', { kind: 'secret', secret: 'a-brand-new-secret', expires: dayIn(workspace, 30) }],
    ['/credentials', { kind: 'make' }],
    [`/credentials/${one!.id}/end`, { confirmed: 'yes' }],
    ['/discard', {}],
  ];
  for (const [path, form] of writes) {
    const answer = await sam.post(`${url}${ADMIN}${path}`, form);
    expect([path, answer.status]).toEqual([path, 403]);
    expect(answer.text).toContain('Please sign in once more');
    expect(answer.text).not.toContain('a-brand-new-secret');
  }
  expect(await credentials(workspace)).toHaveLength(1);

  const waiting = await sam.post(`${url}${ADMIN}/credentials`, {
    kind: 'secret',
    secret: 'kept-secret',
    expires: dayIn(workspace, 30),
  });
  const kept = /name="kept" value="([^"]+)"/.exec(waiting.text)![1]!;
  await fresh(workspace);
  const sent = await sam.post(`${url}${ADMIN}/credentials`, { kind: 'secret', expires: dayIn(workspace, 30), kept });
  expect(sent.location).toBe(`${url}${ADMIN}/configure?done=credential-added`);
  const [added] = await credentials(workspace);
  await sam.post(`${url}${ADMIN}/credentials/${added!.id}/end`, { confirmed: 'yes' });
});

rule(
  'two secrets: a new one is used once it is tested, a third is refused, and the old one ended at the provider harms nobody',
  async () => {
    const { sam, url, tenant } = workspace;
    await fresh(workspace);
    tenant.proofs.secrets.set('second:secret', 'good');
    await addSecret(workspace, 'wrong-second');
    const [wrong] = await credentials(workspace);
    expect((await test(workspace, ADMIN, String(wrong!.id))).text).toContain('AADSTS7000215');
    expect((await signsIn(workspace, 'ana')).url).toBe(`${url}/waiting`); // only what has been tested is used
    expect((await addSecret(workspace, 'a third one')).status).toBe(422); // a blank in it
    expect((await addSecret(workspace, 'third')).status).toBe(409);
    await sam.post(`${url}${ADMIN}/credentials/${wrong!.id}/end`, { confirmed: 'yes' });

    await addSecret(workspace, 'second:secret');
    const [second] = await credentials(workspace);
    expect((await test(workspace, ADMIN, String(second!.id))).text).toContain('It works.');
    tenant.proofs.secrets.delete(SECRET);
    expect((await signsIn(workspace, 'mia')).url).toBe(`${url}/waiting`);
    const graph = await workspace.deps.current();
    expect(await graph.graph!.get('/users/delta?$select=id')).toMatchObject({ outcome: 'page' }); // the rotated secret without a restart

    const first = (await credentials(workspace)).find((row) => row.ended_at === null && row.id !== second!.id)!;
    expect((await sam.post(`${url}${ADMIN}/credentials/${first.id}/end`, {})).text).toContain('End the client secret?');
    expect((await sam.post(`${url}${ADMIN}/credentials/${first.id}/end`, { confirmed: 'yes' })).location).toContain(
      'credential-ended',
    );
    expect((await sam.post(`${url}${ADMIN}/credentials/${second!.id}/end`, { confirmed: 'yes' })).status).toBe(409);
    tenant.proofs.secrets.set(SECRET, 'good');
  },
);

rule(
  'the test signs nobody in, shows what came and what its lack costs, and a draft that failed cannot be switched on',
  async () => {
    const { sam, url, tenant } = workspace;
    await fresh(workspace);
    await saveDraft(workspace, { home: ADMIN, clientId: 'nobody-knows', secret: 'x' });
    expect((await switchOn(workspace, ADMIN, { confirmed: 'yes' })).status).toBe(409);
    const unknown = await new Browser().get(`${url}${ADMIN}/test`);
    expect(unknown.status).toBe(401);
    await saveDraft(workspace, { home: ADMIN, clientId: tenant.clientId });
    expect((await sam.get(`${url}${ADMIN}/configure`)).text).toContain('nobody-knows'); // what is on already is refused as a draft
    await sam.post(`${url}${ADMIN}/discard`, {});

    const sessions = await workspace.sql('SELECT count(*) AS n FROM sessions');
    tenant.faults.idToken = ({ email: _email, xms_edov: _edov, sid: _sid, ...claims }, header) => ({ claims, header });
    const page = await test(workspace, ADMIN);
    expect(page.url).toBe(`${url}${ADMIN}/tested`);
    expect(page.text).toContain('email is missing');
    expect(page.text).toContain('xms_edov is missing');
    expect(page.text).toContain('sid is missing');
    expect(await workspace.sql('SELECT count(*) AS n FROM sessions')).toEqual(sessions);
    tenant.faults.idToken = ({ oid: _oid, ...claims }, header) => ({ claims, header });
    expect((await test(workspace, ADMIN)).text).toContain('oid is missing or no GUID');
  },
);

rule('what is typed wrong is said beside its field, and the rest stays', async () => {
  const { sam, url } = workspace;
  const wrong: [Record<string, string>, string][] = [
    [{ tenant: 'contoso.onmicrosoft.com' }, 'That is a domain.'],
    [{ tenant: 'common' }, 'every organization'],
    [{ tenant: 'https://sts.windows.net/3f0d7b62-5a94-4c1e-8e27-90b1c4d6a815/' }, 'the older issuer'],
    [
      { tenant: '3f0d7b62-5a94-4c1e-8e27-90b1c4d6a815', clientId: '3f0d7b62-5a94-4c1e-8e27-90b1c4d6a815' },
      'the tenant ID once more',
    ],
    [{ secret: '3f0d7b62-5a94-4c1e-8e27-90b1c4d6a815' }, 'That is the Secret ID.'],
    [{ secret: 'good', expires: '2020-01-01' }, 'must be a day that has not passed'],
  ];
  for (const [typed, said] of wrong) {
    const form = {
      tenant: '3f0d7b62-5a94-4c1e-8e27-90b1c4d6a815',
      clientId: 'typed-client',
      expires: dayIn(workspace, 30),
      ...typed,
    };
    const answer = await sam.post(`${url}${ADMIN}/draft`, form);
    expect([said, answer.status]).toEqual([said, 422]);
    expect(answer.text).toContain(said);
    if (!typed.clientId) expect(answer.text).toContain('value="typed-client"');
  }
});

rule('ENT-28: in the set-up a draft of an unreachable provider is said to be one, and heals', async () => {
  const empty = await openUnconnected();
  try {
    await saveDraft(empty, { secret: empty.tenant.clientSecret });
    empty.tenant.faults.discovery = 'down';
    const failed = await empty.sam.get(`${empty.url}${SETUP}/test`, { follow: true });
    expect(failed.text).toContain('Microsoft could not be asked.');
    expect((await switchOn(empty)).status).toBe(409);
    empty.tenant.faults.discovery = undefined;
    expect((await test(empty)).text).toContain('It works.');
    expect((await switchOn(empty)).status).toBe(303);
    await empty.sam.signIn(`${empty.url}/sign-in`, 'sam');
    expect(await empty.sql('SELECT role FROM members')).toEqual([{ role: 'administrator' }]);
    expect((await empty.sam.get(`${empty.url}${SETUP}/configure`)).status).toBe(410);
  } finally {
    await empty.stop();
  }
});
