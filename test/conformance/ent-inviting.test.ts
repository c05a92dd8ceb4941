import { groupId, userId, writeDirectory } from '@doorstep/server/store/testing/directory-story';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { invited, whatStands } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

// Whom the directory says that a recipient means, said by the preview before anything is sent, and done by sending.

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
  await writeDirectory(workspace.deps.store, {
    tenantId: workspace.deps.tenantId!,
    users: {
      ana: { aliases: ['a@contoso.example'] },
      ben: { language: 'de-AT' },
      dan: { state: 'disabled' },
      gus: { isGuest: true, address: 'gus@fabrikam.example' },
      cat: { aliases: ['team@contoso.example'] },
      kit: { aliases: ['team@contoso.example'] },
    },
    groups: {
      m365: { address: 'm365@contoso.example', members: ['ana', 'secur'] },
      secur: { address: 'security@contoso.example', members: ['ben', 'gus', 'device', 'dan', 'm365'] },
      distr: { address: 'everyone@contoso.example', members: [] },
    },
    contacts: ['printer@fabrikam.example'],
  });
});
afterAll(() => workspace.stop());

type Said = { plan: string; because?: string; remark?: string; name: string | null };
const preview = async (recipients: object[]) => (await workspace.api('POST', '/invitation-batches/preview', { recipients })).body;
const said = (rows: Said[]) => rows.map(({ plan, because, remark }) => because ?? remark ?? plan);

test('ENT-53: outside the directory, contact, disabled person and several people are said before sending; nothing is written', async () => {
  const before = await whatStands(workspace);
  const typed = [
    'x@elsewhere.example',
    'printer@fabrikam.example',
    'dan@contoso.example',
    'team@contoso.example',
    'ana@contoso.example',
  ];
  const { rows, counts } = await preview(typed.map((email) => ({ email })));
  expect(said(rows)).toEqual(['guest', 'contact', 'disabled-in-directory', 'several-people', 'invite']);
  expect(rows[4]).toMatchObject({ name: 'ana', directoryUserId: userId('ana') });
  expect(counts).toEqual({ invite: 3, resend: 0, refuse: 2 });
  expect(await whatStands(workspace)).toEqual(before);
});

test('ENT-57: a group is found by the address of each sort; found nowhere is no empty group but perhaps a dynamic list', async () => {
  const typed = ['M365@contoso.example', 'security@contoso.example', 'everyone@contoso.example', 'dynamic@contoso.example'];
  const [m365, security, everyone, dynamic] = (await preview(typed.map((email) => ({ email })))).rows;
  expect(m365).toMatchObject({ directoryGroupId: groupId('m365'), counts: { invite: 3, resend: 0, refuse: 1 } });
  expect(security).toMatchObject({ directoryGroupId: groupId('secur'), because: 'duplicate' });
  expect(everyone).toMatchObject({ directoryGroupId: groupId('distr'), because: 'empty-group', people: [] });
  expect(dynamic).toMatchObject({ because: 'not-expandable', directoryUserId: null });
});

test('ENT-56: nested people are in, a cycle ends, devices are nobody, disabled people and guests are counted', async () => {
  const { body } = await workspace.api('GET', `/directory/groups/${groupId('m365')}`);
  expect(body.plan).toEqual({ people: 4, invite: 3, resend: 0, members: 0, disabled: 1, guests: 1 });
  expect(said(body.firstPeople)).toEqual(['invite', 'invite', 'tenant-guest', 'disabled-in-directory']);

  const sent = await workspace.api('POST', '/invitation-batches', { recipients: [{ directoryGroupId: groupId('m365') }] });
  expect(sent.body.counts).toEqual({ invite: 3, resend: 0, refuse: 1 });
  for (const address of ['ana@contoso.example', 'ben@contoso.example', 'gus@fabrikam.example']) {
    expect(await workspace.mailsTo(address)).toHaveLength(1);
  }
  expect(await workspace.mailsTo('dan@contoso.example')).toEqual([]);
  const after = (await workspace.api('GET', `/directory/groups/${groupId('m365')}`)).body.plan;
  expect(after).toEqual({ people: 4, invite: 0, resend: 3, members: 0, disabled: 1, guests: 1 });
});

test('ENT-54: by alias, before and after the directory knew the person, there is one open invitation', async () => {
  const before = await invited(workspace, 'eva@contoso.example').catch(() => null);
  expect(before).toBeNull(); // an address of ours that nobody has: not before the directory knows her
  const outside = await invited(workspace, 'e.v@elsewhere.example');
  const story = { tenantId: workspace.deps.tenantId!, users: { eva: { aliases: ['e.v@elsewhere.example'] } } };
  await writeDirectory(workspace.deps.store, story);
  const open = () =>
    workspace.sql("SELECT id, generation, address FROM invitations WHERE state = 'pending' AND address LIKE 'e%v%'");
  expect((await workspace.api('GET', `/directory/users/${userId('eva')}`)).body.standing).toBe('invited');
  const { rows } = await preview([{ directoryUserId: userId('eva') }]);
  expect(said(rows)).toEqual(['resend']);
  for (const way of [{ directoryUserId: userId('eva') }, { email: 'e.v@elsewhere.example' }, { email: 'EVA@contoso.example' }]) {
    await workspace.api('POST', '/invitation-batches', { recipients: [way] });
  }
  expect(await open()).toEqual([{ id: outside.id, generation: 4, address: 'eva@contoso.example' }]);
});
