import * as v from 'valibot';

/** A mail Postmark has accepted. */
export interface PostmarkMail {
  messageId: string;
  /** Bare addresses as typed, joined by a comma and a blank. */
  to: string;
  /** As typed, with the name. */
  from: string;
  subject: string;
  textBody: string;
  htmlBody: string;
  headers: Record<string, string>;
  metadata: Record<string, string>;
  tag: string;
  messageStream: string;
  /** Epoch milliseconds. */
  at: number;
}

/** Why Postmark does not take a message. */
export interface Refusal {
  errorCode: number;
  message: string;
}

/** The sender's fields; others are ignored, as Postmark does. */
const Message = v.looseObject({
  From: v.string(),
  To: v.string(),
  Cc: v.optional(v.nullable(v.string())),
  Bcc: v.optional(v.nullable(v.string())),
  ReplyTo: v.optional(v.nullable(v.string())),
  Subject: v.optional(v.nullable(v.string())),
  TextBody: v.optional(v.nullable(v.string())),
  HtmlBody: v.optional(v.nullable(v.string())),
  Tag: v.optional(v.nullable(v.string())),
  MessageStream: v.optional(v.nullable(v.string())),
  Headers: v.optional(v.nullable(v.array(v.object({ Name: v.string(), Value: v.string() })))),
  Metadata: v.optional(v.nullable(v.record(v.string(), v.string()))),
});

type Message = v.InferOutput<typeof Message>;

const STREAM = 'outbound';
const MAX_RECIPIENTS = 50;
const MAX_METADATA = 10;
const MAX_METADATA_KEY = 20;
const MAX_METADATA_VALUE = 80;
// Postmark's own patterns (its support article on ErrorCode 300).
const MAILBOX = /^[a-z0-9.!#$%&'`*+\-/=^_{}|~]+$/i;
const DOMAIN = /^(\.?[a-z0-9-])+$/i;

/** What Postmark makes of one message: a mail (without id and time), or the refusal in its numbers (security.md 6.1). */
export function readMessage(input: unknown): { mail: Omit<PostmarkMail, 'messageId' | 'at'> } | { refusal: Refusal } {
  const parsed = v.safeParse(Message, input);
  if (!parsed.success) return refusal(403, `Incompatible JSON: ${v.getDotPath(parsed.issues[0]) ?? 'the message'}.`);
  const message = parsed.output;
  return problem(message) ?? { mail: accepted(message) };
}

function problem(message: Message): { refusal: Refusal } | undefined {
  const recipients = [...addresses(message.To), ...addresses(message.Cc), ...addresses(message.Bcc)];
  const invalid = recipients.find((address) => !isAddress(address));
  const [from] = addresses(message.From);
  if (!from || !isAddress(from)) return refusal(300, `Invalid 'From' address: '${message.From}'.`);
  if (addresses(message.To).length === 0) return refusal(300, 'Zero recipients specified');
  if (invalid !== undefined) return refusal(300, `Invalid 'To' address: '${invalid}'.`);
  if (recipients.length > MAX_RECIPIENTS) return refusal(300, `Too many recipients, the limit is ${MAX_RECIPIENTS}.`);
  if (!message.TextBody && !message.HtmlBody) return refusal(300, 'Provide either email TextBody or HtmlBody or both.');
  if (/[\r\n]/.test(`${message.Subject}${message.Headers?.map((header) => header.Value)}`))
    return refusal(300, 'Headers may not contain line breaks.');
  if (!isMetadata(message.Metadata ?? {}))
    return refusal(300, 'Metadata is limited to 10 fields of 20 characters, with values of 80.');
  if ((message.MessageStream ?? STREAM) !== STREAM)
    return refusal(1235, `The stream provided: '${message.MessageStream}' does not exist on this server.`);
  return undefined;
}

function accepted(message: Message): Omit<PostmarkMail, 'messageId' | 'at'> {
  return {
    to: [...addresses(message.To), ...addresses(message.Cc), ...addresses(message.Bcc)].join(', '),
    from: message.From,
    subject: message.Subject ?? '',
    textBody: message.TextBody ?? '',
    htmlBody: message.HtmlBody ?? '',
    headers: Object.fromEntries((message.Headers ?? []).map((header) => [header.Name, header.Value])),
    metadata: message.Metadata ?? {},
    tag: message.Tag ?? '',
    messageStream: message.MessageStream ?? STREAM,
  };
}

function refusal(errorCode: number, message: string): { refusal: Refusal } {
  return { refusal: { errorCode, message } };
}

/** Bare addresses of a header such as `"Novák, Mia" <mia@contoso.example>, ana@contoso.example`. */
export function addresses(header: string | null | undefined): string[] {
  const parts = (header ?? '').match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
  return parts.map((part) => (/<([^<>]*)>\s*$/.exec(part)?.[1] ?? part).trim()).filter((address) => address !== '');
}

function isAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  const [mailbox, domain] = [address.slice(0, at), address.slice(at + 1)];
  return at > 0 && MAILBOX.test(mailbox) && !/^\.|\.\.|\.$/.test(mailbox) && DOMAIN.test(domain) && domain.includes('.');
}

function isMetadata(metadata: Record<string, string>): boolean {
  const entries = Object.entries(metadata);
  return (
    entries.length <= MAX_METADATA &&
    entries.every(([key, value]) => key.length <= MAX_METADATA_KEY && value.length <= MAX_METADATA_VALUE)
  );
}
