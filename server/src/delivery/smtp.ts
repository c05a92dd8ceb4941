import { type Millis, SECOND } from '@doorstep/shared/time';
import type { SMTPError } from 'nodemailer/lib/smtp-connection';
import type { MailTrouble } from './mail-trouble.ts';
import type { NotSent, RenderedMail, SendOutcome, Transport } from './transport.ts';

/** `smtp://` (STARTTLS) or `smtps://` (TLS from the first byte), with user and password in it. */
export type SmtpConfiguration = { url: string; timeout?: Millis | undefined };

/** One connection and one recipient for each mail. Node only: nodemailer is loaded with the first mail. */
export const createSmtpTransport = (configuration: SmtpConfiguration): Transport => ({
  name: 'smtp',
  mostAtOnce: 5,
  send: (mails) => Promise.all(mails.map((mail) => sendOne(configuration, mail))),
});

async function sendOne(configuration: SmtpConfiguration, mail: RenderedMail): Promise<SendOutcome> {
  const progress = { isInData: false };
  try {
    await converse(configuration, mail, await compose(mail), progress);
    return { outcome: 'sent', providerMessageId: mail.messageId };
  } catch (error) {
    const trouble = error as SmtpError;
    return {
      ...outcomeOf(trouble, progress.isInData),
      said: { text: trouble.message, trouble: troubleOf(trouble, progress.isInData) },
    };
  }
}

async function compose(mail: RenderedMail): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const { from, to, replyTo, subject, text, html, headers, messageId } = mail;
  return new MailComposer({
    from,
    to,
    replyTo,
    subject,
    text,
    html,
    headers,
    messageId,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}

/** Connects, signs in, hands over, and answers once the server has taken the mail. */
async function converse(
  configuration: SmtpConfiguration,
  mail: RenderedMail,
  raw: Buffer,
  progress: { isInData: boolean },
): Promise<void> {
  const { default: SMTPConnection } = await import('nodemailer/lib/smtp-connection');
  const connection = new SMTPConnection(connectionOptions(configuration));
  const login = credentials(new URL(configuration.url));
  const body = await watchedBody(raw, progress);
  try {
    await new Promise<void>((resolve, reject) => {
      const onwards = (next: () => void) => (error?: Error | null) => (error ? reject(error) : next());
      const send = () =>
        connection.send({ from: mail.from.address, to: mail.to }, body, (error) => (error ? reject(error) : resolve()));
      connection.on('error', reject);
      connection.connect(onwards(() => (login ? connection.login({ credentials: login }, onwards(send)) : send())));
    });
  } finally {
    connection.close();
  }
}

/** It is first read when the server has answered DATA with "go on": from there on only a reply tells what became of the mail. */
async function watchedBody(raw: Buffer, progress: { isInData: boolean }) {
  const { Readable } = await import('node:stream');
  return new Readable({
    read() {
      progress.isInData = true;
      this.push(raw);
      this.push(null);
    },
  });
}

/** TLS always, but to this machine and where `?tls=off` says that the way there is trusted. A certificate is always checked. */
function connectionOptions({ url: text, timeout }: SmtpConfiguration) {
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const secure = url.protocol === 'smtps:';
  const isLoopback = /^(localhost|127(\.\d+){3}|::1)$/.test(host);
  const isPlain = !secure && (isLoopback || url.searchParams.get('tls') === 'off');
  return {
    host,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isPlain,
    ignoreTLS: isPlain,
    connectionTimeout: timeout ?? 10 * SECOND,
    greetingTimeout: timeout ?? 10 * SECOND,
    // Longer than a server takes to think about a mail: a reply that comes after we left is a mail sent twice (RFC 5321, 4.5.3.2.6).
    socketTimeout: timeout ?? 60 * SECOND,
  };
}

function credentials(url: URL): { user: string; pass: string } | null {
  return url.username === '' ? null : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
}

/** `originalCode` is that of the socket (nodemailer 10). */
type SmtpError = SMTPError & { originalCode?: string; timeoutType?: string };
/** Node's codes for certificates that fail, and for handshakes that do. */
const UNTRUSTED = /CERT|^ERR_TLS_|^ERR_SSL_|^UNABLE_TO_/;

/** MAIL-11: 4xx waits, 5xx about this mail is final, 5xx about us stops the queue, silence after DATA is uncertain. */
function outcomeOf(error: SmtpError, isInData: boolean): NotSent {
  const { code, originalCode, command, responseCode } = error;
  if (code === 'ETLS' || UNTRUSTED.test(originalCode ?? '')) {
    return { outcome: 'stop', because: 'The mail server offers no TLS that can be trusted.' };
  }
  if (responseCode === undefined) return outcomeOfSilence(code, isInData);
  if (responseCode < 500) return { outcome: 'retry', because: `The mail server asks to wait (${responseCode}).` };
  if (command === 'RCPT TO') return { outcome: 'failed', because: `The mail server refuses the recipient (${responseCode}).` };
  if (command === 'DATA') return { outcome: 'failed', because: `The mail server refuses the mail (${responseCode}).` };
  if (code === 'EAUTH') return { outcome: 'stop', because: `The mail server refuses user or password (${responseCode}).` };
  if (command === 'MAIL FROM') return { outcome: 'stop', because: `The mail server refuses the sender (${responseCode}).` };
  return { outcome: 'stop', because: `The mail server refuses to talk to us (${responseCode}).` };
}

function outcomeOfSilence(code: string | undefined, isInData: boolean): NotSent {
  if (isInData) return { outcome: 'uncertain', because: 'The connection to the mail server ended before its last answer.' };
  if (code === 'EAUTH') return { outcome: 'stop', because: 'The mail server offers no way of signing in that we know.' };
  if (code === 'EENVELOPE') return { outcome: 'failed', because: 'The recipient is not an address that mail servers take.' };
  return { outcome: 'retry', because: 'The mail server cannot be reached.' };
}

const REPLIES: Partial<Record<string, MailTrouble>> = {
  'MAIL FROM': 'sender-refused',
  'RCPT TO': 'recipient-refused',
  DATA: 'mail-refused',
};

/** The same by what helps (mail-trouble.ts). */
function troubleOf({ code, command, responseCode, ...error }: SmtpError, isInData: boolean): MailTrouble {
  if (responseCode === undefined) return isInData ? 'cut-off' : troubleOfSilence(code, error);
  if (code === 'ETLS') return 'no-starttls';
  if (responseCode < 500) return 'asks-to-wait';
  if (responseCode === 530) return 'sign-in-needed';
  if (code === 'EAUTH') return 'wrong-credentials';
  return REPLIES[command ?? ''] ?? 'refuses-us';
}

function troubleOfSilence(
  code: string | undefined,
  error: Pick<SmtpError, 'originalCode' | 'timeoutType' | 'message'>,
): MailTrouble {
  if (code === 'EDNS' || error.originalCode === 'ENOTFOUND') return 'no-such-host';
  if (error.originalCode === 'ECONNREFUSED') return 'nobody-listens';
  // what answers a TLS hello in the clear: OpenSSL reads a protocol version out of it
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/.test(error.originalCode ?? '')) return 'not-tls';
  if (UNTRUSTED.test(error.originalCode ?? '') || /certificate/i.test(error.message)) return 'untrusted-certificate';
  if (code === 'ETLS') return 'no-starttls';
  if (code === 'ETIMEDOUT') return error.timeoutType === 'CONNECT_TIMEOUT' ? 'no-way-there' : 'no-greeting';
  if (code === 'EAUTH') return 'no-known-way-in';
  if (code === 'EENVELOPE') return 'recipient-refused';
  return error.originalCode?.endsWith('UNREACH') ? 'no-way-there' : 'cut-off';
}
