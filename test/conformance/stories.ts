import { invite } from '@doorstep/server/actions/invite';
import { noTrace } from '@doorstep/server/store/audit';
import { removeMember } from '@doorstep/server/store/member';
import { newId } from '@doorstep/server/store/new-id';
import type { Row } from '@doorstep/shared/invitation-batch';
import type { DemoTenant } from '../demo-tenant/demo-tenant.ts';
import type { NewPerson, Person } from '../demo-tenant/people.ts';
import { Browser, type BrowserResponse } from '../demo-tenant/sign-in-client.ts';
import { type Api, connectExtension } from './extension-client.ts';
import type { EmptyWorkspace, Workspace } from './workspace.ts';

/** What people do, in a few words, so that a test can begin where it becomes interesting. */

export type Invited = { id: string; joinUrl: string; key: string };

/** Sam invites this address with the extension; the mail has arrived. `options`: fields of the batch. */
export async function invited(workspace: Workspace, address: string, options: Record<string, unknown> = {}): Promise<Invited> {
  const { status, text, body } = await workspace.api('POST', '/invitation-batches', {
    recipients: [{ email: address }],
    ...options,
  });
  const row = (body as { rows?: Row[] }).rows?.[0];
  if (status !== 202 || !row?.invitationId) throw new Error(`${address} is not invited: ${status} ${text}`);
  const joinUrl = await workspace.joinUrlFor(address);
  return { id: row.invitationId, joinUrl, key: new URL(joinUrl).searchParams.get('key')! };
}

export type Arrived = { browser: Browser; page: BrowserResponse };

/** Opens a mailed link and signs in by the page's link. `page` is what they see last. */
export async function opensLink(joinUrl: string, person: string, browser = new Browser()): Promise<Arrived> {
  const offer = await browser.get(joinUrl, { follow: true });
  return { browser, page: await browser.signIn(signInLinkOf(offer), person) };
}

/** Where *Sign in with Microsoft* on an invitation's page leads. */
export function signInLinkOf(page: BrowserResponse): string {
  const link = /href="(\/sign-in\?invitation=[^"]+)"/.exec(page.text)?.[1];
  if (!link) throw new Error(`no sign-in link on the page: ${page.status} ${headingOf(page)}`);
  return new URL(link.replaceAll('&amp;', '&'), page.url).href;
}

/** Comes to the door without an invitation. */
export async function signsIn({ url }: { url: string }, person: string, browser = new Browser()): Promise<Arrived> {
  return { browser, page: await browser.signIn(`${url}/sign-in`, person) };
}

/** Becomes a member by an invitation. */
export async function memberOf(workspace: Workspace, person: string, address = `${person}@contoso.example`): Promise<Browser> {
  const { joinUrl } = await invited(workspace, address);
  const { browser, page } = await opensLink(joinUrl, person);
  if (!page.url.endsWith('/welcome')) throw new Error(`${person} is not in: ${page.status} at ${page.url}`);
  return browser;
}

/** Becomes an administrator by an invitation (made on pages after a fresh sign-in, not by an extension) and connects an extension. */
export async function anotherAdministrator(workspace: Workspace, person: string): Promise<{ browser: Browser; api: Api }> {
  await inviteAdministrator(workspace, `${person}@contoso.example`);
  const { browser } = await opensLink(await workspace.joinUrlFor(`${person}@contoso.example`), person);
  return { browser, api: await connectExtension(workspace.url, browser) };
}

export async function inviteAdministrator({ deps, clock, api }: Workspace, email: string): Promise<void> {
  const { memberId } = (await api('GET', '/me')).body;
  const batch = { recipients: [{ email }], role: 'administrator', language: null, note: null, expiresInDays: 7 } as const;
  const result = await invite(deps, memberId, { ...batch, recipients: [...batch.recipients] }, null, noTrace, clock.now());
  if (result.outcome !== 'invited' || result.batch.counts.invite !== 1)
    throw new Error(`${email} is not invited: ${result.outcome}`);
}

export const headingOf = (page: { text: string }): string =>
  (/<h1[^>]*>(.*?)<\/h1>/s.exec(page.text)?.[1] ?? '').replace(/<[^>]*>/g, '').trim();

let people = 0;

/** A colleague nobody has met, with a proven address; `facts` replaces what the identity provider says of them. */
export function somebody({ tenant }: { tenant: DemoTenant }, facts: Partial<NewPerson> = {}): Person & { address: string } {
  people += 1;
  const key = facts.key ?? `person${people}`;
  return { address: `${key}@contoso.example`, ...tenant.addPerson({ key, ...facts }) };
}

/** Goes to Microsoft from that page of ours and comes back, but has not opened the callback yet: its URL. At Microsoft it is nobody's tab but its own. */
export async function atCallback(startUrl: string, person: string, browser: Browser): Promise<string> {
  const started = await browser.get(startUrl);
  if (!started.location) throw new Error(`no sign-in begins: ${started.status} ${headingOf(started)}`);
  return new Browser().signInAt(started.location, person);
}

/** Has opened the link and signed in at Microsoft; the callback would redeem. */
export async function aboutToRedeem(joinUrl: string, person: string, browser = new Browser()) {
  const callback = await atCallback(signInLinkOf(await browser.get(joinUrl, { follow: true })), person, browser);
  return { browser, callback };
}

/** Everything that a refused request must leave as it was: people, invitations, requests, sessions that open doors, mails to send. */
export async function whatStands({ sql }: EmptyWorkspace) {
  return {
    members: await sql('SELECT id, state, role, object_id, access_until FROM members ORDER BY id'),
    invitations: await sql('SELECT id, state, generation, expires_at, role, object_id FROM invitations ORDER BY id'),
    requests: await sql('SELECT id, state, why, invitation_id FROM access_requests ORDER BY id'),
    sessions: await sql("SELECT token_hash FROM sessions WHERE kind <> 'visitor' ORDER BY token_hash"),
    outbox: await sql('SELECT id FROM outbox_messages ORDER BY id'),
  };
}

/** How many audit rows say this of it. */
export async function auditCount({ sql }: EmptyWorkspace, what: string, about: string): Promise<number> {
  const [row] = await sql(`SELECT count(*) AS n FROM audit_events WHERE what = '${what}' AND about = '${about}'`);
  return Number(row!.n);
}

export async function stateOf({ sql }: EmptyWorkspace, invitationId: string): Promise<string> {
  const [row] = await sql(`SELECT state FROM invitations WHERE id = '${invitationId}'`);
  return String(row?.state);
}

export async function isMember({ sql }: EmptyWorkspace, { oid }: { oid: string }): Promise<boolean> {
  return (await sql(`SELECT id FROM members WHERE object_id = '${oid}' AND state = 'active'`)).length === 1;
}

/** Sam removes this member, as on the member's page; an extension may not. */
export async function removes({ api, clock, deps }: Workspace, memberId: string): Promise<void> {
  const by = (await api('GET', '/me')).body.memberId;
  const change = { id: newId('chg'), by, about: memberId, auditId: newId('aud'), now: clock.now(), trace: noTrace };
  if (!(await removeMember(deps.store, change))) throw new Error(`${memberId} is not removed`);
}

/** Two answers of one page differ in their nonces alone. */
export const withoutNonces = (text: string): string => text.replace(/nonce="[^"]+"/g, 'nonce');
