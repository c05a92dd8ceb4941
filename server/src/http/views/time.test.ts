import { inUtc } from '@doorstep/shared/exact-time';
import { DAY, HOUR, MINUTE, SECOND } from '@doorstep/shared/time';
import { expect, test } from 'vitest';
import { ago, dateFieldValue, dayText, relativeText, shortText, spanText } from './time.ts';

const now = Date.UTC(2026, 10, 23, 10, 36);

test('an exact time names its day and its zone', () => {
  expect(inUtc(now + 7 * DAY)).toBe('Monday 30 November 2026, 10:36 UTC');
  expect(inUtc(Date.UTC(2026, 0, 1, 0, 5))).toBe('Thursday 1 January 2026, 00:05 UTC');
  expect(dayText(now)).toBe('23 Nov 2026');
  expect(shortText(now)).toBe('23 Nov 2026, 10:36');
});

test.each([
  [-59 * SECOND, 'just now'],
  [59 * SECOND, 'in less than a minute'],
  [-4 * MINUTE, '4 minutes ago'],
  [-59.6 * MINUTE, '1 hour ago'],
  [-23.6 * HOUR, '1 day ago'],
  [7 * DAY - 1, 'in 7 days'],
  [30 * DAY, 'in 30 days'],
])('%i ms from now reads "%s"', (distance, text) => {
  expect(relativeText(now + distance, now)).toBe(text);
});

test('a span has no direction', () => {
  expect(spanText(20 * SECOND)).toBe('less than a minute');
  expect(spanText(2 * MINUTE)).toBe('2 minutes');
});

test('a shown time carries the exact one', async () => {
  expect(String(await ago(now - HOUR, now))).toBe(
    '<time datetime="2026-11-23T09:36:00.000Z" title="Monday 23 November 2026, 09:36 UTC">1 hour ago</time>',
  );
});

test('a date field holds the day', () => {
  expect(dateFieldValue(now)).toBe('2026-11-23');
  expect(dateFieldValue(null)).toBe('');
});
