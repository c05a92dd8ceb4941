import type { MemberId } from '@doorstep/shared/ids';
import type { MemberState, Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm';
import { auditWinners, type Trace } from './audit.ts';
import { leaveBreakGlass } from './break-glass-leaving.ts';
import { endProposalsBy, withoutProposal } from './open-proposal.ts';
import { members } from './schema.ts';
import { isShutOut } from './sso-is-forced.ts';
import { changedRows, type Statement, type Store } from './store.ts';
import { beginsAnyWord } from './word-search.ts';

export type MemberRow = typeof members.$inferSelect;

/** SQL: member `m` is active and not ended by the clock at `now`. */
export const activeAdministrator = (now: SQL): SQL =>
  sql`m.state = 'active' AND (m.access_until IS NULL OR m.access_until > ${now})`;

export async function findMember(store: Store, id: string): Promise<MemberRow | null> {
  const [row] = await store.db.select().from(members).where(eq(members.id, id));
  return row ?? null;
}

/** Newest first; `cursor` is the id of the last one of the page before. */
export const findMembers = (
  store: Store,
  wanted: { q?: string; state?: MemberState; isProposed?: boolean; cursor?: string; limit: number },
): Promise<MemberRow[]> =>
  store.db
    .select()
    .from(members)
    .where(
      and(
        wanted.state ? eq(members.state, wanted.state) : undefined,
        wanted.isProposed ? sql`${members.proposedAt} IS NOT NULL` : undefined,
        beginsAnyWord(wanted.q, members.name, members.address),
        wanted.cursor ? lt(members.id, wanted.cursor) : undefined,
      ),
    )
    .orderBy(desc(members.id))
    .limit(wanted.limit);

/** Whether `id` is the only administrator left: such a one is neither demoted, suspended nor removed. */
export async function isLastAdministrator(store: Store, id: string, now: Millis): Promise<boolean> {
  const others = await store.db.all(sql`
    SELECT 1 FROM members AS m WHERE m.role = 'administrator' AND m.id <> ${id} AND ${activeAdministrator(sql`${now}`)} LIMIT 1`);
  return others.length === 0;
}

/** Whom people may ask: administrators in office, the longest serving first. */
export async function findAdministratorNames(store: Store, now: Millis): Promise<string[]> {
  const rows = await store.db.all<{ name: string | null; address: string | null }>(sql`
    SELECT m.name, m.address FROM members AS m WHERE m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)} ORDER BY m.id LIMIT 3`);
  return rows.map((row) => row.name ?? row.address).filter((name) => name !== null);
}

export type MemberChange = { id: string; by: MemberId; about: string; auditId: string; now: Millis; trace: Trace };

/** Who may be changed by whom is decided in the statement: an administrator in office, never oneself, never the last one (SES-12). */
export const changeable = (change: MemberChange, from: SQL, takesOffice: boolean): SQL => sql`
  members.id = ${change.about} AND ${from} AND members.id <> ${change.by}
  AND EXISTS (SELECT 1 FROM members AS m WHERE m.id = ${change.by} AND m.role = 'administrator' AND ${activeAdministrator(sql`${change.now}`)})
  ${
    takesOffice
      ? sql`AND (members.role <> 'administrator' OR EXISTS (SELECT 1 FROM members AS m WHERE m.role = 'administrator' AND m.id <> members.id
          AND ${activeAdministrator(sql`${change.now}`)}))`
      : sql``
  }`;

/** Whoever is changed by a person is not brought back by the directory any more: `suspended_by` is cleared. */
export async function changeMember(
  store: Store,
  change: MemberChange,
  what: string,
  set: SQL,
  where: SQL,
  also: (won: SQL) => Statement[],
  facts?: SQL,
): Promise<boolean> {
  const list = JSON.stringify([{ id: change.id, auditId: change.auditId, now: change.now, ...change.trace }]);
  const won = sql`json_each(${list}) AS a JOIN members AS m ON m.id = ${change.about} AND m.attempt_id = ${change.id}`;
  const [changed] = await store.write([
    store.db.run(sql`UPDATE members SET ${set}, suspended_by = NULL, attempt_id = ${change.id} WHERE ${where}`),
    ...also(won),
    auditWinners(store, what, won, sql`m.id`, sql`${change.by}`, facts),
  ]);
  return changedRows(changed) > 0;
}

/** Administrators are made in proposal.ts. */
export const changeRole = (store: Store, change: MemberChange & { role: Exclude<Role, 'administrator'> }): Promise<boolean> =>
  changeMember(
    store,
    change,
    'member.role-changed',
    sql`role = ${change.role}, ${withoutProposal}`,
    changeable(change, sql`members.state <> 'removed' AND members.role <> ${change.role}`, true),
    (won) => leaveOffice(store, won, change),
    sql`json_object('role', ${change.role})`,
  );

export const suspendMember = (store: Store, change: MemberChange): Promise<boolean> =>
  changeMember(
    store,
    change,
    'member.suspended',
    sql`state = 'suspended', state_at = ${change.now}, ${withoutProposal}`,
    changeable(change, sql`members.state = 'active'`, true),
    (won) => [...endSessionsOf(store, won, change.now), ...leaveOffice(store, won, change)],
  );

export const resumeMember = (store: Store, change: MemberChange): Promise<boolean> =>
  changeMember(
    store,
    change,
    'member.resumed',
    sql`state = 'active', state_at = ${change.now}`,
    changeable(change, sql`members.state = 'suspended'`, false),
    () => [],
  );

/** Passkeys go, too: whoever has the address by the time of another invitation need not be the person who made them. */
export const removeMember = (store: Store, change: MemberChange): Promise<boolean> =>
  changeMember(
    store,
    change,
    'member.removed',
    sql`state = 'removed', state_at = ${change.now}, ${withoutProposal}`,
    changeable(change, sql`members.state <> 'removed'`, true),
    (won) => [
      ...endSessionsOf(store, won, change.now),
      ...leaveOffice(store, won, change),
      store.db.run(sql`DELETE FROM passkeys WHERE member_id IN (SELECT m.id FROM ${won})`),
    ],
  );

/**
 * With `instead` only while the end is still that one. Who is ended at once is signed out, as by the clock. While SSO is forced no guest's access is
 * made longer (DIR-01).
 */
export const setAccessUntil = (
  store: Store,
  change: MemberChange & { accessUntil: Millis | null; instead?: Millis | null },
): Promise<boolean> =>
  changeMember(
    store,
    change,
    'member.access-until-changed',
    sql`access_until = ${change.accessUntil}, ended_at = CASE WHEN ${change.accessUntil} <= ${change.now} THEN ${change.now} END`,
    changeable(
      change,
      change.instead === undefined
        ? sql`members.state <> 'removed' AND NOT ${isLongerShut(change)}`
        : sql`members.state <> 'removed' AND access_until IS ${change.instead} AND NOT ${isLongerShut(change)}`,
      change.accessUntil !== null,
    ),
    (won) =>
      change.accessUntil !== null && change.accessUntil <= change.now
        ? [...endSessionsOf(store, won, change.now), ...leaveOffice(store, won, change)]
        : [],
    sql`json_object('accessUntil', ${change.accessUntil})`,
  );

const isLongerShut = ({ accessUntil }: { accessUntil: Millis | null }): SQL =>
  sql`(${isShutOut(sql`members.tenant_id`)} AND members.access_until IS NOT NULL AND (${accessUntil} IS NULL OR members.access_until < ${accessUntil}))`;

/** Sessions and connected browsers end; the membership stays. Anybody may end their own. */
export const endSessions = (store: Store, change: MemberChange): Promise<boolean> =>
  changeMember(
    store,
    change,
    'member.sessions-ended',
    sql`last_seen_at = last_seen_at`,
    sql`members.id = ${change.about} AND members.state <> 'removed' AND (members.id = ${change.by}
      OR EXISTS (SELECT 1 FROM members AS m WHERE m.id = ${change.by} AND m.role = 'administrator' AND ${activeAdministrator(sql`${change.now}`)}))`,
    (won) => endSessionsOf(store, won, change.now),
  );

const endSessionsOf = (store: Store, won: SQL, now: Millis): Statement[] => [
  store.db.run(sql`DELETE FROM sessions WHERE member_id IN (SELECT m.id FROM ${won})`),
  endBrowsersOf(store, won, now),
];

const endBrowsersOf = (store: Store, won: SQL, now: Millis): Statement =>
  store.db.run(
    sql`UPDATE connected_browsers SET ended_at = ${now} WHERE member_id IN (SELECT m.id FROM ${won}) AND ended_at IS NULL`,
  );

/** Who is no administrator any more loses the extension and the break-glass list, and the administrators they invited never come in (INV-24). */
const leaveOffice = (store: Store, won: SQL, change: MemberChange): Statement[] => [
  ...leaveBreakGlass(store, won, change.by),
  endBrowsersOf(store, won, change.now),
  endProposalsBy(store, sql`SELECT m.id FROM ${won}`),
  store.db.run(sql`
    INSERT INTO audit_events (id, at, what, result, by_member_id, about, request_id, client_address)
    SELECT 'aud_' || i.id || '_' || i.generation, a.value->>'now', 'invitation.revoked', 'done', ${change.by}, i.id, a.value->>'requestId',
      a.value->>'clientAddress'
    FROM ${won} JOIN invitations AS i ON i.inviter_id = m.id WHERE i.state = 'pending' AND i.role = 'administrator'`),
  store.db.run(sql`
    UPDATE invitations SET state = 'revoked', closed_at = ${change.now}
    WHERE inviter_id IN (SELECT m.id FROM ${won}) AND state = 'pending' AND role = 'administrator'`),
];
