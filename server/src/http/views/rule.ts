import type { FieldError } from '@doorstep/shared/problem';
import { html } from 'hono/html';
import { type Choice, errorSummary, postButton, selectField } from './form.ts';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice } from './notice.ts';
import { isolate } from './person.ts';
import { roleText } from './role.ts';
import { doneSoFar, effectText, RULES, type RuleEffect, type RuleShown, ruleState, switchedOn, whoOf, whoText } from './rules.ts';
import { shown } from './text.ts';

/** What a rule does, as chosen in a form. */
export type TermsForm = { effect: RuleEffect; role: 'member' | 'reader'; userGroupIds: readonly string[] };
export type CustomGroup = { id: string; name: string };

export type RuleModel = AdminShell & { rule: RuleShown; form: TermsForm; groups: CustomGroup[]; errors: FieldError[] };

const labels = { who: 'Who', effect: 'What happens', role: 'Role', userGroupIds: 'User groups' };

/** `/admin/directory/rules/{rule id}` */
export function rulePage(model: RuleModel): Html {
  const { rule, errors } = model;
  const path = `${RULES}/${encodeURIComponent(rule.id)}`;
  const about = `the rule about ${whoText(rule)}`;
  const change = rule.isOn
    ? html`<p class="small muted">Switch the rule off to change it: what is on is what was rehearsed.</p>`
    : html`<form class="stack" method="post" action="${path}/change">${termsFields(model)}<div><button class="btn">Change the rule</button></div></form>`;
  const toggle = rule.isOn
    ? postButton({ action: `${path}/switch-off`, text: 'Switch off', about })
    : postButton({ action: `${path}/switch-on`, text: 'Rehearse and switch on', look: 'btn primary', about });
  return adminLayout(
    model,
    'directory',
    'Admission rule',
    '',
    html`${back}${errorSummary(errors, labels)}${unanswered(rule)}<div class="narrow stack"><section class="card padded stack" aria-label="Facts">
<dl class="facts"><dt>Who</dt><dd>${whoOf(rule)}${rule.isKnown ? '' : html` <span class="bad">(not in the directory any more: the rule does nothing)</span>`}</dd>
<dt>What happens</dt><dd>${effectText[rule.effect](roleText[rule.role].word)}</dd><dt>User groups</dt><dd>${namesOf(rule.userGroups)}</dd>
<dt>State</dt><dd>${ruleState(rule)}</dd><dt>Switched on</dt><dd>${switchedOn(rule)}</dd><dt>So far</dt><dd>${doneSoFar(rule)}</dd></dl>
<div class="button-row">${toggle}${postButton({ action: `${path}/delete`, text: 'Delete', look: 'btn danger', about })}</div></section>
<section class="card padded stack" aria-label="Change"><h2>Change</h2>${change}</section></div>`,
  );
}

const back = html`<p><a class="back" href="${RULES}">${icon('left')}Admission rules</a></p>`;

const unanswered = (rule: RuleShown) =>
  rule.isOn && rule.effect === 'invite' && !rule.isAnsweredFor
    ? notice(
        'wait',
        'warn',
        'Whoever switched this rule on is no administrator any more, and invitations need somebody who answers for them. Switch it off and on again to answer for it yourself.',
      )
    : '';

const namesOf = (names: readonly string[]): Html | string =>
  names.length === 0 ? 'none' : html`${names.map((name, at) => html`${at > 0 ? ', ' : ''}${isolate(shown(name, 80))}`)}`;

export type RulePeopleChoice = Choice & { hint: string };
/** `q` is what was searched for among the groups; `who` the choice so far, `group:{directory group id}` or `domain:{domain}`. */
export type NewRuleModel = AdminShell & {
  q: string;
  choices: RulePeopleChoice[];
  who: string;
  form: TermsForm;
  groups: CustomGroup[];
  errors: FieldError[];
};

/** `/admin/directory/rules/new` */
export const newRulePage = (model: NewRuleModel): Html =>
  adminLayout(
    model,
    'directory',
    'New admission rule',
    '',
    html`${back}${errorSummary(model.errors, labels)}<div class="narrow stack">
<form class="card toolsbar" method="get" action="${RULES}/new" role="search"><span class="search">${icon('search')}
<input class="input" type="search" name="q" value="${model.q}" maxlength="200" aria-label="Search directory groups" placeholder="Search directory groups"></span>
<button class="btn">Search</button></form>
<form class="card padded stack" method="post" action="${RULES}">${people(model)}${termsFields(model)}<div class="button-row">
<button class="btn primary">Make the rule</button><span class="small muted">It is off until you switch it on.</span></div></form></div>`,
  );

const people = ({
  choices,
  who,
  q,
}: NewRuleModel): Html => html`<fieldset class="stack" id="who"><legend class="label">Who</legend>
${
  choices.length === 0
    ? html`<p class="small muted">${q === '' ? 'The directory has no groups yet.' : 'No group has a name like that.'}</p>`
    : choices.map(
        ({ value, text, hint }) =>
          html`<label class="line small"><input type="radio" name="who" value="${value}" required${value === who ? html` checked` : ''}><span class="grow">${isolate(shown(text, 100))} <span class="muted">${shown(hint, 80)}</span></span></label>`,
      )
}</fieldset>`;

const effects: Choice[] = [
  { value: 'suggest', text: 'They are suggested to administrators' },
  { value: 'invite', text: 'They are invited automatically' },
  { value: 'let-in', text: 'They are let in at their first sign-in' },
];
const roles: Choice[] = (['member', 'reader'] as const).map((role) => ({ value: role, text: roleText[role].choice }));

function termsFields({ form, groups, errors }: Pick<RuleModel, 'form' | 'groups' | 'errors'>): Html {
  const effect = selectField({ name: 'effect', label: labels.effect, value: form.effect, errors, choices: effects });
  const role = selectField({ name: 'role', label: labels.role, value: form.role, errors, choices: roles });
  return html`<div class="two">${effect}${role}</div>${groups.length === 0 ? '' : groupBoxes(form, groups)}`;
}

const groupBoxes = (form: TermsForm, groups: CustomGroup[]): Html => html`<fieldset class="stack" id="userGroupIds">
<legend class="label">User groups <span class="count">optional</span></legend>${groups.map(
  ({ id, name }) =>
    html`<label class="line small"><input type="checkbox" name="userGroupIds" value="${id}"${form.userGroupIds.includes(id) ? html` checked` : ''}>${isolate(shown(name, 100))}</label>`,
)}</fieldset>`;
