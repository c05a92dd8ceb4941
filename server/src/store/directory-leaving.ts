import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { decideDeactivation, type LossPlan } from '../domain/brake.ts';
import { policy } from '../domain/policy.ts';
import { auditWinners, noTrace, type Trace } from './audit.ts';
import { type Turn, whileOurs } from './directory-sync.ts';
import { activeAdministrator } from './member.ts';
import { newId } from './new-id.ts';
import { endProposalsBy, withoutProposal } from './open-proposal.ts';
import { changedRows, type Statement, type Store } from './store.ts';

/** So many people are followed in one batch: more would hold the event loop. */
export const MOST_FOLLOWED = 100;
const LOOKED_AT_ONCE = 500;
const MOST_NAMED = 50;

type Losing = { objectId: string; isVanishing: number; memberId: string | null; name: string | null };

/**
 * What the end of a round would take away, changing nothing. `groupsMark`: the full pass of groups that has ended, null when there was none.
 * `othersTurn` is awaited between slices: a whole directory may be losing.
 */
export async function planLosses(
  store: Store,
  now: Millis,
  groupsMark: number | null = null,
  othersTurn: () => Promise<void> = async () => {},
): Promise<LossPlan> {
  type Whole = Pick<LossPlan, 'activeMembers' | 'known' | 'vanishingGroups' | 'knownGroups'> & { hasLastAdministrator: number };
  const [whole] = await store.db.all<Whole>(sql`
    SELECT (SELECT value FROM counters WHERE name = 'members') AS activeMembers, (SELECT value FROM counters WHERE name = 'directory_users') AS known,
      (SELECT value FROM counters WHERE name = 'directory_groups') AS knownGroups,
      (SELECT count(*) FROM directory_groups WHERE graph_state = 'present' AND graph_mark < ${groupsMark}) AS vanishingGroups,
      EXISTS (SELECT 1 FROM members AS m WHERE ${isInOffice(now)} AND ${hasInDirectory(sql`u.graph_next IS NOT NULL`)})
        AND NOT EXISTS (SELECT 1 FROM members AS m WHERE ${isInOffice(now)} AND NOT ${isDoubtful}) AS hasLastAdministrator`);
  const plan: LossPlan = {
    ...whole!,
    hasLastAdministrator: whole!.hasLastAdministrator === 1,
    people: 0,
    suspends: [],
    suspendCount: 0,
    vanishing: 0,
  };
  for (let slice = await losingAfter(store, ''); slice.length > 0; slice = await losingAfter(store, slice.at(-1)!.objectId)) {
    const members = slice.flatMap(({ memberId, name }) => (memberId === null ? [] : [{ memberId, name }]));
    plan.people += slice.length;
    plan.vanishing += slice.reduce((sum, { isVanishing }) => sum + isVanishing, 0);
    plan.suspendCount += members.length;
    plan.suspends.push(...members.slice(0, MOST_NAMED - plan.suspends.length));
    await othersTurn();
  }
  return plan;
}

const losingAfter = (store: Store, objectId: string): Promise<Losing[]> =>
  store.db.all<Losing>(sql`
    SELECT u.object_id AS objectId, u.graph_next IN ('removed', 'deleted') AND u.status <> 'gone' AS isVanishing, m.id AS memberId, m.name
    FROM directory_users AS u JOIN directory AS d
      LEFT JOIN members AS m ON m.tenant_id = d.tenant_id AND m.object_id = u.object_id AND m.state = 'active'
    WHERE u.graph_next IS NOT NULL AND u.object_id > ${objectId} ORDER BY u.object_id LIMIT ${LOOKED_AT_ONCE}`);

/**
 * The losses of at most `limit` people (`MOST_FOLLOWED` at most) become so, with all that follows, in one batch. Call until `people` is 0: the
 * last administrator then still waits, for as long as nobody else is in office. None once the lease is lost: what is staged then is of a round
 * that nobody has looked at yet (ENT-81).
 */
export async function applyLosses(store: Store, turn: Turn, limit: number): Promise<{ people: number; suspended: number }> {
  const { now } = turn;
  const keeps = sql`SELECT m.object_id FROM members AS m JOIN directory AS d ON d.tenant_id = m.tenant_id WHERE m.id = ${keeper(now)}`;
  const losing = await store.db.all<{ objectId: string }>(sql`
    SELECT object_id AS objectId FROM directory_users WHERE graph_next IS NOT NULL AND object_id NOT IN (${keeps})
    ORDER BY object_id LIMIT ${Math.min(limit, MOST_FOLLOWED)}`);
  if (losing.length === 0) return { people: 0, suspended: 0 };
  const ids = losing.map(({ objectId }) => objectId);
  const follow = followStatements(store, ids, now, noTrace);
  const [moved, ...followed] = await store.write([
    store.db.run(sql`
      UPDATE directory_users SET graph_state = graph_next, graph_next = NULL, changed_at = ${now}
      WHERE object_id IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND graph_next IS NOT NULL AND object_id NOT IN (${keeps})
        AND ${whileOurs(turn)}`),
    ...follow.statements,
  ]);
  return { people: changedRows(moved), suspended: follow.read(followed).suspended };
}

/** Why SCIM may not deactivate this person now; null when it may, or when it is nobody's loss. */
export async function wouldLock(store: Store, objectId: string, now: Millis): Promise<ReturnType<typeof decideDeactivation>> {
  const [facts] = await store.db.all<{ isLastAdministrator: number; suspendedLately: number; activeMembers: number }>(sql`
    SELECT ${isInOffice(now)} AND NOT EXISTS (SELECT 1 FROM members AS m WHERE ${isInOffice(now)} AND m.object_id <> ${objectId} AND NOT ${isDoubtful})
        AS isLastAdministrator,
      (SELECT count(*) FROM members AS s WHERE s.suspended_by IS NOT NULL AND s.state_at > ${now - policy.provisioningBrake.within}) AS suspendedLately,
      (SELECT value FROM counters WHERE name = 'members') AS activeMembers
    FROM directory AS d JOIN members AS m ON m.tenant_id = d.tenant_id AND m.object_id = ${objectId} AND m.state = 'active'`);
  return facts ? decideDeactivation({ ...facts, isLastAdministrator: facts.isLastAdministrator === 1 }) : null;
}

export type Followed = { suspended: number; resumed: number };

/**
 * What follows for people whose status in the directory has changed (DESIGN.md, section 4, Directory): who is disabled or gone is suspended,
 * who is deleted for good removed, with sessions, connected browsers and pending invitations; whom only the directory suspended resumes when
 * enabled again. At most `MOST_FOLLOWED` object ids; asking again changes nothing. The last administrator in office stays (SES-12).
 */
export async function followPeople(store: Store, objectIds: readonly string[], now: Millis, trace: Trace): Promise<Followed> {
  if (objectIds.length === 0) return { suspended: 0, resumed: 0 };
  const follow = followStatements(store, objectIds, now, trace);
  const results = await store.write(follow.statements);
  return follow.read(results);
}

/** The same as statements, for the batch that changes the status; `read` takes their results. */
export function followStatements(store: Store, objectIds: readonly string[], now: Millis, trace: Trace) {
  const list = JSON.stringify(
    objectIds.map((objectId) => ({ id: newId('fol'), auditId: newId('aud'), objectId, now, ...trace })),
  );
  const leave = leaving(store, list, now);
  const statements = [...leave, ...returning(store, list)] as [Statement, ...Statement[]];
  const read = (results: unknown[]): Followed => ({
    suspended: changedRows(results[0]),
    resumed: changedRows(results[leave.length]),
  });
  return { statements, read };
}

/** Whom the directory suspended and calls enabled again: resumes the first `MOST_FOLLOWED` of them; call until none is left. */
export async function resumeReturned(store: Store, now: Millis): Promise<number> {
  const back = await store.db.all<{ objectId: string }>(sql`
    SELECT m.object_id AS objectId FROM members AS m JOIN directory AS d ON d.tenant_id = m.tenant_id
    JOIN directory_users AS u ON u.object_id = m.object_id
    WHERE m.suspended_by IS NOT NULL AND +m.state = 'suspended' AND u.status = 'enabled' LIMIT ${MOST_FOLLOWED}`);
  const ids = back.map(({ objectId }) => objectId);
  return (await followPeople(store, ids, now, noTrace)).resumed;
}

/** SQL: people of the list (`a`) with what the directory says of them (`u`). */
const peopleOf = (list: string): SQL =>
  sql`json_each(${list}) AS a JOIN directory_users AS u ON u.object_id = a.value->>'objectId'`;
/** Said by the list's own value, not by `u`: else the planner begins with a scan of the table. */
const isThem = (table: string): SQL =>
  sql.raw(`${table}.tenant_id = (SELECT tenant_id FROM directory) AND ${table}.object_id = a.value->>'objectId'`);

/** SQL: member `m` is an administrator in office; the directory calls `m` something (`u`). */
const isInOffice = (now: Millis): SQL => sql`m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)}`;
const hasInDirectory = (
  what: SQL,
): SQL => sql`EXISTS (SELECT 1 FROM directory AS d JOIN directory_users AS u ON u.object_id = m.object_id
  WHERE d.tenant_id = m.tenant_id AND ${what})`;
/** SQL: the directory says, or is about to say, that `m` is disabled or gone: no one to rely on. */
const isDoubtful = hasInDirectory(sql`(u.status <> 'enabled' OR u.graph_next IS NOT NULL)`);

/**
 * SQL: the administrator in office who stays whatever the directory says: one of whom it says nothing bad if there is one, else the longest
 * serving. One for all statements of a command, so that of several who leave together exactly one stays.
 */
const keeper = (now: Millis): SQL =>
  sql`(SELECT m.id FROM members AS m WHERE ${isInOffice(now)} ORDER BY ${isDoubtful}, m.id LIMIT 1)`;

/** `IS NOT` the keeper: while nobody is in office there is none. */
function leaving(store: Store, list: string, now: Millis): Statement[] {
  const won = sql`${peopleOf(list)} JOIN members AS m ON ${isThem('m')} AND m.attempt_id = a.value->>'id'`;
  const byDirectory = sql`json_object('because', 'directory')`;
  return [
    store.db.run(sql`
      UPDATE members SET state = CASE WHEN u.graph_state = 'deleted' THEN 'removed' ELSE 'suspended' END,
        suspended_by = CASE WHEN u.graph_state = 'deleted' THEN NULL ELSE 'directory' END, state_at = ${now}, ${withoutProposal}, attempt_id = a.value->>'id'
      FROM ${peopleOf(list)}
      WHERE ${isThem('members')} AND members.id IS NOT ${keeper(now)}
        AND ((u.status <> 'enabled' AND +members.state = 'active') OR (u.graph_state = 'deleted' AND +members.state <> 'removed'))`),
    store.db.run(sql`DELETE FROM sessions WHERE member_id IN (SELECT m.id FROM ${won})`),
    store.db.run(sql`
      DELETE FROM sessions WHERE kind <> 'member' AND tenant_id = (SELECT tenant_id FROM directory)
        AND object_id IN (SELECT u.object_id FROM ${peopleOf(list)} WHERE u.status <> 'enabled')`),
    store.db.run(sql`
      UPDATE connected_browsers SET ended_at = ${now} WHERE member_id IN (SELECT m.id FROM ${won}) AND ended_at IS NULL`),
    endProposalsBy(store, sql`SELECT m.id FROM ${won}`),
    ...revoking(store, list, won, now),
    auditWinners(store, 'member.suspended', sql`${won} AND m.state = 'suspended'`, sql`m.id`, sql`NULL`, byDirectory),
    auditWinners(store, 'member.removed', sql`${won} AND m.state = 'removed'`, sql`m.id`, sql`NULL`, byDirectory),
  ];
}

/** Invitations bound to who leaves, and those by which they made administrators (INV-24). */
function revoking(store: Store, list: string, won: SQL, now: Millis): Statement[] {
  const theirs = sql`
    SELECT i.id FROM ${peopleOf(list)} JOIN invitations AS i ON ${isThem('i')} WHERE u.status <> 'enabled' AND +i.state = 'pending'
    UNION SELECT i.id FROM ${won} JOIN invitations AS i ON i.inviter_id = m.id WHERE i.state = 'pending' AND i.role = 'administrator'`;
  return [
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, about, facts)
      SELECT 'aud_' || i.id || '_' || i.generation, ${now}, 'invitation.revoked', 'done', i.id, json_object('because', 'directory')
      FROM invitations AS i WHERE i.id IN (${theirs})`),
    store.db.run(sql`UPDATE invitations SET state = 'revoked', closed_at = ${now} WHERE id IN (${theirs})`),
  ];
}

/** Only whom the directory suspended, and nobody acted on since: who acts clears `suspended_by`. */
function returning(store: Store, list: string): Statement[] {
  const won = sql`${peopleOf(list)} JOIN members AS m ON ${isThem('m')} AND m.attempt_id = a.value->>'id' AND m.state = 'active'`;
  return [
    store.db.run(sql`
      UPDATE members SET state = 'active', suspended_by = NULL, state_at = a.value->>'now', attempt_id = a.value->>'id'
      FROM ${peopleOf(list)}
      WHERE ${isThem('members')} AND u.status = 'enabled' AND +members.state = 'suspended' AND members.suspended_by = 'directory'`),
    auditWinners(store, 'member.resumed', won, sql`m.id`, sql`NULL`, sql`json_object('because', 'directory')`),
  ];
}
