import { HOUR, MINUTE, type Millis } from '@doorstep/shared/time';
import { eq } from 'drizzle-orm';
import { deriveKeys } from '../../identity/root-key.ts';
import { accessRequests, invitations, members, type OutboxKind, outboxMessages, workspace } from '../../store/schema.ts';
import type { Store } from '../../store/store.ts';
import { openTestStore } from '../../store/test-store.ts';
import { type OutboxDeps, type OutboxRun, runOutbox } from '../run-outbox.ts';
import type { RenderedMail, SendOutcome, Transport } from '../transport.ts';

export const NOON: Millis = Date.UTC(2026, 10, 23, 12);
const TENANT = '11111111-1111-4111-8111-111111111111';

/** A workspace with the administrator Sam, a clock that stands still until it is moved, and what the outbox needs besides a transport. */
export async function aHouse(options: { workspaceName?: string; url?: string } = {}) {
  const clock = { now: NOON };
  const store = await openTestStore(() => clock.now, options.url);
  await store.db
    .insert(workspace)
    .values({ id: 1, name: options.workspaceName ?? 'Contoso Vault', secretProof: '', createdAt: NOON });
  const sam = await aMember(store, { name: 'Sam Okafor', address: 'sam@contoso.example' });
  const log: string[] = [];
  const deps = {
    store,
    keys: deriveKeys('0123456789abcdefghijklmnopqrstuvwxyzABCDEFG'),
    publicUrl: 'https://vault.contoso.example',
    from: 'door@vault.contoso.example',
    log: (_level: string, event: string, facts?: Record<string, unknown>) => void log.push(`${event} ${JSON.stringify(facts)}`),
  } satisfies Omit<OutboxDeps, 'transport'>;
  const run = (transport: Transport, turn: { isStopping?: () => boolean; now?: () => Millis } = {}): Promise<OutboxRun> =>
    runOutbox(
      { ...deps, transport },
      { now: () => clock.now, until: clock.now + HOUR, owner: 'test', isStopping: () => false, ...turn },
    );
  return { clock, store, sam, deps, log, run };
}
export type House = Awaited<ReturnType<typeof aHouse>>;

let made = 0;
function newId(prefix: string): string {
  made += 1;
  return `${prefix}_01kc97m4qx8t2rd000000${String(made).padStart(5, '0')}`;
}

type Given<Table extends { $inferInsert: object }> = Partial<Table['$inferInsert']>;

export async function aMember(store: Store, given: Given<typeof members> = {}): Promise<string> {
  const id = newId('mem');
  await store.db.insert(members).values({
    id,
    tenantId: TENANT,
    objectId: id,
    state: 'active',
    role: 'administrator',
    joinedAt: NOON,
    stateAt: NOON,
    attemptId: id,
    ...given,
  });
  return id;
}

/** With its mail waiting in the outbox. */
export async function aPendingInvitation(
  house: House,
  given: Given<typeof invitations> = {},
): Promise<{ id: string; mailId: string }> {
  const id = newId('inv');
  const address = given.address === undefined ? `${id}@contoso.example` : given.address;
  const generation = given.generation ?? 1;
  await house.store.db.insert(invitations).values({
    id,
    person: `mail:${id}`,
    state: 'pending',
    address,
    role: 'member',
    chunkId: id,
    inviterId: house.sam,
    createdAt: NOON,
    sentAt: NOON,
    generation,
    expiresAt: NOON + 7 * 24 * HOUR,
    ...given,
  });
  return { id, mailId: await aMail(house, { id: `out_${id}_${generation}`, kind: 'invitation', invitationId: id, generation }) };
}

export async function anOpenRequest(house: House, given: Given<typeof accessRequests> = {}): Promise<string> {
  const id = newId('req');
  await house.store.db.insert(accessRequests).values({
    id,
    tenantId: TENANT,
    objectId: id,
    state: 'open',
    why: 'no-invitation',
    name: 'Ana Lima',
    address: 'ana@contoso.example',
    addressIsTrusted: true,
    reason: 'New in finance, Sam’s team',
    askedAt: NOON - 2 * MINUTE,
    expiresAt: NOON + 30 * 24 * HOUR,
    attemptId: id,
    ...given,
  });
  return id;
}

export async function aMail(house: House, given: Given<typeof outboxMessages> & { kind: OutboxKind }) {
  const id = given.id ?? newId('out');
  await house.store.db.insert(outboxMessages).values({ state: 'queued', dueAt: NOON, createdAt: NOON, ...given, id });
  return id;
}

export async function theMail(house: House, id: string) {
  const [row] = await house.store.db.select().from(outboxMessages).where(eq(outboxMessages.id, id));
  return row!;
}

/** Keeps what it is given and answers as it is told: where a test is about the outbox and not about a provider. */
export function aRecordingTransport(answer: (mail: RenderedMail) => SendOutcome | Promise<SendOutcome> = accepted) {
  const sent: RenderedMail[] = [];
  const transport: Transport = {
    name: 'preview',
    mostAtOnce: 50,
    send: (mails) => {
      sent.push(...mails);
      return Promise.all(mails.map(answer));
    },
  };
  return { transport, sent };
}

export const accepted = (mail: RenderedMail): SendOutcome => ({ outcome: 'sent', providerMessageId: `taken-${mail.id}` });
