import { SECOND } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { openTestApp, type SomebodySignedIn, TENANT, type TestApp } from '../http/test-app.ts';
import { makeRule, type RulePeople, type RuleTerms, switchOff, switchOn } from '../store/admission-rule.ts';
import { noTrace } from '../store/audit.ts';
import { setScope } from '../store/directory-scope.ts';
import { newId } from '../store/new-id.ts';
import { followDirectory } from './follow-directory.ts';

let house: TestApp;
let sam: SomebodySignedIn;
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs({ role: 'administrator', name: 'Sam Okafor' });
  await change(`UPDATE directory SET tenant_id = '${TENANT}'`);
  return () => house.store.close();
});

const change = (text: string) => house.store.db.run(sql.raw(text));
const rows = (text: string) => house.store.db.all<Record<string, string | number | null>>(sql.raw(text));
const number = async (from: string) => Number((await rows(`SELECT count(*) AS n FROM ${from}`))[0]!.n);

/** The n-th person and group of a made-up directory: object ids are GUIDs in lower case. */
const person = (n: number) => `aaaaaaaa-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
const group = (n: number) => `bbbbbbbb-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** People 1 to `people`; every one is in group 1, which is in group 0. */
async function aDirectory(people: number) {
  await change(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${people})
    INSERT INTO directory_users (object_id, name, address, graph_state, first_seen_at, changed_at)
    SELECT 'aaaaaaaa-0000-4000-8000-' || printf('%012x', i), 'Person ' || i, 'p' || i || '@contoso.example', 'enabled', 0, 0 FROM n`);
  for (const n of [0, 1, 2]) {
    await change(
      `INSERT INTO directory_groups (object_id, name, graph_state, changed_at) VALUES ('${group(n)}', 'Group ${n}', 'present', 0)`,
    );
  }
  await change(`INSERT INTO directory_group_members (group_id, member_id, is_group) VALUES ('${group(0)}', '${group(1)}', 1)`);
  await change(
    `INSERT INTO directory_group_members (group_id, member_id, is_group) SELECT '${group(1)}', object_id, 0 FROM directory_users`,
  );
}

const press = (ruleId = newId('rul')) => ({
  ...{ id: newId('chg'), by: sam.memberId, ruleId, auditId: newId('aud') },
  ...{ now: house.clock.now, trace: noTrace },
});

async function aRule(people: RulePeople, facts: Partial<RuleTerms> = {}): Promise<string> {
  const terms: RuleTerms = { effect: 'invite', role: 'member', userGroupIds: [], ...facts };
  const made = press();
  await makeRule(house.store, made, people, terms);
  await switchOn(house.store, press(made.ruleId), terms);
  return made.ruleId;
}

const ofGroup = (n: number): RulePeople => ({ directoryGroupId: group(n), domain: null });
const scope = (suggests: 'everybody' | 'groups') =>
  setScope(house.store, { by: sam.memberId, suggests, auditId: newId('aud'), now: house.clock.now, trace: noTrace });
const follow = (isStopping = () => false, owner = 'srv_test') =>
  followDirectory(house.deps, () => house.clock.now, house.clock.now + 20 * SECOND, { owner, isStopping });
/** A run that is stopped after so many looks at the clock of stopping. */
const stoppedAfter = (looks: number) => {
  let looked = 0;
  return () => looked++ >= looks;
};

test('a rule that invites: everybody whom it covers once, in the name of who switched it on, with its role and by its id', async () => {
  await aDirectory(450);
  const ruleId = await aRule(ofGroup(0), { role: 'reader' });
  await follow();
  expect(await number(`invitations WHERE state = 'pending'`)).toBe(450);
  expect(await rows(`SELECT DISTINCT role, admission_rule_id AS rule, inviter_id AS by FROM invitations`)).toEqual([
    { role: 'reader', rule: ruleId, by: sam.memberId },
  ]);
  expect(await number(`directory_users WHERE standing = 'invited'`)).toBe(450);
  expect(await number(`outbox_messages WHERE kind = 'invitation'`)).toBe(450);
  await change('UPDATE directory SET follow_after = 0');
  await follow();
  expect(await number('invitations')).toBe(450);
});

test('a newcomer in the group is invited by the change alone; who was revoked, or was ever invited, is not invited again', async () => {
  await aDirectory(3);
  await aRule(ofGroup(0));
  await follow();
  await change(`UPDATE invitations SET state = 'revoked' WHERE object_id = '${person(2)}'`);
  await change(
    `INSERT INTO directory_users (object_id, address, graph_state, first_seen_at, changed_at) VALUES ('${person(9)}', 'nine@contoso.example', 'enabled', 0, 0)`,
  );
  await change(`INSERT INTO directory_group_members (group_id, member_id, is_group) VALUES ('${group(1)}', '${person(9)}', 0)`);
  await change(`INSERT INTO directory_changes (object_id) VALUES ('${person(9)}'), ('${person(2)}'), ('${group(1)}')`);
  await follow();
  expect(await rows("SELECT object_id FROM invitations WHERE state = 'pending' ORDER BY object_id")).toEqual(
    [1, 3, 9].map((n) => ({ object_id: person(n) })),
  );
  expect(await number('directory_changes')).toBe(0);
});

test('DIR-12: stopped at any point, the next run ends in the same state, and nobody is invited twice', async () => {
  await aDirectory(450);
  await scope('groups');
  await aRule(ofGroup(0));
  for (let looks = 1; looks < 12; looks += 1) await follow(stoppedAfter(looks % 3));
  await follow();
  expect(await number('invitations')).toBe(450);
  expect(await number(`directory_users WHERE standing = 'invited'`)).toBe(450);
  await change(`INSERT INTO directory_changes (object_id) VALUES ('${group(0)}')`);
  for (let looks = 1; looks < 12; looks += 1) await follow(stoppedAfter(looks % 4));
  await follow();
  expect(await number('directory_changes')).toBe(0);
  expect(await number('invitations')).toBe(450);
});

test('a rule whose administrator holds no office any more invites nobody; switched on again by one who does, it does', async () => {
  await aDirectory(2);
  const ruleId = await aRule(ofGroup(0));
  const jo = await house.signInAs({ role: 'administrator', name: 'Jo Berg' });
  await change(`UPDATE members SET role = 'member' WHERE id = '${sam.memberId}'`);
  await follow();
  expect(await number(`invitations WHERE object_id IS NOT NULL`)).toBe(0);
  sam = jo;
  await switchOff(house.store, press(ruleId));
  await switchOn(house.store, press(ruleId), { effect: 'invite', role: 'member', userGroupIds: [] });
  await follow();
  expect(await rows(`SELECT DISTINCT inviter_id AS by FROM invitations WHERE object_id IS NOT NULL`)).toEqual([
    { by: jo.memberId },
  ]);
});

test('a changed group with 3,000 small groups in it is worked out in a run, however short the looks at each', async () => {
  await aDirectory(3000);
  await scope('groups');
  await aRule(ofGroup(0), { effect: 'suggest' });
  await follow();
  await change(`UPDATE directory_users SET is_in_scope = 0`);
  await change('DELETE FROM directory_group_members');
  await change(`
    INSERT INTO directory_groups (object_id, graph_state, changed_at) SELECT replace(object_id, 'aaaaaaaa', 'cccccccc'), 'present', 0 FROM directory_users`);
  await change(`
    INSERT INTO directory_group_members (group_id, member_id, is_group)
    SELECT '${group(0)}', replace(object_id, 'aaaaaaaa', 'cccccccc'), 1 FROM directory_users
    UNION ALL SELECT replace(object_id, 'aaaaaaaa', 'cccccccc'), object_id, 0 FROM directory_users`);
  await change(`INSERT INTO directory_changes (object_id) VALUES ('${group(0)}')`);
  await follow(stoppedAfter(100)); // a run that is interrupted begins the group again
  await follow(stoppedAfter(100));
  expect(await number('directory_users WHERE is_in_scope')).toBe(3000);
});

test('two servers at once: one works, the other leaves it alone', async () => {
  await aDirectory(250);
  await aRule(ofGroup(0));
  await Promise.all([follow(undefined, 'srv_one'), follow(undefined, 'srv_two')]);
  expect(await number('invitations')).toBe(250);
  expect(await number(`audit_events WHERE what = 'invitations.sent'`)).toBe(3);
});

test('DIR-11: another scope for 100,000 people is worked out in slices that let others in, a change of one person at once', async () => {
  await aDirectory(100_000);
  await change(`DELETE FROM directory_group_members WHERE member_id > '${person(50_000)}' AND NOT is_group`);
  await scope('groups');
  await aRule(ofGroup(0), { effect: 'suggest' });
  const held: number[] = [];
  let last = performance.now();
  const watch = setInterval(() => {
    const now = performance.now();
    held.push(now - last);
    last = now;
  }, 1);
  await follow();
  clearInterval(watch);
  held.sort((a, b) => a - b);
  expect(held.length).toBeGreaterThan(400);
  expect(held[Math.floor(held.length * 0.95)]).toBeLessThan(50); // 10 ms on a quiet machine
  expect(await number(`directory_users WHERE standing = 'out-of-scope'`)).toBe(50_000);
  await change(`INSERT INTO directory_changes (object_id) VALUES ('${person(60_000)}')`);
  const one = performance.now();
  await follow();
  expect(performance.now() - one).toBeLessThan(100);
}, 120_000);
