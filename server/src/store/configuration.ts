import type { Millis } from '@doorstep/shared/time';
import { desc, eq, sql } from 'drizzle-orm';
import { defaultSettings, type Settings } from '../domain/settings.ts';
import { clientCredentials, mailConfiguration, singleSignOn, workspace } from './schema.ts';
import { settingsColumns, settingsOf } from './settings.ts';
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

/**
 * From memory until a command writes; with a remote database for at most a second (DESIGN.md, database rule 5): nothing in it may come from an
 * older memory. One request to the database, since every second begins with it there.
 */
export const findConfiguration = (store: Store): Promise<Configuration> =>
  store.memory.recall(KEY, async () => {
    const rows = await store.db
      .select({ settings: settingsColumns, signOn: singleSignOn, mail: mailConfiguration, credential: clientCredentials })
      .from(workspace)
      .leftJoin(singleSignOn, eq(singleSignOn.state, 'on'))
      .leftJoin(mailConfiguration, eq(mailConfiguration.state, 'on'))
      .leftJoin(clientCredentials, isUsable)
      .orderBy(desc(clientCredentials.createdAt), desc(clientCredentials.id));
    const [first] = rows;
    if (!first) return { settings: defaultSettings, signOn: null, mail: null };
    const credentials = rows.map(({ credential }) => credential).filter((credential) => credential !== null);
    return { settings: settingsOf(first.settings), signOn: first.signOn && { ...first.signOn, credentials }, mail: first.mail };
  });

/** Tested and not ended, the newest first. Whether one has expired is for who uses it to see: the provider knows best. */
const isUsable = sql`${clientCredentials.tenantId} = ${singleSignOn.tenantId} AND ${clientCredentials.clientId} = ${singleSignOn.clientId}
  AND ${clientCredentials.testedAt} IS NOT NULL AND ${clientCredentials.endedAt} IS NULL`;

export const rememberedConfiguration = (store: Store): Configuration | undefined => store.memory.peek(KEY);

/** Those that have expired by the date typed here come last, but come: the provider knows best, and a typing error must lock nobody out. */
export const likeliestFirst = <Credential extends { expiresAt: Millis }>(
  all: readonly Credential[],
  now: Millis,
): Credential[] => [...all.filter(({ expiresAt }) => expiresAt > now), ...all.filter(({ expiresAt }) => expiresAt <= now)];
