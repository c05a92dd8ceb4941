import type { AccessRequestId, MemberId } from '@doorstep/shared/ids';
import type { NewBatch } from '@doorstep/shared/invitation-batch';
import type { Role } from '@doorstep/shared/member';
import { HOUR, type Millis } from '@doorstep/shared/time';
import type { Hono } from 'hono';
import { challengeOf, grantCode, redeemConnectCode } from '../actions/connect.ts';
import type { Deps } from '../actions/deps.ts';
import { invite } from '../actions/invite.ts';
import { extensionClients } from '../config/extension-clients.ts';
import { previewTransport } from '../delivery/preview.ts';
import type { Transport } from '../delivery/transport.ts';
import type { ShownIdentity } from '../domain/identity.ts';
import { defaultSettings } from '../domain/settings.ts';
import { deriveKeys, proofOfSecret } from '../identity/root-key.ts';
import { hashToken, newToken } from '../identity/tokens.ts';
import { knock } from '../store/access-request.ts';
import { noTrace } from '../store/audit.ts';
import { makeFirstAdministrator } from '../store/first-administrator.ts';
import { newId } from '../store/new-id.ts';
import { redeemInvitations } from '../store/redemption.ts';
import { beginOtherSession } from '../store/session.ts';
import { findSettings } from '../store/settings.ts';
import type { Store } from '../store/store.ts';
import { openTestStore } from '../store/test-store.ts';
import { createWorkspace, hasAdministrator, nameWorkspace } from '../store/workspace.ts';
import { createApp } from './app.ts';
import { cookieNames } from './cookies.ts';
import type { Env } from './env.ts';

export const NOON: Millis = Date.UTC(2026, 10, 23, 12);
export const TENANT = '11111111-1111-4111-8111-111111111111';
const VERIFIER = 'a-verifier-of-forty-three-characters-or-more-0123456789';
const CHALLENGE = challengeOf(VERIFIER);

export type SomebodySignedIn = { memberId: MemberId; cookie: string; who: ShownIdentity };
export type SomebodyWaiting = { requestId: AccessRequestId; cookie: string; who: ShownIdentity };
type Facts = Partial<ShownIdentity>;
type MemberFacts = Facts & { role: Role; accessUntil?: Millis | null; isFresh?: boolean };
/** `form` makes it a POST of one of our own pages: with our `Origin`, unless `headers` says otherwise. */
type Sent = RequestInit & { as?: { cookie: string } | null; form?: Record<string, string> };
export type TestApp = Awaited<ReturnType<typeof openTestApp>>;

/** The whole app on a real database of the test's own, a clock that stands still until it is moved, people made by the store's commands. */
export async function openTestApp(given: { transport?: Transport; publicUrl?: string; now?: Millis } = {}) {
  const clock = { now: given.now ?? NOON };
  const store = await openTestStore(() => clock.now);
  const log: string[] = [];
  const deps = depsOf(store, log, given);
  const app = createApp(deps, {
    now: () => clock.now,
    clientAddress: () => '192.0.2.7',
    cameOverHttp: () => false,
    isReady: () => true,
  });
  await createWorkspace(store, proofOfSecret(deps.keys), clock.now);
  await nameWorkspace(store, { name: 'Contoso Vault', by: null, auditId: newId('aud'), now: clock.now, trace: noTrace });

  const world: World = { app, deps, store, clock };
  return {
    ...world,
    log,
    /** A member with this role, signed in; the first administrator comes by the set-up link, everybody else by an invitation. */
    signInAs: (wanted: Role | MemberFacts) => signInAs(world, typeof wanted === 'string' ? { role: wanted } : wanted),
    /** Somebody without an invitation, with an open access request. */
    knockAs: (facts: Facts = {}) => knockAs(world, facts),
    /** Somebody whose sign-in ended neither in a member nor in a request. */
    visitAs: (facts: Facts = {}) => visitAs(world, facts),
    /** The browser extension of an administrator. */
    connectBrowser: (memberId: MemberId) => connect(world, memberId),
    request: (path: string, sent: Sent = {}) => request(world, path, sent),
  };
}

type World = { app: Hono<Env>; deps: Deps; store: Store; clock: { now: Millis } };

function depsOf(store: Store, log: string[], given: { transport?: Transport; publicUrl?: string }): Deps {
  const deps: Deps = { ...fixedDeps(store, log, given), current: async () => ({ ...deps, settings: await findSettings(store) }) };
  return deps;
}

const fixedDeps = (store: Store, log: string[], given: { transport?: Transport; publicUrl?: string }): Omit<Deps, 'current'> => ({
  store,
  isSetByEnvironment: { signOn: false, mail: false },
  settings: defaultSettings,
  resolveTxt: async () => ({ records: [] }),
  keys: deriveKeys('0123456789abcdefghijklmnopqrstuvwxyzABCDEFG'),
  provider: null,
  tenantId: TENANT,
  clientId: null,
  graph: null,
  transport: given.transport ?? previewTransport,
  connectMail: async (row) => ({ transport: given.transport ?? previewTransport, mailFrom: row.fromAddress }),
  offersSmtp: true,
  publicUrl: given.publicUrl ?? 'http://localhost:3000',
  mailFrom: 'door@vault.contoso.example',
  extensionClients: extensionClients([]),
  log: (level, event, facts) => void log.push(`${level} ${event} ${JSON.stringify(facts ?? {})}`),
  nudge: () => {},
});

async function signInAs(
  world: World,
  { role, accessUntil = null, isFresh = false, ...facts }: MemberFacts,
): Promise<SomebodySignedIn> {
  const { store, deps, clock } = world;
  const isFirst = role === 'administrator' && !(await hasAdministrator(store));
  const inviter = isFirst || (await hasAdministrator(store)) ? null : (await signInAs(world, { role: 'administrator' })).memberId;
  const who = identityOf(facts, role);
  const token = newToken();
  const memberId = newId('mem') as MemberId;
  const attempt = {
    ...session(world, who, token),
    freshAt: isFresh ? clock.now : null,
    id: newId('red'),
    memberId,
  };
  if (isFirst) {
    await makeFirstAdministrator(store, attempt);
  } else {
    const by = inviter ?? (await anAdministrator(store));
    const invitation = await invited(
      deps,
      by,
      { email: who.address ?? `${who.objectId}@contoso.example`, role, accessUntil },
      clock.now,
    );
    const won = await redeemInvitations(store, [{ ...attempt, ...invitation }]);
    if (won.size === 0) throw new Error('the invitation of the story was not redeemed');
  }
  return { memberId, cookie: cookieOf(deps, token), who };
}

async function invited(
  deps: Deps,
  by: string,
  recipient: { email: string; role: Role; accessUntil: Millis | null },
  now: Millis,
) {
  const batch: NewBatch = { recipients: [recipient], role: 'member', language: null, note: null, expiresInDays: 7 };
  const result = await invite(deps, by, batch, null, noTrace, now);
  const row = result.outcome === 'invited' ? result.batch.rows[0] : undefined;
  if (!row?.invitationId) throw new Error(`the invitation of the story was not written: ${row?.because ?? result.outcome}`);
  return { invitationId: row.invitationId, generation: row.plan === 'resend' ? 2 : 1 };
}

async function anAdministrator(store: Store): Promise<string> {
  const [row] = await store.db.query.members.findMany({
    where: (members, { eq }) => eq(members.role, 'administrator'),
    limit: 1,
  });
  if (!row) throw new Error('the story has no administrator');
  return row.id;
}

async function knockAs(world: World, facts: Facts): Promise<SomebodyWaiting> {
  const who = identityOf(facts, 'visitor');
  const token = newToken();
  const requestId = newId('req') as AccessRequestId;
  const about = { why: 'no-invitation', invitationId: null, visitor: JSON.stringify(who), inConnectWindow: false } as const;
  await knock(world.store, [
    { ...session(world, who, token), ...about, freshAt: null, id: newId('kno'), newRequestId: requestId },
  ]);
  return { requestId, cookie: cookieOf(world.deps, token), who };
}

async function visitAs({ store, deps, clock }: World, facts: Facts): Promise<{ cookie: string; who: ShownIdentity }> {
  const who = identityOf(facts, 'visitor');
  const token = newToken();
  const now = clock.now;
  const about = {
    kind: 'visitor',
    requestId: null,
    invitationId: null,
    inConnectWindow: false,
    providerSessionId: null,
  } as const;
  const begun = {
    ...about,
    tokenHash: hashToken(token),
    who: { ...who, ...noTrace },
    endsSession: null,
    endsAt: now + HOUR,
    now,
  };
  const audit = {
    id: newId('aud'),
    what: 'sign-in.refused',
    result: 'refused',
    by: null,
    about: null,
    trace: noTrace,
  } as const;
  await beginOtherSession(store, begun, audit);
  return { cookie: cookieOf(deps, token), who };
}

async function connect({ deps, clock }: World, memberId: MemberId): Promise<{ token: string; origin: string }> {
  const client = deps.extensionClients[0]!;
  const asked = { client, redirectUri: client.redirectUri, state: 'state', codeChallenge: CHALLENGE };
  const code = await grantCode(deps, asked, memberId, clock.now);
  const from = { code, redirectUri: client.redirectUri, clientId: client.clientId, verifier: VERIFIER, origin: client.origin };
  const result = await redeemConnectCode(deps, from, noTrace, clock.now);
  if (result.outcome !== 'connected') throw new Error('the browser of the story was not connected');
  return { token: result.token, origin: client.origin };
}

async function request({ app, deps }: World, path: string, { as, form, ...init }: Sent): Promise<Response> {
  const headers = new Headers(init.headers);
  if (as) headers.set('cookie', as.cookie);
  if (!form) return app.request(deps.publicUrl + path, { ...init, headers });
  if (!headers.has('origin') && !headers.has('sec-fetch-site')) headers.set('origin', deps.publicUrl);
  headers.set('content-type', 'application/x-www-form-urlencoded');
  return app.request(deps.publicUrl + path, { method: 'POST', ...init, headers, body: new URLSearchParams(form).toString() });
}

let people = 0;
function identityOf(facts: Facts, word: string): ShownIdentity {
  people += 1;
  const objectId = `00000000-0000-4000-8000-${String(people).padStart(12, '0')}`;
  const address = `${word}-${people}@contoso.example`;
  const person = { name: `Some ${word} ${people}`, address, addressIsTrusted: true, guestOf: null, loginHint: null };
  return { tenantId: TENANT, objectId, ...person, ...facts };
}

const session = ({ clock }: World, who: ShownIdentity, token: string) => ({
  ...who,
  ...noTrace,
  tokenHash: hashToken(token),
  endsSession: null,
  providerSessionId: null,
  auditId: newId('aud'),
  now: clock.now,
});

const cookieOf = (deps: Deps, token: string): string => `${cookieNames(deps.publicUrl).prefix}session=${token}`;
