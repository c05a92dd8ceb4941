import { DAY, HOUR } from '@doorstep/shared/time';
import { expect, test } from 'vitest';
import { expirySentence } from './expiring.ts';

const now = 100 * DAY;
const summary = (left: number, what: 'client-secret' | 'certificate' | 'provisioning-token' = 'client-secret') =>
  ({ expiring: { what, expiresAt: now + left } }) as Parameters<typeof expirySentence>[0];

test('what expires is a sentence that counts the days that have begun, and says when it is over', () => {
  expect(expirySentence(summary(5 * DAY + HOUR), now)).toBe('The client secret expires in 6 days');
  expect(expirySentence(summary(DAY, 'certificate'), now)).toBe('The certificate expires in 1 day');
  expect(expirySentence(summary(HOUR, 'provisioning-token'), now)).toBe('The provisioning token expires in 1 day');
  expect(expirySentence(summary(0), now)).toBe('The client secret has expired');
  expect(expirySentence({ ...summary(0), expiring: null }, now)).toBeUndefined();
});
