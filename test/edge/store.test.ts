import { deriveKeys, proofOfSecret } from '@doorstep/server/identity/root-key';
import { type Knock, knock } from '@doorstep/server/store/access-request';
import { noTrace, recordRefusal } from '@doorstep/server/store/audit';
import { type ApprovalAttempt, approveRequests } from '@doorstep/server/store/decision';
import { findDirectoryUsers } from '@doorstep/server/store/directory-user';
import { makeFirstAdministrator } from '@doorstep/server/store/first-administrator';
import { type Chunk, type WantedInvitation, writeFirstChunk, writeNextChunk } from '@doorstep/server/store/invitation-batch';
import { migrate } from '@doorstep/server/store/migrate';
import { newId } from '@doorstep/server/store/new-id';
import { openRemoteStore } from '@doorstep/server/store/open-remote';
import { redeemInvitations } from '@doorstep/server/store/redemption';
import type { Store } from '@doorstep/server/store/store';
import { findSummary } from '@doorstep/server/store/summary';
import { createWorkspace } from '@doorstep/server/store/workspace';
import type { AccessRequestId, BatchId, InvitationId, MemberId } from '@doorstep/shared/ids';
import { DAY } from '@doorstep/shared/time';
import { beforeAll, expect, it } from 'vitest';
import { type LibsqlServer, startLibsqlServer } from './libsql-server.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';

let database: LibsqlServer;
let store: Store;
let administrator: MemberId;

beforeAll(async () => {
  database = await startLibsqlServer();
  store = openRemoteStore(database.url, database.token, { now: () => NOON, nextTurn: setImmediate });
  await migrate(store);
  await createWorkspace(store, proofOfSecret(deriveKeys('a'.repeat(43))), NOON);
  administrator = (await makeFirstAdministrator(store, { ...signIn('sam'), memberId: newId('mem') as MemberId }))!;
  return async () => {
    await store.close();
    await database.remove();
  };
}, 30_000);

it('over HTTP: a chunk writes its people once, however often it is sent', async () => {
  const batch = { recipients: people, refused: [], counts: noCounts, idempotencyKey: null, bodyHash: 'hash' };
  expect(await writeFirstChunk(store, batch, chunk(0, people.slice(0, 2)))).toHaveLength(2);
  expect(await writeFirstChunk(store, batch, chunk(0, people.slice(0, 2)))).toBeNull();
  await writeNextChunk(store, chunk(1, people.slice(2)));
  await writeNextChunk(store, chunk(1, people.slice(2)));
  expect(await counted()).toMatchObject({ pendingInvitations: 3, members: 1 });
});

it('INV-06: over HTTP: of two redemptions of one key in one set, one makes a member, and its neighbour another', async () => {
  const attempts = [redemption('mia', 0), redemption('somebody-else', 0), redemption('ben', 1)];
  const won = await redeemInvitations(store, attempts);
  const [mia, somebodyElse, ben] = attempts.map((attempt) => won.has(attempt.id));
  expect({ ben, one: mia !== somebodyElse }).toEqual({ ben: true, one: true });
  expect(await redeemInvitations(store, [redemption('late', 0)])).toEqual(new Map());
  expect(await counted()).toMatchObject({ pendingInvitations: 1, members: 3 });
});

it('REQ-02, REQ-06: over HTTP: one request an identity, one decision a request', async () => {
  const attempts = [knocking('ana'), knocking('jo')];
  expect((await knock(store, attempts)).size).toBe(2);
  expect(await knock(store, [knocking('ana')])).toEqual(new Map());
  const [ana, jo] = attempts.map((attempt) => attempt.newRequestId);
  const verdicts = [approval(ana!), approval(jo!)];
  expect((await approveRequests(store, verdicts)).size).toBe(2);
  expect((await approveRequests(store, [approval(ana!)])).size).toBe(0);
  expect(await counted()).toMatchObject({ openAccessRequests: 0, pendingInvitations: 3 });
});

it('over HTTP: migrating again changes nothing', async () => {
  const tables = () => store.db.all('SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2');
  const before = await tables();
  await migrate(store);
  expect(await tables()).toEqual(before);
});

it('over HTTP: status and standing are generated, the search index and the counters follow by triggers', async () => {
  const { db } = store;
  const known = `INSERT INTO directory_users (object_id, name, address, graph_state, first_seen_at, changed_at) VALUES`;
  await store.write([
    db.run(`${known} ('zoe', 'Zoë Brand', 'zoe@contoso.example', 'enabled', 0, 0), ('yan', 'Yan', NULL, 'disabled', 0, 0)`),
  ]);
  expect(await standings()).toEqual(['yan disabled out-of-scope', 'zoe enabled invitation-required']);
  expect(await directoryCounted()).toEqual({ directory_users: 2, invitation_required: 1 });
  expect([await found('zoe bra'), await found('yan')]).toEqual([['zoe'], ['yan']]);

  await store.write([db.run(`UPDATE directory_users SET name = 'Zoë Land' WHERE object_id = 'zoe'`)]);
  expect([await found('brand'), await found('land')]).toEqual([[], ['zoe']]);
  await store.write([db.run(`UPDATE directory_users SET graph_state = 'removed' WHERE object_id = 'zoe'`)]);
  expect(await standings()).toEqual(['yan disabled out-of-scope', 'zoe gone out-of-scope']);
  expect(await directoryCounted()).toEqual({ directory_users: 1, invitation_required: 0 });

  await store.write([db.run('DELETE FROM directory_users')]);
  expect([await found('land'), await directoryCounted()]).toEqual([[], { directory_users: 0, invitation_required: 0 }]);
  await db.run(`INSERT INTO directory_users_search (directory_users_search) VALUES ('integrity-check')`);
});

const standings = async () => {
  const rows = await store.db.all<Record<'id' | 'status' | 'standing', string>>(
    'SELECT object_id AS id, status, standing FROM directory_users ORDER BY 1',
  );
  return rows.map(({ id, status, standing }) => `${id} ${status} ${standing}`);
};
const found = async (q: string) => (await findDirectoryUsers(store, { q, limit: 9 })).map(({ objectId }) => objectId);
const directoryCounted = async () => {
  const rows = await store.db.all<{ name: string; value: number }>('SELECT name, value FROM counters');
  const wanted = rows.filter(({ name }) => ['directory_users', 'invitation_required'].includes(name));
  return Object.fromEntries(wanted.map(({ name, value }) => [name, value]));
};

const people = ['mia', 'ben', 'tom'].map(
  (name, recipient): WantedInvitation => ({
    id: newId('inv') as InvitationId,
    recipient,
    person: `mail:${name}@contoso.example`,
    address: `${name}@contoso.example`,
    name: null,
    role: 'member',
    accessUntil: null,
    tenantId: null,
    objectId: null,
    language: null,
    userGroupIds: [],
  }),
);
const noCounts = { invite: 3, resend: 0, refuse: 0 };
const batchId = newId('bat') as BatchId;

const chunk = (position: number, rows: WantedInvitation[]): Chunk => ({
  batchId,
  position,
  runId: newId('run'),
  by: administrator,
  options: { language: null, note: null, validFor: 7 * DAY, admissionRuleId: null },
  rows,
  now: NOON,
  trace: noTrace,
  isLast: position === 1,
});

const signIn = (name: string) => ({
  id: newId('red'),
  tenantId: TENANT,
  objectId: name,
  name,
  address: `${name}@contoso.example`,
  addressIsTrusted: true,
  guestOf: null,
  loginHint: null,
  ...noTrace,
  tokenHash: newId('tok'),
  endsSession: null,
  providerSessionId: null,
  freshAt: null,
  auditId: newId('aud'),
  now: NOON,
});

const redemption = (name: string, invitation: number) => ({
  ...signIn(name),
  invitationId: people[invitation]!.id,
  generation: 1,
  memberId: newId('mem') as MemberId,
});

const knocking = (name: string): Knock => ({
  ...signIn(name),
  newRequestId: newId('req') as AccessRequestId,
  why: 'no-invitation',
  invitationId: null,
  visitor: '{}',
  inConnectWindow: false,
});

const approval = (aboutRequest: AccessRequestId): ApprovalAttempt => ({
  ...noTrace,
  id: newId('dec'),
  aboutRequest,
  by: administrator,
  auditId: newId('aud'),
  reason: null,
  now: NOON,
  reuses: null,
  reusesGeneration: null,
  newInvitationId: newId('inv'),
  role: null,
  namesAccessUntil: false,
  accessUntil: null,
  userGroupIds: null,
});

/** As another server sees it. */
async function counted() {
  store.memory.forget();
  return findSummary(store);
}

it('over HTTP: many write at once, and nobody is told that the database is locked', async () => {
  const refusal = () => ({ id: newId('aud'), at: NOON, what: 'write.refused', by: null, about: 'at-once', trace: noTrace });
  const write = async () => {
    for (let times = 0; times < 15; times += 1) await recordRefusal(store, refusal());
  };
  await Promise.all(Array.from({ length: 12 }, write));
  expect(await store.db.all(`SELECT count(*) AS n FROM audit_events WHERE about = 'at-once'`)).toEqual([{ n: 180 }]);
}, 30_000);
