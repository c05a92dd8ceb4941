import { newId } from '@doorstep/server/store/new-id';
import { DAY } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectedApi } from './extension-client.ts';
import {
  anotherAdministrator,
  inviteAdministrator,
  invited,
  isMember,
  memberOf,
  opensLink,
  removes,
  somebody,
  stateOf,
  whatStands,
} from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.stop());

const invite = (body: unknown, headers: Record<string, string> = {}) =>
  workspace.api('POST', '/invitation-batches', body, headers);
const pendingFor = (address: string) =>
  workspace.sql(`SELECT id, generation FROM invitations WHERE lower(address) = '${address.toLowerCase()}' AND state = 'pending'`);

test('INV-14: one address invited many times at once, in upper case and with spaces around, is one pending invitation', async () => {
  const { address } = somebody(workspace);
  const typed = [address, address.toUpperCase(), `  ${address} `, `\t${address}\n`, address];

  const answers = await Promise.all(typed.map((email) => invite({ recipients: [{ email }] })));

  expect(answers.map(({ status }) => status)).toEqual(typed.map(() => 202));
  const plans = answers.map(({ body }) => body.rows[0].plan).sort();
  expect(plans).toEqual(['invite', 'resend', 'resend', 'resend', 'resend']);
  expect(new Set(answers.map(({ body }) => body.rows[0].invitationId)).size).toBe(1);
  expect(await pendingFor(address)).toMatchObject([{ generation: 5 }]);

  const again = await invite({ recipients: [{ email: address }, { email: address.toUpperCase() }] });
  expect(again.body.counts).toEqual({ invite: 0, resend: 1, refuse: 1 });
  expect(again.body.rows[1]).toMatchObject({ plan: 'refuse', because: 'duplicate' });
  expect(await pendingFor(address)).toMatchObject([{ generation: 6 }]);
});

test('INV-15: a member is not invited: the row says so, and nothing changes', async () => {
  const ivy = somebody(workspace);
  await memberOf(workspace, ivy.key);
  const before = await whatStands(workspace);

  const answer = await invite({ recipients: [{ email: ivy.address.toUpperCase() }], role: 'reader' });

  expect(answer.status).toBe(202);
  expect(answer.body).toMatchObject({
    state: 'done',
    counts: { invite: 0, resend: 0, refuse: 1 },
    rows: [{ plan: 'refuse', because: 'already-member' }],
  });
  expect(await whatStands(workspace)).toEqual(before);
});

test('INV-16: whoever is no administrator, and a role that is unknown, too high or a list, invites nobody', async () => {
  const { address } = somebody(workspace);
  const member = await memberOf(workspace, somebody(workspace).key);
  const recipients = [{ email: address }];
  const before = await whatStands(workspace);

  const nobody = connectedApi(workspace.url, 'no-such-token');
  expect((await nobody('POST', '/invitation-batches', { recipients })).status).toBe(401);
  const cookie = member.cookies
    .of(workspace.url)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  expect((await nobody('POST', '/invitation-batches', { recipients }, { cookie, authorization: '' })).status).toBe(401);
  expect((await member.post(`${workspace.url}/admin/invitations/new`, { recipients: address })).status).toBe(403);

  for (const role of ['owner', ['member'], { member: true }, 7, null, ''])
    expect((await invite({ recipients, role })).status, JSON.stringify(role)).toBe(422);
  expect((await invite({ recipients: [{ email: address, role: ['member'] }] })).status).toBe(422);
  for (const body of [{ recipients, role: 'administrator' }, { recipients: [{ email: address, role: 'administrator' }] }]) {
    const answer = await invite(body);
    expect([answer.status, answer.body.type]).toEqual([403, '/problems/fresh-sign-in-needed']);
  }
  await workspace.runJobs();
  expect(await whatStands(workspace)).toEqual(before);
});

test('INV-17: fields that only the server sets are refused when inviting and when changing', async () => {
  const { id } = await invited(workspace, somebody(workspace).address);
  const { address } = somebody(workspace);
  const before = await whatStands(workspace);

  const fields = [
    'state',
    'id',
    'key',
    'expiresAt',
    'createdBy',
    'redeemedBy',
    'workspace',
    'generation',
    'memberId',
    '__proto__',
    'constructor',
  ];
  for (const field of fields) {
    const extra = `"${field}":"redeemed"`;
    const bodies: [string, string][] = [
      ['/invitation-batches', `{"recipients":[{"email":"${address}"}],${extra}}`],
      ['/invitation-batches', `{"recipients":[{"email":"${address}",${extra}}]}`],
      [`/invitations/${id}/resend`, `{${extra}}`],
      [`/invitations/${id}/revoke`, `{${extra}}`],
    ];
    for (const [path, body] of bodies) expect((await workspace.api('POST', path, body)).status, `${field} ${path}`).toBe(422);
  }
  await workspace.runJobs();
  expect(await whatStands(workspace)).toEqual(before);
});

test('INV-18: an id of another workspace is unknown here', async () => {
  const before = await whatStands(workspace);
  const id = newId('inv');
  const answers = [
    await workspace.api('GET', `/invitations/${id}`),
    await workspace.api('POST', `/invitations/${id}/resend`),
    await workspace.api('POST', `/invitations/${id}/revoke`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  expect(await whatStands(workspace)).toEqual(before);
});

test('INV-23: an address that is a list, has a line break, a comma or a name is 422, and nobody is mailed', async () => {
  const before = await whatStands(workspace);
  const emails = [
    ['a@contoso.example', 'b@contoso.example'],
    'a@contoso.example,b@contoso.example',
    'a@contoso.example\nBcc:b@contoso.example',
  ];
  for (const email of [
    ...emails,
    'A <a@contoso.example>',
    'a',
    '',
    ' ',
    7,
    null,
    { a: 1 },
    'a@contoso.example\0',
    'a@contoso.example\r\nTo: b@c.de',
  ]) {
    const answer = await invite({ recipients: [{ email }] });
    expect([answer.status, answer.body.errors?.[0]?.pointer], JSON.stringify(email)).toEqual([422, '#/recipients/0/email']);
  }
  const form = await workspace.api('POST', '/invitation-batches', 'email[]=a%40contoso.example&email[]=b%40contoso.example', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect(form.status).toBe(415);
  await workspace.runJobs();
  expect(await whatStands(workspace)).toEqual(before);
});

test('INV-23: one bad address among good ones writes nothing at all (INV-35)', async () => {
  const before = await whatStands(workspace);
  const answer = await invite({ recipients: [{ email: somebody(workspace).address }, { email: 'bad' }, { email: 'b@' }] });
  expect(answer.status).toBe(422);
  expect(answer.body.errors.map((one: { pointer: string }) => one.pointer)).toEqual([
    '#/recipients/1/email',
    '#/recipients/2/email',
  ]);
  expect(await whatStands(workspace)).toEqual(before);
});

test('INV-35: a thousand addresses with three of members make 997 invitations and three reasons, and each is mailed once', async () => {
  const members = [somebody(workspace), somebody(workspace), somebody(workspace)];
  for (const { key } of members) await memberOf(workspace, key);
  const [before] = await workspace.sql('SELECT count(*) AS n FROM invitations');
  const mails = workspace.tenant.mails().length;
  const bulk = Array.from({ length: 997 }, (_, at) => ({ email: `bulk-${at}@contoso.example` }));

  const answer = await invite({ recipients: [...bulk, ...members.map(({ address }) => ({ email: address }))] });

  expect(answer.body).toMatchObject({ state: 'writing', counts: { invite: 997, resend: 0, refuse: 3 } });
  expect(answer.body.rows.map((row: { because: string }) => row.because)).toEqual(Array(3).fill('already-member'));
  await workspace.runJobs();
  expect((await workspace.api('GET', `/invitation-batches/${answer.body.id}`)).body.state).toBe('done');
  expect(await workspace.sql('SELECT count(*) AS n FROM invitations')).toEqual([{ n: Number(before!.n) + 997 }]);
  expect(workspace.tenant.mails().length - mails).toBe(997);
});

test('INV-24: an inviter who leaves: ordinary invitations stay good, one for an administrator does not', async () => {
  const boss = somebody(workspace);
  const { api } = await anotherAdministrator(workspace, boss.key);
  const [ordinary, high] = [somebody(workspace), somebody(workspace)];
  const other = { ...workspace, api };
  await invited(other, ordinary.address);
  await inviteAdministrator(other, high.address);
  const highUrl = await workspace.joinUrlFor(high.address);
  await removes(workspace, (await api('GET', '/me')).body.memberId);

  expect(await workspace.sql(`SELECT state FROM invitations WHERE address = '${high.address}'`)).toEqual([{ state: 'revoked' }]);
  expect((await opensLink(await workspace.joinUrlFor(ordinary.address), ordinary.key)).page.url).toBe(`${workspace.url}/welcome`);
  await expect(opensLink(highUrl, high.key)).rejects.toThrow('410');
  expect(await isMember(workspace, high)).toBe(false);
});

test('INV-22: what the browser carries cannot be changed into another invitation, role or time', async () => {
  const [ivy, eve] = [somebody(workspace), somebody(workspace)];
  const own = await invited(workspace, eve.address);
  const other = await invited(workspace, ivy.address, { role: 'reader' });
  const { browser } = await opensLink(own.joinUrl, eve.key);
  await browser.get(other.joinUrl.replace(/key=.*/, `key=${own.key}`), { follow: true });
  const names = browser.cookies.of(workspace.url).map(({ name }) => name);
  const join = names.find((name) => name.includes('join-'));
  const fresh = await browser.get(own.joinUrl);
  const cookie = fresh.setCookies
    .find((line) => line.includes('join-'))!
    .split(';')[0]!
    .split('=');
  browser.cookies.set(workspace.url, cookie[0]!.replace(own.id, other.id), cookie.slice(1).join('='));

  expect(join).toBeUndefined();
  expect((await browser.get(`${workspace.url}/join/${other.id}`)).status).toBe(404);
  expect((await browser.get(`${workspace.url}/sign-in?invitation=${other.id}&role=administrator`)).status).toBe(404);
  expect(await stateOf(workspace, other.id)).toBe('pending');
});

test('Idempotency-Key: the same call again is answered with what the first made, another body is refused', async () => {
  const { address } = somebody(workspace);
  const headers = { 'idempotency-key': 'draft-1' };
  const first = await invite({ recipients: [{ email: address }] }, headers);
  const again = await invite({ recipients: [{ email: address }] }, headers);
  const other = await invite({ recipients: [{ email: address }], note: 'Hi' }, headers);

  expect([first.status, again.status, other.status]).toEqual([202, 200, 422]);
  expect(again.body.rows).toEqual(first.body.rows);
  expect((await workspace.mailsTo(address)).length).toBe(1);
  workspace.clock.advance(DAY);
  expect((await invite({ recipients: [{ email: address }] }, headers)).body.rows[0].plan).toBe('resend');
});
