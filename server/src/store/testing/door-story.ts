import type { AccessRequestId, BatchId, InvitationId, MemberId } from '@doorstep/shared/ids';
import type { Role } from '@doorstep/shared/member';
import { DAY, type Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import type { ShownIdentity } from '../../domain/identity.ts';
import { personOfAddress } from '../../domain/invitation.ts';
import { type Knock, knock } from '../access-request.ts';
import { noTrace } from '../audit.ts';
import { makeFirstAdministrator } from '../first-administrator.ts';
import { type Chunk, type WantedInvitation, writeFirstChunk } from '../invitation-batch.ts';
import { newId } from '../new-id.ts';
import type { Redemption } from '../redemption.ts';
import type { Store } from '../store.ts';
import { openTestStore } from '../test-store.ts';

/** A database with Sam as administrator, for tests of commands: a clock that is moved by hand, people made up from a word. */
export type DoorStory = { store: Store; clock: { now: Millis }; sam: MemberId };

export const NOON: Millis = Date.UTC(2026, 10, 23, 12);

export async function openDoorStory(): Promise<DoorStory> {
  const clock = { now: NOON };
  const store = await openTestStore(() => clock.now);
  const sam = newId('mem') as MemberId;
  await makeFirstAdministrator(store, { ...session(clock.now, identity('sam')), id: newId('red'), memberId: sam });
  return { store, clock, sam };
}

export const identity = (word: string, facts: Partial<ShownIdentity> = {}): ShownIdentity => ({
  tenantId: 'contoso',
  objectId: word,
  name: word,
  address: `${word}@contoso.example`,
  addressIsTrusted: true,
  guestOf: null,
  loginHint: null,
  ...facts,
});

export const wanted = (word: string, role: Role = 'member'): WantedInvitation => ({
  id: newId('inv') as InvitationId,
  recipient: 0,
  person: personOfAddress(`${word}@contoso.example`),
  tenantId: null,
  objectId: null,
  address: `${word}@contoso.example`,
  name: null,
  language: null,
  role,
  accessUntil: null,
  userGroupIds: [],
});

/** One chunk of a batch by Sam, good for seven days. */
export const aChunk = ({ clock, sam }: DoorStory, rows: WantedInvitation[], facts: Partial<Chunk> = {}): Chunk => ({
  batchId: newId('bat') as BatchId,
  position: 0,
  runId: newId('run'),
  by: sam,
  options: { language: null, note: null, validFor: 7 * DAY, admissionRuleId: null },
  rows,
  now: clock.now,
  trace: noTrace,
  isLast: true,
  ...facts,
});

export const aBatch = (recipients: WantedInvitation[], idempotencyKey: string | null = null) => ({
  recipients,
  refused: [],
  counts: { invite: recipients.length, resend: 0, refuse: 0 },
  idempotencyKey,
  bodyHash: 'body',
});

/** A pending invitation of the person called so; sent again when there is one. */
export async function invited(story: DoorStory, word: string, role: Role = 'member') {
  const rows = [wanted(word, role)];
  const written = await writeFirstChunk(story.store, aBatch(rows), aChunk(story, rows));
  return written![0]!;
}

/** An attempt of that person to redeem that invitation. */
export const redemption = (
  { clock }: DoorStory,
  { invitationId, generation }: { invitationId: string; generation: number },
  who: ShownIdentity,
): Redemption => ({
  ...session(clock.now, who),
  id: newId('red'),
  memberId: newId('mem') as MemberId,
  invitationId,
  generation,
});

export const aKnock = ({ clock }: DoorStory, who: ShownIdentity, facts: Partial<Knock> = {}): Knock => ({
  ...session(clock.now, who),
  id: newId('kno'),
  newRequestId: newId('req') as AccessRequestId,
  why: 'no-invitation',
  invitationId: null,
  visitor: '{}',
  inConnectWindow: false,
  ...facts,
});

/** An open request of that person. */
export async function knocked(story: DoorStory, who: ShownIdentity, facts: Partial<Knock> = {}): Promise<AccessRequestId> {
  const attempt = aKnock(story, who, facts);
  return (await knock(story.store, [attempt])).get(attempt.id)!;
}

const session = (now: Millis, who: ShownIdentity) => ({
  ...who,
  ...noTrace,
  auditId: newId('aud'),
  tokenHash: newId('tok'),
  endsSession: null,
  providerSessionId: null,
  freshAt: null,
  now,
});

type Row = Record<string, string | number | null>;
export const rows = (store: Store, text: string): Promise<Row[]> => store.db.all<Row>(sql.raw(text));
export const count = async (store: Store, from: string): Promise<number> =>
  Number((await rows(store, `SELECT count(*) AS n FROM ${from}`))[0]!.n);
