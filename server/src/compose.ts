import type { Deps, Log } from './actions/deps.ts';
import type { Config } from './config.ts';
import { createTransport } from './delivery/transport.ts';
import { createGraph, type Graph } from './directory/graph-client.ts';
import { policy } from './domain/policy.ts';
import { createProvider, type Provider, tenantOf } from './identity/provider.ts';
import type { Keys } from './identity/root-key.ts';
import type { Store } from './store/store.ts';

export type Parts = { store: Store; keys: Keys; log: Log; now: () => number; nudge: () => void };

/** What all actions work with, the same on every runtime. Asks nobody anything: an unreachable provider is no reason not to start. */
export function composeDeps(config: Config, { store, keys, log, now, nudge }: Parts): Deps {
  const provider = providerOf(config, now);
  return {
    store,
    keys,
    provider,
    tenantId: config.oidc && tenantOf(config.oidc.issuer),
    clientId: config.oidc?.clientId ?? null,
    graph: graphOf(config, provider, now),
    transport: createTransport(config.mail),
    policy,
    publicUrl: config.publicUrl,
    mailFrom: config.mailFrom,
    extensionClients: config.extensionClients,
    log,
    nudge,
  };
}

function providerOf({ oidc, publicUrl }: Config, now: () => number): Provider | null {
  if (!oidc) return null;
  return createProvider({ ...oidc, redirectUri: `${publicUrl}/sign-in/callback` }, { fetch, now });
}

function graphOf({ oidc, graphUrl }: Config, provider: Provider | null, now: () => number): Graph | null {
  if (!oidc || !provider) return null;
  return createGraph({ ...oidc, origin: graphUrl }, provider.services, { fetch, now });
}

/** workerd wants it called on its own object. */
const fetch: typeof globalThis.fetch = (...request) => globalThis.fetch(...request);
