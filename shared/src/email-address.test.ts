import { expect, test } from 'vitest';
import { checkAddress, foldAddress, isAddress } from './email-address.ts';

test('takes what mail servers take', () => {
  for (const address of [
    'a@b.ch',
    "o'brien+tag@sub.example.org",
    '1.2_3@x-y.example',
    'ana@bücher.example',
    `${'x'.repeat(64)}@b.ch`,
  ])
    expect(checkAddress(` ${address} `)).toEqual({ address });
});

test('says what is wrong with the rest', () => {
  for (const [text, problem] of [
    ['', 'is empty'],
    ['ana', 'has no @'],
    ['@b.ch', 'has nothing before the @'],
    ['ana@', 'has nothing after the @'],
    ['ana@conto,com', 'has a comma in the domain'],
    ['ana lima@b.ch', 'has a space inside'],
    ['ana@localhost', 'has no dot in the domain'],
    ['ana@b..ch', 'has a domain that cannot exist'],
    ['ana@-b.ch', 'has a domain that cannot exist'],
    ['.ana@b.ch', 'has a character before the @ that mail servers do not take'],
    [`${'x'.repeat(65)}@b.ch`, 'is too long for an address'],
  ])
    expect(checkAddress(text!), text).toEqual({ problem });
});

test('INV-29: only ASCII letters are folded; dots, tags, Unicode forms and suffix domains stay different', () => {
  expect(foldAddress(' Mia@Contoso.COM ')).toBe('mia@contoso.com');
  for (const [one, other] of [
    ['m.ia@b.ch', 'mia@b.ch'],
    ['mia+x@b.ch', 'mia@b.ch'],
    ['é@b.ch', 'e\u0301@b.ch'],
    ['É@b.ch', 'é@b.ch'],
    ['\u212A@b.ch', 'k@b.ch'], // the Kelvin sign
    ['mia@evilcorp.com', 'mia@corp.com'],
  ])
    expect(foldAddress(one!)).not.toBe(foldAddress(other!));
  expect(isAddress('a\r\nbcc:x@b.ch')).toBe(false);
});
