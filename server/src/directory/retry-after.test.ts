import { DAY, SECOND } from '@doorstep/shared/time';
import { expect, test } from 'vitest';
import { readRetryAfter } from './retry-after.ts';

const NOON = Date.UTC(2026, 10, 23, 12);

test.each([
  ['7', 7 * SECOND],
  [' 120 ', 120 * SECOND],
  ['0', 0],
  ['Mon, 23 Nov 2026 12:00:30 GMT', 30 * SECOND],
  ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
  ['999999999', DAY],
])('ENT-74: %s', (header, pause) => {
  expect(readRetryAfter(header, NOON)).toBe(NOON + pause);
});

test.each([null, '', '-1', '1.5', 'soon', '99999999999999999999', '2026-11-23'])('ENT-74: %s names no time', (header) => {
  expect(readRetryAfter(header, NOON)).toBe(null);
});
