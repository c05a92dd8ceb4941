import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { auditWinners } from './audit.ts';
import { sessionLength } from './redemption.ts';
import { endPriorSession, methodOf, type NewSession, type SignInFacts } from './sign-in-attempt.ts';
import { rowsOf, type Store } from './store.ts';

export type SetUp = SignInFacts & NewSession & { id: string; memberId: MemberId; auditId: string; now: Millis };

/** One conditional insert decides the race: null when there was an administrator already (CONTRACT.md, 4; SES-16). */
export async function makeFirstAdministrator(store: Store, attempt: SetUp): Promise<MemberId | null> {
  const list = JSON.stringify([attempt]);
  const won = sql`json_each(${list}) AS a JOIN members AS m ON m.attempt_id = a.value->>'id'`;
  const results = await store.write([
    store.db.run(sql`
      INSERT INTO members (id, tenant_id, object_id, state, role, name, address, address_is_trusted, guest_of, joined_at, last_seen_at, state_at,
        attempt_id)
      SELECT a.value->>'memberId', a.value->>'tenantId', a.value->>'objectId', 'active', 'administrator', a.value->>'name', a.value->>'address',
        a.value->>'addressIsTrusted', a.value->>'guestOf', a.value->>'now', a.value->>'now', a.value->>'now', a.value->>'id'
      FROM json_each(${list}) AS a
      WHERE NOT EXISTS (SELECT 1 FROM members AS m WHERE m.role = 'administrator' AND m.state <> 'removed')
      ON CONFLICT (tenant_id, object_id) DO UPDATE SET state = 'active', role = 'administrator', name = excluded.name, address = excluded.address,
        address_is_trusted = excluded.address_is_trusted, access_until = NULL, ended_at = NULL, last_seen_at = excluded.last_seen_at,
        state_at = excluded.state_at, attempt_id = excluded.attempt_id`),
    store.db.run(sql`
      INSERT INTO sessions (token_hash, kind, member_id, tenant_id, object_id, provider_session_id, method, signed_in_at, fresh_at, last_used_at, ends_at)
      SELECT a.value->>'tokenHash', 'member', m.id, m.tenant_id, m.object_id, a.value->>'providerSessionId', ${methodOf}, a.value->>'now',
        a.value->>'freshAt', a.value->>'now', a.value->>'now' + ${sessionLength}
      FROM ${won}`),
    store.db.run(sql`
      UPDATE access_requests SET state = 'superseded', decided_at = a.value->>'now', attempt_id = a.value->>'id' FROM ${won}
      WHERE access_requests.tenant_id = m.tenant_id AND access_requests.object_id = m.object_id AND access_requests.state = 'open'`),
    endPriorSession(store, won),
    auditWinners(store, 'workspace.set-up', won, sql`m.id`, sql`m.id`),
    store.db.all(sql`SELECT m.id AS member FROM ${won}`),
  ]);
  return rowsOf<{ member: MemberId }>(results[5])[0]?.member ?? null;
}
