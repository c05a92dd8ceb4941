import { expect, test } from 'vitest';
import { guestCodeMail } from './guest-code.ts';

const facts = { shownCode: '012 345', endsAt: Date.UTC(2026, 10, 23, 12, 10) };
const houseOf = (workspaceName: string) => ({ workspaceName, publicUrl: 'https://vault.contoso.example' });

test('MAIL-07: both parts say whose code it is, where it is typed, until when with its zone, and that it can be ignored', () => {
  const { subject, text, html } = guestCodeMail(houseOf('Contoso Vault'), facts);
  expect(subject).toBe('Your code for Contoso Vault');
  const seen = html
    .replaceAll('\u2060', '')
    .replaceAll('&nbsp;', ' ')
    .replace(/<\/?b>/g, '');
  for (const part of [text, seen]) {
    for (const said of [
      'Contoso Vault',
      '012 345',
      'vault.contoso.example',
      'until Monday 23 November 2026, 12:10 UTC',
      'Ignore this mail: nobody gets in without this code.',
    ])
      expect(part).toContain(said);
  }
});

test('MAIL-05: the mail leads nowhere: no link at all, and nothing is fetched', () => {
  const { text, html } = guestCodeMail(houseOf('Contoso Vault'), facts);
  expect(`${text}${html}`).not.toMatch(/https?:|href=|src=|url\(|<img|<link/);
});

test.each([
  '<a href="https://evil.example">x</a>',
  'Eve\r\nBcc: evil@evil.example',
  'https://evil.example www.evil.example',
  '\u202emoc.live',
])('MAIL-01, MAIL-02: a workspace called %j stays one plain name', (name) => {
  const { subject, html } = guestCodeMail(houseOf(name), facts);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(subject).not.toMatch(/[\u0000-\u001f\u202e]/);
  expect(html).not.toMatch(/<a |https?:\/\/evil|www\.evil|evil\.example/);
});

test('MAIL-08: a long name of many code units is cut where people see characters', () => {
  const { subject } = guestCodeMail(houseOf('👩‍👩‍👧‍👦'.repeat(500)), facts);
  expect(subject.isWellFormed()).toBe(true);
  expect([...new Intl.Segmenter('en').segment(subject)].length).toBeLessThan(90);
});
