import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { changeTerms, deleteRule, findAdmissionRules, makeRule, type RuleTerms, switchOff, switchOn } from './admission-rule.ts';
import { noTrace } from './audit.ts';
import {
  findDirectUsers,
  findFollowWork,
  findGroupsConcerned,
  findNextUsers,
  followChanges,
  followEverybody,
  leaveQueue,
  queueChanges,
  setScope,
} from './directory-scope.ts';
import { newId } from './new-id.ts';
import { aGroup, aRule, inDirectory, ofDomain, ofGroup, press } from './testing/admission-story.ts';
import { count, type DoorStory, openDoorStory, rows } from './testing/door-story.ts';
import { plansOf } from './testing/query-plans.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  await aGroup(story.store, 'staff');
  return () => story.store.close();
});

const change = (text: string) => story.store.db.run(sql.raw(text));
const scope = (suggests: 'everybody' | 'groups', by = story.sam) =>
  setScope(story.store, { by, suggests, auditId: newId('aud'), now: story.clock.now, trace: noTrace });
const directoryRow = async () => (await rows(story.store, 'SELECT suggests, follows, follow_after AS after FROM directory'))[0]!;
const standings = async () =>
  Object.fromEntries(
    (await rows(story.store, 'SELECT object_id, standing FROM directory_users ORDER BY object_id')).map((row) => [
      row.object_id,
      row.standing,
    ]),
  );
/** All that is due is worked out; who is due an invitation gets none here. */
async function followed(): Promise<string[]> {
  const due: string[] = [];
  for (let work = await findFollowWork(story.store, 2); work; work = await findFollowWork(story.store, 2)) {
    const slice = { leftOut: due, now: story.clock.now };
    if ('after' in work) {
      const { objectIds, last } = await findNextUsers(story.store, work.after, 2);
      due.push(
        ...(await followEverybody(story.store, { ...slice, objectIds }, { after: work.after, last })).map(
          ({ objectId }) => objectId,
        ),
      );
    } else {
      const objectIds = work.changes.map(({ objectId }) => objectId);
      due.push(...(await followChanges(story.store, { ...slice, objectIds })).map(({ objectId }) => objectId));
    }
  }
  return due;
}

describe('rules', () => {
  const terms: RuleTerms = { effect: 'suggest', role: 'member', userGroupIds: [] };

  test('a rule is off until it is switched on, each press has its audit row, and what it covers is worked out again', async () => {
    const made = press(story);
    await inDirectory(story.store, 'mia');
    expect(await makeRule(story.store, made, ofGroup('staff'), terms)).toBe(true);
    expect(await findAdmissionRules(story.store, story.clock.now)).toMatchObject([
      { id: made.ruleId, isOn: false, isKnown: true, groupName: 'staff', admitted: 0, invited: 0, switchedOnAt: null },
    ]);
    expect(await directoryRow()).toEqual({ suggests: 'everybody', follows: 0, after: null });
    expect(await changeTerms(story.store, press(story, made.ruleId), { ...terms, effect: 'invite' })).toBe(true);
    expect(await switchOn(story.store, press(story, made.ruleId), terms)).toBe(false); // not as it was rehearsed
    expect(await switchOn(story.store, press(story, made.ruleId), { ...terms, effect: 'invite' })).toBe(true);
    expect(await directoryRow()).toEqual({ suggests: 'everybody', follows: 1, after: 0 });
    expect(await changeTerms(story.store, press(story, made.ruleId), terms)).toBe(false); // while it is on
    expect(await switchOff(story.store, press(story, made.ruleId))).toBe(true);
    expect(await switchOff(story.store, press(story, made.ruleId))).toBe(false);
    expect(await directoryRow()).toMatchObject({ follows: 0 });
    expect(await deleteRule(story.store, press(story, made.ruleId))).toBe(true);
    expect(await findAdmissionRules(story.store, story.clock.now)).toEqual([]);
    const told = await rows(
      story.store,
      `SELECT what, by_member_id AS by, about FROM audit_events WHERE what LIKE 'rule.%' ORDER BY rowid`,
    );
    const by = { by: story.sam, about: made.ruleId };
    const whats = ['rule.made', 'rule.changed', 'rule.switched-on', 'rule.switched-off', 'rule.deleted'];
    expect(told).toEqual(whats.map((what) => ({ what, ...by })));
  });

  test('a rule about a group or domain that the directory does not have is not made', async () => {
    await inDirectory(story.store, 'mia');
    for (const people of [ofGroup('nobody'), ofDomain('fabrikam.example')]) {
      expect(await makeRule(story.store, press(story), people, terms)).toBe(false);
    }
    expect(await makeRule(story.store, press(story), ofDomain('contoso.example'), terms)).toBe(true);
    expect(await count(story.store, `audit_events WHERE what LIKE 'rule.%'`)).toBe(1);
  });

  test('SES-12: who holds no office (any more) makes, switches and deletes nothing, and does not change who is suggested', async () => {
    const ruleId = await aRule(story, ofGroup('staff'));
    await change(`UPDATE members SET role = 'member'`);
    const before = await rows(story.store, 'SELECT * FROM admission_rules');
    expect(await makeRule(story.store, press(story), ofGroup('staff'), terms)).toBe(false);
    expect(await switchOff(story.store, press(story, ruleId))).toBe(false);
    expect(await deleteRule(story.store, press(story, ruleId))).toBe(false);
    expect(await scope('groups')).toBe(false);
    expect(await rows(story.store, 'SELECT * FROM admission_rules')).toEqual(before);
    expect(await directoryRow()).toMatchObject({ suggests: 'everybody' });
  });
});

describe('who is suggested', () => {
  test('everybody, or only the people of rules that are on, nested groups and domains included; the counter goes along', async () => {
    await aGroup(story.store, 'sales', ['staff']);
    await inDirectory(story.store, 'mia', ['sales']);
    await inDirectory(story.store, 'jo');
    await inDirectory(story.store, 'ana', [], { addresses: ['ana@fabrikam.example'] });
    await change(`INSERT INTO directory_domains (domain) VALUES ('fabrikam.example')`);
    const required = async () =>
      (await rows(story.store, `SELECT value FROM counters WHERE name = 'invitation_required'`))[0]!.value;
    expect(await required()).toBe(3);

    await scope('groups');
    await followed();
    expect(await required()).toBe(0);
    const ruleId = await aRule(story, ofGroup('staff'), { effect: 'suggest' });
    await aRule(story, ofDomain('fabrikam.example'), { effect: 'suggest' });
    await followed();
    expect(await standings()).toEqual({ ana: 'invitation-required', jo: 'out-of-scope', mia: 'invitation-required' });
    await switchOff(story.store, press(story, ruleId));
    await followed();
    expect(await standings()).toMatchObject({ ana: 'invitation-required', mia: 'out-of-scope' });
    expect(await required()).toBe(1);
    await scope('everybody');
    await followed();
    expect(await required()).toBe(3);
    expect(await directoryRow()).toEqual({ suggests: 'everybody', follows: 1, after: null });
    expect(await count(story.store, `audit_events WHERE what = 'directory.scope-changed'`)).toBe(2);
  });

  test('INV-29: the user name of a guest, and an address of another domain that only ends alike, are nobody’s domain', async () => {
    await inDirectory(story.store, 'mia');
    await inDirectory(story.store, 'guest', [], { addresses: ['gil_x.example#ext#@contoso.example'], isGuest: true });
    await inDirectory(story.store, 'evil', [], { addresses: ['eve@evilcontoso.example', 'eve@sub.contoso.example'] });
    await scope('groups');
    await aRule(story, ofDomain('contoso.example'), { effect: 'suggest' });
    await followed();
    expect(await standings()).toEqual({ evil: 'out-of-scope', guest: 'out-of-scope', mia: 'invitation-required' });
  });

  test('a change of one person is worked out for that person alone; a group gives way to its people, circles end', async () => {
    await aGroup(story.store, 'one', ['staff', 'two']);
    await aGroup(story.store, 'two', ['one']);
    for (const [word, group] of [
      ['mia', 'one'],
      ['jo', 'two'],
      ['ana', 'none'],
    ] as const)
      await inDirectory(story.store, word, [group]);
    await scope('groups');
    await aRule(story, ofGroup('staff'), { effect: 'suggest' });
    await followed();
    await change(`DELETE FROM directory_group_members WHERE group_id = 'staff'`);
    await queueChanges(story.store, ['mia']);
    await followed();
    expect(await standings()).toEqual({ ana: 'out-of-scope', jo: 'invitation-required', mia: 'out-of-scope' });

    await queueChanges(story.store, ['two']);
    expect(await findFollowWork(story.store, 9)).toEqual({ changes: [{ objectId: 'two', isGroup: true }] });
    expect(await findGroupsConcerned(story.store, 'two')).toEqual(['one', 'two']);
    for await (const users of findDirectUsers(story.store, ['one', 'two'], 1)) await queueChanges(story.store, users);
    await leaveQueue(story.store, 'two', false);
    await followed();
    expect(await standings()).toEqual({ ana: 'out-of-scope', jo: 'out-of-scope', mia: 'out-of-scope' });
  });

  test('the place is kept while somebody is due an invitation, and goes back to the beginning when a rule changes meanwhile', async () => {
    await inDirectory(story.store, 'mia', ['staff']);
    await inDirectory(story.store, 'jo', ['staff']);
    const ruleId = await aRule(story, ofGroup('staff'), { effect: 'invite' });
    const slice = { objectIds: ['mia'], leftOut: [], now: story.clock.now };
    const due = await followEverybody(story.store, slice, { after: 0, last: 1 });
    expect(due).toEqual([{ objectId: 'mia', ruleId }]);
    expect(await directoryRow()).toMatchObject({ after: 0 });
    await followEverybody(story.store, { ...slice, leftOut: ['mia'] }, { after: 0, last: 1 });
    expect(await directoryRow()).toMatchObject({ after: 1 });
    await aRule(story, ofGroup('staff'), { effect: 'suggest' });
    await followEverybody(story.store, { ...slice, leftOut: ['mia'] }, { after: 1, last: null });
    expect(await directoryRow()).toMatchObject({ after: 0 });
  });

  test('a rule invites nobody whom somebody decided about: members, former ones, invited ones, those never to be suggested, disabled ones', async () => {
    const people = ['fresh', 'invited', 'once', 'dismissed', 'removed', 'disabled', 'mailless'];
    await change(
      `INSERT INTO members (id, tenant_id, object_id, state, role, joined_at, state_at, attempt_id) VALUES ('mem_r', 'contoso', 'removed', 'removed', 'member', 0, 0, 'r')`,
    );
    for (const word of people) {
      await inDirectory(story.store, word, ['staff'], word === 'mailless' ? { addresses: [] } : {});
    }
    await change(`UPDATE directory_users SET graph_state = 'disabled' WHERE object_id = 'disabled'`);
    await change(`UPDATE directory_users SET is_dismissed = 1 WHERE object_id = 'dismissed'`);
    for (const [word, state] of [
      ['invited', 'pending'],
      ['once', 'declined'],
    ]) {
      await change(
        `INSERT INTO invitations (id, person, state, tenant_id, object_id, role, chunk_id, created_at, sent_at, generation, expires_at)
          VALUES ('inv_${word}', 'oid:contoso/${word}', '${state}', 'contoso', '${word}', 'member', 'c', 0, 0, 1, 0)`,
      );
    }
    await aRule(story, ofGroup('staff'), { effect: 'invite' });
    expect(await followed()).toEqual(['fresh']);
    await change(`UPDATE members SET role = 'member' WHERE id = '${story.sam}'`);
    await change('UPDATE directory SET follow_after = 0');
    expect(await followed()).toEqual([]); // nobody in office answers for it
  });
});

test('each statement of a slice finds its people by key: its cost does not grow with the directory', async () => {
  await inDirectory(story.store, 'mia', ['staff']);
  await scope('groups');
  await aRule(story, ofGroup('staff'), { effect: 'invite' });
  const slice = { objectIds: ['mia'], leftOut: [], now: story.clock.now };
  const plans = await plansOf(story.store, async (store) => {
    await followChanges(store, slice);
    await followEverybody(store, slice, { after: 0, last: null });
  });
  // lists, what was just computed, the one row of the directory, and rules and domains, of which there are few
  const few = /SCAN (a|around|inside|directory|r|json_each|directory_domains|\(subquery-\d+\)|due)\b|SCAN \(/;
  expect(plans.flat().filter((line) => line.startsWith('SCAN') && !few.test(line))).toEqual([]);
});
