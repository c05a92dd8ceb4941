import { expect } from 'vitest';
import { Browser, type BrowserResponse } from '../demo-tenant/sign-in-client.ts';
import { type EmptyWorkspace, openEmptyWorkspace, type WorkspaceOptions } from './workspace.ts';

/** A workspace whose environment says nothing of single sign-on: it is connected on the page, in the set-up first and by Sam later. */

const NOT_SET = {
  DOORSTEP_OIDC_ISSUER: undefined,
  DOORSTEP_OIDC_CLIENT_ID: undefined,
  DOORSTEP_OIDC_CLIENT_SECRET: undefined,
};

export type Connecting = EmptyWorkspace & { sam: Browser };

export async function openUnconnected(options: WorkspaceOptions = {}): Promise<Connecting> {
  const workspace = await openEmptyWorkspace({ ...options, environment: { ...NOT_SET, ...options.environment } });
  const sam = new Browser();
  await sam.get(workspace.setUpLink, { follow: true });
  await sam.post(`${workspace.url}/setup`, { name: 'Contoso Vault' });
  return Object.assign(workspace, { sam });
}

/** The same, connected with the demo tenant's own secret; Sam is its administrator, freshly signed in. */
export async function openConnected(options: WorkspaceOptions = {}): Promise<Connecting> {
  const workspace = await openUnconnected(options);
  const { tenant } = workspace;
  await saveDraft(workspace, { secret: tenant.clientSecret });
  await test(workspace);
  await switchOn(workspace);
  await workspace.sam.signIn(`${workspace.url}/sign-in`, 'sam');
  await fresh(workspace);
  return workspace;
}

export const fresh = ({ sam, url }: Connecting): Promise<unknown> => sam.signIn(`${url}/sign-in?fresh`, 'sam');

export const SETUP = '/setup/sign-on';
export const ADMIN = '/admin/single-sign-on';

export const dayIn = ({ clock }: Pick<EmptyWorkspace, 'clock'>, days: number): string =>
  new Date(clock.now() + days * 86_400_000).toISOString().slice(0, 10);

export function saveDraft(
  workspace: Connecting,
  { secret = '', home = SETUP, ...other }: { secret?: string; home?: string; tenant?: string; clientId?: string } = {},
): Promise<BrowserResponse> {
  const { tenant, url, sam } = workspace;
  const typed = { tenant: tenant.issuer, clientId: tenant.clientId, ...other, secret, expires: dayIn(workspace, 180) };
  return sam.post(`${url}${home}/draft`, typed);
}

/** Adds to the draft, or to what is on. */
export const addSecret = (workspace: Connecting, secret: string, home = ADMIN): Promise<BrowserResponse> =>
  workspace.sam.post(`${workspace.url}${home}/credentials`, { kind: 'secret', secret, expires: dayIn(workspace, 90) });

/** Through the tenant and back; the answer is the page of what was found. */
export const test = (workspace: Connecting, home = SETUP, credential?: string): Promise<BrowserResponse> =>
  workspace.sam.signIn(`${workspace.url}${home}/test${credential ? `?credential=${credential}` : ''}`, 'sam');

export async function switchOn(workspace: Connecting, home = SETUP, more: Record<string, string> = {}): Promise<BrowserResponse> {
  const [draft] = await workspace.sql("SELECT id FROM single_sign_on WHERE state = 'draft'");
  expect(draft).toBeDefined();
  return workspace.sam.post(`${workspace.url}${home}/switch-on`, { id: String(draft!.id), ...more });
}

export const credentials = (workspace: Connecting) =>
  workspace.sql(
    'SELECT id, kind, tested_at, refused_code, ended_at, thumbprint, certificate FROM client_credentials ORDER BY created_at DESC, id DESC',
  );

/** Somebody signs in anew, and where that ends. */
export async function signsIn({ url }: EmptyWorkspace, key: string): Promise<BrowserResponse> {
  return new Browser().signIn(`${url}/sign-in`, key);
}
