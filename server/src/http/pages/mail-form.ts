import { checkAddress } from '@doorstep/shared/email-address';
import type { FieldError } from '@doorstep/shared/problem';
import type { MailDraft } from '../../actions/configure-mail.ts';
import { CONTROL } from '../control-characters.ts';
import type { MailTyped, MailWay } from '../views/mail-form.ts';

export type MailFields = { get(name: string): string | undefined };
export type ReadMail = { way: MailWay; typed: MailTyped } & ({ errors: FieldError[] } | { draft: MailDraft; to: string });

const MOST_SECRET = 1000;

/** Which field holds what is never shown again; the preview has none. */
export const secretFieldOf = (way: MailWay) => (way === 'smtp' ? 'smtpPassword' : 'postmarkToken');

/** The form as it was typed, and what it means. `testsAt` is the address of whoever is signed in; null: the form says it. */
export function readMailForm(form: MailFields, way: MailWay, testsAt: string | null): ReadMail {
  const typed = typedIn(form);
  const errors = [...(way === 'preview' ? [] : sharedErrors(typed, testsAt)), ...(way === 'smtp' ? smtpErrors(typed) : [])];
  const secret = form.get(secretFieldOf(way)) ?? '';
  if (way !== 'preview') errors.push(...secretErrors(way, way === 'smtp' ? secret : secret.trim()));
  if (errors.length > 0) return { way, typed, errors };
  return { way, typed, draft: draftOf(way, typed, secret), to: testsAt ?? typed.to };
}

export const nothingTyped: MailTyped = {
  from: '',
  to: '',
  smtpHost: '',
  smtpPort: '587',
  smtpSecurity: 'starttls',
  smtpUser: '',
};

const typedIn = (form: MailFields): MailTyped => {
  const line = (name: keyof MailTyped) => (form.get(name) ?? '').trim();
  return {
    from: line('from'),
    to: line('to'),
    smtpHost: line('smtpHost'),
    smtpPort: line('smtpPort'),
    smtpSecurity: line('smtpSecurity'),
    smtpUser: line('smtpUser'),
  };
};

function draftOf(way: MailWay, typed: MailTyped, secret: string): MailDraft {
  const { from } = typed;
  if (way === 'preview') return { transport: 'preview', from: '' };
  if (way === 'postmark') return { transport: 'postmark', from, token: secret.trim() || null };
  const security = typed.smtpSecurity === 'tls' ? 'tls' : 'starttls';
  const server = { host: asciiHost(typed.smtpHost)!, port: Number(typed.smtpPort), security, user: typed.smtpUser } as const;
  return { transport: 'smtp', from, ...server, password: secret || null };
}

const wrong = (name: string, detail: string): FieldError => ({ pointer: `#/${name}`, detail });

function sharedErrors({ from, to }: MailTyped, testsAt: string | null): FieldError[] {
  return [...addressErrors('from', from), ...(testsAt === null ? addressErrors('to', to) : [])];
}

function addressErrors(name: 'from' | 'to', text: string): FieldError[] {
  const read = checkAddress(text);
  return 'problem' in read ? [wrong(name, read.problem)] : [];
}

function smtpErrors({ smtpHost, smtpPort, smtpSecurity, smtpUser }: MailTyped): FieldError[] {
  const port = Number(smtpPort);
  return [
    ...(asciiHost(smtpHost)
      ? []
      : [wrong('smtpHost', 'must be a host name like mail.example.com, without smtp:// and without a port')]),
    ...(/^\d{1,5}$/.test(smtpPort) && port >= 1 && port <= 65_535 ? [] : [wrong('smtpPort', 'must be a number from 1 to 65535')]),
    ...(smtpSecurity === 'starttls' || smtpSecurity === 'tls' ? [] : [wrong('smtpSecurity', 'must be one of those offered')]),
    ...(isLine(smtpUser, 254) ? [] : [wrong('smtpUser', 'must be one line of at most 254 characters')]),
  ];
}

/** Postmark's test token takes every mail and sends none: whoever types it would wait for ever. */
function secretErrors(way: 'smtp' | 'postmark', secret: string): FieldError[] {
  const name = secretFieldOf(way);
  if (!isLine(secret, MOST_SECRET)) return [wrong(name, `must be one line of at most ${MOST_SECRET} characters`)];
  if (way === 'postmark' && /[^\x21-\x7e]/.test(secret))
    return [wrong(name, 'has a space or a character that no token has: copy it once more')];
  return way === 'postmark' && secret === 'POSTMARK_API_TEST'
    ? [wrong(name, 'is the test token, with which no mail leaves')]
    : [];
}

const isLine = (text: string, most: number) => text.length <= most && text.isWellFormed() && !CONTROL.test(text);

/** As it stands in the DNS; null for what is no host. */
function asciiHost(text: string): string | null {
  if (text.length > 254 || !/^(\[[0-9a-f:.]+\]|[^\s/?#@:\\%[\]]+)$/iu.test(text) || !URL.canParse(`http://${text}`)) return null;
  return new URL(`http://${text}`).hostname || null;
}
