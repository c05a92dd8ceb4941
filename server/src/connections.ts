import { SECOND } from '@doorstep/shared/time';
import type { MailSecrets } from './actions/configure-mail.ts';
import type { Deps } from './actions/deps.ts';
import type { Config } from './config.ts';
import type { MailConfiguration } from './delivery/transport.ts';
import { closedTransport, createTransport, type Transport } from './delivery/transport.ts';
import { createGraph } from './directory/graph-client.ts';
import { type ClientCredential, openCredentials } from './identity/client-credential.ts';
import type { CredentialNews } from './identity/oauth-client.ts';
import { createProvider, tenantOf } from './identity/provider.ts';
import type { Keys } from './identity/root-key.ts';
import { unseal } from './identity/sealed.ts';
import { type Configuration, likeliestFirst, type MailRow } from './store/configuration.ts';

type SignOnPart = Pick<Deps, 'provider' | 'tenantId' | 'clientId' | 'graph'>;
type MailPart = Pick<Deps, 'transport' | 'mailFrom'>;
export type Connected = SignOnPart & MailPart;

type SignOn = { issuer: string; clientId: string; credentials: readonly ClientCredential[] };

/** `onCredential` is told when the provider refuses one, and when it takes one for the first time or again; it must not reject. */
export type ConnectionParts = { keys: Keys; now: () => number; onCredential: (news: CredentialNews) => Promise<unknown> };

/**
 * The identity provider, Microsoft Graph and the mail transport, as the environment says or, where it says nothing, as administrators have
 * configured them. They remember much (keys, tokens, connections) and are made anew only when what they are made of has changed.
 */
export function createConnections(config: Config, { offersSmtp = true, ...parts }: ConnectionParts & { offersSmtp?: boolean }) {
  const { keys, now } = parts;
  const signOnOf = once((signOn: SignOn | null) => connectSignOn(config, signOn, parts));
  const mailOf = once((mail: MailGiven) => ({ transport: transportOf(mail, offersSmtp), mailFrom: mail.from }));
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
    /** A draft: made anew each time, and not waited for as long as a mail is. */
    async mailOf(row: MailRow): Promise<MailPart> {
      const mail = { ...(await configuredMail(config, keys, row)), timeout: TEST_LASTS };
      return { transport: transportOf(mail, offersSmtp), mailFrom: mail.from };
    },
    async of({ signOn, mail }: Configuration): Promise<Connected> {
      const configured = signOn && {
        issuer: signOn.issuer,
        clientId: signOn.clientId,
        credentials: await openCredentials(keys, likeliestFirst(signOn.credentials, now())),
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

function connectSignOn({ publicUrl, graphUrl }: Config, signOn: SignOn | null, { now, ...parts }: ConnectionParts): SignOnPart {
  if (!signOn) return NOT_CONNECTED;
  const onCredential = onlyNews(parts.onCredential);
  const provider = createProvider({ ...signOn, redirectUri: `${publicUrl}/sign-in/callback`, onCredential }, { fetch, now });
  const graph = createGraph({ ...signOn, origin: graphUrl, onCredential }, provider.services, { fetch, now });
  return { provider, tenantId: tenantOf(signOn.issuer), clientId: signOn.clientId, graph };
}

/** That a credential is taken as before is told nobody: sign-ins would write each time. */
function onlyNews(tell: ConnectionParts['onCredential']): ConnectionParts['onCredential'] {
  const taken = new Set<string | null>();
  return async (news) => {
    if (news.outcome === 'accepted' && taken.has(news.id)) return;
    if (news.outcome === 'accepted') taken.add(news.id);
    else taken.delete(news.id);
    await tell(news);
  };
}

type MailGiven = MailConfiguration & { from: string; isSealed?: true };

/** How long a person waits for a test. */
const TEST_LASTS = 15 * SECOND;

function transportOf(mail: MailGiven, offersSmtp: boolean): Transport {
  if (mail.isSealed)
    return closedTransport(mail.mail, 'The mail configuration was sealed with another secret: save it again on the page Mail.');
  if (mail.mail === 'smtp' && !offersSmtp) return closedTransport('smtp', 'SMTP needs Node: this server runs on the edge.');
  return createTransport(mail);
}

/** Nothing configured: mails stay here in preview. A configuration that does not open, sealed with another root secret, keeps them waiting. */
async function configuredMail({ mailFrom, postmarkUrl }: Config, keys: Keys, mail: MailRow | null): Promise<MailGiven> {
  if (!mail) return { mail: 'preview', from: mailFrom };
  const secrets = mail.sealed ? await unseal<MailSecrets>(keys, 'mail', mail.sealed, 0) : {};
  const given = { mail: mail.transport, from: mail.fromAddress, postmarkUrl: postmarkUrl ?? undefined };
  return secrets ? { ...given, ...secrets } : { ...given, isSealed: true };
}

/** workerd wants it called on its own object. */
const fetch: typeof globalThis.fetch = (...request) => globalThis.fetch(...request);
