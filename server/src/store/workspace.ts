import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { defaultSettings } from '../domain/settings.ts';
import { auditWinners, type Trace } from './audit.ts';
import { actsForWorkspace } from './office.ts';
import { members, workspace } from './schema.ts';
import { findSettings } from './settings.ts';
import { changedRows, type Store } from './store.ts';

/** What a workspace is called until its administrators have named it. */
export const UNNAMED = defaultSettings.name;

/** The proof of the secret that this database was made with, or null when it is new. */
export async function findSecretProof(store: Store): Promise<string | null> {
  const [row] = await store.db.select({ proof: workspace.secretProof }).from(workspace);
  return row?.proof ?? null;
}

export const createWorkspace = (store: Store, secretProof: string, now: Millis): Promise<unknown> =>
  store.write([store.db.insert(workspace).values({ id: 1, name: UNNAMED, secretProof, createdAt: now }).onConflictDoNothing()]);

export const findWorkspaceName = async (store: Store): Promise<string> => (await findSettings(store)).name;

/** In the set-up session, `by` null. False: somebody has become administrator meanwhile, or lost the office (SES-16). */
export async function nameWorkspace(
  store: Store,
  change: { name: string; by: string | null; auditId: string; now: Millis; trace: Trace },
): Promise<boolean> {
  const list = JSON.stringify([{ auditId: change.auditId, now: change.now, ...change.trace }]);
  const may = sql`json_each(${list}) AS a WHERE ${actsForWorkspace(change.by, change.now)}`;
  const [written] = await store.write([
    auditWinners(store, 'workspace.named', may, sql`NULL`, sql`${change.by}`),
    store.db.run(sql`UPDATE workspace SET name = ${change.name}
      WHERE EXISTS (SELECT 1 FROM audit_events AS e WHERE e.id = ${change.auditId})`),
  ]);
  return changedRows(written) > 0;
}

/** While there is none, the set-up link is good (CONTRACT.md, 4). */
export const hasAdministrator = (store: Store): Promise<boolean> =>
  store.memory.recall('has-administrator', async () => {
    const rows = await store.db
      .select({ id: members.id })
      .from(members)
      .where(sql`${members.role} = 'administrator' AND ${members.state} <> 'removed'`)
      .limit(1);
    return rows.length > 0;
  });
