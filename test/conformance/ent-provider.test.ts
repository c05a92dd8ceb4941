import { MINUTE } from '@doorstep/shared/time';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { TokenFault } from '../demo-tenant/faults.ts';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { callsOf, endFaults, expectRefused, miaComesBack, openWithMia } from './callback-story.ts';
import { aboutToRedeem, atCallback, invited, isMember, somebody, whatStands } from './stories.ts';
import type { Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
beforeAll(async () => {
  workspace = await openWithMia();
  url = workspace.url;
});
afterAll(() => workspace.stop());
afterEach(() => endFaults(workspace));

test.each([
  'invalid_grant',
  'invalid_client',
  429,
  500,
  'html',
  'redirect',
  'drop',
  'huge',
  'no-id-token',
  'id-token-is-access-token',
] satisfies TokenFault[])(
  'ENT-18, ENT-20, OP-28: a token endpoint that answers %s gives a page, and the next try works',
  async (fault) => {
    const browser = new Browser();
    const before = await whatStands(workspace);
    const calls = callsOf(workspace, 'token');
    workspace.tenant.faults.token = fault;

    await expectRefused(workspace, await miaComesBack(workspace, browser), before);

    expect(callsOf(workspace, 'token') - calls).toBeLessThanOrEqual(2);
    expect(callsOf(workspace, 'elsewhere')).toBe(0);
    workspace.tenant.faults.token = undefined;
    expect((await miaComesBack(workspace, browser)).location).toBe(`${url}/welcome`);
  },
);

test('ENT-20: a failed token call consumes no invitation; the flow can be begun again', async () => {
  const ivy = somebody(workspace);
  const { joinUrl } = await invited(workspace, ivy.address);
  const { browser, callback } = await aboutToRedeem(joinUrl, ivy.key);
  const before = await whatStands(workspace);
  workspace.tenant.faults.token = 500;
  const answer = await browser.get(callback);
  await expectRefused(workspace, answer, before);

  workspace.tenant.faults.token = undefined;
  const again = /href="(\/sign-in\?invitation=[^"]+)"/.exec(answer.text)![1]!;
  expect((await browser.signIn(url + again.replaceAll('&amp;', '&'), ivy.key)).url).toBe(`${url}/welcome`);
  expect(await isMember(workspace, ivy)).toBe(true);
});

test('ENT-20, OP-04: a token endpoint that hangs is left after ten seconds', async () => {
  const before = await whatStands(workspace);
  const browser = new Browser();
  const callback = await atCallback(`${url}/sign-in`, 'mia', browser);
  workspace.tenant.faults.token = 'hang';
  const start = performance.now();
  await expectRefused(workspace, await browser.get(callback), before);
  expect(performance.now() - start).toBeLessThan(11_000);
});

test('ENT-24: after the provider has rotated its keys the next sign-in works, with one fetch of the set', async () => {
  await miaComesBack(workspace);
  workspace.clock.advance(10 * MINUTE);
  await workspace.tenant.rotateKeys();
  const calls = callsOf(workspace, 'keys');
  expect((await miaComesBack(workspace)).location).toBe(`${url}/welcome`);
  expect((await miaComesBack(workspace)).location).toBe(`${url}/welcome`);
  expect(callsOf(workspace, 'keys') - calls).toBe(1);
});

test('ENT-26, OP-17: a hundred tokens with unknown keys at once cost two fetches of the set, later ones of the cool-down none; others still sign in', async () => {
  workspace.clock.advance(10 * MINUTE);
  await miaComesBack(workspace);
  const browsers = Array.from({ length: 100 }, () => new Browser());
  const callbacks: string[] = [];
  for (const browser of browsers) callbacks.push(await atCallback(`${url}/sign-in`, 'mia', browser));
  const calls = callsOf(workspace, 'keys');
  workspace.tenant.faults.idToken = (claims, header) => ({ claims, header, key: 'unknown-kid' });

  const answers = await Promise.all(browsers.map((browser, at) => browser.get(callbacks[at]!)));

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
  expect(callsOf(workspace, 'keys') - calls).toBeLessThanOrEqual(2); // one under way and one begun after it: a key may have come in between
  const later = callsOf(workspace, 'keys');
  for (let time = 0; time < 5; time += 1) expect((await miaComesBack(workspace)).status).toBe(403);
  expect(callsOf(workspace, 'keys')).toBe(later);
  workspace.tenant.faults.idToken = undefined;
  expect((await miaComesBack(workspace)).location).toBe(`${url}/welcome`);
});

test('ENT-25: with the key endpoint down for an hour, sign-ins with known keys still work', async () => {
  workspace.tenant.faults.keys = 'down';
  workspace.clock.advance(60 * MINUTE);
  expect((await miaComesBack(workspace)).location).toBe(`${url}/welcome`);
});
