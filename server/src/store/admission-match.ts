import { type SQL, sql } from 'drizzle-orm';
import { groupsAround } from './directory-group.ts';
import { activeAdministrator } from './member.ts';

/**
 * SQL: the domain of rule `r` is one of the directory's own, and stands whole behind the `@` of an address that proves something of directory user
 * `u` (DESIGN.md, section 4, trusted addresses); the user name of a guest only looks like one (INV-29).
 */
const isOfDomain: SQL = sql`r.domain IN (SELECT domain FROM directory_domains) AND EXISTS (SELECT 1 FROM directory_addresses AS p
  WHERE p.object_id = u.object_id AND p.owner = 'user' AND NOT (u.is_guest AND p.source = 'user-name') AND instr(p.address, '#ext#') = 0
    AND substr(p.address, -length(r.domain) - 1) = '@' || r.domain)`;

/** SQL: directory user `u` is one of the people of rule `r`. */
export const isOfRule: SQL = sql`CASE WHEN r.domain IS NULL THEN r.directory_group_id IN (${groupsAround(sql`u.object_id`)}) ELSE ${isOfDomain} END`;

/** SQL, `(id, created_at)`: the rules that fit `which`, of `r`, and cover directory user `u`; the groups are followed once, however many rules there are. */
export const rulesCovering = (which: SQL): SQL => sql`
  SELECT r.id, r.created_at FROM (${groupsAround(sql`u.object_id`)}) AS inside CROSS JOIN admission_rules AS r ON r.directory_group_id = inside.id
    WHERE ${which}
  UNION ALL SELECT r.id, r.created_at FROM admission_rules AS r WHERE ${which} AND ${isOfDomain}`;

/** SQL: whoever switched rule `r` on is an administrator in office: invitations go out in that name. */
export const isAnsweredFor = (now: SQL): SQL => sql`
  EXISTS (SELECT 1 FROM members AS m WHERE m.id = r.switched_on_by AND m.role = 'administrator' AND ${activeAdministrator(now)})`;

/**
 * SQL: directory user `u` may be invited by a rule: nobody is a member or was one, nobody was ever invited, nobody said "never suggest". What
 * somebody decided about a person no rule undoes.
 */
export const isFresh: SQL = sql`u.status = 'enabled' AND u.address IS NOT NULL AND NOT u.is_member AND NOT u.is_invited AND NOT u.is_dismissed
  AND NOT EXISTS (SELECT 1 FROM members AS f WHERE f.tenant_id = (SELECT tenant_id FROM directory) AND f.object_id = u.object_id)
  AND NOT EXISTS (SELECT 1 FROM invitations AS f WHERE f.object_id = u.object_id AND f.object_id IS NOT NULL)`;
