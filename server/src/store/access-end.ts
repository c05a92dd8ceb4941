import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { GUESTS } from '../domain/guest.ts';
import { policy } from '../domain/policy.ts';
import { activeAdministrator } from './member.ts';
import { bySlices, type Seen, SLICE } from './slices.ts';
import { changedRows, rowsOf, type Store } from './store.ts';

const { toldAhead } = policy.accessEnds;

/** SQL: who answers for member `e`, who came by invitation `i`: of a guest the sponsor, of others the inviter. */
const responsible = sql`coalesce(e.sponsor_id, i.inviter_id)`;

/** SQL: member `m` decides over others now, and mail reaches them. */
const decides = (now: Millis): SQL =>
  sql`m.role = 'administrator' AND m.address IS NOT NULL AND ${activeAdministrator(sql`${now}`)}`;

/**
 * Whose access ends within a week is told, and whoever answers for them is asked whether they are still needed; where that one has left, all
 * administrators are. Each end once: another date is told anew. Who was invited for less than a week knows it from the invitation. While no
 * guest may come in, nobody is asked about guests. How many mails were written.
 */
export async function announceAccessEnds(store: Store, isGuestAllowed: boolean, now: Millis): Promise<number> {
  let mails = 0;
  await bySlices(now, async (after) => {
    const ending = sql`(${endingAfter(after, now)})`;
    const [last, toThem, toResponsible] = await store.batch([
      store.db.all<Seen>(sql`SELECT access_until AS "at", id FROM ${ending} ORDER BY access_until DESC, id DESC LIMIT 1`),
      store.db.run(sql`
        INSERT INTO outbox_messages (id, kind, state, member_id, about_id, due_at, created_at)
        SELECT 'out_' || e.id || '_' || e.access_until || '_ends', 'access-ends', 'queued', e.id, e.id, ${now}, ${now}
        FROM ${ending} AS e LEFT JOIN invitations AS i ON i.id = e.invitation_id WHERE e.address IS NOT NULL AND ${isNews}
        ON CONFLICT DO NOTHING`),
      store.db.run(sql`
        INSERT INTO outbox_messages (id, kind, state, member_id, about_id, due_at, created_at)
        SELECT 'out_' || e.id || '_' || e.access_until || '_' || m.id, 'still-needed', 'queued', m.id, e.id, ${now}, ${now}
        FROM ${ending} AS e LEFT JOIN invitations AS i ON i.id = e.invitation_id CROSS JOIN members AS m
        WHERE ${isNews} AND ${isGuestAllowed ? sql`1` : sql`e.tenant_id <> ${GUESTS}`} AND m.id <> e.id AND ${decides(now)}
          AND (m.id = ${responsible} OR NOT EXISTS (SELECT 1 FROM members AS m WHERE m.id = ${responsible} AND m.id <> e.id AND ${decides(now)}))
        ON CONFLICT DO NOTHING`),
    ]);
    mails += changedRows(toThem) + changedRows(toResponsible);
    return rowsOf<Seen>(last)[0] ?? null;
  });
  return mails;
}

const endingAfter = (after: Seen, now: Millis): SQL => sql`
  SELECT id, access_until, tenant_id, joined_at, address, sponsor_id, invitation_id, state FROM members INDEXED BY members_access_until
  WHERE access_until IS NOT NULL AND ended_at IS NULL AND access_until >= ${after.at} AND access_until <= ${now + toldAhead}
    AND (access_until > ${after.at} OR id > ${after.id})
  ORDER BY access_until, id LIMIT ${SLICE}`;

/** SQL: `e` can come in, and does not know the end from an invitation `i` of less than a week ago. */
const isNews = sql`e.state = 'active' AND NOT (i.access_until IS e.access_until AND e.joined_at > e.access_until - ${toldAhead})`;

/** SQL: what an outbox row of either kind tells is still so. */
export const isAccessEnding = (mail: { id: SQL; kind: SQL; memberId: SQL; aboutId: SQL }, now: Millis): SQL => sql`EXISTS (
  SELECT 1 FROM members AS e WHERE e.id = ${mail.aboutId} AND e.state = 'active' AND e.access_until > ${now} AND ${mail.id} =
    'out_' || e.id || '_' || e.access_until || CASE ${mail.kind} WHEN 'access-ends' THEN '_ends' ELSE '_' || ${mail.memberId} END)`;

type Person = { name: string | null; address: string | null };
/** `to` is null when the recipient has no address. */
export type AccessEndFacts =
  /** `asked`: whoever is asked whether this person is still needed; null when all administrators are, or nobody. */
  | { kind: 'access-ends'; to: string | null; accessUntil: Millis; asked: Person | null }
  /** `isOwn`: the recipient is the sponsor or inviter; otherwise that one has left. */
  | {
      kind: 'still-needed';
      to: string | null;
      who: Person & { memberId: string };
      isGuest: boolean;
      accessUntil: Millis;
      isOwn: boolean;
    };

type Row = {
  id: string;
  kind: AccessEndFacts['kind'];
  to: string | null;
  memberId: string;
  tenantId: string;
  name: string | null;
  address: string | null;
  accessUntil: Millis;
  isOwn: number;
  sponsorName: string | null;
  sponsorAddress: string | null;
};

/** By outbox id; who has no end any more is left out. */
export async function accessEndFacts(store: Store, ids: readonly string[]): Promise<[id: string, facts: AccessEndFacts][]> {
  const rows = await store.db.all<Row>(sql`
    SELECT o.id, o.kind, r.address AS "to", e.id AS memberId, e.tenant_id AS tenantId, e.name, e.address, e.access_until AS accessUntil,
      coalesce(${responsible} = r.id, 0) AS isOwn, m.name AS sponsorName, m.address AS sponsorAddress
    FROM outbox_messages AS o JOIN members AS r ON r.id = o.member_id JOIN members AS e ON e.id = o.about_id
    LEFT JOIN invitations AS i ON i.id = e.invitation_id LEFT JOIN outbox_messages AS asked ON asked.id = 'out_' || e.id || '_' || e.access_until || '_' || ${responsible}
    LEFT JOIN members AS m ON m.id = asked.member_id
    WHERE o.id IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND o.kind IN ('access-ends', 'still-needed')
      AND e.access_until IS NOT NULL`);
  return rows.map((row) => [row.id, factsOf(row)]);
}

function factsOf({ kind, to, accessUntil, name, address, memberId, ...row }: Row): AccessEndFacts {
  const asked =
    row.sponsorName === null && row.sponsorAddress === null ? null : { name: row.sponsorName, address: row.sponsorAddress };
  if (kind === 'access-ends') return { kind, to, accessUntil, asked };
  return { kind, to, who: { memberId, name, address }, isGuest: row.tenantId === GUESTS, accessUntil, isOwn: row.isOwn === 1 };
}
