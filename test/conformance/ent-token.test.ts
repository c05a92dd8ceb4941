import { MINUTE, SECOND } from '@doorstep/shared/time';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { HOSTILE_CLAIMS, HOSTILE_HEADERS } from '../demo-tenant/hostile.ts';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import type { TokenClaims } from '../demo-tenant/signing-keys.ts';
import { callsOf, endFaults, expectRefused, miaComesBack, openWithMia } from './callback-story.ts';
import { whatStands } from './stories.ts';
import type { Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
beforeAll(async () => {
  workspace = await openWithMia();
  url = workspace.url;
});
afterAll(() => workspace.stop());
afterEach(() => endFaults(workspace));

const tampered = (changed: (honest: TokenClaims) => TokenClaims) => {
  workspace.tenant.faults.idToken = (claims, header) => ({ claims: { ...claims, ...changed(claims) }, header });
};

/** With one published key there is no doubt whose signature it is (OpenID Connect Core, 10.1). */
const DOUBTFUL = 'no kid';

test.each(HOSTILE_HEADERS.filter(({ name }) => name !== DOUBTFUL).map((one) => [one.name, one] as const))(
  'ENT-10, OP-02: %s is refused',
  async (_, { tamper }) => {
    const before = await whatStands(workspace);
    workspace.tenant.faults.idToken = tamper;
    await expectRefused(workspace, await miaComesBack(workspace), before);
  },
);

test.each(HOSTILE_CLAIMS.filter(({ verdict }) => verdict === 'refuse').map((one) => [one.name, one] as const))(
  'ENT-11, ENT-12, ENT-13, ENT-16, ENT-17, OP-03: %s is refused',
  async (_, { tamper }) => {
    const before = await whatStands(workspace);
    workspace.tenant.faults.idToken = tamper;
    await expectRefused(workspace, await miaComesBack(workspace), before);
  },
);

test.each(HOSTILE_CLAIMS.filter(({ verdict }) => verdict !== 'refuse').map((one) => [one.name, one] as const))(
  'ENT-12, ENT-22, ENT-65, OP-03: with %s the member is signed in, no more and no less',
  async (_, { tamper }) => {
    const before = await whatStands(workspace);
    workspace.tenant.faults.idToken = tamper;
    const browser = new Browser();
    expect((await miaComesBack(workspace, browser)).location).toBe(`${url}/welcome`);
    const page = await browser.get(`${url}/welcome`);
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/<script>alert|<img src=x|\u202E/);
    expect(page.text).not.toContain('\0');
    expect((await whatStands(workspace)).members).toEqual(before.members);
    expect(callsOf(workspace, 'elsewhere')).toBe(0);
  },
);

test('ENT-14, OP-26: expired or not yet valid beyond the tolerance is refused, two minutes of skew are not', async () => {
  const before = await whatStands(workspace);
  const seconds = Math.floor(workspace.clock.now() / SECOND);
  for (const changed of [{ exp: seconds - 360 }, { nbf: seconds + 360, iat: seconds + 360 }, { exp: undefined }]) {
    tampered(() => changed);
    await expectRefused(workspace, await miaComesBack(workspace), before);
  }
  for (const changed of [
    { exp: seconds - 30 },
    { nbf: seconds + 30, iat: seconds + 30 },
    { exp: seconds - 120 },
    { iat: seconds + 120, nbf: seconds + 120 },
  ]) {
    tampered(() => changed);
    expect((await miaComesBack(workspace)).location, JSON.stringify(changed)).toBe(`${url}/welcome`);
  }
});

test('ENT-15: a token issued five minutes ago is accepted', async () => {
  tampered(({ iat }) => ({ iat: Number(iat) - (5 * MINUTE) / SECOND, nbf: Number(iat) - (5 * MINUTE) / SECOND }));
  expect((await miaComesBack(workspace)).location).toBe(`${url}/welcome`);
});

test('ENT-16: the nonce of another live flow of the same browser is refused', async () => {
  const browser = new Browser();
  const other = new URL((await browser.get(`${url}/sign-in`)).location!).searchParams.get('nonce')!;
  const before = await whatStands(workspace);
  tampered(() => ({ nonce: other }));
  await expectRefused(workspace, await miaComesBack(workspace, browser), before);
});

test('ENT-10, OP-02: a token without kid is refused when several keys are published', async () => {
  await workspace.tenant.rotateKeys();
  workspace.clock.advance(10 * MINUTE);
  await miaComesBack(workspace);
  const before = await whatStands(workspace);
  workspace.tenant.faults.idToken = HOSTILE_HEADERS.find(({ name }) => name === DOUBTFUL)!.tamper;
  await expectRefused(workspace, await miaComesBack(workspace), before);
});
