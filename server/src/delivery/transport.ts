import type { Millis } from '@doorstep/shared/time';
import type { Said } from './mail-trouble.ts';
import type { PostmarkConfiguration } from './postmark.ts';
import { previewTransport } from './preview.ts';
import { createSmtpTransport } from './smtp.ts';

export type Mailbox = { name: string; address: string };

/** One mail to one address, complete. */
export type RenderedMail = {
  /** The outbox id. */
  id: string;
  /** With angle brackets; the same however often the mail is tried (MAIL-06). */
  messageId: string;
  from: Mailbox;
  to: string;
  replyTo?: Mailbox | undefined;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
  /** `m` outbox id, `g` generation: what the provider's search finds again, nothing personal (MAIL-13). */
  metadata: { m: string; g: string };
};

/** `because` is a sentence of ours for the administrators: providers' own texts name addresses and stand in `said`. */
export type SendOutcome = { outcome: 'sent'; providerMessageId: string } | NotSent;
export type NotSent =
  | { outcome: 'retry'; because: string; afterMs?: Millis | undefined; said?: Said | undefined }
  | { outcome: 'failed'; because: string; said?: Said | undefined }
  /** Not this mail is wrong but the whole queue: token, sender, credit, account. */
  | { outcome: 'stop'; because: string; said?: Said | undefined }
  /** Nobody knows whether it was accepted. */
  | { outcome: 'uncertain'; because: string; said?: Said | undefined };

export type Transport = {
  name: 'preview' | 'postmark' | 'smtp';
  /** How many mails one call of `send` takes well. */
  mostAtOnce: number;
  /** One outcome for each mail, in their order. Never rejects for what the provider or the network does. */
  send(mails: RenderedMail[]): Promise<SendOutcome[]>;
  /** Which of these outbox ids the provider has; one that is left out could not be asked. `since`: when the oldest was handed over. */
  find?(ids: string[], since: Millis): Promise<Map<string, 'sent' | 'absent'>>;
};

export type MailConfiguration = {
  mail: Transport['name'];
  postmarkToken?: string | undefined;
  postmarkUrl?: string | undefined;
  smtpUrl?: string | undefined;
  fetch?: typeof fetch | undefined;
  /** How long a call may take; the default suits the real providers. */
  timeout?: Millis | undefined;
};

/** The configuration is complete: what is missing was named at start. */
export function createTransport(configuration: MailConfiguration): Transport {
  switch (configuration.mail) {
    case 'preview':
      return previewTransport;
    case 'postmark':
      return postmarkTransport({ ...configuration, token: needed(configuration.postmarkToken), url: configuration.postmarkUrl });
    case 'smtp':
      return createSmtpTransport({ url: needed(configuration.smtpUrl), timeout: configuration.timeout });
  }
}

/** Postmark's package is read at the first mail: a server should answer before that. */
function postmarkTransport(configuration: PostmarkConfiguration): Transport {
  const reached = async () => (await import('./postmark.ts')).createPostmarkTransport(configuration);
  return {
    name: 'postmark',
    /** Postmark takes 500 mails a call; a call of which nobody knows the end makes all of its mails uncertain, so we keep to 50. */
    mostAtOnce: 50,
    send: async (mails) => (await reached()).send(mails),
    find: async (ids, since) => (await reached()).find(ids, since),
  };
}

/** Nothing leaves and nothing is lost: the queue stops with this sentence until the cause is repaired. */
export const closedTransport = (name: Transport['name'], because: string): Transport => ({
  name,
  mostAtOnce: 1,
  send: async (mails) => mails.map(() => ({ outcome: 'stop', because })),
});

function needed(value: string | undefined): string {
  if (!value) throw new Error('the mail configuration is incomplete');
  return value;
}
