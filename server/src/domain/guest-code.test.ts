import { MINUTE } from '@doorstep/shared/time';
import { describe, expect, test } from 'vitest';
import { GUESTS } from './guest.ts';
import { mayAskAgainAt, mayTryAgainAt, readTypedCode, stateOfCode, triesLeft, wayInOf } from './guest-code.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const jo = { address: 'jo@fabrikam.example', role: 'member', boundTo: null } as const;

describe('the way in of an invitation', () => {
  test.each([
    ['ours', false, jo, 'microsoft'],
    ['unknown', false, jo, 'microsoft'],
    ['outside', false, jo, 'code'],
    ['outside', true, jo, 'closed-to-guests'],
    ['ours', true, jo, 'microsoft'],
    ['outside', false, { ...jo, address: null }, 'microsoft'],
    ['outside', false, { ...jo, role: 'administrator' }, 'microsoft'],
    ['outside', false, { ...jo, boundTo: { tenantId: 'a-tenant', objectId: 'x' } }, 'microsoft'],
    ['outside', true, { ...jo, boundTo: { tenantId: 'a-tenant', objectId: 'x' } }, 'microsoft'],
    ['outside', false, { ...jo, boundTo: { tenantId: GUESTS, objectId: 'gst_x' } }, 'code'],
    ['unknown', false, { ...jo, boundTo: { tenantId: GUESTS, objectId: 'gst_x' } }, 'code'],
    ['ours', false, { ...jo, boundTo: { tenantId: GUESTS, objectId: 'gst_x' } }, 'microsoft'],
  ] as const)('%s, SSO forced %s, %o: %s', (belonging, forcesSso, invitation, way) => {
    expect(wayInOf(invitation, belonging, forcesSso)).toBe(way);
  });
});

test.each([
  ['123456', '123456'],
  [' 123 456 ', '123456'],
  ['123-456', '123456'],
  ['123\u00a0456', '123456'],
  ['1\u20112\u20103\u200b456', '123456'],
  ['12345', null],
  ['1234567', null],
  ['12345a', null],
  ['١٢٣٤٥٦', null],
  ['', null],
  [`${' '.repeat(200)}123456`, null],
])('%j is typed for %j', (typed, code) => {
  expect(readTypedCode(typed)).toBe(code);
});

test('DIR-04: a code is good until it is used, tried five times or ten minutes old', () => {
  const code = { createdAt: NOON, endsAt: NOON + 10 * MINUTE, wrongTries: 4, usedAt: null };
  expect(stateOfCode(code, NOON + 10 * MINUTE - 1)).toBe('good');
  expect(triesLeft(code)).toBe(1);
  expect(stateOfCode(code, NOON + 10 * MINUTE)).toBe('run-out');
  expect(stateOfCode({ ...code, wrongTries: 5 }, NOON)).toBe('tried-out');
  expect(stateOfCode({ ...code, usedAt: NOON }, NOON)).toBe('used');
});

describe('DIR-04: an address has its share', () => {
  const codes = (minutes: number[], wrongTries = 0) => minutes.map((at) => ({ createdAt: NOON + at * MINUTE, wrongTries }));

  test('five codes an hour; the sixth when the oldest of the last five is an hour old', () => {
    expect(mayAskAgainAt(codes([0, 1, 2, 3]), NOON + 4 * MINUTE)).toBeNull();
    expect(mayAskAgainAt(codes([3, 1, 0, 2, 4]), NOON + 5 * MINUTE)).toBe(NOON + 60 * MINUTE);
    expect(mayAskAgainAt(codes([0, 1, 2, 3, 4]), NOON + 60 * MINUTE)).toBeNull();
  });

  test('ten wrong tries, over all codes; a try counts as long as it could have been made in the last hour', () => {
    expect(mayTryAgainAt(codes([0, 1], 4), NOON + 2 * MINUTE)).toBeNull();
    expect(mayTryAgainAt(codes([0, 1], 5), NOON + 2 * MINUTE)).toBe(NOON + 70 * MINUTE);
    expect(mayTryAgainAt(codes([0, 1], 5), NOON + 70 * MINUTE)).toBeNull();
    expect(mayTryAgainAt(codes([0, 5, 6], 5), NOON + 7 * MINUTE)).toBe(NOON + 75 * MINUTE);
    expect(mayAskAgainAt(codes([0, 1], 5), NOON + 2 * MINUTE)).toBe(NOON + 70 * MINUTE);
  });
});
