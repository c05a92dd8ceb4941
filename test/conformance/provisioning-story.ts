import type { ProvisioningStep } from '../demo-tenant/provisioning/scim-client.ts';
import type { Workspace } from './workspace.ts';

/** Sam makes a token on the page, freshly signed in; what the page showed once. */
export async function madeToken(
  { administrator, url }: Pick<Workspace, 'administrator' | 'url'>,
  name = 'Entra',
): Promise<string> {
  await administrator.signIn(`${url}/sign-in?fresh`, 'sam');
  const page = await administrator.post(`${url}/admin/single-sign-on/tokens`, { name, months: '12' });
  const token = /id="token" value="([\w-]{43})"/.exec(page.text)?.[1];
  if (!token) throw new Error(`no token was shown: ${page.status}`);
  return token;
}

const assigned = new WeakMap<object, { users: Set<string>; groups: Set<string> }>();

/**
 * These people and groups are assigned as well, those without are not any more; then one cycle of the demo tenant's provisioning, every step of
 * which has to be taken.
 */
export async function provisioned(
  workspace: Pick<Workspace, 'tenant' | 'url'>,
  token: string,
  { users, groups = [], without = [], optscim }: { users: string[]; groups?: string[]; without?: string[]; optscim?: boolean },
): Promise<ProvisioningStep[]> {
  const all = assigned.get(workspace) ?? { users: new Set(), groups: new Set() };
  assigned.set(workspace, all);
  for (const id of users) all.users.add(id);
  for (const id of groups) all.groups.add(id);
  for (const id of without) all.users.delete(id);
  const who = { users: [...all.users], groups: [...all.groups], ...(optscim === undefined ? {} : { optscim }) };
  const steps = await workspace.tenant.provision({ ...who, url: `${workspace.url}/scim/v2`, token });
  const refused = steps.find(({ status }) => status === 0 || status >= 400);
  if (refused) throw new Error(`${refused.method} ${refused.path}: ${refused.status} ${JSON.stringify(refused.answer)}`);
  return steps;
}

/** A request of an identity provider, its answer read. */
export async function scim(
  { url }: { url: string },
  token: string | null,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; type: string | null; text: string; body: Record<string, unknown>; headers: Headers }> {
  const answer = await fetch(`${url}/scim/v2${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: token.includes(' ') ? token : `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const type = answer.headers.get('content-type');
  return { status: answer.status, type, text, body: text === '' ? {} : JSON.parse(text), headers: answer.headers };
}
