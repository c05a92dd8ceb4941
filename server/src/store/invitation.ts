import type { InvitationId, MemberId } from '@doorstep/shared/ids';
import type { InvitationFilter } from '@doorstep/shared/invitation';
import type { Millis } from '@doorstep/shared/time';
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { KnownInvitation } from '../domain/invitation.ts';
import { policy } from '../domain/policy.ts';
import { auditWinners, type Trace } from './audit.ts';
import { dismissInvited } from './dismissal.ts';
import { prepared } from './prepared.ts';
import { invitations, members, type OutboxState, outboxMessages } from './schema.ts';
import { ssoIsForced } from './sso-is-forced.ts';
import { changedRows, type Database, type Statement, type Store } from './store.ts';
import { beginsAnyWord } from './word-search.ts';

export type InvitationRow = typeof invitations.$inferSelect & {
  inviterName: string | null;
  inviterAddress: string | null;
  /** Known from the first sign-in on. */
  memberName: string | null;
  mailState: OutboxState | null;
  mailBecause: string | null;
};

const redeemer = alias(members, 'redeemer');

const selectInvitations = (db: Database) =>
  db
    .select({
      invitation: invitations,
      inviterName: members.name,
      inviterAddress: members.address,
      memberName: redeemer.name,
      mailState: outboxMessages.state,
      mailBecause: outboxMessages.because,
    })
    .from(invitations)
    .leftJoin(members, eq(members.id, invitations.inviterId))
    .leftJoin(redeemer, eq(redeemer.id, invitations.memberId))
    .leftJoin(outboxMessages, sql`${outboxMessages.id} = 'out_' || ${invitations.id} || '_' || ${invitations.generation}`)
    .$dynamic();

const flat = ({ invitation, ...rest }: Awaited<ReturnType<typeof selectInvitations>>[number]): InvitationRow => ({
  ...invitation,
  ...rest,
});

export async function findInvitation(store: Store, id: string): Promise<InvitationRow | null> {
  const row = await invitationById(store).get({ id });
  return row ? flat(row) : null;
}

const invitationById = prepared((db) =>
  selectInvitations(db)
    .where(eq(invitations.id, sql.placeholder('id')))
    .prepare(),
);

/** Only what the rules need: every redemption reads it. */
export async function findKnownInvitation(store: Store, id: string): Promise<KnownInvitation | null> {
  const row = await knownById(store).get({ id });
  return row ? knownInvitation(row) : null;
}

const knownById = prepared((db) =>
  db
    .select()
    .from(invitations)
    .where(eq(invitations.id, sql.placeholder('id')))
    .prepare(),
);

/** Newest first; `cursor` is the id of the last one of the page before. */
export async function findInvitations(
  store: Store,
  wanted: { state?: InvitationFilter; q?: string; cursor?: string; limit: number; memberId?: string },
  now: Millis,
): Promise<InvitationRow[]> {
  const rows = await selectInvitations(store.db)
    .where(
      and(
        inState(wanted.state, now),
        beginsAnyWord(wanted.q, invitations.name, invitations.address),
        wanted.memberId ? eq(invitations.memberId, wanted.memberId) : undefined,
        wanted.cursor ? lt(invitations.id, wanted.cursor) : undefined,
      ),
    )
    .orderBy(desc(invitations.id))
    .limit(wanted.limit);
  return rows.map(flat);
}

const inState = (state: InvitationFilter | undefined, now: Millis) => {
  if (!state) return undefined;
  if (state === 'pending') return sql`${invitations.state} = 'pending' AND ${invitations.expiresAt} > ${now}`;
  if (state === 'expired') return sql`${invitations.state} = 'pending' AND ${invitations.expiresAt} <= ${now}`;
  return eq(invitations.state, state);
};

export type InvitationFacts = Pick<
  typeof invitations.$inferSelect,
  | 'id'
  | 'state'
  | 'generation'
  | 'sentAt'
  | 'expiresAt'
  | 'role'
  | 'address'
  | 'tenantId'
  | 'objectId'
  | 'accessRequestId'
  | 'inviterId'
>;

export const knownInvitation = (row: InvitationFacts): KnownInvitation => ({
  id: row.id as InvitationId,
  state: row.state,
  generation: row.generation,
  sentAt: row.sentAt,
  expiresAt: row.expiresAt,
  role: row.role,
  address: row.address,
  boundTo: row.objectId && row.tenantId ? { tenantId: row.tenantId, objectId: row.objectId } : null,
  accessRequestId: row.accessRequestId,
  inviterId: row.inviterId as MemberId | null,
});

type InvitationChange = { id: string; auditId: string; by: MemberId | null; now: Millis; trace: Trace };

/**
 * The newest mail is the valid one, and its time starts again (INV-12). False when it was not pending, sent 1,023 times, or a guest's while
 * SSO is forced (DIR-01).
 */
export async function resendInvitation(store: Store, change: InvitationChange & { isGuest: boolean }): Promise<boolean> {
  const won = wonOf(change);
  const [changed] = await store.write([
    store.db.run(sql`
      UPDATE invitations SET generation = generation + 1, expires_at = ${change.now} + (expires_at - sent_at), sent_at = ${change.now}, ended_at = NULL,
        chunk_id = ${change.auditId}
      WHERE id = ${change.id} AND +state = 'pending' AND generation < ${policy.invitation.lastGeneration}
        AND NOT (${change.isGuest} AND ${ssoIsForced})`),
    store.db.run(sql`
      INSERT INTO outbox_messages (id, kind, state, invitation_id, generation, due_at, created_at)
      SELECT 'out_' || i.id || '_' || i.generation, 'invitation', 'queued', i.id, i.generation, ${change.now}, ${change.now}
      FROM ${won} WHERE i.address IS NOT NULL`),
    auditWinners(store, 'invitation.resent', won, sql`i.id`, sql`${change.by}`, sql`json_object('generation', i.generation)`),
  ]);
  return changedRows(changed) > 0;
}

export const revokeInvitation = (store: Store, change: InvitationChange): Promise<boolean> =>
  closeInvitation(store, change, 'revoked', sql`1`, []);

/** Needs the generation of the right key; the inviter is told. */
export const declineInvitation = (store: Store, change: InvitationChange & { generation: number }): Promise<boolean> =>
  closeInvitation(store, change, 'declined', sql`generation = ${change.generation} AND expires_at > ${change.now}`, [
    store.db.run(sql`
      INSERT INTO outbox_messages (id, kind, state, invitation_id, member_id, due_at, created_at)
      SELECT 'out_' || i.id || '_declined', 'declined', 'queued', i.id, i.inviter_id, ${change.now}, ${change.now}
      FROM ${wonOf(change)} JOIN members AS m ON m.id = i.inviter_id WHERE m.address IS NOT NULL AND m.state = 'active'`),
  ]);

async function closeInvitation(
  store: Store,
  change: InvitationChange,
  state: 'revoked' | 'declined',
  also: ReturnType<typeof sql>,
  dependants: Statement[],
): Promise<boolean> {
  const [changed] = await store.write([
    store.db.run(sql`
      UPDATE invitations SET state = ${state}, closed_at = ${change.now}, chunk_id = ${change.auditId}
      WHERE id = ${change.id} AND +state = 'pending' AND ${also}`),
    ...dependants,
    dismissInvited(store, wonOf(change)),
    auditWinners(store, `invitation.${state}`, wonOf(change), sql`i.id`, sql`${change.by}`),
  ]);
  return changedRows(changed) > 0;
}

/** The winner wrote its audit id as `chunk_id`; a lost attempt selects nothing. */
const wonOf = (change: InvitationChange) => {
  const list = JSON.stringify([{ auditId: change.auditId, now: change.now, ...change.trace }]);
  return sql`json_each(${list}) AS a JOIN invitations AS i ON i.id = ${change.id} AND i.chunk_id = ${change.auditId}`;
};
