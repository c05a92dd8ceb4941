import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import type { Said } from '../delivery/mail-trouble.ts';
import { testMail } from '../delivery/test-mail.ts';
import type { SendOutcome, Transport } from '../delivery/transport.ts';
import { seal, unseal } from '../identity/sealed.ts';
import type { MailRow } from '../store/configuration.ts';
import {
  findMailConfigurations,
  type MailChange,
  recordMailTest,
  saveMailDraft,
  switchMailOn,
} from '../store/mail-configuration.ts';
import { findWorkspaceName } from '../store/workspace.ts';
import type { Deps } from './deps.ts';

/** How an SMTP server is reached, as the page shows it: all but the password. */
export type SmtpServer = { host: string; port: number; security: 'starttls' | 'tls'; user: string };

/** As typed and read; a secret of null is the one that is kept. */
export type MailDraft = { from: string } & (
  | { transport: 'preview' }
  | { transport: 'postmark'; token: string | null }
  | ({ transport: 'smtp'; password: string | null } & SmtpServer)
);

/** What is kept sealed. */
export type MailSecrets = { postmarkToken?: string; smtpUrl?: string };

export type Tried = { outcome: 'sent' } | { outcome: 'not-sent'; because: string; said: Said | null };
export type Saved = (Tried & { version: Millis }) | { outcome: 'wrong'; errors: FieldError[] } | { outcome: 'no-office' };

/** Saves the draft and sends a mail through it to `to`, past the outbox. A secret that was typed is in none of the answers. */
export async function saveAndTestMail(deps: Deps, draft: MailDraft, to: string, change: MailChange): Promise<Saved> {
  const secrets = await secretsOf(deps, draft);
  if ('errors' in secrets) return { outcome: 'wrong', errors: secrets.errors };
  const sealed = Object.keys(secrets).length === 0 ? null : await seal(deps.keys, 'mail', secrets, Number.MAX_SAFE_INTEGER);
  const row = { transport: draft.transport, fromAddress: draft.from || deps.mailFrom, sealed, shown: shownOf(draft) };
  const saved = await saveMailDraft(deps.store, row, change);
  if (!saved) return { outcome: 'no-office' };
  const { transport, mailFrom } = await deps.connectMail(saved);
  const tried = withoutSecrets(await tryTransport(deps, transport, mailFrom, to), secrets);
  const because = tried.outcome === 'sent' ? null : (tried.said?.trouble ?? 'not-sent');
  await recordMailTest(deps.store, { version: saved.changedAt, because }, change);
  return { ...tried, version: saved.changedAt };
}

/** The same for the transport that is on, which may be the environment's. Changes nothing. */
export const tryMail = (deps: Deps, to: string): Promise<Tried> => tryTransport(deps, deps.transport, deps.mailFrom, to);

/** False: that version was not tested, somebody has saved another, or the office was lost. */
export async function useMailDraft(deps: Deps, version: Millis, change: MailChange): Promise<boolean> {
  const isOn = await switchMailOn(deps.store, version, change);
  if (isOn) deps.nudge();
  return isOn;
}

async function tryTransport(deps: Deps, transport: Transport, from: string, to: string): Promise<Tried> {
  const house = { workspaceName: await findWorkspaceName(deps.store), publicUrl: deps.publicUrl };
  const [outcome] = await transport.send([testMail(house, from, to)]);
  return outcome ? triedBy(outcome) : { outcome: 'not-sent', because: 'The transport said nothing.', said: null };
}

const triedBy = (one: SendOutcome): Tried =>
  one.outcome === 'sent' ? { outcome: 'sent' } : { outcome: 'not-sent', because: one.because, said: one.said ?? null };

/** Of all drafts and what is on, the secret that was typed for the same place: it is never sent anywhere else. */
async function secretsOf(deps: Deps, draft: MailDraft): Promise<MailSecrets | { errors: FieldError[] }> {
  switch (draft.transport) {
    case 'preview':
      return {};
    case 'postmark': {
      const token = draft.token ?? (await keptSecrets(deps, 'postmark'))?.postmarkToken;
      return token ? { postmarkToken: token } : wrong('postmarkToken', 'is missing: paste the Server API token');
    }
    case 'smtp': {
      const password = draft.password ?? (draft.user === '' ? '' : await keptPassword(deps, draft));
      if (password === null) return wrong('smtpPassword', 'is missing: it is kept only for the host and user it was typed for');
      return { smtpUrl: smtpUrl(draft, password) };
    }
  }
}

const wrong = (field: string, detail: string) => ({ errors: [{ pointer: `#/${field}`, detail }] });

async function keptPassword(deps: Deps, { host, user }: SmtpServer): Promise<string | null> {
  const kept = (await keptSecrets(deps, 'smtp'))?.smtpUrl;
  if (!kept) return null;
  const url = new URL(kept);
  const isSame = url.hostname === host && decodeURIComponent(url.username) === user;
  return isSame ? decodeURIComponent(url.password) : null;
}

async function keptSecrets({ store, keys }: Deps, transport: MailRow['transport']): Promise<MailSecrets | null> {
  const { draft, on } = await findMailConfigurations(store);
  const row = [draft, on].find((one) => one?.transport === transport);
  return row?.sealed ? unseal<MailSecrets>(keys, 'mail', row.sealed, 0) : null;
}

function smtpUrl({ host, port, security, user }: SmtpServer, password: string): string {
  const login = user === '' ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  return `${security === 'tls' ? 'smtps' : 'smtp'}://${login}${host}:${port}`;
}

function shownOf(draft: MailDraft): string | null {
  if (draft.transport !== 'smtp') return null;
  const { host, port, security, user } = draft;
  return JSON.stringify({ host, port, security, user } satisfies SmtpServer);
}

/** Servers echo strange things: what was typed in secret is taken out of what they said, also as it travels in AUTH PLAIN and AUTH LOGIN. */
function withoutSecrets(tried: Tried, { postmarkToken, smtpUrl: url }: MailSecrets): Tried {
  if (tried.outcome === 'sent' || !tried.said) return tried;
  const text = [postmarkToken ?? '', ...(url ? passwordsIn(new URL(url)) : [])].reduce(
    (said, secret) => (secret ? said.replaceAll(secret, '•••') : said),
    tried.said.text,
  );
  return { ...tried, said: { ...tried.said, text } };
}

function passwordsIn({ username, password: encoded }: URL): string[] {
  const password = decodeURIComponent(encoded);
  if (password === '') return [];
  return [password, encoded, base64(`\0${decodeURIComponent(username)}\0${password}`), base64(password)];
}

const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
