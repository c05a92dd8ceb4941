import type { ConnectedBrowserId, MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import { policy } from '../domain/policy.ts';
import { auditWinners, type Trace } from './audit.ts';
import { activeAdministrator } from './member.ts';
import { prepared } from './prepared.ts';
import { connectCodes, connectedBrowsers, members } from './schema.ts';
import { changedRows, type Store } from './store.ts';

export type ConnectedBrowserRow = typeof connectedBrowsers.$inferSelect;
export type LiveBrowser = { browser: ConnectedBrowserRow; member: typeof members.$inferSelect };

/** From memory, else from the database: the browser with its member, while it has not been ended. */
export const findBrowserByToken = (store: Store, tokenHash: string): Promise<LiveBrowser | null> =>
  store.memory.recall(`browser:${tokenHash}`, async () => {
    return (await browserByToken(store).get({ tokenHash })) ?? null;
  });

const browserByToken = prepared((db) =>
  db
    .select({ browser: connectedBrowsers, member: members })
    .from(connectedBrowsers)
    .innerJoin(members, eq(members.id, connectedBrowsers.memberId))
    .where(and(eq(connectedBrowsers.tokenHash, sql.placeholder('tokenHash')), isNull(connectedBrowsers.endedAt)))
    .prepare(),
);

export const rememberedBrowser = (store: Store, tokenHash: string): LiveBrowser | undefined =>
  store.memory.peek(`browser:${tokenHash}`);

/** 90 days at most, 14 unused (CONTRACT.md, 6); ended by the clock. */
export const browserHasEnded = (browser: ConnectedBrowserRow, now: Millis): boolean =>
  browser.endsAt <= now || browser.lastUsedAt + policy.connectedBrowser.unused <= now;

export type NewCode = {
  codeHash: string;
  memberId: MemberId;
  clientId: string;
  redirectUri: string;
  codeChallenge: string;
  endsAt: Millis;
};

export const saveConnectCode = (store: Store, code: NewCode): Promise<unknown> =>
  store.batch([store.db.insert(connectCodes).values(code)]);

export type CodeRow = typeof connectCodes.$inferSelect;
export async function findConnectCode(store: Store, codeHash: string): Promise<CodeRow | null> {
  const [row] = await store.db.select().from(connectCodes).where(eq(connectCodes.codeHash, codeHash));
  return row ?? null;
}

export type Connection = {
  codeHash: string;
  browserId: ConnectedBrowserId;
  tokenHash: string;
  origin: string;
  auditId: string;
  now: Millis;
  trace: Trace;
};

/** Spends the code: one connected browser, whoever comes first. False when it was used, too old, or its owner is no administrator now. */
export async function connectBrowser(store: Store, connection: Connection): Promise<boolean> {
  const { now, browserId } = connection;
  const list = JSON.stringify([{ auditId: connection.auditId, now, ...connection.trace }]);
  const [spent] = await store.write([
    store.db.run(sql`
      UPDATE connect_codes SET used_at = ${now}, connected_browser_id = ${browserId}
      WHERE code_hash = ${connection.codeHash} AND used_at IS NULL AND ends_at > ${now}
        AND EXISTS (SELECT 1 FROM members AS m WHERE m.id = connect_codes.member_id AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)})`),
    store.db.run(sql`
      INSERT INTO connected_browsers (id, member_id, token_hash, client_id, origin, connected_at, last_used_at, ends_at)
      SELECT ${browserId}, c.member_id, ${connection.tokenHash}, c.client_id, ${connection.origin}, ${now}, ${now},
        ${now + policy.connectedBrowser.atMost}
      FROM connect_codes AS c WHERE c.code_hash = ${connection.codeHash} AND c.connected_browser_id = ${browserId}`),
    auditWinners(
      store,
      'browser.connected',
      sql`json_each(${list}) AS a JOIN connected_browsers AS b ON b.id = ${browserId}`,
      sql`b.id`,
      sql`b.member_id`,
    ),
  ]);
  return changedRows(spent) > 0;
}

export type BrowserEnd = { by: string | null; auditId: string; now: Millis; trace: Trace };

/** Ends one connected browser, by its id or by its token's hash. False when none was there or it had ended. */
export async function endBrowser(store: Store, which: { id: string } | { tokenHash: string }, end: BrowserEnd): Promise<boolean> {
  const matches = 'id' in which ? sql`b.id = ${which.id}` : sql`b.token_hash = ${which.tokenHash}`;
  const list = JSON.stringify([{ auditId: end.auditId, now: end.now, ...end.trace }]);
  const results = await store.write([
    auditWinners(
      store,
      'browser.disconnected',
      sql`json_each(${list}) AS a JOIN connected_browsers AS b ON ${matches} AND b.ended_at IS NULL`,
      sql`b.id`,
      sql`coalesce(${end.by}, b.member_id)`,
    ),
    store.db.run(sql`UPDATE connected_browsers AS b SET ended_at = ${end.now} WHERE ${matches} AND b.ended_at IS NULL`),
  ]);
  return changedRows(results[1]) > 0;
}

/** Written at most every hour a browser, and not announced to what is remembered. */
export const touchBrowser = (store: Store, id: string, now: Millis): Promise<unknown> =>
  store.batch([
    store.db.run(sql`UPDATE connected_browsers SET last_used_at = ${now} WHERE id = ${id} AND last_used_at < ${now}`),
  ]);

/** Whether or not it has ended. */
export async function findConnectedBrowser(
  store: Store,
  id: string,
): Promise<(ConnectedBrowserRow & { memberName: string | null }) | null> {
  const [row] = await store.db
    .select({ browser: connectedBrowsers, memberName: members.name })
    .from(connectedBrowsers)
    .innerJoin(members, eq(members.id, connectedBrowsers.memberId))
    .where(eq(connectedBrowsers.id, id));
  return row ? { ...row.browser, memberName: row.memberName } : null;
}

/** Those that still work, newest first; `memberId` for one person's own. */
export async function findConnectedBrowsers(
  store: Store,
  wanted: { memberId?: string; cursor?: string; limit: number },
  now: Millis,
): Promise<(ConnectedBrowserRow & { memberName: string | null })[]> {
  const rows = await store.db
    .select({ browser: connectedBrowsers, memberName: members.name })
    .from(connectedBrowsers)
    .innerJoin(members, eq(members.id, connectedBrowsers.memberId))
    .where(
      and(
        isNull(connectedBrowsers.endedAt),
        sql`${connectedBrowsers.endsAt} > ${now} AND ${connectedBrowsers.lastUsedAt} > ${now - policy.connectedBrowser.unused}`,
        wanted.memberId ? eq(connectedBrowsers.memberId, wanted.memberId) : undefined,
        wanted.cursor ? lt(connectedBrowsers.id, wanted.cursor) : undefined,
      ),
    )
    .orderBy(desc(connectedBrowsers.id))
    .limit(wanted.limit);
  return rows.map((row) => ({ ...row.browser, memberName: row.memberName }));
}
