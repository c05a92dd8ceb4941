import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { isAnsweredFor } from './admission-match.ts';
import { auditWinners, type Trace } from './audit.ts';
import type { RuleEffect } from './directory-schema.ts';
import { activeAdministrator } from './member.ts';
import { changedRows, type Statement, type Store } from './store.ts';

export type RuleTerms = { effect: RuleEffect; role: 'member' | 'reader'; userGroupIds: string[] };
/** Whom a rule is about: the members of a directory group, by its object id, or people with an address of this domain. */
export type RulePeople = { directoryGroupId: string; domain: null } | { directoryGroupId: null; domain: string };

/** `admitted` and `invited` count what it has done so far; `isAnsweredFor`: who switched it on is an administrator in office. */
export type AdmissionRuleRow = RulePeople &
  RuleTerms & {
    id: string;
    isOn: boolean;
    createdAt: Millis;
    createdByName: string | null;
    switchedOnAt: Millis | null;
    switchedOnByName: string | null;
    isAnsweredFor: boolean;
    groupName: string | null;
    isKnown: boolean;
    admitted: number;
    invited: number;
  };

type Read = Omit<AdmissionRuleRow, 'userGroupIds' | 'isOn' | 'isAnsweredFor' | 'isKnown'> & {
  userGroupIds: string;
  isOn: number;
  isAnsweredFor: number;
  isKnown: number;
};

/** In the order in which they count: the one made first wins. */
export const findAdmissionRules = (store: Store, now: Millis): Promise<AdmissionRuleRow[]> => read(store, sql`true`, now);

export async function findAdmissionRule(store: Store, id: string, now: Millis): Promise<AdmissionRuleRow | null> {
  const [rule] = await read(store, sql`r.id = ${id}`, now);
  return rule ?? null;
}

/** `isKnown`: the directory still has the group, or the domain; a rule about what it does not know lets nobody in (DIR-10). */
async function read(store: Store, which: SQL, now: Millis): Promise<AdmissionRuleRow[]> {
  const rows = await store.db.all<Read>(sql`
    SELECT r.id, r.directory_group_id AS directoryGroupId, r.domain, r.effect, r.role, r.user_group_ids AS userGroupIds, r.is_on AS isOn,
      r.created_at AS createdAt, c.name AS createdByName, r.switched_on_at AS switchedOnAt, s.name AS switchedOnByName,
      ${isAnsweredFor(sql`${now}`)} AS isAnsweredFor, g.name AS groupName, coalesce(g.is_present, d.domain IS NOT NULL) AS isKnown,
      (SELECT count(*) FROM members AS m WHERE m.admission_rule_id = r.id) AS admitted,
      (SELECT count(*) FROM invitations AS i WHERE i.admission_rule_id = r.id) AS invited
    FROM admission_rules AS r LEFT JOIN members AS c ON c.id = r.created_by LEFT JOIN members AS s ON s.id = r.switched_on_by
      LEFT JOIN directory_groups AS g ON g.object_id = r.directory_group_id LEFT JOIN directory_domains AS d ON d.domain = r.domain
    WHERE ${which} ORDER BY r.created_at, r.id`);
  return rows.map((row) => ({
    ...(row as Read & RulePeople),
    userGroupIds: JSON.parse(row.userGroupIds) as string[],
    isOn: row.isOn === 1,
    isAnsweredFor: row.isAnsweredFor === 1,
    isKnown: row.isKnown === 1,
  }));
}

/** What a rule that is on gives, and in whose name; user groups that were deleted are left out. null when it is off or deleted. */
export async function findRuleTerms(store: Store, id: string): Promise<(RuleTerms & { switchedOnBy: string }) | null> {
  const [rule] = await store.db.all<Omit<RuleTerms, 'userGroupIds'> & { userGroupIds: string; switchedOnBy: string }>(sql`
    SELECT r.effect, r.role, r.switched_on_by AS switchedOnBy,
      (SELECT json_group_array(g.id) FROM json_each(r.user_group_ids) AS w JOIN user_groups AS g ON g.id = w.value AND g.kind = 'custom') AS userGroupIds
    FROM admission_rules AS r WHERE r.id = ${id} AND r.is_on`);
  return rule ? { ...rule, userGroupIds: JSON.parse(rule.userGroupIds) as string[] } : null;
}

/** One press of an administrator; `id` is the attempt's, of which dependants know that it won. */
export type RuleChange = { id: string; by: MemberId; ruleId: string; auditId: string; now: Millis; trace: Trace };

/** SQL: who presses is an administrator in office at this moment (SES-12). */
const inOffice = ({ by, now }: RuleChange): SQL => sql`
  EXISTS (SELECT 1 FROM members AS m WHERE m.id = ${by} AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)})`;

/** More rules than anybody oversees, and each costs at each change of the directory. */
export const MOST_RULES = 100;

/** Off until it is switched on. False when there are 100, whoever made it lost the office, or the directory does not have the group or domain (any more). */
export const makeRule = (store: Store, change: RuleChange, people: RulePeople, terms: RuleTerms): Promise<boolean> =>
  changeRule(
    store,
    change,
    'rule.made',
    sql`
    INSERT INTO admission_rules (id, directory_group_id, domain, effect, role, user_group_ids, is_on, created_at, created_by, attempt_id)
    SELECT ${change.ruleId}, ${people.directoryGroupId}, ${people.domain}, ${terms.effect}, ${terms.role}, ${groupsIn(terms)}, 0, ${change.now},
      ${change.by}, ${change.id}
    WHERE ${inOffice(change)} AND (SELECT count(*) FROM admission_rules) < ${MOST_RULES} AND (EXISTS (SELECT 1 FROM directory_domains AS d WHERE d.domain = ${people.domain})
      OR EXISTS (SELECT 1 FROM directory_groups AS g WHERE g.object_id = ${people.directoryGroupId} AND g.is_present))`,
  );

/** Only while it is off: what is on was rehearsed as it is. */
export const changeTerms = (store: Store, change: RuleChange, terms: RuleTerms): Promise<boolean> =>
  changeRule(
    store,
    change,
    'rule.changed',
    sql`
    UPDATE admission_rules SET effect = ${terms.effect}, role = ${terms.role}, user_group_ids = ${groupsIn(terms)}, attempt_id = ${change.id}
    WHERE id = ${change.ruleId} AND NOT is_on AND ${inOffice(change)}`,
  );

/** `seen` are the terms that were rehearsed: a rule changed meanwhile is not switched on. */
export const switchOn = (store: Store, change: RuleChange, seen: RuleTerms): Promise<boolean> =>
  changeRule(
    store,
    change,
    'rule.switched-on',
    sql`
    UPDATE admission_rules SET is_on = 1, switched_on_at = ${change.now}, switched_on_by = ${change.by}, attempt_id = ${change.id}
    WHERE id = ${change.ruleId} AND NOT is_on AND effect = ${seen.effect} AND role = ${seen.role} AND user_group_ids = ${groupsIn(seen)}
      AND ${inOffice(change)}`,
    follow(store, change),
  );

export const switchOff = (store: Store, change: RuleChange): Promise<boolean> =>
  changeRule(
    store,
    change,
    'rule.switched-off',
    sql`UPDATE admission_rules SET is_on = 0, attempt_id = ${change.id} WHERE id = ${change.ruleId} AND is_on AND ${inOffice(change)}`,
    follow(store, change),
  );

/** People it let in stay, and their rows keep its id. */
export const deleteRule = (store: Store, change: RuleChange): Promise<boolean> =>
  changeRule(
    store,
    change,
    'rule.deleted',
    sql`UPDATE admission_rules SET is_on = 0, attempt_id = ${change.id} WHERE id = ${change.ruleId} AND ${inOffice(change)}`,
    [
      ...follow(store, change),
      store.db.run(sql`DELETE FROM admission_rules WHERE id = ${change.ruleId} AND attempt_id = ${change.id}`),
    ],
  );

const groupsIn = (terms: RuleTerms): string => JSON.stringify(terms.userGroupIds);

/** The first statement decides; the audit row and what else follows select on the attempt that it wrote. */
async function changeRule(
  store: Store,
  change: RuleChange,
  what: string,
  first: SQL,
  also: readonly Statement[] = [],
): Promise<boolean> {
  const list = JSON.stringify([{ auditId: change.auditId, now: change.now, ...change.trace }]);
  const won = sql`json_each(${list}) AS a JOIN admission_rules AS r ON r.id = ${change.ruleId} AND r.attempt_id = ${change.id}`;
  const facts = sql`json_object('effect', r.effect, 'role', r.role, 'directoryGroupId', r.directory_group_id, 'domain', r.domain)`;
  const [changed] = await store.write([
    store.db.run(first),
    auditWinners(store, what, won, sql`r.id`, sql`${change.by}`, facts),
    ...also,
  ]);
  return changedRows(changed) > 0;
}

/** Everybody is looked at again: whom the rules that are on cover has changed. */
const follow = (store: Store, change: RuleChange): Statement[] => [
  store.db.run(sql`
    UPDATE directory SET follow_after = 0, follows = suggests = 'groups' OR EXISTS (SELECT 1 FROM admission_rules AS r WHERE r.is_on)
    WHERE EXISTS (SELECT 1 FROM admission_rules AS r WHERE r.id = ${change.ruleId} AND r.attempt_id = ${change.id})`),
];
