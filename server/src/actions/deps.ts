import type { Transport } from '../delivery/transport.ts';
import type { Graph } from '../directory/graph-client.ts';
import type { Policy } from '../domain/policy.ts';
import type { Provider } from '../identity/provider.ts';
import type { Keys } from '../identity/root-key.ts';
import type { Store } from '../store/store.ts';

/** One event a line; facts hold ids and outcomes, never a key, token, cookie, query string or address. */
export type Log = (level: 'debug' | 'info' | 'warning' | 'error', event: string, facts?: Record<string, unknown>) => void;

/** Where an extension may connect from: its OAuth client id and the one redirect URI (CONTRACT.md, 6). */
export type ExtensionClient = { clientId: string; redirectUri: string; origin: string | 'any-moz-extension' };

export type Deps = {
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
  policy: Policy;
  publicUrl: string;
  mailFrom: string;
  extensionClients: readonly ExtensionClient[];
  log: Log;
  /** Mails or other jobs wait: run them now. */
  nudge(): void;
};
