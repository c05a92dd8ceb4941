import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, test as rule } from 'vitest';
import {
  ADMIN,
  type Connecting,
  credentials,
  fresh,
  openUnconnected,
  SETUP,
  saveDraft,
  signsIn,
  switchOn,
  test,
} from './sign-on-story.ts';

let workspace: Connecting;
let sent: { headers: Headers; body: URLSearchParams }[] = [];
const realFetch = globalThis.fetch;

/** What goes to the token endpoint, watched on its way. */
beforeAll(async () => {
  workspace = await openUnconnected();
  globalThis.fetch = (input, init) => {
    if (String(input).endsWith('/token')) sent.push({ headers: new Headers(init?.headers), body: init?.body as URLSearchParams });
    return realFetch(input, init);
  };
});
afterAll(async () => {
  globalThis.fetch = realFetch;
  await workspace.stop();
});

rule('ENT-32: a certificate made here proves the application by a PS256 assertion, and no secret is sent', async () => {
  const { sam, url, tenant, clock } = workspace;
  await saveDraft(workspace);
  expect((await sam.post(`${url}${SETUP}/credentials`, { kind: 'make' })).status).toBe(303);
  const [made] = await credentials(workspace);
  expect(made!.kind).toBe('certificate');

  const unknown = await test(workspace);
  expect(unknown.text).toContain('AADSTS700027');
  expect(unknown.text).toContain('Microsoft does not know the certificate.');

  const file = await sam.get(`${url}${SETUP}/credentials/${made!.id}/certificate`);
  expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="doorstep-.*\.cer"$/);
  expect(file.text).toContain('BEGIN CERTIFICATE');
  expect(file.text).not.toContain('PRIVATE');
  expect(tenant.addCertificate(file.text)).toBe(made!.thumbprint);

  sent = [];
  expect((await test(workspace)).text).toContain('It works.');
  expect((await switchOn(workspace)).status).toBe(303);
  await sam.signIn(`${url}/sign-in`, 'sam');
  expect((await signsIn(workspace, 'mia')).url).toBe(`${url}/waiting`);

  expect(sent.length).toBeGreaterThan(2);
  const ids = new Set<string | undefined>();
  for (const { headers, body } of sent) {
    expect(headers.has('authorization')).toBe(false);
    expect(body.has('client_secret')).toBe(false);
    expect(body.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    const assertion = body.get('client_assertion')!;
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'PS256', typ: 'JWT', 'x5t#S256': made!.thumbprint });
    const claims = decodeJwt(assertion);
    expect(claims).toMatchObject({ iss: tenant.clientId, sub: tenant.clientId });
    expect(claims.aud).toBe(`${tenant.origin}/${tenant.tenantId}/oauth2/v2.0/token`);
    expect(claims.exp! - claims.nbf!).toBeLessThanOrEqual(600);
    expect(Math.abs(claims.iat! * 1000 - clock.now())).toBeLessThan(2000);
    ids.add(claims.jti);
  }
  expect(ids.size).toBe(sent.length);
});

rule('ENT-32: an assertion that comes twice, late, or for another endpoint is refused, as Entra does', async () => {
  const { tenant, clock } = workspace;
  const { body } = sent.at(-1)!;
  const ask = async (form: URLSearchParams) => {
    const answer = await realFetch(`${tenant.origin}/${tenant.tenantId}/oauth2/v2.0/token`, { method: 'POST', body: form });
    return (await answer.json()) as { error: string; error_description: string };
  };
  expect(await ask(body)).toMatchObject({ error: 'invalid_client' });
  clock.advance(11 * 60_000);
  expect((await ask(body)).error_description).toContain('AADSTS700024');
});

rule('a pasted certificate: everything that is wrong with it is said in full', async () => {
  const { sam, url } = workspace;
  await fresh(workspace);
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const request = (...words: string[]) => openssl('req', '-x509', '-nodes', '-subj', '/CN=Doorstep', ...words);
  try {
    request('-newkey', 'rsa:2048', '-keyout', 'key.pem', '-out', 'good.pem', '-days', '1000');
    request('-newkey', 'rsa:2048', '-keyout', 'other.pem', '-out', 'other-cert.pem', '-days', '1000');
    request('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', 'ec.pem', '-out', 'ec-cert.pem', '-days', '1000');
    request('-newkey', 'rsa:1024', '-keyout', 'small.pem', '-out', 'small-cert.pem', '-days', '1000');
    const pss = ['-newkey', 'rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'];
    request(...pss, '-keyout', 'pss.pem', '-out', 'pss-cert.pem', '-days', '1000');
    request('-key', 'key.pem', '-out', 'short.pem', '-days', '1');
    openssl('pkcs8', '-topk8', '-in', 'key.pem', '-out', 'locked.pem', '-passout', 'pass:x');
    openssl('rsa', '-traditional', '-in', 'key.pem', '-out', 'pkcs1.pem');
    const wrong: [string, string][] = [
      ['just some words', 'That is no PEM'],
      [read('good.pem'), 'The private key is missing'],
      [read('key.pem'), 'The certificate is missing'],
      [read('locked.pem') + read('good.pem'), 'protected by a password'],
      [read('pkcs1.pem') + read('good.pem'), 'older form (PKCS #1)'],
      [read('other.pem') + read('good.pem'), 'does not belong to this certificate'],
      [read('ec.pem') + read('ec-cert.pem'), 'no RSA key'],
      [read('pss.pem') + read('pss-cert.pem'), 'no RSA key'],
      [read('small.pem') + read('small-cert.pem'), '1024 bits'],
      [`${read('key.pem')}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`, 'cannot be read'],
    ];
    for (const [pem, said] of wrong) {
      const answer = await sam.post(`${url}${ADMIN}/credentials`, { kind: 'certificate', pem });
      expect([said, answer.status]).toEqual([said, 422]);
      expect(answer.text).toContain(said);
      expect(answer.text).not.toContain('PRIVATE KEY-----\n');
    }
    expect(
      (await sam.post(`${url}${ADMIN}/credentials`, { kind: 'certificate', pem: read('key.pem') + read('good.pem') })).status,
    ).toBe(303);
    expect(await credentials(workspace)).toHaveLength(2);
    workspace.clock.advance(2 * 86_400_000);
    await sam.signIn(`${url}/sign-in`, 'sam');
    await fresh(workspace);
    const pem = read('key.pem') + read('short.pem');
    expect((await sam.post(`${url}${ADMIN}/credentials`, { kind: 'certificate', pem })).text).toContain(
      'The certificate expired on ',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
