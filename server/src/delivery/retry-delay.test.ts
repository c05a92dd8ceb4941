import { expect, test } from 'vitest';
import { retryDelay } from './retry-delay.ts';

test('OUT-06: delays are jittered under a ceiling that doubles, up to 15 minutes', () => {
  expect([1, 2, 3, 7, 8, 200].map((attempts) => retryDelay(attempts, 0.99999999))).toEqual([
    10_000, 20_000, 40_000, 640_000, 900_000, 900_000,
  ]);
  expect(retryDelay(5, 0.5)).toBe(80_000);
  expect(retryDelay(5, 0)).toBe(1000);
});

test('OUT-06: what the provider asks for is obeyed, up to an hour', () => {
  expect(retryDelay(1, 0.5, 120_000)).toBe(120_000);
  expect(retryDelay(1, 0.5, 86_400_000)).toBe(3_600_000);
});
