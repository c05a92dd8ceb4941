import { noTrace } from '@doorstep/server/store/audit';
import { removeMember } from '@doorstep/server/store/member';
import { newId } from '@doorstep/server/store/new-id';
import type { MemberId } from '@doorstep/shared/ids';
import { rawRequest } from '../demo-tenant/raw-request.ts';
import type { Browser } from '../demo-tenant/sign-in-client.ts';
import { EXTENSION_ORIGIN } from './extension-client.ts';
import { invited, memberOf, opensLink, signsIn } from './stories.ts';
import type { Workspace } from './workspace.ts';

/** Everybody who can come to a route, in the order of the table of `ses-matrix.test.ts`. */
export const ROLES = ['anonymous', 'waiting', 'visitor', 'member', 'reader', 'exMember', 'administrator', 'extension'] as const;
export type Role = (typeof ROLES)[number];

export type Cast = {
  /** The status that this one gets; a POST is one of our own forms, empty. */
  ask(role: Role, method: string, path: string): Promise<number>;
  /** The invitation on whose page the visitor landed. */
  invitationId: string;
  /** Sessions, tokens and the open request as they were: the next request meets everybody as before. */
  again(): Promise<void>;
};

export async function assemble(workspace: Workspace): Promise<Cast> {
  const { url } = workspace;
  const waiting = await signsIn(workspace, 'ana');
  const invitation = await invited(workspace, 'somebody@contoso.example');
  const visitor = await opensLink(invitation.joinUrl, 'ben');
  visitor.browser.cookies.store(url, [`${joinCookie(visitor.browser, url)}=; Path=/; Max-Age=0`]); // the session alone
  const member = await memberOf(workspace, 'mia');
  const reader = await newcomer(workspace, 'reader', { role: 'reader' });
  const exMember = await newcomer(workspace, 'gone');
  await removeNewest(workspace);

  const browsers = { waiting: waiting.browser, visitor: visitor.browser, member, reader, exMember };
  const cookies: Record<string, string> = { administrator: cookieOf(workspace.administrator, url) };
  for (const [role, browser] of Object.entries(browsers)) cookies[role] = cookieOf(browser, url);
  await remember(workspace);
  return {
    invitationId: invitation.id,
    again: () => restore(workspace),
    async ask(role, method, path) {
      const form: Record<string, string> = method === 'GET' || method === 'HEAD' ? {} : { origin: url, 'content-type': FORM };
      const bearer = {
        origin: EXTENSION_ORIGIN,
        authorization: `Bearer ${workspace.api.token}`,
        'content-type': 'application/json',
      };
      const headers = role === 'extension' ? bearer : { ...form, ...(cookies[role] ? { cookie: cookies[role] } : {}) };
      return (await rawRequest(url + path, method, headers)).status;
    },
  };
}

const FORM = 'application/x-www-form-urlencoded';
const cookieOf = (browser: Browser, url: string) => browser.cookies.header(`${url}/`, 'GET', 'same-origin');
const joinCookie = (browser: Browser, url: string) => browser.cookies.of(url).find((one) => one.name.includes('join-'))?.name;

async function newcomer(workspace: Workspace, key: string, options: Record<string, unknown> = {}): Promise<Browser> {
  workspace.tenant.addPerson({ key });
  const { joinUrl } = await invited(workspace, `${key}@contoso.example`, options);
  return (await opensLink(joinUrl, key)).browser;
}

async function removeNewest({ api, clock, deps }: Workspace): Promise<void> {
  const [newest] = (await api('GET', '/members?limit=1')).body.items;
  const by = (await api('GET', '/me')).body.memberId as MemberId;
  const change = { id: newId('chg'), by, about: newest.id, auditId: newId('aud'), now: clock.now(), trace: noTrace };
  if (!(await removeMember(deps.store, change))) throw new Error('the member of the story was not removed');
}

const remember = ({ sql }: Workspace) => sql('CREATE TABLE sessions_of_the_cast AS SELECT * FROM sessions');

async function restore({ sql, deps }: Workspace): Promise<void> {
  await sql('INSERT OR IGNORE INTO sessions SELECT * FROM sessions_of_the_cast');
  await sql("UPDATE access_requests SET state = 'open', decided_at = NULL, decided_by = NULL WHERE state <> 'open'");
  await sql('UPDATE connected_browsers SET ended_at = NULL');
  deps.store.memory.forget();
}
