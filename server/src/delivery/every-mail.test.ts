import MailComposer from 'nodemailer/lib/mail-composer';
import PostalMime, { type Email } from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { outboxKinds } from '../store/schema.ts';
import { aRenderedMail, mailKinds } from './testing/every-mail.ts';
import type { RenderedMail } from './transport.ts';

const ORIGIN = 'https://vault.contoso.example';

/** As it travels: the message, and the same read back by a parser that is not ours. */
async function sent({ id: _, metadata: __, ...fields }: RenderedMail): Promise<{ message: string; received: Email }> {
  const message = await new MailComposer(fields).compile().build();
  return { message: message.toString('latin1'), received: await PostalMime.parse(message) };
}

/** What the HTML part says, as words. */
const wordsOf = (html: string): string =>
  html
    .replace(/<(style|title)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('\u2060', '')
    .replace(/&nbsp;|\s+/g, ' ');

test('there is a sample of every kind of mail', () => {
  expect(mailKinds.toSorted()).toEqual([...outboxKinds].toSorted());
});

describe.each(mailKinds)('%s', (kind) => {
  test('MAIL-05: every link leads to the configured origin, and nothing is fetched', async () => {
    const [mail] = await aRenderedMail(kind, 'https://evil.example/x www.evil.example');
    const links = [...mail.html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, url]) => url!);
    const written = [...mail.text.replace(/^> .*$/gm, '').matchAll(/https?:\/\/\S+/g)].map(([url]) => url);
    for (const url of [...links, ...written]) expect(new URL(url).origin).toBe(ORIGIN);
    expect(mail.html).not.toMatch(/<img|<link|<iframe|<script|src=|url\(|@import/i);
    expect(mail.text).toContain('No tracking, no pictures.');
  });

  test('MAIL-06: comes from us, tells answering machines to be silent, and has the same Message-ID each time', async () => {
    const [mail, again] = await aRenderedMail(kind, 'Jo');
    const { received } = await sent(mail);
    expect(received.from).toEqual({ name: 'Contoso Vault', address: 'door@vault.contoso.example' });
    expect(received.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated');
    expect(received.messageId).toMatch(/^<out_[^@]+@vault\.contoso\.example>$/);
    expect(again).toEqual(mail);
    expect((mail.replyTo?.address ?? null) === 'inviter@contoso.example').toBe(kind.startsWith('invitation'));
  });

  test('MAIL-07: text and HTML hold the same times, links and workspace', async () => {
    const [mail] = await aRenderedMail(kind, 'Jo');
    const words = wordsOf(mail.html);
    expect(words).toContain('Contoso Vault');
    expect(mail.text).toContain('Contoso Vault');
    for (const [time] of mail.text.matchAll(/\d+ \w+ \d{4}, \d\d:\d\d UTC/g)) expect(words).toContain(time);
    for (const [url] of mail.text.matchAll(/https?:\/\/\S+/g))
      expect(mail.html.replaceAll('&amp;', '&')).toContain(new URL(url).host);
    for (const [, url] of mail.html.matchAll(/href="([^"]*)"/g)) expect(mail.text).toContain(url!.replaceAll('&amp;', '&'));
  });

  test.each([
    ['beyond ASCII', 'Жанна Ünlü-Åström 王小明'],
    ['right to left', 'שרה כהן'],
    ['of emoji', '👩‍👩‍👧‍👦'.repeat(20)],
    ['of 500 characters', 'é'.repeat(500)],
    ['of 500 emoji', '👩‍👩‍👧‍👦'.repeat(500)],
  ])('MAIL-08: a name %s is cut at characters as people count them and travels as RFC 2047 says', async (_, name) => {
    for (const [mail] of [await aRenderedMail(kind, name), await aRenderedMail(kind, 'Jo', name)]) {
      const { message, received } = await sent(mail!);
      expect(received.subject).toBe(mail!.subject);
      expect(received.from?.name).toBe(mail!.from.name);
      const head = message.slice(0, message.indexOf('\r\n\r\n'));
      expect(head).toMatch(/^[\t\r\n -~]*$/);
      expect(Math.max(...head.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
      for (const [word] of head.matchAll(/=\?[^?]+\?[BQ]\?[^?]*\?=/gi)) expect(word.length).toBeLessThanOrEqual(75);
      expect(mail!.subject.isWellFormed()).toBe(true);
      expect(mail!.subject).not.toMatch(/\u200d(?:…|$)/); // no family is torn apart
      expect([...new Intl.Segmenter('en').segment(mail!.subject)].length).toBeLessThanOrEqual(160);
    }
  });
});
