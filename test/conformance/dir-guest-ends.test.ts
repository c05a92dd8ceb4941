import { DAY } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GuestInside, guestInside, guestWhoAsks } from './guest-inside.ts';
import { memberOf } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let kim: GuestInside;
let last: number;
beforeAll(async () => {
  workspace = await openWorkspace();
  kim = await guestInside(workspace, 'kim@elsewhere.example');
  const { store } = workspace.deps;
  await store.write([store.db.run('UPDATE workspace SET guest_end_is_compulsory = 1, guest_days = 90')]);
  last = workspace.clock.now() + 90 * DAY;
});
afterAll(() => workspace.stop());

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const endOf = async (table: string, where: string) =>
  (await workspace.sql(`SELECT access_until FROM ${table} WHERE ${where}`))[0]!.access_until;

test('a guest is invited with the end that the settings want, and the plan says so beforehand', async () => {
  const recipients = [
    { email: 'a@elsewhere.example' },
    { email: 'b@elsewhere.example', accessUntil: last - DAY },
    { email: 'c@elsewhere.example', accessUntil: last + DAY },
    { email: 'd@contoso.example' },
  ];
  const preview = await workspace.api('POST', '/invitation-batches/preview', { recipients });
  const ends = preview.body.rows.map((row: { accessUntil?: number }) => row.accessUntil);
  expect(ends).toEqual([last, undefined, last, undefined]);
  const sent = await workspace.api('POST', '/invitation-batches', { recipients }, { 'idempotency-key': 'one' });
  expect(sent.body.rows.map((row: { accessUntil?: number }) => row.accessUntil)).toEqual(ends);
  const again = await workspace.api('POST', '/invitation-batches', { recipients }, { 'idempotency-key': 'one' });
  expect(again.body.rows).toEqual(sent.body.rows);
  const written = await Promise.all(recipients.map(({ email }) => endOf('invitations', `address = '${email}'`)));
  expect(written).toEqual([last, last - DAY, last, null]);
});

test('on a guest’s page an empty or later end is refused beside the field; others have none if they like', async () => {
  const { administrator, url } = workspace;
  const end = (id: string, accessUntil: string) => administrator.post(`${url}/admin/users/${id}/access-until`, { accessUntil });
  for (const [typed, says] of [
    ['', 'the settings want an end to the access of every guest'],
    [dayOf(last + 2 * DAY), 'must be at most 90 days ahead'],
  ]) {
    const page = await end(kim.memberId, typed!);
    expect(page.status).toBe(422);
    expect(page.text).toContain(says);
  }
  expect((await end(kim.memberId, dayOf(last))).status).toBe(303);
  expect(await endOf('members', `id = '${kim.memberId}'`)).toBeLessThanOrEqual(last);
  await memberOf(workspace, 'mia');
  const [mia] = await workspace.sql("SELECT id FROM members WHERE address LIKE 'mia@%'");
  expect((await end(String(mia!.id), '')).status).toBe(303);
});

test('a guest’s request is approved with an end: named ones are checked, without one the settings’ holds', async () => {
  const { api, administrator, url } = workspace;
  const lee = await guestWhoAsks(workspace, 'lee@elsewhere.example');
  for (const accessUntil of [null, last + 2 * DAY]) {
    const refused = await api('POST', `/access-requests/${lee}/approve`, { accessUntil });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/accessUntil' }] } });
  }
  const page = await administrator.post(`${url}/admin/requests/${lee}/approve`, {
    role: 'member',
    accessUntil: '',
    confirmed: 'yes',
  });
  expect([page.status, page.text.includes('the settings want an end')]).toEqual([422, true]);
  const form = await administrator.get(`${url}/admin/requests/${lee}`);
  expect(form.text).toContain(`value="${dayOf(last)}"`);
  expect((await api('POST', `/access-requests/${lee}/approve`, {})).status).toBe(200);
  expect(await endOf('invitations', `access_request_id = '${lee}'`)).toBe(last);
});
