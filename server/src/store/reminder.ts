import { DAY, type Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { GUESTS } from '../domain/guest.ts';
import { bySlices, type Seen, SLICE } from './slices.ts';
import { changedRows, rowsOf, type Store } from './store.ts';

const TOLD_AHEAD: Millis = DAY;
/** Whose invitation is good for so long or less would be reminded of a mail that has just come. */
const TOO_SHORT: Millis = 2 * DAY;

/**
 * A mail a day before a pending invitation ends, to whom its newest mail reached: once for each sending. Guests are not reminded while none may
 * come in. How many mails were written.
 */
export async function remindInvited(store: Store, isGuestAllowed: boolean, now: Millis): Promise<number> {
  let mails = 0;
  await bySlices(now, async (after) => {
    const ending = sql`(${endingAfter(after, now)})`;
    const [last, written] = await store.batch([
      store.db.all<Seen>(sql`SELECT expires_at AS "at", id FROM ${ending} ORDER BY expires_at DESC, id DESC LIMIT 1`),
      store.db.run(sql`
        INSERT INTO outbox_messages (id, kind, state, invitation_id, generation, due_at, created_at)
        SELECT 'out_' || i.id || '_' || i.generation || '_reminder', 'invitation-reminder', 'queued', i.id, i.generation, ${now}, ${now}
        FROM ${ending} AS i JOIN outbox_messages AS o ON o.id = 'out_' || i.id || '_' || i.generation
        WHERE o.state IN ('sent', 'delivered') AND i.address IS NOT NULL AND i.expires_at - i.sent_at > ${TOO_SHORT}
          AND ${isGuestAllowed ? sql`1` : sql`i.tenant_id IS NOT ${GUESTS}`}
        ON CONFLICT DO NOTHING`),
    ]);
    mails += changedRows(written);
    return rowsOf<Seen>(last)[0] ?? null;
  });
  return mails;
}

const endingAfter = (after: Seen, now: Millis): SQL => sql`
  SELECT id, expires_at, sent_at, generation, address, tenant_id FROM invitations INDEXED BY invitations_expires
  WHERE state = 'pending' AND ended_at IS NULL AND expires_at >= ${after.at} AND expires_at <= ${now + TOLD_AHEAD}
    AND (expires_at > ${after.at} OR id > ${after.id})
  ORDER BY expires_at, id LIMIT ${SLICE}`;
