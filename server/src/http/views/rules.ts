import { html } from 'hono/html';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice, state } from './notice.ts';
import { isolate } from './person.ts';
import { roleText } from './role.ts';
import { emptyState, table } from './table.ts';
import { count, shown } from './text.ts';
import { day } from './time.ts';

/** An admission rule as pages show it. `group` is the name of its directory group, or the domain is set; `isKnown`: the directory has it still. */
export type RuleShown = {
  id: string;
  group: string | null;
  domain: string | null;
  isKnown: boolean;
  effect: RuleEffect;
  role: 'member' | 'reader';
  userGroups: readonly string[];
  isOn: boolean;
  switchedOnAt: number | null;
  switchedOnBy: string | null;
  isAnsweredFor: boolean;
  admitted: number;
  invited: number;
};
export type RuleEffect = 'suggest' | 'invite' | 'let-in';

/** `isBusy`: who is suggested is still being worked out. */
export type RulesModel = AdminShell & { rules: RuleShown[]; suggests: 'everybody' | 'groups'; isBusy: boolean };

export const RULES = '/admin/directory/rules';

/** `/admin/directory/rules` */
export const rulesPage = (model: RulesModel): Html =>
  adminLayout(
    model,
    'directory',
    'Admission rules',
    html`<a class="btn primary" href="${RULES}/new">${icon('plus')}New rule</a>`,
    html`<p><a class="back" href="/admin/directory">${icon('left')}Directory</a></p>
${model.isBusy ? notice('', 'retry', 'Who is suggested is being worked out. It takes a moment; nothing is lost if you leave.') : ''}
<div class="cols"><div class="card">${list(model)}</div><div class="aside">${scope(model)}${explanation}</div></div>`,
  );

const columns = [{ text: 'Who' }, { text: 'What happens' }, { text: 'State', look: 'tight' }, { text: 'So far', look: 'muted' }];

const list = ({ rules }: RulesModel): Html =>
  rules.length === 0
    ? emptyState('No rules yet', 'Without a rule nobody comes in but by an invitation or an approval.')
    : table('Admission rules, in the order in which they count', columns, rules.map(row));

const row = (rule: RuleShown) => [
  html`<span class="who"><a class="name" href="${RULES}/${encodeURIComponent(rule.id)}">${whoOf(rule)}</a>${
    rule.isKnown ? '' : html`<small class="bad">not in the directory any more</small>`
  }</span>`,
  effectText[rule.effect](roleText[rule.role].word),
  ruleState(rule),
  doneSoFar(rule),
];

/** Whom a rule is about, as the beginning of a sentence. */
export const whoOf = (rule: Pick<RuleShown, 'group' | 'domain'>): Html =>
  rule.domain === null
    ? html`Members of ${isolate(shown(rule.group ?? 'a group without a name', 80))}`
    : html`People with an address @${isolate(shown(rule.domain, 80))}`;

/** The same without marks, for titles. */
export const whoText = (rule: Pick<RuleShown, 'group' | 'domain'>): string =>
  rule.domain === null ? `members of ${shown(rule.group ?? 'a group without a name', 80)}` : `people @${shown(rule.domain, 80)}`;

export const effectText: Record<RuleEffect, (role: string) => string> = {
  suggest: () => 'Are suggested to administrators',
  invite: (role) => `Are invited automatically, as ${role}`,
  'let-in': (role) => `Are let in at their first sign-in, as ${role}`,
};

export function ruleState(rule: RuleShown): Html {
  if (!rule.isOn) return state('', 'pause', 'off');
  return rule.effect === 'invite' && !rule.isAnsweredFor
    ? state('wait', 'warn', 'on, invites nobody')
    : state('ok', 'check', 'on');
}

export function doneSoFar({ admitted, invited }: RuleShown): string {
  const done = [
    ...(admitted > 0 ? [`${count(admitted, 'person', 'people')} let in`] : []),
    ...(invited > 0 ? [`${count(invited, 'person', 'people')} invited`] : []),
  ];
  return done.length > 0 ? done.join(', ') : 'nobody yet';
}

export const switchedOn = (rule: RuleShown): Html | string =>
  rule.switchedOnAt === null
    ? 'never'
    : html`${day(rule.switchedOnAt)}${rule.switchedOnBy === null ? '' : html` by ${isolate(shown(rule.switchedOnBy, 80))}`}`;

const scope = ({
  suggests,
}: RulesModel): Html => html`<form class="card padded stack" method="post" action="/admin/directory/suggested">
<fieldset class="stack"><legend class="label">Who is suggested under “Invitation required”</legend>
${choice('everybody', 'Everybody in the directory', suggests)}${choice('groups', 'Only people of the rules that are on', suggests)}</fieldset>
<div><button class="btn">Change</button></div></form>`;

const choice = (value: string, text: string, chosen: string): Html =>
  html`<label class="line small"><input type="radio" name="suggests" value="${value}"${value === chosen ? html` checked` : ''}>${text}</label>`;

const explanation = html`<section class="card padded stack small" aria-label="How rules work">
<p>Nothing in the directory lets anybody in by itself: it takes an invitation, an approval or one of these rules.</p>
<p class="muted">Of several rules about one person the one made first counts. No rule makes administrators, and none brings back who was removed here.</p></section>`;
