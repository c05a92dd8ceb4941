import type { MemberId } from '@doorstep/shared/ids';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ShownIdentity } from '../domain/identity.ts';
import { type AdmissionAttempt, admitMember, admitMembers, findAdmission } from './admission.ts';
import { deleteRule, switchOff } from './admission-rule.ts';
import { noTrace } from './audit.ts';
import { suspendMember } from './member.ts';
import { newId } from './new-id.ts';
import { aGroup, aRule, inDirectory, ofDomain, ofGroup, press } from './testing/admission-story.ts';
import { count, type DoorStory, identity, knocked, openDoorStory, rows } from './testing/door-story.ts';
import { plansOf } from './testing/query-plans.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  return () => story.store.close();
});

const mia = identity('mia');
const admissionOf = (who: ShownIdentity, trusted: string[] = []) => findAdmission(story.store, who, trusted);
const attempt = (who: ShownIdentity, ruleId: string): AdmissionAttempt => ({
  ...who,
  ...noTrace,
  ...{ id: newId('adm'), memberId: newId('mem') as MemberId, auditId: newId('aud'), tokenHash: newId('tok') },
  ...{ endsSession: null, providerSessionId: null, freshAt: null, now: story.clock.now, ruleId },
});
const standing = async () => ({
  members: await rows(story.store, 'SELECT * FROM members ORDER BY id'),
  sessions: await count(story.store, 'sessions'),
  audit: await count(story.store, 'audit_events'),
  groups: await count(story.store, 'user_group_members'),
});
const change = (text: string) => story.store.db.run(sql.raw(text));

describe('whom a rule lets in', () => {
  beforeEach(async () => {
    await aGroup(story.store, 'staff');
    await aGroup(story.store, 'sales', ['staff']);
    await aGroup(story.store, 'sales-north', ['sales']);
  });

  test('members of the group, those of nested groups included, in the role of the rule', async () => {
    await inDirectory(story.store, 'mia', ['sales-north']);
    await inDirectory(story.store, 'jo', ['staff']);
    const ruleId = await aRule(story, ofGroup('staff'), { role: 'reader' });
    expect(await admissionOf(mia)).toEqual({ ruleId, role: 'reader', userGroupIds: [] });
    expect(await admissionOf(identity('jo'))).toMatchObject({ ruleId });
    expect(await admissionOf(identity('stranger'))).toBeNull();
  });

  test('of several rules the one made first', async () => {
    await inDirectory(story.store, 'mia', ['sales']);
    const first = await aRule(story, ofGroup('sales'), { role: 'reader' });
    await aRule(story, ofGroup('staff'), { role: 'member' });
    expect(await admissionOf(mia)).toMatchObject({ ruleId: first, role: 'reader' });
    await switchOff(story.store, press(story, first));
    expect(await admissionOf(mia)).toMatchObject({ role: 'member' });
  });

  test('nobody is let in by membership alone: not without a rule, not by one that suggests or invites, not by one that is off', async () => {
    await inDirectory(story.store, 'mia', ['staff', 'sales', 'sales-north']);
    expect(await admissionOf(mia, ['mia@contoso.example'])).toBeNull();
    await aRule(story, ofGroup('staff'), { effect: 'suggest' });
    await aRule(story, ofGroup('staff'), { effect: 'invite' });
    const off = await aRule(story, ofDomain('contoso.example'));
    await switchOff(story.store, press(story, off));
    expect(await admissionOf(mia, ['mia@contoso.example'])).toBeNull();
  });

  test('DIR-10: a group that is gone, a person whom the directory does not know or calls disabled, another tenant: closed', async () => {
    await inDirectory(story.store, 'mia', ['staff']);
    await inDirectory(story.store, 'out', ['staff'], { graphState: 'disabled' });
    await inDirectory(story.store, 'gone', ['staff'], { graphState: 'removed' });
    await change(`INSERT INTO directory_group_members (group_id, member_id, is_group) VALUES ('staff', 'ghost', 0)`);
    await aRule(story, ofGroup('staff'));
    await aRule(story, ofDomain('contoso.example'));
    for (const word of ['out', 'gone']) expect(await admissionOf(identity(word), [`${word}@contoso.example`])).toBeNull();
    expect(await admissionOf(identity('ghost'))).toBeNull();
    expect(await admissionOf(identity('mia', { tenantId: 'fabrikam' }), ['mia@contoso.example'])).toBeNull();
    expect(await admissionOf(mia)).not.toBeNull();
    await change(`UPDATE directory_groups SET graph_state = 'removed' WHERE object_id = 'staff'`);
    expect(await admissionOf(mia)).toBeNull();
  });

  test('DIR-10: a nested group that is gone passes no membership on', async () => {
    await inDirectory(story.store, 'mia', ['sales-north']);
    await aRule(story, ofGroup('staff'));
    expect(await admissionOf(mia)).not.toBeNull();
    await change(`UPDATE directory_groups SET graph_state = 'removed' WHERE object_id = 'sales'`);
    expect(await admissionOf(mia)).toBeNull();
  });

  test('DIR-10: somebody in 300 groups that nest in a circle gets what the rules say, and nothing more', async () => {
    const groups = Array.from({ length: 300 }, (_, at) => `g${at}`);
    for (const [at, group] of groups.entries()) await aGroup(story.store, group, [groups[(at + 1) % 300]!]);
    await aGroup(story.store, 'administrators');
    await inDirectory(story.store, 'mia', groups);
    await aRule(story, ofGroup('administrators'), { role: 'member' });
    expect(await admissionOf(mia)).toBeNull();
    const ruleId = await aRule(story, ofGroup('g250'), { role: 'reader' });
    expect(await admissionOf(mia)).toEqual({ ruleId, role: 'reader', userGroupIds: [] });
  });

  test('INV-29: a domain is compared whole, ASCII case aside, and only of addresses that are trusted', async () => {
    await inDirectory(story.store, 'jo');
    const ruleId = await aRule(story, ofDomain('contoso.example'));
    const of = async (...trusted: string[]) => (await admissionOf(mia, trusted))?.ruleId ?? null;
    expect(await of('mia@contoso.example')).toBe(ruleId);
    expect(await of('mia@other.example', 'MIA@CONTOSO.Example')).toBe(ruleId);
    const others = [
      'mia@evilcontoso.example',
      'mia@sub.contoso.example',
      'mia@contoso.example.evil.example',
      'mia@contoso.exampl',
    ];
    const odd = [
      'mia@cοntoso.example',
      'mia@contoso.example.',
      'contoso.example',
      '@contoso.example',
      'mia@contoso。example',
      '',
    ];
    for (const address of [...others, ...odd]) expect([address, await of(address)]).toEqual([address, null]);
    expect(await of()).toBeNull();
  });

  test('a domain that the tenant gave up lets nobody in any more', async () => {
    await inDirectory(story.store, 'jo');
    await aRule(story, ofDomain('contoso.example'));
    await change('DELETE FROM directory_domains');
    expect(await admissionOf(mia, ['mia@contoso.example'])).toBeNull();
  });
});

describe('letting in', () => {
  beforeEach(async () => {
    await aGroup(story.store, 'staff');
    await inDirectory(story.store, 'mia', ['staff']);
  });

  test('makes a member with session, custom groups and audit row, says by which rule, and closes an open request', async () => {
    await change(`INSERT INTO user_groups (id, kind, name, created_at, attempt_id) VALUES ('grp_1', 'custom', 'Vault', 0, 'a')`);
    await change(
      `INSERT INTO user_groups (id, kind, name, directory_group_id, created_at, attempt_id) VALUES ('grp_2', 'synced', 'Staff', 'staff', 0, 'b')`,
    );
    const ruleId = await aRule(story, ofGroup('staff'), { role: 'reader', userGroupIds: ['grp_1', 'grp_2', 'grp_gone'] });
    await knocked(story, mia);
    await knocked(story, identity('eve'));
    const one = attempt(mia, ruleId);

    expect(await admitMember(story.store, one)).toBe(one.memberId);

    expect(
      await rows(story.store, `SELECT id, state, role, admission_rule_id AS rule FROM members WHERE object_id = 'mia'`),
    ).toEqual([{ id: one.memberId, state: 'active', role: 'reader', rule: ruleId }]);
    expect(await rows(story.store, 'SELECT group_id, member_id FROM user_group_members')).toEqual([
      { group_id: 'grp_1', member_id: one.memberId },
    ]);
    expect(await count(story.store, `sessions WHERE member_id = '${one.memberId}'`)).toBe(1);
    expect(await rows(story.store, 'SELECT object_id, state FROM access_requests ORDER BY object_id')).toEqual([
      { object_id: 'eve', state: 'open' },
      { object_id: 'mia', state: 'superseded' },
    ]);
    expect(await rows(story.store, `SELECT about, facts FROM audit_events WHERE what = 'member.admitted'`)).toEqual([
      { about: one.memberId, facts: JSON.stringify({ ruleId, role: 'reader' }) },
    ]);
  });

  test('ENT-36: of two first sign-ins of one person at once one makes the member, the other writes nothing', async () => {
    const ruleId = await aRule(story, ofGroup('staff'));
    const won = await Promise.all([0, 1].map(() => admitMember(story.store, attempt(mia, ruleId))));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await count(story.store, `members WHERE object_id = 'mia'`)).toBe(1);
    expect(await count(story.store, `audit_events WHERE what = 'member.admitted'`)).toBe(1);
    expect(await count(story.store, `sessions`)).toBe(2);
  });

  test('one set with the same person twice makes one member', async () => {
    const ruleId = await aRule(story, ofGroup('staff'));
    expect((await admitMembers(story.store, [attempt(mia, ruleId), attempt(mia, ruleId)])).size).toBe(1);
  });

  test('nothing is written when the rule was switched off, changed or deleted, or the person left the group, in between', async () => {
    const ends: [string, (ruleId: string) => Promise<unknown>][] = [
      ['off', (ruleId) => switchOff(story.store, press(story, ruleId))],
      ['deleted', (ruleId) => deleteRule(story.store, press(story, ruleId))],
      ['suggests only', (ruleId) => change(`UPDATE admission_rules SET effect = 'suggest' WHERE id = '${ruleId}'`)],
      ['left', () => change('DELETE FROM directory_group_members')],
      ['disabled', () => change(`UPDATE directory_users SET graph_state = 'disabled'`)],
    ];
    for (const [word, end] of ends) {
      const ruleId = await aRule(story, ofGroup('staff'));
      expect([word, (await admissionOf(mia))?.ruleId]).toEqual([word, ruleId]);
      await end(ruleId);
      const before = await standing();
      expect([word, (await admitMembers(story.store, [attempt(mia, ruleId)])).size]).toEqual([word, 0]);
      expect(await standing()).toEqual(before);
      await change('DELETE FROM admission_rules');
      await change(
        `INSERT INTO directory_group_members (group_id, member_id, is_group) VALUES ('staff', 'mia', 0) ON CONFLICT DO NOTHING`,
      );
      await change(`UPDATE directory_users SET graph_state = 'enabled'`);
    }
  });

  test('a rule brings nobody back who is suspended or was removed', async () => {
    const ruleId = await aRule(story, ofGroup('staff'));
    const first = attempt(mia, ruleId);
    await admitMember(story.store, first);
    const { ruleId: _, ...by } = press(story);
    await suspendMember(story.store, { ...by, about: first.memberId });
    const suspended = await standing();
    expect(await admitMember(story.store, attempt(mia, ruleId))).toBeUndefined();
    expect(await standing()).toEqual(suspended);
    await change(`UPDATE members SET state = 'removed' WHERE object_id = 'mia'`);
    expect(await admitMember(story.store, attempt(mia, ruleId))).toBeUndefined();
  });
});

test('each statement of an admission finds its rows by key', async () => {
  await aGroup(story.store, 'staff');
  await inDirectory(story.store, 'mia', ['staff']);
  const ruleId = await aRule(story, ofGroup('staff'));
  const plans = await plansOf(story.store, (store) => admitMembers(store, [attempt(mia, ruleId)]));
  // the lists themselves, the one row of the directory, and the domains, of which a tenant has a handful
  const scanned = plans.flat().filter((line) => line.startsWith('SCAN'));
  expect(scanned.filter((line) => !/SCAN (a|around|directory|directory_domains|named)\b/.test(line))).toEqual([]);
});
