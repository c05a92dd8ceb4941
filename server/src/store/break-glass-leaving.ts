import { type SQL, sql } from 'drizzle-orm';
import { GUESTS } from '../domain/guest.ts';
import type { Statement, Store } from './store.ts';

/** Of the tenant's people among the members `m` of `won`: passkeys and the sessions begun with them end. Guests keep theirs. */
export const endPasskeysOf = (store: Store, won: SQL): Statement[] => {
  const theirs = sql`member_id IN (SELECT m.id FROM ${won} WHERE m.tenant_id <> ${GUESTS})`;
  return [
    store.db.run(sql`DELETE FROM sessions WHERE ${theirs} AND method = 'passkey'`),
    store.db.run(sql`DELETE FROM passkeys WHERE ${theirs}`),
  ];
};

/** Who leaves the office leaves the break-glass list: whoever comes back to office is put on it anew, or not. `won` names the attempt as `a`. */
export const leaveBreakGlass = (store: Store, won: SQL, by: string): Statement[] => [
  store.db.run(sql`
    INSERT INTO audit_events (id, at, what, result, by_member_id, about, request_id, client_address)
    SELECT a.value->>'auditId' || '_glass', a.value->>'now', 'break-glass.removed', 'done', ${by}, m.id, a.value->>'requestId', a.value->>'clientAddress'
    FROM ${won} WHERE m.breaks_glass = 1`),
  ...endPasskeysOf(store, won),
  store.db.run(sql`UPDATE members SET breaks_glass = 0 WHERE id IN (SELECT m.id FROM ${won} WHERE m.breaks_glass = 1)`),
];
