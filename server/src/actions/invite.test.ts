import { MAX_RECIPIENTS, type NewBatch, type Recipient, type Row } from '@doorstep/shared/invitation-batch';
import { DAY } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { GUESTS } from '../domain/guest.ts';
import { defaultSettings } from '../domain/settings.ts';
import { noTrace } from '../store/audit.ts';
import { newId } from '../store/new-id.ts';
import { redeemInvitations } from '../store/redemption.ts';
import { type DirectoryStory, groupId, objectIdFor, userId, writeDirectory } from '../store/testing/directory-story.ts';
import { count, type DoorStory, identity, invited, openDoorStory, redemption, rows } from '../store/testing/door-story.ts';
import type { Deps } from './deps.ts';
import { findBatchReport, invite, previewInvitations } from './invite.ts';
import { planGroup } from './plan-group.ts';
import { writeWaitingBatches } from './write-batches.ts';

let story: DoorStory;
let deps: Deps;
beforeEach(async () => {
  story = await openDoorStory();
  deps = { store: story.store, settings: defaultSettings, tenantId: 'contoso', nudge: () => {} } as Deps;
  return () => story.store.close();
});

const directory = (facts: DirectoryStory) => writeDirectory(story.store, facts);
const batchOf = (recipients: Recipient[], more: Partial<NewBatch> = {}): NewBatch => ({
  ...{ recipients, role: 'member', language: null, note: null, expiresInDays: 7 },
  ...more,
});
const preview = async (...recipients: Recipient[]) => (await previewInvitations(deps, batchOf(recipients), story.clock.now)).rows;
async function send(recipients: Recipient[], more: Partial<NewBatch> = {}, key: string | null = null) {
  const result = await invite(deps, story.sam, batchOf(recipients, more), key, noTrace, story.clock.now);
  if (result.outcome !== 'invited') throw new Error(result.outcome);
  return result.batch;
}
const pending = () =>
  rows(story.store, "SELECT person, address, object_id, generation FROM invitations WHERE state = 'pending' ORDER BY person");
const said = (list: Row[]) => list.map((row) => [row.because ?? row.plan, ...(row.remark ? [row.remark] : [])].join(' '));
const oid = (word: string) => `oid:contoso/${objectIdFor(word)}`;

test('ENT-53: an address says what the directory knows of it: person, disabled one, several, group, contact, nobody, outside', async () => {
  await directory({
    users: {
      mia: {},
      dan: { state: 'disabled' },
      eve: { state: 'deleted' },
      two: { aliases: ['both@contoso.example'] },
      too: { aliases: ['both@contoso.example'] },
    },
    groups: { design: { address: 'design@contoso.example', members: ['mia'] } },
    contacts: ['printer@fabrikam.example'],
  });
  const typed = [
    'Mia@contoso.example',
    'dan',
    'eve',
    'both',
    'design',
    'printer@fabrikam.example',
    'nobody',
    'x@elsewhere.example',
  ];
  const list = await preview(...typed.map((word) => ({ email: word.includes('@') ? word : `${word}@contoso.example` })));
  expect(said(list)).toEqual([
    'invite',
    'disabled-in-directory',
    'disabled-in-directory',
    'several-people',
    'duplicate',
    'invite contact',
    'not-expandable',
    'invite guest',
  ]);
  expect(list[0]).toMatchObject({ directoryUserId: userId('mia'), name: 'mia', address: 'mia@contoso.example' });
  expect(list[4]).toMatchObject({ directoryGroupId: groupId('design'), people: [{ directoryUserId: userId('mia') }] });
  expect(list[5]).toMatchObject({ name: 'Contact', directoryUserId: null });
});

test('ENT-57: before a full pass has ended, nobody can say that an address of ours is a dynamic list; without a directory nothing is remarked', async () => {
  const nobody = { email: 'nobody@contoso.example' };
  expect(said(await preview(nobody))).toEqual(['invite']);
  await directory({ users: { mia: {} }, isSynced: false });
  expect(said(await preview(nobody))).toEqual(['invite outside-directory']);
  await directory({});
  expect(said(await preview(nobody))).toEqual(['not-expandable']);
});

test('ENT-57: the address of an empty group is a group without people, never an unknown address', async () => {
  await directory({ groups: { empty: { address: 'empty@contoso.example', members: [] } } });
  const list = await preview({ email: 'EMPTY@contoso.example' }, { directoryGroupId: groupId('empty') });
  expect(said(list)).toEqual(['empty-group', 'empty-group']);
});

test('INV-29: an address means a directory person by ASCII case alone: dots, plus-tags, Unicode forms and longer domains are others', async () => {
  await directory({ users: { mia: {} } });
  const others = ['m.ia@contoso.example', 'mia+x@contoso.example', 'mia@contoso.example.evil.example', 'mia@evilcontoso.example'];
  const list = await preview(...['MIA@CONTOSO.example', ...others, 'mia@c\u043Entoso.example'].map((email) => ({ email })));
  expect(said(list)).toEqual(['invite', 'not-expandable', 'not-expandable', ...Array(3).fill('invite guest')]);
  expect(list.map((row) => row.directoryUserId)).toEqual([userId('mia'), null, null, null, null, null]);
});

test('ids that the directory does not know, or that are none, are refused one by one', async () => {
  await directory({ users: { mia: {} } });
  const list = await preview(
    { directoryUserId: userId('xx') },
    { directoryUserId: 'dus_1' },
    { directoryGroupId: userId('mia') },
  );
  expect(said(list)).toEqual(['not-in-directory', 'not-in-directory', 'not-in-directory']);
});

test('ENT-56: a group means the people of its nested groups, too, each once; cycles end, disabled ones and guests are said, strangers to the directory left out', async () => {
  await directory({
    users: { ana: {}, ben: {}, dan: { state: 'disabled' }, gus: { isGuest: true }, lee: { address: null } },
    groups: {
      outer: { members: ['ana', 'inner', 'printr'] },
      inner: { members: ['ana', 'ben', 'dan', 'gus', 'lee', 'outer'] },
    },
  });
  const [row] = await preview({ directoryGroupId: groupId('outer') });
  expect(row).toMatchObject({ plan: 'invite', name: 'outer', counts: { invite: 3, resend: 0, refuse: 2 } });
  expect(row!.people!.map((one) => [one.name, one.because ?? one.remark ?? one.plan])).toEqual([
    ['ana', 'invite'],
    ['ben', 'invite'],
    ['gus', 'tenant-guest'],
    ['dan', 'disabled-in-directory'],
    ['lee', 'not-an-address'],
  ]);
  const plan = { people: 5, invite: 3, resend: 0, members: 0, disabled: 1, guests: 1 };
  expect(await planGroup(deps, groupId('outer'), story.clock.now)).toMatchObject({ plan });

  const batch = await send([{ directoryGroupId: groupId('outer') }]);
  expect(batch.counts).toEqual({ invite: 3, resend: 0, refuse: 2 });
  expect((await pending()).map(({ person }) => person)).toEqual(['ana', 'ben', 'gus'].map(oid).sort());
  expect(await findBatchReport(deps, batch.id)).toEqual(batch);
});

test('ENT-54: by id, group, search, address and alias at once, a person gets one invitation; every later row is a duplicate', async () => {
  await directory({ users: { mia: { aliases: ['m@contoso.example'] } }, groups: { design: { members: ['mia'] } } });
  const ways: Recipient[] = [
    { email: 'M@contoso.example' },
    { directoryUserId: userId('mia') },
    { directoryGroupId: groupId('design') },
    { directorySearch: { q: 'mi', status: 'invitation-required' } },
    { email: 'mia@contoso.example' },
  ];
  const batch = await send(ways);
  expect(said(batch.rows)).toEqual(['invite', 'duplicate', 'duplicate', 'duplicate', 'duplicate']);
  expect(batch.counts).toEqual({ invite: 1, resend: 0, refuse: 4 });
  expect(await pending()).toEqual([
    { person: oid('mia'), address: 'mia@contoso.example', object_id: objectIdFor('mia'), generation: 1 },
  ]);
});

test('ENT-54, INV-14: in parallel, by id, address and alias, a directory person has one pending invitation, sent again each time', async () => {
  await directory({ users: { mia: { aliases: ['m@contoso.example'] } }, groups: { design: { members: ['mia'] } } });
  const ways: Recipient[] = [
    { email: 'm@contoso.example' },
    { directoryUserId: userId('mia') },
    { directoryGroupId: groupId('design') },
    { email: ' MIA@contoso.example ' },
  ];
  const batches = await Promise.all(ways.map((way) => send([way])));
  const told = batches.map(({ rows: [row] }) => row!.people?.[0] ?? row!);
  expect(told.map(({ plan }) => plan).sort()).toEqual(['invite', 'resend', 'resend', 'resend']);
  expect(new Set(told.map(({ invitationId }) => invitationId)).size).toBe(1);
  expect(await pending()).toMatchObject([{ person: oid('mia'), generation: 4 }]);
});

test('ENT-54, INV-14: an invitation from before the directory, to an alias, is sent again, to the person, and becomes bound', async () => {
  const before = await invited(story, 'm');
  await directory({ users: { mia: { aliases: ['m@contoso.example'] } } });
  const [row] = await preview({ directoryUserId: userId('mia') });
  expect(row).toMatchObject({ plan: 'resend' });
  const { rows: sent } = await send([{ directoryUserId: userId('mia') }]);
  expect(sent).toMatchObject([{ plan: 'resend', invitationId: before.invitationId }]);
  expect(await pending()).toEqual([
    { person: oid('mia'), address: 'mia@contoso.example', object_id: objectIdFor('mia'), generation: 2 },
  ]);
  await send([{ email: 'm@contoso.example' }]);
  expect(await pending()).toMatchObject([{ person: oid('mia'), generation: 3 }]);
  expect(await rows(story.store, 'SELECT standing FROM directory_users')).toEqual([{ standing: 'invited' }]);
});

test('INV-15: a member is not invited, by id or by address; a new object id with an old address is a stranger', async () => {
  await redeemInvitations(story.store, [
    redemption(story, await invited(story, 'mia'), identity('mia', { objectId: objectIdFor('mia') })),
  ]);
  await directory({ users: { mia: { aliases: ['m@contoso.example'] } } });
  const ways = [{ directoryUserId: userId('mia') }, { email: 'mia@contoso.example' }, { email: 'm@contoso.example' }];
  expect(said(await preview(ways[0]!))).toEqual(['already-member']);
  expect(said(await preview(ways[1]!))).toEqual(['already-member']);
  expect(said(await preview(ways[2]!))).toEqual(['already-member']);
  expect((await send(ways)).counts).toEqual({ invite: 0, resend: 0, refuse: 3 });
  expect(await count(story.store, "invitations WHERE state = 'pending'")).toBe(0);

  await directory({ users: { mia2: { address: 'mia@contoso.example' } } });
  await directory({ users: { mia: { state: 'deleted' } } });
  const [row] = await preview({ email: 'mia@contoso.example' });
  expect(row).toMatchObject({ plan: 'invite', directoryUserId: userId('mia2') });
  expect((await send([{ directoryUserId: userId('mia2') }])).counts).toEqual({ invite: 1, resend: 0, refuse: 0 });
});

test('who is disabled between plan and writing is not written, and the answer says why', async () => {
  await directory({ users: { mia: {}, tom: {} } });
  const write = story.store.write;
  story.store.write = async (statements) => {
    story.store.write = write;
    await directory({ users: { mia: { state: 'disabled' } } });
    return write(statements);
  };
  const batch = await send([{ directoryUserId: userId('mia') }, { directoryUserId: userId('tom') }]);
  expect(said(batch.rows)).toEqual(['disabled-in-directory', 'invite']);
  expect(batch.counts).toEqual({ invite: 1, resend: 0, refuse: 1 });
});

test('a person gets what their row names, else what the batch names; the language is the chosen one, else their own', async () => {
  await directory({ users: { mia: { language: 'de-CH' }, tom: { language: 'nl-NL' }, zoe: { language: 'fr' } } });
  const people = ['mia', 'tom', 'zoe'].map((word) => ({ directoryUserId: userId(word) }));
  await send([{ ...people[0]!, role: 'reader', userGroupIds: ['grp_a'], accessUntil: null }, people[1]!, people[2]!], {
    userGroupIds: ['grp_b'],
    accessUntil: story.clock.now + DAY,
  });
  const written =
    'SELECT name, role, language, user_group_ids AS groups, access_until IS NULL AS forever FROM invitations ORDER BY name';
  expect(await rows(story.store, written)).toEqual([
    { name: 'mia', role: 'reader', language: 'de', groups: '["grp_a"]', forever: 1 },
    { name: 'tom', role: 'member', language: null, groups: '["grp_b"]', forever: 0 },
    { name: 'zoe', role: 'member', language: 'fr', groups: '["grp_b"]', forever: 0 },
  ]);
  await send([people[0]!], { language: 'en' });
  expect((await rows(story.store, written))[0]).toMatchObject({ language: 'en', groups: '[]' });
});

test('an invitation by an admission rule says so, in its row and in the audit', async () => {
  await directory({ users: { mia: {} } });
  const id = newId('rul');
  await invite(deps, story.sam, batchOf([{ directoryUserId: userId('mia') }]), null, noTrace, story.clock.now, id);
  expect(await rows(story.store, 'SELECT admission_rule_id AS rule FROM invitations')).toEqual([{ rule: id }]);
  const [{ facts }] = (await rows(story.store, "SELECT facts FROM audit_events WHERE what = 'invitations.sent'")) as [
    { facts: string },
  ];
  expect(JSON.parse(facts)).toEqual({ invitations: 1, admissionRuleId: id });
});

test('INV-35: a group of 1,000 with three that cannot be invited: 997 are written, each of the three has its reason', async () => {
  const words = Array.from({ length: 1000 }, (_, at) => `p${at}`);
  const users = Object.fromEntries(
    words.map((word, at) => [word, at < 2 ? { state: 'disabled' as const } : at === 2 ? { address: null } : {}]),
  );
  await directory({ users, groups: { all: { members: words } } });
  const [row] = await preview({ directoryGroupId: groupId('all') });
  expect([row!.counts, row!.people!.map(({ because }) => because)]).toEqual([
    { invite: 997, resend: 0, refuse: 3 },
    ['disabled-in-directory', 'disabled-in-directory', 'not-an-address'],
  ]);
  const batch = await send([{ directoryGroupId: groupId('all') }]);
  expect(batch).toMatchObject({ state: 'writing', counts: { invite: 997, resend: 0, refuse: 3 } });
  expect(batch.rows[0]!.people).toHaveLength(3);
  expect(await findBatchReport(deps, batch.id)).toEqual(batch);
});

test('a group of 10,000 is expanded by few reads, whatever its size, and written without one person missing', async () => {
  const words = Array.from({ length: 10_000 }, (_, at) => `p${at}`);
  await directory({ users: Object.fromEntries(words.map((word) => [word, {}])), groups: { all: { members: words } } });
  let reads = 0;
  const all: Deps['store']['db']['all'] = (query) => {
    reads += 1;
    return story.store.db.all(query);
  };
  const db = new Proxy(story.store.db, { get: (target, name) => (name === 'all' ? all : Reflect.get(target, name)) });
  const wanted = batchOf([{ directoryGroupId: groupId('all') }]);
  const { rows: list, counts } = await previewInvitations({ ...deps, store: { ...story.store, db } }, wanted, story.clock.now);
  expect([counts, list[0]!.people, list[0]!.counts]).toEqual([{ invite: 10_000, resend: 0, refuse: 0 }, [], counts]);
  expect(reads).toBeLessThan(10_000 / 50);

  const batch = await send([{ directoryGroupId: groupId('all') }]);
  const now = () => story.clock.now;
  await writeWaitingBatches(deps, now, now() + 1, { owner: 'srv_test', isStopping: () => false });
  expect(await count(story.store, "invitations WHERE state = 'pending' AND generation = 1 AND object_id IS NOT NULL")).toBe(
    10_000,
  );
  expect(await count(story.store, 'outbox_messages')).toBe(10_000);
  expect(await findBatchReport(deps, batch.id)).toMatchObject({ state: 'done', counts: batch.counts });
  expect(await rows(story.store, "SELECT value FROM counters WHERE name = 'invitation_required'")).toEqual([{ value: 0 }]);
}, 30_000);

test('a batch takes as many people of groups as it may name recipients: the group that is too many is refused as a whole', async () => {
  await directory({ users: { mia: {} }, groups: { small: { members: ['mia'] }, huge: { members: [] } } });
  await story.store.db.run(sql`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= ${MAX_RECIPIENTS})
    INSERT INTO directory_users (object_id, name, graph_state, first_seen_at, changed_at) SELECT 'u' || i, 'u', 'enabled', 0, 0 FROM n`);
  await story.store.db.run(sql`
    INSERT INTO directory_group_members (group_id, member_id, is_group)
    SELECT ${objectIdFor('huge')}, object_id, 0 FROM directory_users WHERE name = 'u'`);
  const list = await preview({ directoryGroupId: groupId('huge') }, { directoryGroupId: groupId('small') });
  expect(said(list)).toEqual(['too-many-people', 'invite']);
  expect(await planGroup(deps, groupId('huge'), story.clock.now)).toEqual({ plan: null, firstPeople: [] });
}, 60_000);

test('DIR-01: a guest is nobody of the tenant: who has the same address in the directory is invited as themselves', async () => {
  const address = 'kim@elsewhere.example';
  await directory({ users: { kim: { address, isGuest: true }, mia: {} } });
  const guest = identity('kim', { tenantId: GUESTS, objectId: 'gst_kim', address, guestOf: 'elsewhere.example' });
  await redeemInvitations(story.store, [redemption(story, await invited(story, 'kim'), guest)]);
  expect(said(await preview({ directoryUserId: userId('kim') }))).toEqual(['invite tenant-guest']);
  expect((await send([{ directoryUserId: userId('kim') }])).counts).toEqual({ invite: 1, resend: 0, refuse: 0 });
  expect(await pending()).toMatchObject([{ person: oid('kim'), generation: 1 }]);
});

test('DIR-01: a guest’s address takes over no invitation of a person of the directory who has it for mails only', async () => {
  const address = 'mia@elsewhere.example';
  await directory({ users: { mia: { address } } });
  await story.store.db.run("UPDATE directory_addresses SET source = 'mail' WHERE address LIKE '%@elsewhere.example'");
  await send([{ directoryUserId: userId('mia') }]);
  expect(said(await preview({ email: address }))).toEqual(['invite guest']);
  expect((await send([{ email: address }])).counts).toEqual({ invite: 1, resend: 0, refuse: 0 });
  expect((await pending()).map(({ person, generation }) => [person, generation])).toEqual([
    [`mail:${address}`, 1],
    [oid('mia'), 1],
  ]);
});
