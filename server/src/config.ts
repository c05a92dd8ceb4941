import * as v from 'valibot';
import type { ExtensionClient } from './actions/deps.ts';
import { extensionClients } from './config/extension-clients.ts';
import { type Environment, givenValues, type ReadFile } from './config/given.ts';
import { type DatabaseUrl, databaseUrl, type Listen, listen } from './config/values.ts';
import { schema, type Values, type VariableName, variables } from './config/variables.ts';
import type { MailConfiguration } from './delivery/transport.ts';
import type { Network } from './http/client-address.ts';

import { isLoopback } from './identity/web-url.ts';

export { variables } from './config/variables.ts';

export type Config = {
  listen: Listen;
  /** null: no metrics are served. */
  metricsListen: Listen | null;
  /** An origin: no slash at its end. */
  publicUrl: string;
  dataDir: string;
  database: DatabaseUrl & { token: string | undefined };
  /** null: it stands in the data folder. */
  secret: string | null;
  oidc: { issuer: string; clientId: string; clientSecret: string } | null;
  /** Origin of Microsoft Graph; null: the one that the issuer names, once an administrator has connected the directory. */
  graphUrl: string | null;
  /** null: what the administrators have set on the page counts, else `preview`. */
  mail: MailConfiguration | null;
  /** Of the mails of a transport that says no other. */
  mailFrom: string;
  /** Where Postmark's API is, also for a token that was typed on the page. */
  postmarkUrl: string | null;
  /** Empty: those of the machine. */
  dnsServers: string[];
  trustedProxies: Network[];
  extensionClients: ExtensionClient[];
  logLevel: 'debug' | 'info' | 'warning' | 'error';
  /** Texts that must never leave: the log takes them out wherever they turn up. */
  secrets: string[];
};

export type ConfigOptions = { runtime: 'node' | 'edge'; readFile?: ReadFile };

/** Reads all variables. Every one that is wrong is named in a sentence of its own, which never repeats its value (DUR-15, SUP-01). */
export function readConfig(environment: Environment, options: ConfigOptions): { config: Config } | { problems: string[] } {
  const given = givenValues(environment, options.readFile);
  const parsed = v.safeParse(schema, given.values);
  const wrong = (parsed.issues ?? []).map((issue) => `${String(issue.path?.[0]?.key)} ${issue.message}.`);
  const problems = [...given.problems, ...wrong];
  const isNamed = (name: VariableName) => problems.some((problem) => problem.startsWith(name));
  problems.push(...combinationProblems(given.values, options.runtime, isNamed));
  if (!parsed.success || problems.length > 0) return { problems };
  return { config: composed(parsed.output, given.values) };
}

type Texts = Partial<Record<string, string>>;

/** What each variable demands of the others. One that is named already counts as there: one sentence for each mistake. */
function combinationProblems(
  given: Texts,
  runtime: ConfigOptions['runtime'],
  isNamed: (name: VariableName) => boolean,
): string[] {
  const lacks = (name: VariableName) => given[name] === undefined && !isNamed(name);
  return [
    ...(runtime === 'edge' ? edgeProblems(given, lacks) : nodeProblems(given, lacks)),
    ...signOnProblems(given, lacks),
    ...mailProblems(given, runtime, lacks),
  ];
}

type Lacks = (name: VariableName) => boolean;

function nodeProblems(given: Texts, lacks: Lacks): string[] {
  const problems: string[] = [];
  const listening = v.safeParse(listen, given.DOORSTEP_LISTEN);
  if (listening.success && !isLoopback(listening.output.host) && lacks('DOORSTEP_PUBLIC_URL')) {
    problems.push('DOORSTEP_PUBLIC_URL is missing: it is compulsory when DOORSTEP_LISTEN is not loopback.');
  }
  if (isRemote(given.DOORSTEP_DATABASE_URL) && lacks('DOORSTEP_SECRET')) {
    problems.push('DOORSTEP_SECRET is missing: it is compulsory with a libSQL server. Make one with: openssl rand -base64 32');
  }
  return problems;
}

/** No files, no port of our own: what has a default on Node must be said. */
function edgeProblems(given: Texts, lacks: Lacks): string[] {
  const problems = (['DOORSTEP_PUBLIC_URL', 'DOORSTEP_DATABASE_URL', 'DOORSTEP_SECRET'] as const)
    .filter(lacks)
    .map((name) => `${name} is missing: it is compulsory on the edge runtime.`);
  if (given.DOORSTEP_DATABASE_URL?.trim().startsWith('file:')) {
    problems.push('DOORSTEP_DATABASE_URL must be a libSQL server: the edge runtime has no files.');
  }
  return problems;
}

const SIGN_ON = ['DOORSTEP_OIDC_ISSUER', 'DOORSTEP_OIDC_CLIENT_ID', 'DOORSTEP_OIDC_CLIENT_SECRET'] as const;

function signOnProblems(given: Texts, lacks: Lacks): string[] {
  const set = SIGN_ON.filter((name) => given[name] !== undefined);
  if (set.length === 0) return [];
  return SIGN_ON.filter(lacks).map((name) => `${name} is missing: it goes with ${set.join(' and ')}.`);
}

function mailProblems(given: Texts, runtime: ConfigOptions['runtime'], lacks: Lacks): string[] {
  const mail = given.DOORSTEP_MAIL?.trim();
  if (mail === 'smtp' && runtime === 'edge') return ['DOORSTEP_MAIL cannot be smtp on the edge runtime: use postmark.'];
  const needed: VariableName[] =
    mail === 'postmark' ? ['DOORSTEP_POSTMARK_TOKEN', 'DOORSTEP_MAIL_FROM'] : ['DOORSTEP_SMTP_URL', 'DOORSTEP_MAIL_FROM'];
  if (mail !== 'postmark' && mail !== 'smtp') return [];
  return needed.filter(lacks).map((name) => `${name} is missing: the transport in DOORSTEP_MAIL needs it.`);
}

function isRemote(url: string | undefined): boolean {
  const read = v.safeParse(databaseUrl, url);
  return read.success && read.output.kind === 'remote';
}

function composed(values: Values, given: Texts): Config {
  const publicUrl = values.DOORSTEP_PUBLIC_URL ?? `http://localhost:${values.DOORSTEP_LISTEN.port}`;
  const file: DatabaseUrl = { kind: 'file', url: `file:${encoded(values.DOORSTEP_DATA_DIR)}/doorstep.db` };
  return {
    listen: values.DOORSTEP_LISTEN,
    metricsListen: values.DOORSTEP_METRICS_LISTEN ?? null,
    publicUrl,
    dataDir: values.DOORSTEP_DATA_DIR,
    database: { ...(values.DOORSTEP_DATABASE_URL ?? file), token: values.DOORSTEP_DATABASE_TOKEN },
    secret: values.DOORSTEP_SECRET ?? null,
    oidc: signOn(values),
    graphUrl: values.DOORSTEP_GRAPH_URL ? new URL(values.DOORSTEP_GRAPH_URL).origin : null,
    mail: values.DOORSTEP_MAIL
      ? {
          mail: values.DOORSTEP_MAIL,
          postmarkToken: values.DOORSTEP_POSTMARK_TOKEN,
          postmarkUrl: values.DOORSTEP_POSTMARK_URL,
          smtpUrl: values.DOORSTEP_SMTP_URL,
        }
      : null,
    postmarkUrl: values.DOORSTEP_POSTMARK_URL ?? null,
    mailFrom: values.DOORSTEP_MAIL_FROM ?? `doorstep@${new URL(publicUrl).hostname}`,
    dnsServers: values.DOORSTEP_DNS_SERVERS,
    trustedProxies: values.DOORSTEP_TRUSTED_PROXIES,
    extensionClients: extensionClients(values.DOORSTEP_EXTENSION_IDS),
    logLevel: values.DOORSTEP_LOG_LEVEL,
    secrets: secretTexts(given),
  };
}

/** A path as part of a URL; the database client decodes it. */
const encoded = (path: string) => encodeURI(path).replace(/[?#]/g, encodeURIComponent);

function signOn(values: Values): Config['oidc'] {
  const { DOORSTEP_OIDC_ISSUER: issuer, DOORSTEP_OIDC_CLIENT_ID: clientId, DOORSTEP_OIDC_CLIENT_SECRET: clientSecret } = values;
  return issuer && clientId && clientSecret ? { issuer, clientId, clientSecret } : null;
}

const secretTexts = (given: Texts): string[] =>
  Object.entries(variables).flatMap(([name, variable]) => {
    const text = 'isSecret' in variable ? given[name]?.trim() : undefined;
    return text ? [text] : [];
  });
