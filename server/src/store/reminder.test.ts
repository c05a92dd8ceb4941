import { DAY, HOUR } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderMails } from '../delivery/render.ts';
import { aHouse, aPendingInvitation, type House } from '../delivery/testing/outbox-story.ts';
import { isStillWanted } from './outbox-wanted.ts';
import { remindInvited } from './reminder.ts';
import { outboxMessages } from './schema.ts';
import { plansOf } from './testing/query-plans.ts';

let house: House;
beforeEach(async () => {
  house = await aHouse();
});
afterEach(() => house.store.close());

const delivered = () => house.store.db.run(sql`UPDATE outbox_messages SET state = 'delivered' WHERE kind = 'invitation'`);
const reminders = () => house.store.db.select().from(outboxMessages).where(sql`kind = 'invitation-reminder'`);
const dayBefore = () => house.clock.now + 6 * DAY;

test('a day before its end a pending invitation is reminded of, once for each sending', async () => {
  const { id } = await aPendingInvitation(house);
  await delivered();
  expect(await remindInvited(house.store, true, dayBefore() - HOUR)).toBe(0);
  const many = await Promise.all([1, 2, 3].map(() => remindInvited(house.store, true, dayBefore())));
  expect(many.reduce((sum, one) => sum + one)).toBe(1);
  expect(await remindInvited(house.store, true, dayBefore() + HOUR)).toBe(0);
  await house.store.db.run(
    sql`UPDATE invitations SET generation = 2, sent_at = ${dayBefore()}, expires_at = ${dayBefore() + 7 * DAY}`,
  );
  await house.store.db.run(sql`UPDATE outbox_messages SET id = 'out_' || ${id} || '_2' WHERE kind = 'invitation'`);
  expect(await remindInvited(house.store, true, dayBefore() + 6 * DAY)).toBe(1);
});

test('none for two days or less, without an address, before its mail has left, or for a guest while none may come in', async () => {
  await aPendingInvitation(house, { expiresAt: house.clock.now + 2 * DAY });
  await aPendingInvitation(house, { address: null });
  await aPendingInvitation(house, { tenantId: 'guest' });
  await delivered();
  await aPendingInvitation(house);
  expect(await remindInvited(house.store, false, house.clock.now + 1.5 * DAY)).toBe(0);
  expect(await remindInvited(house.store, false, dayBefore())).toBe(0);
  expect(await remindInvited(house.store, true, dayBefore())).toBe(1);
});

test('OUT-10, OUT-11: a reminder that waits is dropped when the invitation was used, revoked, has expired or was sent again', async () => {
  await aPendingInvitation(house);
  await delivered();
  await remindInvited(house.store, true, dayBefore());
  const wanted = async (now = dayBefore()) =>
    (
      await house.store.db
        .select()
        .from(outboxMessages)
        .where(sql`kind = 'invitation-reminder' AND ${isStillWanted(now)}`)
    ).length;
  expect(await wanted()).toBe(1);
  expect(await wanted(dayBefore() + DAY)).toBe(0);
  for (const change of [
    "state = 'redeemed', redemption_id = 'red', redeemed_at = 1",
    "state = 'revoked'",
    "state = 'pending', generation = 2",
  ]) {
    await house.store.db.run(sql`UPDATE invitations SET ${sql.raw(change)}`);
    expect(await wanted(), change).toBe(0);
  }
});

test('MAIL-06: holds the link of the invitation’s own mail, and is answered by the inviter', async () => {
  const { mailId } = await aPendingInvitation(house);
  await delivered();
  await remindInvited(house.store, true, dayBefore());
  const [reminder] = await reminders();
  const [first, second] = [...(await renderMails(house.deps, [mailId, reminder!.id])).values()].map((one) =>
    'mail' in one ? one.mail : null,
  );
  const link = /http\S+\/join\/\S+/.exec(first!.text)![0];
  expect(second!.text).toContain(link);
  expect(second!.replyTo).toEqual(first!.replyTo);
  expect(second!.subject).toBe('Your invitation to Contoso Vault ends soon');
});

test('OUT-20: walks the index of ends', async () => {
  await aPendingInvitation(house);
  const lines = (await plansOf(house.store, (store) => remindInvited(store, true, dayBefore()))).flat();
  expect(lines.some((line) => line.includes('INDEX invitations_expires (expires_at>? AND expires_at<?)'))).toBe(true);
  expect(lines.filter((line) => /^SCAN (?!\(|i$)/.test(line))).toEqual([]);
});
