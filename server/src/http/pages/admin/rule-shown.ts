import type { AdmissionRuleRow } from '../../../store/admission-rule.ts';
import type { Store } from '../../../store/store.ts';
import { findUserGroupNames } from '../../../store/user-group.ts';
import type { RuleShown } from '../../views/rules.ts';

/** Rules as pages show them; user groups that were deleted are left out. */
export async function rulesShown(store: Store, rows: AdmissionRuleRow[]): Promise<RuleShown[]> {
  const names = new Map((await findUserGroupNames(store)).map(({ id, name }) => [id, name]));
  return rows.map((row) => ({
    id: row.id,
    group: row.groupName,
    domain: row.domain,
    isKnown: row.isKnown,
    effect: row.effect,
    role: row.role,
    userGroups: row.userGroupIds.flatMap((id) => names.get(id) ?? []),
    isOn: row.isOn,
    switchedOnAt: row.switchedOnAt,
    switchedOnBy: row.switchedOnByName,
    isAnsweredFor: row.isAnsweredFor,
    admitted: row.admitted,
    invited: row.invited,
  }));
}
