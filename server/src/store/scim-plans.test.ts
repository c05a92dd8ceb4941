import { expect, test } from 'vitest';
import { noTrace } from './audit.ts';
import { findScimGroups } from './scim-group.ts';
import { findScimUsers, type ScimUserSearch, type ScimUserWrite, writeScimUser } from './scim-user.ts';
import { openTestStore } from './test-store.ts';
import { plansOf, readPlansOf } from './testing/query-plans.ts';

const write: ScimUserWrite = {
  objectId: '00000000-0000-4000-8000-000000000001',
  before: null,
  state: 'active',
  document: '{"userName":"abe","meta":{"attempt":"pro_1"}}',
  attempt: 'pro_1',
  name: 'Abe',
  address: null,
  userName: 'abe',
  language: null,
  guestOf: null,
  isGuest: false,
  addresses: ['abe'],
  isFollowed: false,
  tenantId: null,
  tokenId: 'sct_1',
  what: 'directory-user.provisioned',
  about: 'dus_1',
  auditId: 'aud_1',
  now: 1,
  trace: noTrace,
};

const page = { startIndex: 1, count: 100 };
/** A table read from end to end; what a batch carries along in JSON is small. */
const isSlow = (line: string) => /^SCAN (?!json_each|a VIRTUAL|e VIRTUAL|\(subquery|directory\b|CONSTANT)/.test(line);

test.each<ScimUserSearch>([
  {},
  { active: true },
  { objectId: write.objectId },
  { userName: 'abe' },
  { email: 'abe@contoso.example', emailType: 'work' },
  { userName: 'abe', active: true },
  { displayName: 'abe' },
])('people are found by an index, whatever is asked: %j', async (search) => {
  const store = await openTestStore();
  const plans = await readPlansOf(store, (listening) => findScimUsers(listening, search, page, async () => {}));
  expect(plans.flat().filter(isSlow)).toEqual([]);
});

test('a person is written by indexes', async () => {
  for (const before of [null, 'deleted', { document: write.document }] as const) {
    const store = await openTestStore();
    const plans = await plansOf(store, (listening) => writeScimUser(listening, { ...write, before }));
    expect(plans.flat().filter(isSlow)).toEqual([]);
  }
});

test('groups of a member are found by the index on members', async () => {
  const store = await openTestStore();
  const plans = await readPlansOf(store, (listening) => findScimGroups(listening, { memberId: write.objectId }, page));
  expect(plans.flat().join('\n')).toContain('directory_members_member');
});
