import { DAY, HOUR, MINUTE, type Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aHouse, aMember, type House } from '../delivery/testing/outbox-story.ts';
import { whatExpires } from '../domain/expiry.ts';
import { announceExpiry } from './expiry.ts';
import { isStillWanted } from './outbox-wanted.ts';
import { clientCredentials, outboxMessages, singleSignOn, workspace } from './schema.ts';
import { findSummary } from './summary.ts';

let house: House;
beforeEach(async () => {
  house = await aHouse();
});
afterEach(() => house.store.close());

const of = { tenantId: 'tenant', clientId: 'client' };
const NOBODY = { attemptId: 'a', createdBy: null };

async function configured(): Promise<void> {
  const { clock, store } = house;
  await store.db
    .insert(singleSignOn)
    .values({ id: 'sso_1', state: 'on', issuer: 'https://i', createdAt: clock.now, ...NOBODY, ...of });
}

async function aCredential(
  id: string,
  expiresAt: Millis,
  facts: Partial<typeof clientCredentials.$inferInsert> = {},
): Promise<void> {
  const createdAt = house.clock.now;
  await house.store.write([
    house.store.db
      .insert(clientCredentials)
      .values({ ...of, id, kind: 'secret', sealed: '', expiresAt, createdAt, testedAt: createdAt, ...facts, attemptId: id }),
  ]);
}

/** How many days were left whenever mails were written, with their number, looking twice a day until `end`. */
async function told(end: Millis, isSetByEnvironment: boolean): Promise<[days: number, mails: number][]> {
  const written: [number, number][] = [];
  for (let left = 60; left >= -1; left -= 1) {
    for (const now of [end - left * DAY, end - left * DAY + MINUTE]) {
      const mails = await announceExpiry(house.store, isSetByEnvironment, now);
      if (mails > 0) written.push([left, mails]);
    }
  }
  return written;
}

const thirtyToOne = [30, 14, 7, 1];

test('the credential of single sign-on is told of 30, 14, 7 and 1 days ahead, once to each administrator', async () => {
  await aMember(house.store, { address: 'mia@contoso.example' });
  await aMember(house.store, { address: null });
  await configured();
  const end = house.clock.now + 60 * DAY;
  await aCredential('cre_1', end);
  expect(await told(end, false)).toEqual(thirtyToOne.map((days) => [days, 2]));
});

test('while another tested credential lives longer nobody is told; one that was not tested, has ended or is another application’s changes nothing', async () => {
  await configured();
  const end = house.clock.now + 60 * DAY;
  await aCredential('cre_1', end);
  await aCredential('cre_untested', end + 90 * DAY, { testedAt: null });
  await aCredential('cre_ended', end + 90 * DAY, { endedAt: house.clock.now });
  await aCredential('cre_other', end + 90 * DAY, { clientId: 'another' });
  expect(await announceExpiry(house.store, false, end - 30 * DAY)).toBe(1);
  await aCredential('cre_2', end + 90 * DAY, { kind: 'certificate', certificate: 'PEM' });
  expect(await announceExpiry(house.store, false, end - 14 * DAY)).toBe(0);
  const { ends } = await findSummary(house.store);
  expect(whatExpires(ends, false, end)).toEqual([]);
  expect(whatExpires(ends, false, end + 61 * DAY)).toEqual([{ what: 'certificate', expiresAt: end + 90 * DAY }]);
});

test('several servers and a restart write each mail once', async () => {
  await configured();
  const end = house.clock.now + 60 * DAY;
  await aCredential('cre_1', end);
  const now = end - 7 * DAY;
  const many = await Promise.all([1, 2, 3].map(() => announceExpiry(house.store, false, now)));
  expect(many.reduce((sum, mails) => sum + mails)).toBe(1);
  expect(await announceExpiry(house.store, false, now + HOUR)).toBe(0);
});

test('where the environment holds the secret its date counts, and another date is told of anew', async () => {
  await configured();
  const end = house.clock.now + 60 * DAY;
  await aCredential('cre_1', end - 20 * DAY); // of the page, which the environment overrides
  await house.store.write([house.store.db.update(workspace).set({ environmentSecretExpiresAt: end })]);
  expect(await told(end, true)).toEqual(thirtyToOne.map((days) => [days, 1]));
  await house.store.write([house.store.db.update(workspace).set({ environmentSecretExpiresAt: end + 365 * DAY })]);
  expect(await announceExpiry(house.store, true, end)).toBe(0);
  expect(await announceExpiry(house.store, true, end + 351 * DAY)).toBe(1);
});

test('a mail that waits is dropped when its credential was ended, or the date was changed', async () => {
  await configured();
  const { store } = house;
  const end = house.clock.now + 60 * DAY;
  const now = end - DAY;
  await aCredential('cre_1', end);
  await store.write([store.db.update(workspace).set({ environmentSecretExpiresAt: end })]);
  await announceExpiry(store, false, now);
  await announceExpiry(store, true, now);
  const wanted = async () =>
    (await store.db.select({ id: outboxMessages.aboutId }).from(outboxMessages).where(isStillWanted(now))).map(({ id }) => id);
  expect((await wanted()).toSorted()).toEqual(['cre_1', `environment_${end}`]);
  await store.db.run(sql`UPDATE client_credentials SET ended_at = ${now}`);
  await store.db.run(sql`UPDATE workspace SET environment_secret_expires_at = ${end + DAY}`);
  expect(await wanted()).toEqual([]);
});

test('what expires first is what needs somebody; what has expired stays, an abandoned provisioning is forgotten', () => {
  const now = house.clock.now;
  const none = { environmentSecret: null, secret: null, certificate: null, provisioningToken: null };
  expect(whatExpires(none, false, now)).toEqual([]);
  expect(whatExpires({ ...none, secret: now + 31 * DAY }, false, now)).toEqual([]);
  expect(whatExpires({ ...none, secret: now + 9 * DAY, provisioningToken: now + 2 * DAY }, false, now)).toEqual([
    { what: 'provisioning-token', expiresAt: now + 2 * DAY },
    { what: 'client-secret', expiresAt: now + 9 * DAY },
  ]);
  expect(whatExpires({ ...none, secret: now - 90 * DAY, provisioningToken: now - 31 * DAY }, false, now)).toEqual([
    { what: 'client-secret', expiresAt: now - 90 * DAY },
  ]);
  expect(whatExpires({ ...none, certificate: now, environmentSecret: now + DAY }, true, now)).toEqual([
    { what: 'client-secret', expiresAt: now + DAY },
  ]);
});
