import type { FieldError } from '@doorstep/shared/problem';
import { html } from 'hono/html';
import type { SmtpServer } from '../../actions/configure-mail.ts';
import type { MailTrouble } from '../../delivery/mail-trouble.ts';
import type { MailRow } from '../../store/configuration.ts';
import { findMailConfigurations } from '../../store/mail-configuration.ts';
import { findQueueStop } from '../../store/outbox.ts';
import type { Ctx } from '../env.ts';
import type { Html } from '../views/layout.ts';
import { type MailShown, type MailTyped, type MailWay, mailForm } from '../views/mail-form.ts';
import { type FailedTest, failedTest, mailState } from '../views/mail-state.ts';
import { isFreshlySignedIn } from './admin/fresh-sign-in.ts';
import type { SignOnPlace } from './admin/sign-on-place.ts';
import { nothingTyped } from './mail-form.ts';

/** Where mail is configured: `/admin/mail` and `/setup/mail`. `testsAt`: the address of whoever is signed in, null in the set-up session. */
export type MailPlace = SignOnPlace & { isSetUp: boolean; testsAt: (c: Ctx) => string | null };

/** What somebody has just tried, and why it did not go on. */
export type MailAttempt = { way?: MailWay; typed?: MailTyped; errors?: FieldError[]; failed?: FailedTest };

/** How mails leave now, what is drafted, the form. */
export async function mailConfigShown(c: Ctx, place: MailPlace, attempt: MailAttempt = {}): Promise<Html> {
  const { deps, now } = c.var;
  const [rows, stop] = await Promise.all([findMailConfigurations(deps.store), findQueueStop(deps.store)]);
  const isLocked = deps.isSetByEnvironment.mail;
  const { name: way } = deps.transport;
  const current = mailState({
    home: place.home,
    now,
    on: { way, from: deps.mailFrom, server: !isLocked && rows.on ? serverText(rows.on) : null },
    names: isLocked ? variablesOf[way] : null,
    stop,
    testsAt: place.testsAt(c),
  });
  return html`${attempt.failed ? failedTest(attempt.failed) : ''}${place.isSetUp && way === 'preview' && !isLocked ? '' : current}${isLocked ? '' : formShown(c, place, rows, attempt)}`;
}

type Rows = { draft: MailRow | null; on: MailRow | null };

function formShown(c: Ctx, place: MailPlace, { draft, on }: Rows, attempt: MailAttempt): Html {
  const known = draft ?? on;
  const way = attempt.way ?? wayIn(c, c.req.query('way') ?? known?.transport);
  const same = [draft, on].find((row) => row?.transport === way) ?? null;
  const isUntouched = Object.keys(attempt).length === 0;
  const isReady = draft?.testedAt != null && isUntouched;
  return mailForm({
    home: place.home,
    now: c.var.now,
    way,
    offersSmtp: c.var.deps.offersSmtp,
    typed: attempt.typed ?? typedOf(same, known),
    errors: attempt.errors ?? [],
    keepsSecret: [draft, on].some((row) => row?.transport === way && row.sealed !== null) && !isSecretWrong(attempt),
    hasToRetype: attempt.errors !== undefined && !attempt.failed,
    isFolded: !place.isSetUp && draft === null && on !== null && on.transport !== 'preview' && isUntouched && !c.req.query('way'),
    testsAt: place.testsAt(c),
    isFresh: place.by(c) === null || isFreshlySignedIn(c),
    ready: isReady ? { ...shownOf(draft), version: draft.changedAt, testedAt: draft.testedAt! } : null,
  });
}

/** What was just refused is not worth keeping. */
const isSecretWrong = ({ errors = [] }: MailAttempt): boolean =>
  errors.some(({ pointer }) => pointer === '#/postmarkToken' || pointer === '#/smtpPassword');

/** One of those offered here. */
export function wayIn(c: Ctx, text: string | undefined): MailWay {
  if (text === 'smtp') return c.var.deps.offersSmtp ? 'smtp' : 'postmark';
  return text === 'preview' ? 'preview' : 'postmark';
}

/** By which variables the environment says it. */
const variablesOf: Record<MailWay, readonly string[]> = {
  preview: ['DOORSTEP_MAIL'],
  postmark: ['DOORSTEP_MAIL', 'DOORSTEP_MAIL_FROM', 'DOORSTEP_POSTMARK_TOKEN'],
  smtp: ['DOORSTEP_MAIL', 'DOORSTEP_MAIL_FROM', 'DOORSTEP_SMTP_URL'],
};

const serverOf = ({ shown }: MailRow): SmtpServer | null => (shown ? (JSON.parse(shown) as SmtpServer) : null);

function serverText(row: MailRow): string | null {
  const server = serverOf(row);
  return server && `${server.host}:${server.port}`;
}

const shownOf = (row: MailRow): MailShown => ({ way: row.transport, from: row.fromAddress, server: serverText(row) });

function typedOf(same: MailRow | null, known: MailRow | null): MailTyped {
  const server = same && serverOf(same);
  const from = known && known.transport !== 'preview' ? known.fromAddress : '';
  if (!server) return { ...nothingTyped, from };
  return {
    ...nothingTyped,
    from,
    smtpHost: server.host,
    smtpPort: String(server.port),
    smtpSecurity: server.security,
    smtpUser: server.user,
  };
}

/** What is wrong is said beside the field that it comes from, too. */
const fieldOf: Partial<Record<MailTrouble, string>> = {
  'no-such-host': 'smtpHost',
  'untrusted-certificate': 'smtpHost',
  'nobody-listens': 'smtpPort',
  'no-way-there': 'smtpPort',
  'no-greeting': 'smtpSecurity',
  'no-starttls': 'smtpSecurity',
  'not-tls': 'smtpSecurity',
  'wrong-credentials': 'smtpPassword',
  'sign-in-needed': 'smtpUser',
  'no-known-way-in': 'smtpUser',
  'sender-refused': 'from',
  'wrong-token': 'postmarkToken',
  'unknown-sender': 'from',
  'unconfirmed-sender': 'from',
  'invalid-address': 'from',
};

export function fieldErrors({ because, said }: FailedTest): FieldError[] {
  const field = said && fieldOf[said.trouble];
  return field ? [{ pointer: `#/${field}`, detail: because }] : [];
}
