import { type SQL, sql } from 'drizzle-orm';
import { GUESTS } from '../domain/guest.ts';

/** SQL: whether Force SSO is on at this moment. */
export const ssoIsForced: SQL = sql`coalesce((SELECT w.forces_sso FROM workspace AS w WHERE w.id = 1), 0)`;

/**
 * SQL: whether somebody of this tenant is a guest whom Force SSO keeps out at this moment. It stands in every statement that begins a session, so
 * that nothing begun before the switch and finished after it comes to life when the switch is undone (DIR-02).
 */
export const isShutOut = (tenantId: SQL): SQL => sql`(${tenantId} = ${GUESTS} AND ${ssoIsForced})`;
