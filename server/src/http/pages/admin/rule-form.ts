import type { FieldError } from '@doorstep/shared/problem';
import { MOST_USER_GROUPS } from '@doorstep/shared/user-group';
import * as v from 'valibot';
import { directoryGroupId, objectIdOf } from '../../../domain/directory-id.ts';
import type { RulePeople, RuleTerms } from '../../../store/admission-rule.ts';
import { fieldErrors } from '../../api/read-body.ts';
import type { TermsForm } from '../../views/rule.ts';
import type { readForm } from '../form-body.ts';

type Fields = Awaited<ReturnType<typeof readForm>>;

const Terms = v.object({
  effect: v.picklist(['suggest', 'invite', 'let-in'], 'must be one of the three'),
  role: v.picklist(['member', 'reader'], 'must be member or reader'),
  userGroupIds: v.pipe(
    v.array(v.pipe(v.string(), v.maxLength(64, 'is not an id'))),
    v.maxLength(MOST_USER_GROUPS, `must name at most ${MOST_USER_GROUPS} groups`),
  ),
});

export const emptyTerms: TermsForm = { effect: 'suggest', role: 'member', userGroupIds: [] };

/** What a rule is to do: each group once, in the order of their ids, so that the same terms read alike. */
export function readTerms(fields: Fields): { terms: RuleTerms } | { errors: FieldError[] } {
  const userGroupIds = [...new Set(fields.all('userGroupIds'))].sort();
  const read = v.safeParse(Terms, { effect: fields.get('effect'), role: fields.get('role') ?? 'member', userGroupIds });
  return read.success ? { terms: read.output } : { errors: fieldErrors(read.issues) };
}

/** Whom a rule is about, as the radio button names it: `group:{directory group id}` or `domain:{domain}`. null for anything else. */
export function readPeople(who: string): RulePeople | null {
  const [, kind, named] = /^(group|domain):(.{1,300})$/s.exec(who) ?? [];
  if (!named?.isWellFormed()) return null;
  if (kind === 'domain') return { directoryGroupId: null, domain: named };
  const objectId = objectIdOf('dgr', named);
  return objectId === null ? null : { directoryGroupId: objectId, domain: null };
}

export const whoOfGroup = (objectId: string): string => `group:${directoryGroupId(objectId)}`;
export const whoOfDomain = (domain: string): string => `domain:${domain}`;
