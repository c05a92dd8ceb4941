import { expect, test } from 'vitest';
import { guestCodeOf, isGuestCode, showCode } from './guest-code.ts';
import { deriveKeys } from './root-key.ts';

const keys = deriveKeys('0123456789abcdefghijklmnopqrstuvwxyzABCDEFG');
const other = deriveKeys('0123456789abcdefghijklmnopqrstuvwxyzABCDEFH');

test('a code is six digits, the same for the same id and secret, another for any other', () => {
  const code = guestCodeOf(keys, 'gco_1');
  expect(code).toMatch(/^\d{6}$/);
  expect(guestCodeOf(keys, 'gco_1')).toBe(code);
  expect(guestCodeOf(keys, 'gco_2')).not.toBe(code);
  expect(guestCodeOf(other, 'gco_1')).not.toBe(code);
  expect(isGuestCode(keys, 'gco_1', code)).toBe(true);
  expect(isGuestCode(keys, 'gco_2', code)).toBe(false);
});

test('codes fill all of the million evenly, zeros in front included', () => {
  const firsts = new Array<number>(10).fill(0);
  for (let at = 0; at < 5000; at += 1) firsts[Number(guestCodeOf(keys, `gco_${at}`)[0])]! += 1;
  for (const count of firsts) expect(count).toBeGreaterThan(400);
});

test('mails show two groups of three', () => {
  expect(showCode('012345')).toBe('012 345');
});
