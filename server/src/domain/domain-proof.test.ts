import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isProven, readDomain, recordTextOf } from './domain-proof.ts';

test('a domain is read as people type it, in the form that DNS knows', () => {
  const read = [
    'contoso.com',
    ' Contoso.COM ',
    '@contoso.com',
    'contoso.com.',
    'münchen.example',
    'xn--mnchen-3ya.example',
    '例え.テスト',
  ];
  expect(read.map((typed) => readDomain(typed))).toEqual([
    ...Array.from({ length: 4 }, () => ({ domain: 'contoso.com' })),
    ...Array.from({ length: 2 }, () => ({ domain: 'xn--mnchen-3ya.example' })),
    { domain: 'xn--r8jz45g.xn--zckzah' },
  ]);
});

test('WEB-21: what is no domain says why', () => {
  const wrong = [
    '',
    '@',
    'contoso',
    'https://contoso.com',
    'a@contoso.com',
    'contoso.com/x',
    'con toso.com',
    '-a.com',
    'a..com',
    '10.0.0.1',
  ];
  const hostile = [
    '[::1]',
    'a.com:80',
    'a.com?x',
    'a%00.com',
    'a\u0000.com',
    'a_b.com',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(130)}com`,
  ];
  for (const typed of [...wrong, ...hostile]) expect(readDomain(typed), typed).toHaveProperty('problem');
});

test('whatever is typed, what is read can stand in DNS', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.domain(), (noise, domain) => {
      for (const typed of [noise, `${noise}.${domain}`, domain]) {
        const read = readDomain(typed);
        if ('domain' in read) expect(read.domain).toMatch(/^(?=.{3,243}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/);
      }
    }),
  );
});

test('a domain is proven by exactly its own record, among any others', () => {
  expect(isProven(['v=spf1 -all', ` ${recordTextOf('abc')} `], 'abc')).toBe(true);
  for (const records of [[], ['abc'], [`"${recordTextOf('abc')}"`], [`${recordTextOf('abc')}d`], [recordTextOf('ABC')]]) {
    expect(isProven(records, 'abc'), String(records)).toBe(false);
  }
});
