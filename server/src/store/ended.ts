import { DAY, type Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { oldGuestCodes } from './guest-code.ts';
import { endProposalsBy } from './open-proposal.ts';
import { changedRows, type Store } from './store.ts';

/**
 * Marks what has ended by the clock, for counters, lists and notices; decisions compare times and never wait for this
 * (DESIGN.md, database rule 4). Idempotent; run under a lease each minute. Answers whether anything had ended.
 */
export async function markEnded(store: Store, now: Millis): Promise<boolean> {
  const results = await store.batch([
    store.db.run(
      sql`UPDATE invitations SET ended_at = ${now} WHERE state = 'pending' AND ended_at IS NULL AND expires_at <= ${now}`,
    ),
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, about)
      SELECT 'aud_' || id || '_expired', ${now}, 'request.expired', 'done', id FROM access_requests
      WHERE state = 'open' AND expires_at <= ${now} ON CONFLICT DO NOTHING`),
    store.db.run(sql`UPDATE access_requests SET state = 'expired' WHERE state = 'open' AND expires_at <= ${now}`),
    store.db.run(sql`
      DELETE FROM sessions WHERE member_id IN
        (SELECT id FROM members WHERE access_until IS NOT NULL AND ended_at IS NULL AND access_until <= ${now})`),
    store.db.run(sql`
      UPDATE connected_browsers SET ended_at = ${now} WHERE ended_at IS NULL AND member_id IN
        (SELECT id FROM members WHERE access_until IS NOT NULL AND ended_at IS NULL AND access_until <= ${now})`),
    // the administrators they invited never come in (INV-24)
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, about)
      SELECT 'aud_' || i.id || '_' || i.generation, ${now}, 'invitation.revoked', 'done', i.id FROM members AS m
      JOIN invitations AS i ON i.inviter_id = m.id AND i.state = 'pending' AND i.role = 'administrator'
      WHERE m.access_until IS NOT NULL AND m.ended_at IS NULL AND m.access_until <= ${now} ON CONFLICT DO NOTHING`),
    store.db.run(sql`
      UPDATE invitations SET state = 'revoked', closed_at = ${now} WHERE state = 'pending' AND role = 'administrator' AND inviter_id IN
        (SELECT id FROM members WHERE access_until IS NOT NULL AND ended_at IS NULL AND access_until <= ${now})`),
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, about)
      SELECT 'aud_' || id || '_' || access_until, ${now}, 'member.access-ended', 'done', id FROM members
      WHERE access_until IS NOT NULL AND ended_at IS NULL AND access_until <= ${now} ON CONFLICT DO NOTHING`),
    endProposalsBy(
      store,
      sql`SELECT id FROM members WHERE access_until IS NOT NULL AND ended_at IS NULL AND access_until <= ${now}`,
    ),
    store.db.run(
      sql`UPDATE members SET ended_at = ${now} WHERE access_until IS NOT NULL AND ended_at IS NULL AND access_until <= ${now}`,
    ),
  ]);
  const anything = results.some((result) => changedRows(result) > 0);
  if (anything) store.memory.forget();
  return anything;
}

/** Rows that serve nobody any more: ended sessions, spent sign-in attempts, used connection codes, guests' codes that end no limit. */
export const clearAway = (store: Store, now: Millis): Promise<unknown> =>
  store.batch([
    store.db.run(sql`DELETE FROM sessions WHERE ends_at <= ${now}`),
    store.db.run(sql`DELETE FROM spent_attempts WHERE ends_at <= ${now}`),
    oldGuestCodes(store, now - DAY),
    store.db.run(sql`DELETE FROM connect_codes WHERE ends_at <= ${now - 24 * 60 * 60 * 1000}`),
  ]);
