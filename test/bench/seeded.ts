import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenWorkspace, openWorkspace } from '@doorstep/server/commands/open-workspace';
import { type Config, readConfig } from '@doorstep/server/config';
import { hashToken, newToken } from '@doorstep/server/identity/tokens';
import { knock } from '@doorstep/server/store/access-request';
import { noTrace } from '@doorstep/server/store/audit';
import { connectBrowser, saveConnectCode } from '@doorstep/server/store/connected-browser';
import { makeFirstAdministrator } from '@doorstep/server/store/first-administrator';
import { CHUNK, type WantedInvitation, writeFirstChunk } from '@doorstep/server/store/invitation-batch';
import { newId } from '@doorstep/server/store/new-id';
import { CHROMIUM_EXTENSION_ID } from '@doorstep/shared/extension-ids';
import type { AccessRequestId, BatchId, ConnectedBrowserId, InvitationId, MemberId } from '@doorstep/shared/ids';
import { DAY, MINUTE } from '@doorstep/shared/time';

export const ORIGIN = `chrome-extension://${CHROMIUM_EXTENSION_ID}`;
export const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';

/** A workspace on the disk with one administrator, signed in and with a connected browser. */
export interface Seeded {
  readonly dataDir: string;
  readonly administrator: MemberId;
  /** Token of the administrator's session, and of the connected browser. */
  readonly sessionToken: string;
  readonly browserToken: string;
  remove(): Promise<void>;
}

/** `also` adds to it before it is closed. */
export async function seedWorkspace(also: (workspace: OpenWorkspace) => Promise<void> = async () => {}): Promise<Seeded> {
  const dataDir = await mkdtemp(join(tmpdir(), 'doorstep-bench-'));
  const workspace = await openSeeded(dataDir);
  const [sessionToken, browserToken] = [newToken(), newToken()];
  const administrator = newId('mem') as MemberId;
  await makeFirstAdministrator(workspace.store, { ...somebody(0), tokenHash: hashToken(sessionToken), memberId: administrator });
  await connect(workspace, administrator, browserToken);
  await also(workspace);
  await workspace.close();
  return { dataDir, administrator, sessionToken, browserToken, remove: () => rm(dataDir, { recursive: true, force: true }) };
}

/** The workspace of this folder, to be worked on in this process. */
export async function openSeeded(dataDir: string): Promise<OpenWorkspace> {
  const workspace = await openWorkspace(configOf(dataDir, 'http://127.0.0.1:3000'), Date.now);
  if ('problem' in workspace) throw new Error(workspace.problem);
  return workspace;
}

/** A tenant that nobody asks anything. */
export const SINGLE_SIGN_ON = {
  DOORSTEP_OIDC_ISSUER: `https://login.contoso.example/${TENANT}/v2.0`,
  DOORSTEP_OIDC_CLIENT_ID: 'bench',
  DOORSTEP_OIDC_CLIENT_SECRET: 'bench',
};

export function configOf(dataDir: string, publicUrl: string, also: Record<string, string> = {}): Config {
  const read = readConfig({ DOORSTEP_DATA_DIR: dataDir, DOORSTEP_PUBLIC_URL: publicUrl, ...also }, { runtime: 'node' });
  if ('problems' in read) throw new Error(read.problems.join(' '));
  return read.config;
}

/** That many people who wait. */
export const openRequests =
  (count: number) =>
  async ({ store }: OpenWorkspace) => {
    for (let from = 1; from <= count; from += 100) {
      const attempts = Array.from({ length: Math.min(100, count + 1 - from) }, (_, at) => ({
        ...somebody(from + at),
        newRequestId: newId('req') as AccessRequestId,
        why: 'no-invitation' as const,
        invitationId: null,
        visitor: '{}',
        inConnectWindow: false,
      }));
      await knock(store, attempts);
    }
  };

async function connect({ store }: OpenWorkspace, memberId: MemberId, token: string): Promise<void> {
  const now = Date.now();
  const codeHash = newId('code');
  const client = { clientId: CHROMIUM_EXTENSION_ID, redirectUri: 'unused', codeChallenge: 'unused' };
  await saveConnectCode(store, { codeHash, memberId, ...client, endsAt: now + MINUTE });
  const browserId = newId('brw') as ConnectedBrowserId;
  const auditId = newId('aud');
  await connectBrowser(store, { codeHash, browserId, tokenHash: hashToken(token), origin: ORIGIN, auditId, now, trace: noTrace });
}

/** Somebody of the tenant who signs in now. */
export const somebody = (number: number) => ({
  ...noTrace,
  id: newId('red'),
  tenantId: TENANT,
  objectId: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  name: `Person ${number}`,
  address: addressOf(number),
  addressIsTrusted: true,
  guestOf: null,
  loginHint: null,
  tokenHash: hashToken(newToken()),
  endsSession: null,
  providerSessionId: null,
  freshAt: null,
  auditId: newId('aud'),
  now: Date.now(),
});

export const addressOf = (number: number): string => `person-${number}@contoso.example`;

/** Invites that many people, numbered from 1; answers the ids of their invitations. */
export async function inviteMany(
  dataDir: string,
  administrator: MemberId,
  count: number,
  at: (number: number) => string = addressOf,
): Promise<InvitationId[]> {
  const { store, close } = await openSeeded(dataDir);
  const all = Array.from({ length: count }, (_, number) => wanted(at(number + 1)));
  for (let from = 0; from < count; from += CHUNK) {
    const rows = all.slice(from, from + CHUNK);
    const batch = {
      recipients: rows,
      refused: [],
      counts: { invite: count, resend: 0, refuse: 0 },
      idempotencyKey: null,
      bodyHash: '',
    };
    const chunk = {
      batchId: newId('bat') as BatchId,
      position: 0,
      runId: newId('run'),
      by: administrator,
      options,
      rows,
      isLast: true,
    };
    await writeFirstChunk(store, batch, { ...chunk, now: Date.now(), trace: noTrace });
  }
  await close();
  return all.map((one) => one.id);
}

const options = { language: null, note: null, validFor: 7 * DAY, admissionRuleId: null };
const wanted = (address: string): WantedInvitation => ({
  id: newId('inv') as InvitationId,
  recipient: 0,
  person: `mail:${address}`,
  address,
  name: null,
  role: 'member',
  accessUntil: null,
  tenantId: null,
  objectId: null,
  language: null,
  userGroupIds: [],
});
