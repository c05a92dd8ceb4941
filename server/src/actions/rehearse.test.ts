import { DAY } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { findAdmissionRule, type RulePeople, type RuleTerms } from '../store/admission-rule.ts';
import { aGroup, aRule, inDirectory, ofDomain, ofGroup } from '../store/testing/admission-story.ts';
import { count, type DoorStory, identity, knocked, openDoorStory } from '../store/testing/door-story.ts';
import { MOST_REHEARSED, rehearse } from './rehearse.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  await aGroup(story.store, 'staff');
  await inDirectory(story.store, 'mia', ['staff']);
  return () => story.store.close();
});

const change = (text: string) => story.store.db.run(sql.raw(text));

async function rehearsed(people: RulePeople, terms: Partial<RuleTerms>) {
  const rule = await findAdmissionRule(story.store, await aRule(story, people, terms), story.clock.now);
  const { leftOut, people: named, ...rest } = await rehearse(story, rule!, story.clock.now);
  return { ...rest, names: named.map(({ objectId }) => objectId), leftOut: Object.fromEntries(leftOut) };
}

test('whoever is in several of the nested groups counts once; circles end; nothing is written', async () => {
  await aGroup(story.store, 'one', ['staff']);
  await aGroup(story.store, 'two', ['one', 'staff']);
  await aGroup(story.store, 'staff', ['two']);
  await inDirectory(story.store, 'jo', ['one', 'two', 'staff']);
  await inDirectory(story.store, 'out', ['two'], { graphState: 'disabled' });
  await inDirectory(story.store, 'else');
  const audit = await count(story.store, 'audit_events');
  expect(await rehearsed(ofGroup('staff'), { effect: 'invite' })).toMatchObject({
    ...{ would: 2, names: ['jo', 'mia'], leftOut: { disabled: 1 }, isCut: false },
  });
  expect(await count(story.store, 'invitations')).toBe(0);
  expect(await count(story.store, 'audit_events')).toBe(audit + 2); // the rule was made, and switched on
});

test('INV-29: of a domain: people whom the directory proves to be of it, and strangers who proved it when they asked', async () => {
  await inDirectory(story.store, 'eve', [], { addresses: ['eve@evilcontoso.example'] });
  await knocked(story, identity('mia'));
  await knocked(story, identity('new', { address: 'new@contoso.example' }));
  await knocked(story, identity('says', { address: 'says@contoso.example', addressIsTrusted: false }));
  await knocked(story, identity('evil', { address: 'evil@evilcontoso.example' }));
  await knocked(story, identity('else', { tenantId: 'fabrikam', address: 'else@contoso.example' }));
  expect(await rehearsed(ofDomain('contoso.example'), { effect: 'suggest' })).toMatchObject({ would: 1, names: ['mia'] });
  expect((await rehearsed(ofDomain('contoso.example'), { effect: 'let-in' })).names.sort()).toEqual(['mia', 'new']);
});

test('of those who asked: each person once, by the newest request, and only the last 30 days', async () => {
  await inDirectory(story.store, 'old', ['staff']);
  await inDirectory(story.store, 'left', ['staff']);
  await knocked(story, identity('old'));
  story.clock.now += 20 * DAY;
  await knocked(story, identity('mia'));
  await knocked(story, identity('left'));
  await change(`UPDATE access_requests SET state = 'denied'`);
  await change(`UPDATE directory_users SET graph_state = 'removed' WHERE object_id = 'left'`);
  story.clock.now += 11 * DAY;
  await knocked(story, identity('mia'));
  expect(await rehearsed(ofGroup('staff'), { effect: 'let-in' })).toMatchObject({
    ...{ would: 1, names: ['mia'], leftOut: { disabled: 1 } },
  });
});

test('people who are in each of many nested groups do not hold up the page: looks are counted, not people', async () => {
  await change(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
    INSERT INTO directory_groups (object_id, graph_state, changed_at) SELECT 'n' || i, 'present', 0 FROM n`);
  await change(`
    INSERT INTO directory_group_members (group_id, member_id, is_group)
    SELECT 'staff', object_id, 1 FROM directory_groups WHERE object_id <> 'staff'`);
  await change(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
    INSERT INTO directory_users (object_id, address, graph_state, first_seen_at, changed_at)
    SELECT 'p' || i, 'p' || i || '@contoso.example', 'enabled', 0, 0 FROM n`);
  await change(`
    INSERT INTO directory_group_members (group_id, member_id, is_group) SELECT g.object_id, u.object_id, 0
    FROM directory_groups AS g CROSS JOIN directory_users AS u ON u.object_id <> 'mia' WHERE g.object_id <> 'staff'`);
  expect(await rehearsed(ofGroup('staff'), { effect: 'invite' })).toMatchObject({ would: 100, isCut: true });
});

test('of very many people so many are looked at, and it says so', async () => {
  await change(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MOST_REHEARSED + 500})
    INSERT INTO directory_users (object_id, name, address, graph_state, first_seen_at, changed_at)
    SELECT 'p' || i, 'Person', 'p' || i || '@contoso.example', 'enabled', 0, 0 FROM n`);
  await change(
    `INSERT INTO directory_group_members (group_id, member_id, is_group) SELECT 'staff', object_id, 0 FROM directory_users WHERE object_id <> 'mia'`,
  );
  const { would, names, isCut } = await rehearsed(ofGroup('staff'), { effect: 'invite' });
  expect({ would, named: names.length, isCut }).toEqual({ would: MOST_REHEARSED, named: 50, isCut: true });
});
