import { expect } from 'vitest';
import { Browser, type BrowserResponse } from '../demo-tenant/sign-in-client.ts';
import { atCallback, headingOf, memberOf, whatStands } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** Mia, a member, signs in again and again; what the provider answers is bent by the tests. */

export async function openWithMia(): Promise<Workspace> {
  const workspace = await openWorkspace();
  await memberOf(workspace, 'mia');
  return workspace;
}

/** Mia signs in; the answer is the callback's. */
export async function miaComesBack({ url }: Workspace, browser = new Browser()): Promise<BrowserResponse> {
  return browser.get(await atCallback(`${url}/sign-in`, 'mia', browser));
}

/** No session, no change, a page that says something, no fault of ours. */
export async function expectRefused(workspace: Workspace, answer: BrowserResponse, before: Standing): Promise<void> {
  expect([403, 502, 503, 504]).toContain(answer.status);
  expect(answer.location).toBeUndefined();
  expect(answer.setCookies.join()).not.toMatch(/session=[\w-]/);
  expect(headingOf(answer)).not.toBe('');
  expect(withoutAlerts(await whatStands(workspace))).toEqual(withoutAlerts(before));
}

type Standing = Awaited<ReturnType<typeof whatStands>>;

/** That administrators are told of a refused secret (ENT-79) is the one mail that a failed sign-in may write. */
const withoutAlerts = (standing: Standing): Standing => ({
  ...standing,
  outbox: standing.outbox.filter(({ id }) => !String(id).startsWith('out_ale_')),
});

/** The provider is honest again: for `afterEach`. */
export function endFaults({ tenant }: Workspace): void {
  for (const fault of ['idToken', 'token', 'keys', 'discovery'] as const) tenant.faults[fault] = undefined;
}

export const callsOf = ({ tenant }: Workspace, wanted: 'token' | 'keys' | 'elsewhere'): number =>
  tenant.requests.filter(({ kind }) => kind === wanted).length;
