import { aHouse, aPendingInvitation, theMail } from '@doorstep/server/delivery/testing/outbox-story';
import { createTransport } from '@doorstep/server/delivery/transport';
import { INDEX_DELAY } from '@doorstep/server/store/outbox';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type DemoTenant, startDemoTenant } from '../demo-tenant/demo-tenant.ts';

// The server's outbox against the Postmark of the demo tenant, which keeps to what Postmark documents.
let tenant: DemoTenant;
let house: Awaited<ReturnType<typeof aHouse>>;
beforeAll(async () => {
  tenant = await startDemoTenant({ redirectUris: [] });
});
beforeEach(async () => {
  house = await aHouse();
});
afterEach(async () => {
  tenant.faults.postmark = undefined;
  await house.store.close();
});
afterAll(() => tenant.stop());

const transport = (token = tenant.postmarkToken) =>
  createTransport({ mail: 'postmark', postmarkUrl: tenant.postmarkUrl, postmarkToken: token, timeout: 2000 });
const arrived = (mailId: string) => tenant.mails().filter((mail) => mail.metadata.m === mailId);

test('MAIL-06: the mailbox gets the mail with our sender, its Message-ID and Auto-Submitted', async () => {
  const { mailId } = await aPendingInvitation(house);
  expect(await house.run(transport())).toMatchObject({ sent: 1 });
  const [mail, ...more] = arrived(mailId);
  expect(more).toEqual([]);
  expect(mail).toMatchObject({
    from: '"Contoso Vault" <door@vault.contoso.example>',
    subject: 'Sam Okafor invites you to Contoso Vault',
    messageStream: 'outbound',
    metadata: { m: mailId, g: '1' },
    headers: { 'Auto-Submitted': 'auto-generated', 'Message-ID': `<${mailId}@vault.contoso.example>` },
  });
});

test('OUT-08: what was accepted before the connection ended is found by its metadata: one mail, marked sent', async () => {
  const { mailId } = await aPendingInvitation(house);
  tenant.faults.postmark = { acceptThenDrop: true };
  expect(await house.run(transport())).toMatchObject({ uncertain: 1 });
  tenant.faults.postmark = undefined;
  house.clock.now += INDEX_DELAY;
  await house.run(transport());
  expect((await theMail(house, mailId)).state).toBe('sent');
  expect(arrived(mailId)).toHaveLength(1);
});

test('OUT-08: what never got there is sent once more after two searches', async () => {
  const { mailId } = await aPendingInvitation(house);
  tenant.faults.postmark = { hang: true };
  expect(await house.run(transport())).toMatchObject({ uncertain: 1 });
  tenant.faults.postmark = undefined;
  for (let search = 0; search < 2; search += 1) {
    expect(arrived(mailId)).toHaveLength(0);
    house.clock.now += INDEX_DELAY;
    await house.run(transport());
  }
  expect((await theMail(house, mailId)).state).toBe('sent');
  expect(arrived(mailId)).toHaveLength(1);
});

test('OUT-07: with a wrong token nothing is lost: after the repair each mail arrives once', async () => {
  const mails = [await aPendingInvitation(house), await aPendingInvitation(house), await aPendingInvitation(house)];
  expect(await house.run(transport('not-the-token'))).toMatchObject({ returned: 3, sent: 0 });
  house.clock.now += 60_000;
  expect(await house.run(transport())).toMatchObject({ sent: 3 });
  for (const { mailId } of mails) expect(arrived(mailId)).toHaveLength(1);
});

test('OUT-04: one inactive recipient among others fails alone', async () => {
  const bad = await aPendingInvitation(house, { address: 'gone@contoso.example' });
  const good = await aPendingInvitation(house);
  tenant.faults.postmark = { forAddress: { 'gone@contoso.example': 406 } };
  expect(await house.run(transport())).toMatchObject({ sent: 1, failed: 1 });
  expect(await theMail(house, bad.mailId)).toMatchObject({ state: 'failed', because: expect.not.stringContaining('@') });
  expect(arrived(good.mailId)).toHaveLength(1);
});
