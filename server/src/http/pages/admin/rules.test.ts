import { DAY } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { directoryGroupId } from '../../../domain/directory-id.ts';
import { NOON, openTestApp, type SomebodySignedIn, TENANT, type TestApp } from '../../test-app.ts';

const STAFF = 'bbbbbbbb-0000-4000-8000-000000000001';
const RULES = '/admin/directory/rules';
const ofStaff = `group:${directoryGroupId(STAFF)}`;
const suggest = { effect: 'suggest', role: 'member' };

let house: TestApp;
let sam: SomebodySignedIn;
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs({ role: 'administrator', name: 'Sam Okafor', isFresh: true });
  await change(`UPDATE directory SET tenant_id = '${TENANT}'`);
  await change(`INSERT INTO directory_domains (domain) VALUES ('contoso.example')`);
  await change(
    `INSERT INTO directory_groups (object_id, name, graph_state, changed_at) VALUES ('${STAFF}', 'Vault staff', 'present', 0)`,
  );
  return () => house.store.close();
});

const change = (text: string) => house.store.db.run(sql.raw(text));
const rows = (text: string) => house.store.db.all<Record<string, string | number | null>>(sql.raw(text));

async function inStaff(objectId: string, name: string) {
  await change(
    `INSERT INTO directory_users (object_id, name, address, graph_state, first_seen_at, changed_at)
      VALUES ('${objectId}', '${name}', '${name.toLowerCase().replace(' ', '.')}@contoso.example', 'enabled', 0, 0)`,
  );
  await change(`INSERT INTO directory_group_members (group_id, member_id, is_group) VALUES ('${STAFF}', '${objectId}', 0)`);
}

async function made(form: Record<string, string>): Promise<string> {
  const answer = await house.request(RULES, { as: sam, form: { who: ofStaff, ...form } });
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get('location')!, 'http://localhost').pathname;
}
const text = async (path: string, form?: Record<string, string>, as = sam) =>
  (await house.request(path, { as, ...(form ? { form } : {}) })).text();
const seenIn = (page: string) => /name="seen" value="([^"]*)"/.exec(page)![1]!;

describe('making a rule', () => {
  test('the groups and domains of the directory are offered; what is made is off', async () => {
    const form = await text(`${RULES}/new?q=vault`);
    expect(form).toContain('Vault staff');
    expect(form).toContain('@contoso.example');
    expect(await text(`${RULES}/new?q=nothing`)).not.toContain('Vault staff');
    const path = await made(suggest);
    expect(await text(path)).toContain('Vault staff');
    expect(await rows('SELECT directory_group_id AS who, is_on FROM admission_rules')).toEqual([{ who: STAFF, is_on: 0 }]);
    expect(await text(RULES)).toContain('Members of <bdi>Vault staff</bdi>');
  });

  test('what is no group or domain of the directory, no such effect, role or user group is 422, and nothing is made', async () => {
    const bad: Record<string, string>[] = [
      { who: '', ...suggest },
      { who: 'group:dgr_00000000000000000000000000', ...suggest },
      { who: 'domain:fabrikam.example', ...suggest },
      { who: 'domain:', ...suggest },
      { who: `everybody:${STAFF}`, ...suggest },
      { who: ofStaff, role: 'member' },
      { who: ofStaff, effect: 'invite', role: 'administrator' },
      { who: ofStaff, effect: 'let-everybody-in', role: 'member' },
      { who: ofStaff, ...suggest, userGroupIds: 'grp_00000000000000000000000000' },
    ];
    for (const form of bad) expect([form, (await house.request(RULES, { as: sam, form })).status]).toEqual([form, 422]);
    expect(await rows('SELECT * FROM admission_rules')).toEqual([]);
    expect(await rows(`SELECT DISTINCT facts->>'because' AS because FROM audit_events WHERE what = 'write.refused'`)).toEqual([
      { because: 'invalid-fields' },
    ]);
  });
});

test('there are at most 100 rules, and the page says so', async () => {
  const values = Array.from({ length: 100 }, (_, at) => `('rul_${at}', 'contoso.example', 'suggest', 'member', '[]', 0, '', '')`);
  await change(
    `INSERT INTO admission_rules (id, domain, effect, role, user_group_ids, created_at, created_by, attempt_id) VALUES ${values.join(',')}`,
  );
  const answer = await house.request(RULES, { as: sam, form: { who: ofStaff, ...suggest } });
  expect(answer.status).toBe(422);
  expect(await answer.text()).toContain('There are 100 rules already');
});

describe('switching a rule on', () => {
  test('one that lets in is rehearsed on who asked in the last 30 days, and needs a fresh sign-in and a yes', async () => {
    house.clock.now = NOON - 40 * DAY;
    const old = await house.knockAs({ name: 'Olga Past' });
    house.clock.now = NOON - DAY;
    const tom = await house.knockAs({ name: 'Tom Kerr' });
    const eve = await house.knockAs({ name: 'Eve Foreign' });
    house.clock.now = NOON;
    await inStaff(old.who.objectId, 'Olga Past');
    await inStaff(tom.who.objectId, 'Tom Kerr');
    await inStaff(sam.who.objectId, 'Sam Okafor');
    await change(`UPDATE access_requests SET state = 'denied' WHERE id = '${tom.requestId}'`);
    const path = await made({ effect: 'let-in', role: 'reader' });

    const rehearsal = await text(`${path}/switch-on`, {});
    expect(rehearsal).toContain('would have let in <b>1 person</b>');
    expect(rehearsal).toContain('Tom Kerr');
    expect(rehearsal).toContain('request denied');
    for (const name of ['Olga Past', eve.who.name!]) expect(rehearsal).not.toContain(name);
    expect(await rows('SELECT is_on FROM admission_rules')).toEqual([{ is_on: 0 }]);

    const form = { confirmed: 'yes', seen: seenIn(rehearsal) };
    const jo = await house.signInAs({ role: 'administrator', name: 'Jo Berg' });
    expect((await house.request(`${path}/switch-on`, { as: jo, form })).status).toBe(403);
    expect(await rows('SELECT is_on FROM admission_rules')).toEqual([{ is_on: 0 }]);
    expect((await house.request(`${path}/switch-on`, { as: sam, form })).headers.get('location')).toContain('done=rule-on');
    expect(await rows('SELECT is_on, switched_on_by AS by FROM admission_rules')).toEqual([{ is_on: 1, by: sam.memberId }]);
  });

  test('one that invites is rehearsed on its people: whom it would invite, who is left out and why', async () => {
    await inStaff('aaaaaaaa-0000-4000-8000-000000000001', 'Ana Sol');
    await inStaff('aaaaaaaa-0000-4000-8000-000000000002', 'Dan Off');
    await inStaff(sam.who.objectId, 'Sam Okafor');
    await change(`UPDATE directory_users SET graph_state = 'disabled' WHERE name = 'Dan Off'`);
    const path = await made({ effect: 'invite', role: 'member' });
    const rehearsal = await text(`${path}/switch-on`, {});
    expect(rehearsal).toContain('would invite <b>1 person</b> now');
    expect(rehearsal).toContain('Ana Sol');
    expect(rehearsal).not.toContain('Dan Off');
    expect(rehearsal).toContain('1 person: disabled or gone in the directory');
    expect(rehearsal).toContain('1 person: members already');
    expect(await rows(`SELECT id FROM invitations WHERE object_id LIKE 'aaaaaaaa%'`)).toEqual([]);
  });

  test('a rule changed since it was rehearsed is rehearsed again; one that is on is not changed', async () => {
    const path = await made(suggest);
    const seen = seenIn(await text(`${path}/switch-on`, {}));
    await house.request(`${path}/change`, { as: sam, form: { effect: 'let-in', role: 'member' } });
    const again = await house.request(`${path}/switch-on`, { as: sam, form: { confirmed: 'yes', seen } });
    expect(again.status).toBe(200);
    expect(await rows('SELECT is_on FROM admission_rules')).toEqual([{ is_on: 0 }]);
    await house.request(`${path}/switch-on`, { as: sam, form: { confirmed: 'yes', seen: seenIn(await again.text()) } });
    expect((await house.request(`${path}/change`, { as: sam, form: suggest })).status).toBe(409);
    expect(await rows('SELECT effect, is_on FROM admission_rules')).toEqual([{ effect: 'let-in', is_on: 1 }]);
  });
});

test('switched off and deleted: asked once more, the people it let in stay', async () => {
  const path = await made(suggest);
  await house.request(`${path}/switch-on`, {
    as: sam,
    form: { confirmed: 'yes', seen: seenIn(await text(`${path}/switch-on`, {})) },
  });
  expect((await house.request(`${path}/switch-off`, { as: sam, form: {} })).status).toBe(303);
  expect(await rows('SELECT is_on FROM admission_rules')).toEqual([{ is_on: 0 }]);
  expect(await text(`${path}/delete`, {})).toContain('Delete this rule?');
  expect(await rows('SELECT id FROM admission_rules')).toHaveLength(1);
  expect((await house.request(`${path}/delete`, { as: sam, form: { confirmed: 'yes' } })).headers.get('location')).toBe(
    `${RULES}?done=rule-deleted`,
  );
  expect(await rows('SELECT id FROM admission_rules')).toEqual([]);
  expect((await house.request(path, { as: sam })).status).toBe(404);
});

test('who is suggested is changed on the page', async () => {
  await house.request('/admin/directory/suggested', { as: sam, form: { suggests: 'groups' } });
  expect(await rows('SELECT suggests, follows, follow_after FROM directory')).toEqual([
    { suggests: 'groups', follows: 1, follow_after: 0 },
  ]);
  expect(await text(RULES)).toMatch(/value="groups" checked/);
});
