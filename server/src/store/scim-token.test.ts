import { DAY, HOUR, MINUTE } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { monthsLater, newScimToken } from '../actions/scim-tokens.ts';
import { renderMails } from '../delivery/render.ts';
import { openTestApp, type TestApp } from '../http/test-app.ts';
import { noTrace } from './audit.ts';
import { announceExpiry } from './expiry.ts';
import { isStillWanted } from './outbox-wanted.ts';
import { endScimToken } from './scim-token.ts';

let house: TestApp;
let by: string;
beforeEach(async () => {
  house = await openTestApp();
  by = (await house.signInAs('administrator')).memberId;
});

const make = (name = 'Entra') => newScimToken(house.deps, { name, months: 3, by, now: house.clock.now, trace: noTrace });
const mails = () =>
  house.store.db.all<{ id: string }>(sql`SELECT id FROM outbox_messages WHERE kind = 'token-expires' ORDER BY id`);

test('the administrators are told 30, 14, 7 and 1 days ahead, once each', async () => {
  await make();
  const end = monthsLater(house.clock.now, 3);
  const written: [days: number, mails: number][] = [];
  for (let left = 91; left >= 0; left -= 1) {
    for (const now of [end - left * DAY, end - left * DAY + MINUTE]) {
      const count = await announceExpiry(house.store, false, now);
      if (count > 0) written.push([left, count]);
    }
  }
  expect(written).toEqual([30, 14, 7, 1].map((days) => [days, 1]));
  expect(await announceExpiry(house.store, false, end + HOUR)).toBe(0);
});

test('a server that was off tells the step it has come to, not those it slept through', async () => {
  await make();
  expect(await announceExpiry(house.store, false, monthsLater(house.clock.now, 3) - 5 * DAY)).toBe(1);
  expect((await mails())[0]!.id).toContain('_7_');
});

test('the mail names the token and says whether another one works longer; of an ended one nothing is sent', async () => {
  await make();
  const end = monthsLater(house.clock.now, 3);
  await announceExpiry(house.store, false, end - 7 * DAY);
  const [mail] = await mails();
  const render = async () => {
    const rendering = (await renderMails({ ...house.deps, from: house.deps.mailFrom }, [mail!.id])).get(mail!.id)!;
    return 'mail' in rendering ? rendering.mail : rendering.refused;
  };
  expect(await render()).toMatchObject({ text: expect.stringMatching(/“Entra”.*Make a new one/s) });
  house.clock.now += DAY;
  await make('Next');
  expect(await render()).toMatchObject({ text: expect.stringContaining('Another token works longer') });

  const wanted = () =>
    house.store.db.all(sql`SELECT ${isStillWanted(house.clock.now)} AS yes FROM outbox_messages WHERE id = ${mail!.id}`);
  expect(await wanted()).toEqual([{ yes: 1 }]);
  const [token] = await house.store.db.all<{ id: string }>(sql`SELECT id FROM scim_tokens WHERE name = 'Entra'`);
  await endScimToken(house.store, { id: token!.id, by, auditId: 'aud_end', now: house.clock.now, trace: noTrace });
  expect(await wanted()).toEqual([{ yes: 0 }]);
});

test('/readyz names provisioning while its last token is about to expire or has just expired, and not once another works', async () => {
  const named = async (now: number) => {
    house.clock.now = now;
    const { degraded } = (await (await house.request('/readyz')).json()) as { degraded: { part: string; because: string }[] };
    return degraded.filter(({ part }) => part === 'provisioning').map(({ because }) => because);
  };
  expect(await named(house.clock.now)).toEqual([]);
  await make();
  const end = monthsLater(house.clock.now, 3);
  expect(await named(end - 30 * DAY - 1)).toEqual([]);
  expect(await named(end - 30 * DAY)).toEqual([expect.stringMatching(/within 30 days$/)]);
  expect(await named(end - HOUR)).toEqual([expect.stringMatching(/within 1 day$/)]);
  expect(await named(end)).toEqual([expect.stringMatching(/has expired$/)]);
  expect(await named(end + 31 * DAY)).toEqual([]);
  house.clock.now = end;
  by = (await house.signInAs('administrator')).memberId;
  await make('Next');
  expect(await named(end)).toEqual([]);
});

test('three months later is the same day, or the last one of a shorter month', () => {
  expect(monthsLater(Date.UTC(2026, 10, 30, 12), 3)).toBe(Date.UTC(2027, 1, 28, 12));
  expect(monthsLater(Date.UTC(2026, 0, 15, 12), 24)).toBe(Date.UTC(2028, 0, 15, 12));
});
