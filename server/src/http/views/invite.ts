import type { Language } from '@doorstep/shared/invitation';
import type { Role } from '@doorstep/shared/member';
import type { FieldError } from '@doorstep/shared/problem';
import { html } from 'hono/html';
import { errorSummary, type HiddenField, hiddenFields } from './form.ts';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { isolate } from './person.ts';
import { count, shown } from './text.ts';

/**
 * All that the wizard knows, as it travels from page to page; names of the fields are these. `people` and `groups` are ids of the directory,
 * `searches` say `standing:words`, `accessUntil` is `yyyy-mm-dd` or empty, `checked` is the digest of the addresses that were looked at.
 */
export type InviteForm = {
  people: string[];
  groups: string[];
  searches: string[];
  recipients: string;
  checked: string;
  role: Role;
  language: Language | '';
  note: string;
  expiresInDays: string;
  accessUntil: string;
  userGroupIds: string[];
};

export const steps = ['organization', 'emails', 'options', 'groups'] as const;
export type Step = (typeof steps)[number];

/** `said` is what a button of this step has just done. */
export type WizardModel = AdminShell & { form: InviteForm; errors: FieldError[]; said?: Html };

const stepWords: Record<Step, { bar: string; title: string; next: string }> = {
  organization: { bar: 'Organization', title: 'From the organization', next: 'Next: e-mails' },
  emails: { bar: 'E-mails', title: 'By e-mails', next: 'Next: options' },
  options: { bar: 'Options', title: 'Options', next: 'Next: user groups' },
  groups: { bar: 'Groups', title: 'User groups', next: 'Review' },
};

const labels = {
  recipients: 'Who',
  role: 'Role',
  language: 'Language of the mail',
  note: 'A personal note',
  expiresInDays: 'Good for (days)',
  accessUntil: 'Access until',
  presetName: 'Name',
  newGroup: 'New group',
};

export const WIZARD = '/admin/invitations/new';

/**
 * A step of `/admin/invitations/new`: one form, whose buttons say in `do` where to go or what to do; what is not on show travels hidden.
 * The first button is the one that Enter presses: it does what was typed last, or goes on.
 */
export function wizardPage(model: WizardModel, step: Step, content: Html, visible: readonly (keyof InviteForm)[]): Html {
  const at = steps.indexOf(step);
  const travelling = carriedFields(model.form).filter(([name]) => !visible.some((one) => one === name));
  const back = at === 0 ? '' : html`<button class="btn" name="do" value="to:${steps[at - 1]}" formnovalidate>Back</button>`;
  const body = html`<p><a class="back" href="/admin/invitations">${icon('left')}Invitations</a></p>
<div class="wizard">${errorSummary(model.errors, labels)}${model.said ?? ''}
<form class="stack" method="post" action="${WIZARD}">
<button class="sr" name="do" value="enter" tabindex="-1" aria-hidden="true">Go on</button>
${hiddenFields([['step', step], ...travelling])}${stepBar(at)}
<section class="card padded stack" aria-labelledby="step"><h2 id="step">${stepWords[step].title}</h2>${content}</section>
<div class="button-row">${back}<button class="btn primary" name="do" value="to:${steps[at + 1] ?? 'review'}">${stepWords[step].next}</button>
<span class="small muted">${chosenText(model.form)} Nothing is sent yet.</span></div></form></div>`;
  return adminLayout(model, 'invitations', 'Invite people', '', body);
}

/** Where one is, and the way to every other step. `at` beyond the last step: all are done. */
export const stepBar = (at: number): Html =>
  html`<ol class="steps" aria-label="Steps">${steps.map(
    (step, place) =>
      html`<li${place < at ? html` class="done"` : ''}><button name="do" value="to:${step}" formnovalidate${place === at ? html` aria-current="step"` : ''}>${
        place < at ? html`${icon('check')}<span class="sr">Done: </span>` : ''
      }<span>${stepWords[step].bar}</span></button></li>`,
  )}</ol>`;

/** The form as hidden fields, lists as fields of one name. */
export const carriedFields = (form: InviteForm): HiddenField[] =>
  Object.entries(form).flatMap(([name, value]): HiddenField[] =>
    Array.isArray(value) ? value.map((one): HiddenField => [name, one]) : [[name, value]],
  );

/** "3 people, 1 group of the directory": what was chosen in the first step. */
function chosenText({ people, groups, searches }: InviteForm): Html | '' {
  const parts = [
    ...(people.length > 0 ? [count(people.length, 'person', 'people')] : []),
    ...(groups.length > 0 ? [count(groups.length, 'group of the directory', 'groups of the directory')] : []),
    ...(searches.length > 0 ? [count(searches.length, 'search', 'searches')] : []),
  ];
  return parts.length === 0 ? '' : html`<b>${parts.join(', ')}</b> from the organization.`;
}

/** A chosen search in words. */
export const searchText = (search: string): string => {
  const words = search.slice(search.indexOf(':') + 1);
  return words === ''
    ? 'Everybody with an invitation required'
    : `All with an invitation required who match “${shown(words, 60)}”`;
};

export const named = (text: string): Html => html`<b>${isolate(shown(text, 100))}</b>`;
