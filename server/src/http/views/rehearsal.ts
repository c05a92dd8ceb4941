import { html } from 'hono/html';
import { hiddenFields } from './form.ts';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { isolate } from './person.ts';
import { RULES, type RuleShown, whoOf } from './rules.ts';
import { count, shown } from './text.ts';

/** Of people whom a rule leaves out: how many, and why. */
export type LeftOutShown = { people: number; because: string };
export type RehearsedShown = { name: string; address: string | null; href: string | null; note: string | null };

/** `isScopeEverybody`: everybody is suggested anyway. `seen` names the terms that were rehearsed. */
export type RehearsalModel = AdminShell & {
  rule: RuleShown;
  seen: string;
  would: number;
  people: RehearsedShown[];
  leftOut: LeftOutShown[];
  isCut: boolean;
  days: number;
  isScopeEverybody: boolean;
};

/** What a rule would do, before it is switched on. */
export function rehearsalPage(model: RehearsalModel): Html {
  const { rule, would, people, leftOut } = model;
  const path = `${RULES}/${encodeURIComponent(rule.id)}`;
  return adminLayout(
    model,
    'directory',
    'Rehearsal',
    '',
    html`<p><a class="back" href="${path}">${icon('left')}Admission rule</a></p><div class="narrow stack"><section class="card padded stack" aria-label="What would happen">
<p>${whoOf(rule)}: ${outcome(model)}</p>${model.isCut ? html`<p class="small muted">There are more people than a rehearsal looks at: these are the first ones.</p>` : ''}
${people.length === 0 ? '' : html`<ul class="rows small">${people.map(personLine)}</ul>`}${
  would > people.length ? html`<p class="small muted">and ${count(would - people.length, 'more', 'more')}</p>` : ''
}${leftOut.length === 0 ? '' : html`<h2>Left out</h2><ul class="small">${leftOut.map((one) => html`<li>${count(one.people, 'person', 'people')}: ${one.because}</li>`)}</ul>`}
</section><form class="button-row" method="post" action="${path}/switch-on">${hiddenFields([
      ['confirmed', 'yes'],
      ['seen', model.seen],
    ])}
<button class="btn primary">Switch the rule on</button><a class="btn quiet" href="${path}">Cancel</a></form></div>`,
  );
}

function outcome({ rule, would, days, isScopeEverybody }: RehearsalModel): Html | string {
  const number = count(would, 'person', 'people');
  switch (rule.effect) {
    case 'let-in':
      return html`of those who asked to be let in during the last ${days} days, the rule would have let in <b>${number}</b>.`;
    case 'invite':
      return html`the rule would invite <b>${number}</b> now, and whoever joins them later.`;
    case 'suggest':
      return isScopeEverybody
        ? html`<b>${number}</b>, and they are suggested already: now everybody in the directory is.`
        : html`the rule would suggest <b>${number}</b>.`;
  }
}

const personLine = ({ name, address, href, note }: RehearsedShown): Html =>
  html`<li class="row"><span class="who">${href === null ? html`<b>${isolate(shown(name, 80))}</b>` : html`<a class="name" href="${href}">${isolate(shown(name, 80))}</a>`}${
    address === null ? '' : html`<small>${isolate(shown(address))}</small>`
  }</span>${note === null ? '' : html`<span class="muted">${note}</span>`}</li>`;
