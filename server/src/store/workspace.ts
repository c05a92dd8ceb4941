import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { defaultSettings, type Settings } from '../domain/settings.ts';
import { auditRow, type Trace } from './audit.ts';
import { members, workspace } from './schema.ts';
import { findSettings } from './settings.ts';
import type { Store } from './store.ts';

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

/** Without asking the database. */
export const rememberedWorkspaceName = (store: Store): string => store.memory.peek<Settings>('settings')?.name ?? UNNAMED;

export const nameWorkspace = (
  store: Store,
  change: { name: string; by: string | null; auditId: string; now: Millis; trace: Trace },
): Promise<unknown> =>
  store.write([
    store.db.update(workspace).set({ name: change.name }),
    auditRow(store, {
      id: change.auditId,
      at: change.now,
      what: 'workspace.named',
      result: 'done',
      by: change.by,
      about: null,
      trace: change.trace,
    }),
  ]);

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
