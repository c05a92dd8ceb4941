import type { Deps } from './actions/deps.ts';
import type { Config } from './config.ts';
import type { MailConfiguration } from './delivery/transport.ts';
import { createTransport } from './delivery/transport.ts';
import { createGraph } from './directory/graph-client.ts';
import { type ClientCredential, openCredentials } from './identity/client-credential.ts';
import { createProvider, tenantOf } from './identity/provider.ts';
import type { Keys } from './identity/root-key.ts';
import { unseal } from './identity/sealed.ts';
import { type Configuration, type MailRow, unexpired } from './store/configuration.ts';

type SignOnPart = Pick<Deps, 'provider' | 'tenantId' | 'clientId' | 'graph'>;
type MailPart = Pick<Deps, 'transport' | 'mailFrom'>;
export type Connected = SignOnPart & MailPart;

type SignOn = { issuer: string; clientId: string; credentials: readonly ClientCredential[] };

/**
 * The identity provider, Microsoft Graph and the mail transport, as the environment says or, where it says nothing, as administrators have
 * configured them. They remember much (keys, tokens, connections) and are made anew only when what they are made of has changed.
 */
export function createConnections(config: Config, { keys, now }: { keys: Keys; now: () => number }) {
  const signOnOf = once((signOn: SignOn | null) => connectSignOn(config, signOn, now));
  const mailOf = once((mail: MailGiven) => ({ transport: createTransport(mail), mailFrom: mail.from }));
  const environmentMail = config.mail && { ...config.mail, from: config.mailFrom };
  const environmentSignOn = config.oidc && {
    issuer: config.oidc.issuer,
    clientId: config.oidc.clientId,
    credentials: [{ id: null, kind: 'secret', secret: config.oidc.clientSecret } as const],
  };
  return {
    ofEnvironment: (): Connected => ({
      ...signOnOf(environmentSignOn),
      ...mailOf(environmentMail ?? { mail: 'preview', from: config.mailFrom }),
    }),
    async of({ signOn, mail }: Configuration): Promise<Connected> {
      const configured = signOn && {
        issuer: signOn.issuer,
        clientId: signOn.clientId,
        credentials: await openCredentials(keys, unexpired(signOn.credentials, now())),
      };
      return {
        ...signOnOf(environmentSignOn ?? configured),
        ...mailOf(environmentMail ?? (await configuredMail(config, keys, mail))),
      };
    },
  };
}

/** Made anew only for another input. */
function once<Input, Output>(make: (input: Input) => Output): (input: Input) => Output {
  let last: { key: string; output: Output } | null = null;
  return (input) => {
    const key = JSON.stringify(input);
    if (last?.key !== key) last = { key, output: make(input) };
    return last.output;
  };
}

const NOT_CONNECTED: SignOnPart = { provider: null, tenantId: null, clientId: null, graph: null };

function connectSignOn({ publicUrl, graphUrl }: Config, signOn: SignOn | null, now: () => number): SignOnPart {
  if (!signOn) return NOT_CONNECTED;
  const provider = createProvider({ ...signOn, redirectUri: `${publicUrl}/sign-in/callback` }, { fetch, now });
  const graph = createGraph({ ...signOn, origin: graphUrl }, provider.services, { fetch, now });
  return { provider, tenantId: tenantOf(signOn.issuer), clientId: signOn.clientId, graph };
}

type MailGiven = MailConfiguration & { from: string };
export type MailSecrets = { postmarkToken?: string; smtpUrl?: string };

/** A configuration whose secrets do not open was sealed with another root secret: mails wait in preview. */
export async function configuredMail({ mailFrom, postmarkUrl }: Config, keys: Keys, mail: MailRow | null): Promise<MailGiven> {
  const secrets = mail?.sealed ? await unseal<MailSecrets>(keys, 'mail', mail.sealed, 0) : {};
  if (!mail || !secrets) return { mail: 'preview', from: mailFrom };
  return { mail: mail.transport, from: mail.fromAddress, ...secrets, postmarkUrl: postmarkUrl ?? undefined };
}

/** workerd wants it called on its own object. */
const fetch: typeof globalThis.fetch = (...request) => globalThis.fetch(...request);
