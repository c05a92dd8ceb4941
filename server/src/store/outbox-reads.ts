import type { Page } from '@doorstep/shared/list';
import type { Millis } from '@doorstep/shared/time';
import { eq, sql } from 'drizzle-orm';
import { guestCodes } from './guest-schema.ts';
import { accessRequests, invitations, members, outboxMessages, queueStops } from './schema.ts';
import type { Store } from './store.ts';

/** One line of the list of mails: whom it is for, never what it says. */
export type ListedMail = typeof outboxMessages.$inferSelect & { to: string | null };

const listed = (store: Store) =>
  store.db
    .select({ mail: outboxMessages, to: recipientAddress, position: sql<number>`outbox_messages.rowid` })
    .from(outboxMessages)
    .leftJoin(invitations, eq(invitations.id, outboxMessages.invitationId))
    .leftJoin(accessRequests, eq(accessRequests.id, outboxMessages.requestId))
    .leftJoin(members, eq(members.id, outboxMessages.memberId))
    .leftJoin(guestCodes, eq(guestCodes.id, outboxMessages.aboutId));

const recipientAddress = sql<
  string | null
>`CASE WHEN ${outboxMessages.kind} IN ('invitation', 'invitation-reminder') THEN ${invitations.address}
  WHEN ${outboxMessages.kind} IN ('approved', 'denied') THEN ${accessRequests.address}
  WHEN ${outboxMessages.kind} = 'guest-code' THEN ${guestCodes.address} ELSE ${members.address} END`;

/** Newest first, in the order in which they were written down. A cursor that is none gives the first page. */
export async function findMails(store: Store, page: { limit: number; cursor?: string | undefined }): Promise<Page<ListedMail>> {
  const before = /^\d{1,15}$/.test(page.cursor ?? '') ? Number(page.cursor) : Number.MAX_SAFE_INTEGER;
  const rows = await listed(store)
    .where(sql`outbox_messages.rowid < ${before}`)
    .orderBy(sql`outbox_messages.rowid DESC`)
    .limit(page.limit + 1);
  const shown = rows.slice(0, page.limit);
  return {
    items: shown.map((row) => ({ ...row.mail, to: row.to })),
    nextCursor: rows.length > page.limit ? String(shown.at(-1)!.position) : null,
  };
}

export async function findMail(store: Store, id: string): Promise<ListedMail | null> {
  const [row] = await listed(store).where(eq(outboxMessages.id, id));
  return row ? { ...row.mail, to: row.to } : null;
}

/** Since when the oldest waiting mail is due; null: none waits (OUT-15). */
export async function findOldestDueAt(store: Store): Promise<Millis | null> {
  const [oldest] = await store.db
    .select({ dueAt: sql<Millis | null>`min(${outboxMessages.dueAt})` })
    .from(outboxMessages)
    .where(sql`${outboxMessages.state} = 'queued'`);
  return oldest?.dueAt ?? null;
}

/**
 * When the outbox has to be looked at next; null: when the next mail is written. `canSearch` is whether the transport can look for
 * uncertain mails: without that they wait for a person.
 */
export async function nextDueAt(store: Store, canSearch: boolean): Promise<Millis | null> {
  const [next] = await store.db.all<{
    queued: Millis | null;
    leased: Millis | null;
    uncertain: Millis | null;
    stopped: Millis | null;
  }>(sql`
    SELECT (SELECT min(due_at) FROM ${outboxMessages} WHERE state = 'queued') AS queued,
      (SELECT min(lease_until) FROM ${outboxMessages} WHERE state IN ('claimed', 'called')) AS leased,
      (SELECT min(due_at) FROM ${outboxMessages} WHERE state = 'uncertain') AS uncertain,
      (SELECT retry_at FROM ${queueStops} WHERE queue = 'mail') AS stopped`);
  const { queued, leased, uncertain, stopped } = next!;
  const times = [queued === null ? null : Math.max(queued, stopped ?? 0), leased, canSearch ? uncertain : null].filter(
    (time) => time !== null,
  );
  return times.length === 0 ? null : Math.min(...times);
}
