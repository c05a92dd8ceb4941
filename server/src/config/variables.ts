import * as v from 'valibot';
import * as values from './values.ts';

export type Variable = {
  schema: v.GenericSchema<string, unknown>;
  meaning: string;
  /** What is read when the variable is not set. */
  preset?: string;
  /** What happens without it, in words, where no preset says it. */
  without?: string;
  /** Never shown; may also come from the file that `{name}_FILE` names. */
  isSecret?: true;
};

/** Every variable of the server (CONTRACT.md, 3), in the order in which the documentation shows them. */
export const variables = {
  DOORSTEP_LISTEN: {
    schema: values.listen,
    preset: '127.0.0.1:3000',
    meaning: 'address and port that the server listens on (Node)',
  },
  DOORSTEP_PUBLIC_URL: {
    schema: values.publicUrl,
    without: 'http://localhost:{port}',
    meaning: 'the URL people use; compulsory when DOORSTEP_LISTEN is not loopback; https except on loopback',
  },
  DOORSTEP_DATA_DIR: { schema: values.text, preset: './data', meaning: 'folder of the embedded database and its secret (Node)' },
  DOORSTEP_DATABASE_URL: {
    schema: values.databaseUrl,
    without: 'file:{data dir}/doorstep.db',
    meaning: 'the database: a file, or a libSQL server (libsql:, https:, http:)',
  },
  DOORSTEP_DATABASE_TOKEN: { schema: values.text, without: 'none', meaning: 'token for the libSQL server', isSecret: true },
  DOORSTEP_SECRET: {
    schema: values.rootSecret,
    without: '{data dir}/secret, made at the first start',
    meaning: 'root of all keys, at least 256 bits; compulsory with a libSQL server',
    isSecret: true,
  },
  DOORSTEP_OIDC_ISSUER: {
    schema: values.issuer,
    without: 'single sign-on is not configured',
    meaning: 'issuer of the tenant, ends in /{tenant GUID}/v2.0; goes with the next two',
  },
  DOORSTEP_OIDC_CLIENT_ID: { schema: values.text, without: 'none', meaning: 'client id of the app registration' },
  DOORSTEP_OIDC_CLIENT_SECRET: { schema: values.text, without: 'none', meaning: 'its client secret', isSecret: true },
  DOORSTEP_GRAPH_URL: {
    schema: values.serviceUrl,
    without: 'the one that the issuer names',
    meaning: 'origin of Microsoft Graph; set, the directory is read without *Connect directory*',
  },
  DOORSTEP_MAIL: {
    schema: values.mail,
    without: 'what is set on the page *Mail*, else preview',
    meaning: 'how mails leave: preview (not at all), postmark, smtp (Node only)',
  },
  DOORSTEP_MAIL_FROM: {
    schema: values.mailAddress,
    without: 'none',
    meaning: 'sender address; compulsory with postmark and smtp',
  },
  DOORSTEP_POSTMARK_TOKEN: { schema: values.text, without: 'none', meaning: 'server token of Postmark', isSecret: true },
  DOORSTEP_POSTMARK_URL: {
    schema: values.serviceUrl,
    without: "Postmark's own",
    meaning: "where Postmark's API is; replaced in tests",
  },
  DOORSTEP_SMTP_URL: {
    schema: values.smtpUrl,
    without: 'none',
    meaning: 'smtp:// (STARTTLS) or smtps://, with user and password',
    isSecret: true,
  },
  DOORSTEP_DNS_SERVERS: {
    schema: values.addresses,
    preset: '',
    without: 'those of the machine',
    meaning: 'DNS servers that are asked for TXT records, like 10.0.0.53 or 10.0.0.53:5353 (Node)',
  },
  DOORSTEP_METRICS_LISTEN: {
    schema: values.listen,
    without: 'off',
    meaning: 'address and port that `/metrics` is served on, to nobody but your monitoring (Node)',
  },
  DOORSTEP_TRUSTED_PROXIES: {
    schema: values.networks,
    preset: '',
    without: 'none',
    meaning: 'networks whose X-Forwarded-For and X-Forwarded-Proto are believed, like 10.0.0.0/8',
  },
  DOORSTEP_EXTENSION_IDS: {
    schema: values.extensionIds,
    preset: '',
    without: 'none',
    meaning: 'ids of extensions built elsewhere that may connect; the ids built in always may',
  },
  DOORSTEP_LOG_LEVEL: {
    schema: values.logLevel,
    preset: 'info',
    meaning: 'debug, info, warning or error; JSON when not a terminal',
  },
} satisfies Record<string, Variable>;

export type VariableName = keyof typeof variables;

/** Names that others of this product read: not ours to check, and no mistakes. */
export const readElsewhere: readonly string[] = ['DOORSTEP_DEMO_LISTEN', 'DOORSTEP_PARENT'];

/** What came in by each variable, read; absent ones without a preset are undefined. */
export type Values = {
  [Name in VariableName]: (typeof variables)[Name] extends { preset: string }
    ? v.InferOutput<(typeof variables)[Name]['schema']>
    : v.InferOutput<(typeof variables)[Name]['schema']> | undefined;
};

const entries = Object.entries(variables as Record<string, Variable>);

/** The one schema of all variables; the path of an issue is the variable's name. */
export const schema = v.object(
  Object.fromEntries(entries.map(([name, { schema, preset }]) => [name, v.optional(schema, preset)])),
) as unknown as v.GenericSchema<unknown, Values>;
