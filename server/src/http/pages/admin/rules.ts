import type { MemberId } from '@doorstep/shared/ids';
import type { FieldError } from '@doorstep/shared/problem';
import { Hono } from 'hono';
import { isIn } from '../../../domain/sign-in.ts';
import { findAdmissionRules, MOST_RULES, makeRule, type RuleChange } from '../../../store/admission-rule.ts';
import { findDirectoryGroups } from '../../../store/directory-group.ts';
import { findDomains, findScope, setScope } from '../../../store/directory-scope.ts';
import { findMember } from '../../../store/member.ts';
import { newId } from '../../../store/new-id.ts';
import { findUserGroupNames, unknownUserGroups } from '../../../store/user-group.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { newRulePage, type RulePeopleChoice, type TermsForm } from '../../views/rule.ts';
import { RULES, rulesPage } from '../../views/rules.ts';
import { count } from '../../views/text.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, noOfficePage, recordRefusedWrite, searchIn } from './admin-page.ts';
import { emptyTerms, readPeople, readTerms, whoOfDomain, whoOfGroup } from './rule-form.ts';
import { rulesShown } from './rule-shown.ts';

const CHOICES = 20;

/** The admission rules, and who is suggested. */
export const rules = new Hono<Env>()
  .get('/', async (c) => {
    const { deps, now } = c.var;
    const [rows, scope] = await Promise.all([findAdmissionRules(deps.store, now), findScope(deps.store)]);
    const shown = await rulesShown(deps.store, rows);
    return page(c, rulesPage({ ...(await adminShellOf(c)), rules: shown, ...scope }));
  })
  .post('/', async (c) => {
    const fields = await readForm(c);
    const who = fields.get('who') ?? '';
    const people = readPeople(who);
    const read = readTerms(fields);
    const errors = [...('errors' in read ? read.errors : await unknownGroups(c, read.terms)), ...(people ? [] : [unknownPeople])];
    if (!people || 'errors' in read || errors.length > 0) return show(c, { who, errors, form: typed(read) });
    const change = ruleChange(c, newId('rul'));
    const isMade = await makeRule(c.var.deps.store, change, people, read.terms);
    if (!isMade) return notMade(c, change, { who, form: read.terms });
    return c.redirect(`${RULES}/${change.ruleId}?done=rule-made`, 303);
  })
  .get('/new', (c) => show(c));

/** Who is suggested: stands on the page of the rules, which make it up. */
export const suggested = new Hono<Env>().post('/suggested', async (c) => {
  const suggests = (await readForm(c)).get('suggests') === 'groups' ? 'groups' : 'everybody';
  const { deps, now, trace } = c.var;
  await setScope(deps.store, { by: memberOf(c).id as MemberId, suggests, auditId: newId('aud'), now, trace });
  deps.nudge();
  return c.redirect(`${RULES}?done=scope-changed`, 303);
});

/** A press of this administrator on this rule. */
export const ruleChange = (c: Ctx, ruleId: string): RuleChange => ({
  id: newId('chg'),
  by: memberOf(c).id as MemberId,
  ruleId,
  auditId: newId('aud'),
  now: c.var.now,
  trace: c.var.trace,
});

const unknownPeople: FieldError = { pointer: '#/who', detail: 'must be a group or domain of the directory' };

const typed = (read: ReturnType<typeof readTerms>): TermsForm => ('terms' in read ? read.terms : emptyTerms);

/** Only custom groups can be given. */
export async function unknownGroups(c: Ctx, { userGroupIds }: TermsForm): Promise<FieldError[]> {
  const unknown = await unknownUserGroups(c.var.deps.store, userGroupIds);
  return unknown.length === 0 ? [] : [{ pointer: '#/userGroupIds', detail: 'must be custom groups that exist' }];
}

/** There are too many, the directory does not have (any more) what was chosen, or the office is lost. */
async function notMade(c: Ctx, { ruleId, by, now }: RuleChange, asked: { who: string; form: TermsForm }): Promise<Response> {
  const { store } = c.var.deps;
  const viewer = await findMember(store, by);
  if (viewer?.role !== 'administrator' || !isIn(viewer, now)) return noOfficePage(c, ruleId);
  const isFull = (await findAdmissionRules(store, now)).length >= MOST_RULES;
  return show(c, { ...asked, errors: [isFull ? tooMany : unknownPeople] });
}

const tooMany: FieldError = {
  pointer: '#',
  detail: `There are ${MOST_RULES} rules already: delete one that is not needed any more.`,
};

async function show(c: Ctx, asked?: { who: string; form: TermsForm; errors: FieldError[] }): Promise<Response> {
  const { store } = c.var.deps;
  if (asked) await recordRefusedWrite(c, 'invalid-fields', null);
  const q = searchIn(c);
  const groups = (await findUserGroupNames(store)).filter(({ kind }) => kind === 'custom');
  const model = { who: '', form: emptyTerms, errors: [], ...asked, q, groups, choices: await choicesFor(c, q) };
  return page(c, newRulePage({ ...(await adminShellOf(c)), ...model }), asked ? 422 : 200);
}

async function choicesFor(c: Ctx, q: string): Promise<RulePeopleChoice[]> {
  const { store } = c.var.deps;
  const [found, domains] = await Promise.all([findDirectoryGroups(store, { q, limit: CHOICES }), findDomains(store)]);
  return [
    ...found.map(({ objectId, name, people }) => ({
      value: whoOfGroup(objectId),
      text: name ?? 'A group without a name',
      hint: count(people, 'person', 'people'),
    })),
    ...domains.map((domain) => ({ value: whoOfDomain(domain), text: `@${domain}`, hint: 'people with such an address' })),
  ];
}
