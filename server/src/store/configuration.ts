import type { Millis } from '@doorstep/shared/time';
import { eq, sql } from 'drizzle-orm';
import type { Settings } from '../domain/settings.ts';
import { clientCredentials, mailConfiguration, singleSignOn } from './schema.ts';
import { findSettings } from './settings.ts';
import type { Store } from './store.ts';

export type CredentialRow = typeof clientCredentials.$inferSelect;
export type SignOnRow = typeof singleSignOn.$inferSelect;
export type MailRow = typeof mailConfiguration.$inferSelect;

/** What administrators have configured and is on; where the environment says something else, that wins (compose.ts). */
export type Configuration = {
  settings: Settings;
  signOn: (Pick<SignOnRow, 'id' | 'issuer' | 'tenantId' | 'clientId'> & { credentials: CredentialRow[] }) | null;
  mail: MailRow | null;
};

const KEY = 'configuration';

/** From memory until a command writes; with a remote database for at most a second (DESIGN.md, database rule 5). */
export const findConfiguration = (store: Store): Promise<Configuration> =>
  store.memory.recall(KEY, async () => {
    const [settings, [signOn], [mail]] = await Promise.all([
      findSettings(store),
      store.db.select().from(singleSignOn).where(eq(singleSignOn.state, 'on')),
      store.db.select().from(mailConfiguration).where(eq(mailConfiguration.state, 'on')),
    ]);
    return {
      settings,
      signOn: signOn ? { ...signOn, credentials: await findUsableCredentials(store, signOn) } : null,
      mail: mail ?? null,
    };
  });

export const rememberedConfiguration = (store: Store): Configuration | undefined => store.memory.peek(KEY);

/** Tested and not ended, the newest first. Whether one has expired is for who uses it to see: the provider knows best. */
export const findUsableCredentials = (store: Store, of: { tenantId: string; clientId: string }): Promise<CredentialRow[]> =>
  store.db
    .select()
    .from(clientCredentials)
    .where(sql`tenant_id = ${of.tenantId} AND client_id = ${of.clientId} AND tested_at IS NOT NULL AND ended_at IS NULL`)
    .orderBy(sql`created_at DESC, id DESC`);

/** Those that have expired by the date typed here come last, but come: the provider knows best, and a typing error must lock nobody out. */
export const likeliestFirst = <Credential extends { expiresAt: Millis }>(
  all: readonly Credential[],
  now: Millis,
): Credential[] => [...all.filter(({ expiresAt }) => expiresAt > now), ...all.filter(({ expiresAt }) => expiresAt <= now)];
