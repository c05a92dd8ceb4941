import { DAY, HOUR } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderMails } from '../delivery/render.ts';
import { aHouse, aMember, aPendingInvitation, type House } from '../delivery/testing/outbox-story.ts';
import { announceAccessEnds } from './access-end.ts';
import { isStillWanted } from './outbox-wanted.ts';
import { outboxMessages } from './schema.ts';
import { plansOf } from './testing/query-plans.ts';

let house: House;
beforeEach(async () => {
  house = await aHouse();
});
afterEach(() => house.store.close());

const WEEK = 7 * DAY;
const aGuest = (facts: Parameters<typeof aMember>[1] = {}) =>
  aMember(house.store, {
    ...{ tenantId: 'guest', role: 'member', name: 'Jo', address: 'jo@fabrikam.example', guestOf: 'fabrikam.example' },
    ...{ joinedAt: house.clock.now - 30 * DAY, sponsorId: house.sam, accessUntil: house.clock.now + WEEK },
    ...facts,
  });
const announce = (now = house.clock.now, isGuestAllowed = true) => announceAccessEnds(house.store, isGuestAllowed, now);
const mails = async () =>
  (
    await house.store.db.all<{ kind: string; name: string | null }>(sql`
      SELECT o.kind, m.name FROM outbox_messages AS o JOIN members AS m ON m.id = o.member_id
      WHERE o.kind IN ('access-ends', 'still-needed') ORDER BY o.kind, m.name`)
  ).map(({ kind, name }) => `${kind} ${name}`);

test('a week ahead a guest and the sponsor are told, once, whatever runs again', async () => {
  await aMember(house.store, { name: 'Mia', address: 'mia@contoso.example' });
  await aGuest();
  expect(await announce(house.clock.now - HOUR)).toBe(0);
  const many = await Promise.all([announce(), announce(), announce(house.clock.now + DAY)]);
  expect(many.reduce((sum, one) => sum + one)).toBe(2);
  expect(await mails()).toEqual(['access-ends Jo', 'still-needed Sam Okafor']);
});

test('a changed end is told anew, and the mail about the old one is dropped', async () => {
  const jo = await aGuest();
  await announce();
  await house.store.db.run(sql`UPDATE members SET access_until = access_until + ${DAY} WHERE id = ${jo}`);
  const waiting = await house.store.db.select().from(outboxMessages).where(isStillWanted(house.clock.now));
  expect(waiting).toEqual([]);
  expect(await announce(house.clock.now + DAY)).toBe(2);
  expect(await announce(house.clock.now + DAY)).toBe(0);
});

test('when the sponsor is no administrator any more, or has no address, all administrators are asked', async () => {
  const ann = await aMember(house.store, { name: 'Ann', address: 'ann@contoso.example', role: 'member' });
  await aMember(house.store, { name: 'Mia', address: 'mia@contoso.example' });
  await aGuest({ sponsorId: ann });
  await announce();
  expect(await mails()).toEqual(['access-ends Jo', 'still-needed Mia', 'still-needed Sam Okafor']);
  await house.store.db.run(sql`DELETE FROM outbox_messages`);
  await house.store.db.run(sql`UPDATE members SET address = NULL, role = 'administrator' WHERE id = ${ann}`);
  await announce();
  expect(await mails()).toEqual(['access-ends Jo', 'still-needed Mia', 'still-needed Sam Okafor']);
});

test('of a member of the tenant the inviter is asked; nobody is asked about themselves', async () => {
  const mia = await aMember(house.store, { name: 'Mia', address: 'mia@contoso.example' });
  const { id } = await aPendingInvitation(house, { inviterId: mia });
  await aGuest({ tenantId: 'tenant', sponsorId: null, invitationId: id, name: 'Ana' });
  await aMember(house.store, {
    name: 'Eve',
    address: 'eve@contoso.example',
    accessUntil: house.clock.now + DAY,
    invitationId: id,
  });
  await house.store.db.run(sql`UPDATE members SET joined_at = 0`);
  await announce();
  expect(await mails()).toEqual(['access-ends Ana', 'access-ends Eve', 'still-needed Mia', 'still-needed Mia']);
});

test('who was invited for less than a week, is suspended or has left is not told; one whose end was changed is', async () => {
  const accessUntil = house.clock.now + 3 * DAY;
  const { id } = await aPendingInvitation(house, { accessUntil });
  const short = await aGuest({ invitationId: id, joinedAt: house.clock.now, accessUntil });
  await aGuest({ state: 'suspended' });
  await aGuest({ state: 'removed' });
  expect(await announce()).toBe(0);
  await house.store.db.run(sql`UPDATE members SET access_until = ${accessUntil + HOUR} WHERE id = ${short}`);
  expect(await announce()).toBe(2);
});

test('while no guest may come in nobody is asked about guests, and members are told as ever', async () => {
  await aGuest();
  await aGuest({ tenantId: 'tenant', name: 'Ana' });
  await announce(house.clock.now, false);
  expect(await mails()).toEqual(['access-ends Ana', 'access-ends Jo', 'still-needed Sam Okafor']);
});

test('many ends are told in slices, and each is', async () => {
  await Promise.all(
    Array.from({ length: 450 }, (_, at) => aGuest({ name: `Jo ${at}`, accessUntil: house.clock.now + (at % 3) * HOUR + DAY })),
  );
  expect(await announce()).toBe(900);
  expect(await announce()).toBe(0);
});

test('the mails name who is asked, and where one press renews', async () => {
  const jo = await aGuest({ address: 'jo@fabrikam.example' });
  await announce();
  const ids = (await house.store.db.select().from(outboxMessages)).map(({ id }) => id);
  const texts = [...(await renderMails(house.deps, ids)).values()]
    .map((one) => ('mail' in one ? one.mail.text : one.refused))
    .join();
  expect(texts).toContain('tell Sam Okafor, who was asked whether you stay');
  expect(texts).toContain('Is Jo still needed?');
  expect(texts).toContain(`https://vault.contoso.example/admin/users/${jo}/renew`);
  expect(texts).toContain('30 November 2026, 12:00 UTC');
});

test('OUT-20: walks the index of ends, and scans no table', async () => {
  await aGuest();
  const plans = await plansOf(house.store, (store) => announceAccessEnds(store, true, house.clock.now));
  const lines = plans.flat();
  expect(lines.some((line) => line.includes('INDEX members_access_until (access_until>? AND access_until<?)'))).toBe(true);
  expect(lines.filter((line) => /^SCAN (?!json_each|CONSTANT|\(|e$|ending)/.test(line))).toEqual([]);
});
