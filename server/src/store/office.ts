import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { activeAdministrator } from './member.ts';

/** SQL: `by` is an administrator in office; or null, for the set-up session, and there is no administrator yet. */
export const actsForWorkspace = (by: string | null, now: Millis): SQL =>
  by === null
    ? sql`NOT EXISTS (SELECT 1 FROM members AS m WHERE m.role = 'administrator' AND m.state <> 'removed')`
    : sql`EXISTS (SELECT 1 FROM members AS m WHERE m.id = ${by} AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)})`;
