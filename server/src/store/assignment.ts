import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { auditWinners, type Trace } from './audit.ts';
import { activeAdministrator } from './member.ts';
import { changedRows, type Store } from './store.ts';

/**
 * The provider turned somebody away who is not assigned (AADSTS50105). That is a hint, for it came by way of a browser: what the provider itself
 * has told stands.
 */
export async function learnAssignment(store: Store, now: Millis): Promise<void> {
  const hint = sql`assignment_required IS NOT 1 AND assignment_from IS NOT 'service-principal'`;
  const [row] = await store.db.all<{ isNews: number }>(sql`SELECT ${hint} AS isNews FROM directory`);
  if (!row?.isNews) return;
  await store.write([
    store.db.run(
      sql`UPDATE directory SET assignment_required = 1, assignment_from = 'sign-in', assignment_at = ${now} WHERE ${hint}`,
    ),
  ]);
}

/** After an administrator has changed it there. False when nothing was learnt, or who asks is no administrator in office any more. */
export async function forgetAssignment(
  store: Store,
  { by, auditId, now, trace }: { by: string; auditId: string; now: Millis; trace: Trace },
): Promise<boolean> {
  const list = JSON.stringify([{ auditId, now, ...trace }]);
  const may = sql`d.assignment_from = 'sign-in' AND EXISTS (SELECT 1 FROM members AS m
    WHERE m.id = ${by} AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)})`;
  const [, forgotten] = await store.write([
    auditWinners(
      store,
      'assignment.forgotten',
      sql`json_each(${list}) AS a JOIN directory AS d ON ${may}`,
      sql`NULL`,
      sql`${by}`,
    ),
    store.db.run(
      sql`UPDATE directory AS d SET assignment_required = NULL, assignment_from = NULL, assignment_at = NULL WHERE ${may}`,
    ),
  ]);
  return changedRows(forgotten) > 0;
}
