import { DAY, type Millis, SECOND } from '@doorstep/shared/time';
import { type Message, Models, ServerClient } from 'postmark';
import { outcomeOfCode, outcomeOfError } from './postmark-codes.ts';
import { type Call, watchedFetch } from './postmark-fetch.ts';
import type { Mailbox, RenderedMail, SendOutcome, Transport } from './transport.ts';

export type PostmarkConfiguration = {
  token: string;
  url?: string | undefined;
  fetch?: typeof fetch | undefined;
  timeout?: Millis | undefined;
};

const STREAM = 'outbound';

export const createPostmarkTransport = (configuration: PostmarkConfiguration): Required<Pick<Transport, 'send' | 'find'>> => ({
  send: (mails) => sendBatch(configuration, mails),
  find: (ids, since) => findByMetadata(configuration, ids, since),
});

async function sendBatch(configuration: PostmarkConfiguration, mails: RenderedMail[]): Promise<SendOutcome[]> {
  const call: Call = { state: 'not-sent' };
  let outcome: SendOutcome;
  try {
    const answers: unknown = await clientFor(configuration, call).sendEmailBatch(mails.map(messageOf));
    return outcomesOf(mails, answers);
  } catch (error) {
    outcome = outcomeOfError(error, call);
  }
  // A refused recipient of several cannot be told from its neighbours: each is asked alone.
  if (outcome.outcome === 'failed' && mails.length > 1) {
    return (await Promise.all(mails.map((mail) => sendBatch(configuration, [mail])))).flat();
  }
  return mails.map(() => outcome);
}

/** A client of its own for each call, so that `call` knows how far this one came: the package drops causes and headers. */
function clientFor(configuration: PostmarkConfiguration, call: Call): ServerClient {
  const url = new URL(configuration.url ?? 'https://api.postmarkapp.com');
  return new ServerClient(configuration.token, {
    requestHost: url.host + url.pathname.replace(/\/$/, ''),
    useHttps: url.protocol === 'https:',
    timeout: (configuration.timeout ?? 30 * SECOND) / SECOND,
    fetch: watchedFetch(configuration.fetch ?? fetch, call),
  });
}

const messageOf = (mail: RenderedMail): Message => ({
  From: withName(mail.from),
  To: mail.to,
  ...(mail.replyTo ? { ReplyTo: withName(mail.replyTo) } : {}),
  Subject: mail.subject,
  TextBody: mail.text,
  HtmlBody: mail.html,
  MessageStream: STREAM,
  TrackOpens: false,
  TrackLinks: Models.LinkTrackingOptions.None,
  Metadata: mail.metadata,
  // X-PM-KeepID: else Postmark puts a Message-ID of its own.
  Headers: Object.entries({ ...mail.headers, 'Message-ID': mail.messageId, 'X-PM-KeepID': 'true' }).map(([Name, Value]) => ({
    Name,
    Value,
  })),
});

/** A quoted string of RFC 5322, 3.2.4. Names have no control characters by now (mails/plain.ts). */
const withName = (box: Mailbox): string => `"${box.name.replace(/["\\]/g, '\\$&')}" <${box.address}>`;

/** The answers come in the order of the mails; what does not fit them is believed in no part (OUT-04). */
function outcomesOf(mails: RenderedMail[], answers: unknown): SendOutcome[] {
  if (!Array.isArray(answers) || answers.length !== mails.length || !mails.every((mail, at) => fits(mail, answers[at]))) {
    return mails.map(() => ({ outcome: 'uncertain', because: 'Postmark answered something that does not fit what was sent.' }));
  }
  return answers.map((answer: { ErrorCode: number; MessageID?: string; Message?: string }) =>
    answer.ErrorCode === 0
      ? { outcome: 'sent', providerMessageId: String(answer.MessageID) }
      : outcomeOfCode(answer.ErrorCode, answer.Message),
  );
}

/** Answers name the recipient, those of refused mails not always. */
function fits(mail: RenderedMail, answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  const { ErrorCode, MessageID, To } = answer as Record<string, unknown>;
  if (To !== undefined && String(To).trim().toLowerCase() !== mail.to.toLowerCase()) return false;
  return ErrorCode === 0 ? typeof MessageID === 'string' && To !== undefined : typeof ErrorCode === 'number';
}

/** The search takes one value a call. It may lag behind: ask two minutes after the call, and twice. */
async function findByMetadata(
  configuration: PostmarkConfiguration,
  ids: string[],
  since: Millis,
): Promise<Map<string, 'sent' | 'absent'>> {
  const found = new Map<string, 'sent' | 'absent'>();
  const ask = async (id: string) => {
    const answer = await search(configuration, id, since).catch(() => null); // unreachable: left out, asked again later
    if (!Array.isArray(answer?.Messages)) return;
    found.set(id, answer.Messages.some((message) => message.Metadata?.m === id) ? 'sent' : 'absent');
  };
  await Promise.all(ids.map(ask));
  return found;
}

const search = (configuration: PostmarkConfiguration, id: string, since: Millis) =>
  clientFor(configuration, { state: 'not-sent' }).getOutboundMessages({
    count: 10,
    offset: 0,
    messagestream: STREAM,
    fromdate: new Date(since - DAY).toISOString().slice(0, 10), // days of US Eastern time: a day earlier is early enough
    metadata_m: id,
  });
