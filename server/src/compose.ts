import { noteCredential } from './actions/credential-news.ts';
import type { Deps, Log, ResolveTxt } from './actions/deps.ts';
import type { Config } from './config.ts';
import { type Connected, createConnections } from './connections.ts';
import { defaultSettings } from './domain/settings.ts';
import type { CredentialNews } from './identity/oauth-client.ts';
import type { Keys } from './identity/root-key.ts';
import { type Configuration, findConfiguration, rememberedConfiguration } from './store/configuration.ts';
import type { Store } from './store/store.ts';

export type Parts = {
  store: Store;
  keys: Keys;
  log: Log;
  now: () => number;
  nudge: () => void;
  resolveTxt?: ResolveTxt;
  offersSmtp?: boolean;
};

/** What all actions work with, the same on every runtime. Asks nobody anything: an unreachable provider is no reason not to start. */
export function composeDeps(config: Config, parts: Parts): Deps {
  const { store, log } = parts;
  const onCredential = (news: CredentialNews) => noteCredential(parts, news);
  const connections = createConnections(config, { ...parts, onCredential });
  const compose = (connected: Connected, settings: Deps['settings']): Deps => ({
    ...connected,
    settings,
    current,
    isSetByEnvironment: { signOn: config.oidc !== null, mail: config.mail !== null },
    store,
    keys: parts.keys,
    connectMail: connections.mailOf,
    offersSmtp: parts.offersSmtp ?? true,
    publicUrl: config.publicUrl,
    extensionClients: config.extensionClients,
    resolveTxt: parts.resolveTxt ?? cannotBeAsked,
    log,
    nudge: parts.nudge,
  });
  let known: { configuration: Configuration | null; deps: Deps } = {
    configuration: null,
    deps: compose(connections.ofEnvironment(), defaultSettings),
  };

  /** Whether the last reading failed: an outage is one line of the log, not one for each request. */
  let isBlind = false;

  function current(): Deps | Promise<Deps> {
    const remembered = rememberedConfiguration(store);
    return remembered !== undefined && remembered === known.configuration ? known.deps : composeAnew();
  }

  /**
   * A database that does not answer is for those to tell who need it: what was known last goes on. Where nothing was known yet there is nothing to
   * go on with: the defaults would let in whom the settings keep out.
   */
  async function composeAnew(): Promise<Deps> {
    try {
      const configuration = await findConfiguration(store);
      const deps = compose(await connections.of(configuration), configuration.settings);
      known = { configuration, deps };
      isBlind = false;
      return deps;
    } catch (error) {
      if (known.configuration === null) throw error;
      if (!isBlind) log('warning', 'the configuration cannot be read: what was known last goes on');
      isBlind = true;
      return known.deps;
    }
  }

  return known.deps;
}

const cannotBeAsked: ResolveTxt = async () => ({ problem: 'This server cannot ask for TXT records.' });
