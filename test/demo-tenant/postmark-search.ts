import { addresses, type PostmarkMail, type Refusal } from './postmark-mail.ts';

const MAX_COUNT = 500;
const MAX_WINDOW = 10_000;

/** The mail's fields a search may name; everything else in the query is ignored. */
const FILTERS: Record<string, (mail: PostmarkMail, wanted: string) => boolean> = {
  recipient: (mail, wanted) => mail.to.toLowerCase().split(', ').includes(wanted.toLowerCase()),
  fromemail: (mail, wanted) => addresses(mail.from)[0]?.toLowerCase() === wanted.toLowerCase(),
  tag: (mail, wanted) => mail.tag === wanted,
  subject: (mail, wanted) => mail.subject.includes(wanted),
  messagestream: (mail, wanted) => mail.messageStream === wanted,
};

/** `GET /messages/outbound`: newest first, a window of `count` from `offset`, both compulsory. */
export function searchOutbound(mails: readonly PostmarkMail[], query: URLSearchParams) {
  const [count, offset] = [wholeNumber(query.get('count')), wholeNumber(query.get('offset'))];
  if (!count || count > MAX_COUNT) return refusal(`'count' must be between 1 and ${MAX_COUNT}.`);
  if (offset === undefined || count + offset > MAX_WINDOW)
    return refusal(`'offset' is needed; 'count' and 'offset' together may reach ${MAX_WINDOW}.`);
  const found = mails.filter((mail) => [...query].every(([name, wanted]) => matches(mail, name, wanted))).reverse();
  return { TotalCount: found.length, Messages: found.slice(offset, offset + count).map(summary) };
}

function matches(mail: PostmarkMail, name: string, wanted: string): boolean {
  if (name.startsWith('metadata_')) return mail.metadata[name.slice('metadata_'.length)] === wanted;
  return FILTERS[name]?.(mail, wanted) ?? true;
}

function summary(mail: PostmarkMail) {
  const recipients = mail.to.split(', ');
  return {
    Tag: mail.tag,
    MessageID: mail.messageId,
    MessageStream: mail.messageStream,
    To: recipients.map((Email) => ({ Email, Name: null })),
    Cc: [],
    Bcc: [],
    Recipients: recipients,
    ReceivedAt: new Date(mail.at).toISOString(),
    From: mail.from,
    Subject: mail.subject,
    Attachments: [],
    Status: 'Sent',
    TrackOpens: false,
    TrackLinks: 'None',
    Metadata: mail.metadata,
    Sandboxed: false,
  };
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

function refusal(message: string): { refusal: Refusal } {
  return { refusal: { errorCode: 300, message } };
}
