import type { Transport } from '../delivery/transport.ts';
import type { Graph } from '../directory/graph-client.ts';
import type { Settings } from '../domain/settings.ts';
import type { Provider } from '../identity/provider.ts';
import type { Keys } from '../identity/root-key.ts';
import type { MailRow } from '../store/configuration.ts';
import type { Store } from '../store/store.ts';

/** One event a line; facts hold ids and outcomes, never a key, token, cookie, query string or address. */
export type Log = (level: 'debug' | 'info' | 'warning' | 'error', event: string, facts?: Record<string, unknown>) => void;

/** Where an extension may connect from: its OAuth client id and the one redirect URI (CONTRACT.md, 6). */
export type ExtensionClient = { clientId: string; redirectUri: string; origin: string | 'any-moz-extension' };

/** The TXT records of a name, each as one text; or, in a sentence, why nobody could be asked. No such name: no records. */
export type ResolveTxt = (name: string) => Promise<{ records: string[] } | { problem: string }>;

/** As they are at this moment: what administrators configure and set takes effect with the next `current()`. */
export type Deps = {
  /**
   * The same with what is configured and set now; every request and every run of the jobs begins with it. Rejects only while the database has not
   * answered even once.
   */
  current: () => Deps | Promise<Deps>;
  /** What the environment says and no page can change. */
  isSetByEnvironment: { signOn: boolean; mail: boolean };
  store: Store;
  keys: Keys;
  /** null until single sign-on is configured. */
  provider: Provider | null;
  tenantId: string | null;
  /** Of the app registration; shown to administrators. */
  clientId: string | null;
  /** Microsoft Graph of the tenant; null until single sign-on is configured. */
  graph: Graph | null;
  transport: Transport;
  /** A configuration that is not on yet, with the sender it names: for a test. */
  connectMail: (row: MailRow) => Promise<{ transport: Transport; mailFrom: string }>;
  /** Only Node can speak to SMTP servers. */
  offersSmtp: boolean;
  settings: Settings;
  resolveTxt: ResolveTxt;
  publicUrl: string;
  mailFrom: string;
  extensionClients: readonly ExtensionClient[];
  log: Log;
  /** Mails or other jobs wait: run them now. */
  nudge(): void;
};
