import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashToken, newToken, sameText } from './tokens.ts';

test('SES-07: a token has 256 random bits, none comes twice', () => {
  const tokens = Array.from({ length: 10_000 }, newToken);
  expect(new Set(tokens).size).toBe(10_000);
  expect(tokens.every((token) => /^[\w-]{43}$/.test(token))).toBe(true);
});

test('what is kept of a token is its SHA-256', () => {
  expect(hashToken('token')).toBe(createHash('sha256').update('token').digest('hex'));
});

test('only the same text is the same', () => {
  expect(sameText('grün', 'grün')).toBe(true);
  for (const other of ['', 'grun', 'grü', 'grünn', 'Grün']) expect(sameText('grün', other)).toBe(false);
});
