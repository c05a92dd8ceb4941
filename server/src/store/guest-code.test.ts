import { MINUTE } from '@doorstep/shared/time';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mayAskAgainAt, mayTryAgainAt } from '../domain/guest-code.ts';
import { noTrace } from './audit.ts';
import { findRecentCodes, tryGuestCode, writeGuestCode } from './guest-code.ts';
import { newId } from './new-id.ts';
import type { Store } from './store.ts';
import { openTestStore } from './test-store.ts';
import { plansOf } from './testing/query-plans.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const address = 'jo@fabrikam.example';

let store: Store;
beforeEach(async () => {
  store = await openTestStore(() => NOON);
});
afterEach(() => store.close());

const asks = (now: number, id = newId('gco')) =>
  writeGuestCode(store, { ...codeOf(id), now }).then((isWritten) => (isWritten ? id : null));
const codeOf = (id: string) => ({
  id,
  address,
  objectId: 'gst_x',
  invitation: null,
  browserHash: 'hash',
  previousId: null,
  auditId: newId('aud'),
  now: NOON,
  trace: noTrace,
});
const tries = (id: string, isRight: boolean, now: number, browserHash = 'hash') =>
  tryGuestCode(store, { id, browserHash, isRight, auditId: newId('aud'), now, trace: noTrace });

test('DIR-04: what the statement decides is what the rule foretells, minute by minute', async () => {
  for (let minute = 0; minute < 200; minute += 1) {
    const now = NOON + minute * MINUTE;
    const known = await findRecentCodes(store, address, now);
    const [mayAsk, mayTry] = [mayAskAgainAt(known, now) === null, mayTryAgainAt(known, now) === null];
    const id = await asks(now);
    expect([minute, id !== null]).toEqual([minute, mayAsk]);
    if (id && minute % 3 === 0) for (let tried = 0; tried < 4; tried += 1) if (mayTry) await tries(id, false, now);
  }
});

test('DIR-04: a try counts for the browser that asked, for a code that is good, and leaves one audit row', async () => {
  const id = (await asks(NOON))!;
  expect(await tries(id, true, NOON, 'another')).toBe(false);
  expect(await tries(id, true, NOON + 10 * MINUTE)).toBe(false);
  expect(await tries(id, false, NOON)).toBe(true);
  expect(await tries(id, true, NOON)).toBe(true);
  expect(await tries(id, true, NOON)).toBe(false);
  expect(await tries(id, false, NOON)).toBe(false);
  const rows = await store.db.query.auditEvents.findMany();
  expect(rows.map(({ what }) => what).sort()).toEqual(['guest-code.asked', 'guest-code.refused', 'guest-code.used']);
});

test('asking and trying find their rows by index, however many codes there are', async () => {
  const plans = await plansOf(store, async (heard) => {
    await writeGuestCode(heard, codeOf(newId('gco')));
    await tryGuestCode(heard, { id: 'gco_x', browserHash: 'x', isRight: true, auditId: 'aud_x', now: NOON, trace: noTrace });
  });
  for (const line of plans.flat()) expect(line).not.toMatch(/SCAN (?!a\b|CONSTANT|json_each)/);
});
