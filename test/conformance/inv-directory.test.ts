import { groupId, objectIdFor, userId, writeDirectory } from '@doorstep/server/store/testing/directory-story';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiAnswer } from './extension-client.ts';
import { opensLink, somebody } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.stop());

const invite = (recipients: object[], more = {}, headers = {}) =>
  workspace.api('POST', '/invitation-batches', { recipients, ...more }, headers);
const pendingOf = (word: string) =>
  workspace.sql(`SELECT id, generation, address FROM invitations WHERE state = 'pending' AND object_id = '${objectIdFor(word)}'`);
const tenantId = () => workspace.deps.tenantId!;
const directory = (facts: Parameters<typeof writeDirectory>[1]) =>
  writeDirectory(workspace.deps.store, { tenantId: tenantId(), ...facts });

test('INV-14: a directory person, invited at once by id, group, address and alias, has one pending invitation and one valid key', async () => {
  await directory({
    users: { ana: { aliases: ['a.n.a@contoso.example'] } },
    groups: { anas: { members: ['ana'], address: 'anas@contoso.example' } },
  });
  const ways = [
    { directoryUserId: userId('ana') },
    { directoryGroupId: groupId('anas') },
    { email: 'ANAS@contoso.example' },
    { email: 'ana@contoso.example' },
    { email: ' A.N.A@Contoso.example' },
    { directorySearch: { q: 'ana', status: 'invitation-required' } },
  ];
  const answers = await Promise.all(ways.slice(0, 5).map((way) => invite([way])));
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(202));
  const people = answers.map(({ body }) => body.rows[0].people?.[0] ?? body.rows[0]);
  expect(people.map(({ plan }) => plan).sort()).toEqual(['invite', 'resend', 'resend', 'resend', 'resend']);
  expect(await pendingOf('ana')).toMatchObject([{ generation: 5, address: 'ana@contoso.example' }]);

  const all = await invite(ways);
  expect(all.body.counts).toEqual({ invite: 0, resend: 1, refuse: 5 });
  expect(await pendingOf('ana')).toMatchObject([{ generation: 6 }]);
  const mails = await workspace.mailsTo('ana@contoso.example');
  expect(mails.length).toBeGreaterThan(0);
  expect(await workspace.mailsTo('a.n.a@contoso.example')).toEqual([]);
});

test('INV-14: an invitation to a directory person opens for this identity alone, whatever address it came by', async () => {
  const bea = somebody(workspace);
  const eve = somebody(workspace);
  await workspace.deps.store.db.run(`INSERT INTO directory_users (object_id, name, address, graph_state, first_seen_at, changed_at)
    VALUES ('${bea.oid}', 'Bea', '${bea.address}', 'enabled', 0, 0)`);
  const id = (await workspace.api('GET', '/directory/users?q=bea')).body.items[0].id;
  const sent = await invite([{ directoryUserId: id }]);
  expect(sent.body.rows).toMatchObject([{ plan: 'invite', directoryUserId: id, address: bea.address, name: 'Bea' }]);
  const link = await workspace.joinUrlFor(bea.address);
  const wrong = await opensLink(link, eve.key);
  expect(wrong.page.url).not.toMatch(/welcome$/);
  const right = await opensLink(link, bea.key);
  expect(right.page.url).toMatch(/welcome$/);
  expect((await invite([{ directoryUserId: id }])).body.rows).toMatchObject([{ plan: 'refuse', because: 'already-member' }]);
  expect((await workspace.api('GET', `/directory/users/${id}`)).body).toMatchObject({ standing: 'member' });
});

test('INV-35: people of a group who cannot be invited are skipped with their reason; the same key answers the same, once', async () => {
  await directory({
    users: { one: {}, two: { state: 'disabled' }, tri: { address: null }, four: {} },
    groups: { some: { members: ['one', 'two', 'tri', 'four'] } },
  });
  const body = [{ directoryGroupId: groupId('some') }];
  const plan = await workspace.api('POST', '/invitation-batches/preview', { recipients: body });
  expect(plan.body.counts).toEqual({ invite: 2, resend: 0, refuse: 2 });
  expect(await pendingOf('one')).toEqual([]);
  const first = await invite(body, {}, { 'idempotency-key': 'some' });
  const again = await invite(body, {}, { 'idempotency-key': 'some' });
  expect([first.status, again.status]).toEqual([202, 200]);
  expect(again.body).toEqual(first.body);
  expect(reasons(first)).toEqual({ one: 'invite', two: 'disabled-in-directory', tri: 'not-an-address', four: 'invite' });
  expect(await pendingOf('one')).toMatchObject([{ generation: 1 }]);
});

const reasons = ({ body }: ApiAnswer) =>
  Object.fromEntries(
    body.rows[0].people.map((one: { name: string; plan: string; because?: string }) => [one.name, one.because ?? one.plan]),
  );

test('INV-35: a recipient that names nobody, two, or user groups that nobody can be put in: 422 with its pointer, nothing written', async () => {
  const before = await workspace.sql('SELECT count(*) AS n FROM invitation_batches');
  const wrong: [object, object, string][] = [
    [{}, {}, '#/recipients/0'],
    [{ email: 'x@contoso.example', directoryUserId: userId('one') }, {}, '#/recipients/0'],
    [{ directorySearch: { q: 'x', status: 'gone' } }, {}, '#/recipients/0/directorySearch/status'],
    [{ email: 'x@contoso.example', userGroupIds: ['grp_none'] }, {}, '#/recipients/0/userGroupIds/0'],
    [{ email: 'x@contoso.example' }, { userGroupIds: ['grp_none'] }, '#/userGroupIds/0'],
  ];
  for (const [recipient, more, pointer] of wrong) {
    for (const path of ['/invitation-batches', '/invitation-batches/preview']) {
      const { status, body } = await workspace.api('POST', path, { recipients: [recipient], ...more });
      expect([status, body.errors?.[0]?.pointer]).toEqual([422, pointer]);
    }
  }
  expect(await workspace.sql('SELECT count(*) AS n FROM invitation_batches')).toEqual(before);
});

test('DESIGN, directory: revoked means dismissed, *suggest* undoes it, inviting does, too', async () => {
  await directory({ users: { zoe: {} } });
  const standing = async () => (await workspace.api('GET', `/directory/users/${userId('zoe')}`)).body.standing;
  const required = async () => (await workspace.api('GET', '/summary')).body.invitationRequired;
  const before = await required();
  const { body } = await invite([{ directoryUserId: userId('zoe') }]);
  expect([await standing(), await required()]).toEqual(['invited', before - 1]);
  await workspace.api('POST', `/invitations/${body.rows[0].invitationId}/revoke`);
  expect([await standing(), await required()]).toEqual(['dismissed', before - 1]);
  const suggested = await workspace.api('POST', `/directory/users/${userId('zoe')}/suggest`);
  expect([suggested.status, suggested.body.standing, await required()]).toEqual([200, 'invitation-required', before]);
  await workspace.api('POST', `/directory/users/${userId('zoe')}/dismiss`);
  await workspace.api('POST', `/directory/users/${userId('zoe')}/dismiss`);
  expect([await standing(), await required()]).toEqual(['dismissed', before - 1]);
  const said = `SELECT what FROM audit_events WHERE about = '${userId('zoe')}' ORDER BY at, id`;
  expect(await workspace.sql(said)).toEqual([{ what: 'directory-user.suggested-again' }, { what: 'directory-user.dismissed' }]);
  await invite([{ email: 'zoe@contoso.example' }]);
  expect(await standing()).toBe('invited');
});
