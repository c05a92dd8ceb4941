import { type DecisionOutcome, REASON_LENGTH } from '@doorstep/shared/access-request';
import type { FieldError } from '@doorstep/shared/problem';
import { html } from 'hono/html';
import { errorSummary, type HiddenField, hiddenFields, textArea } from './form.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice } from './notice.ts';
import { avatar, isolate } from './person.ts';
import { count, figure } from './text.ts';

// Deciding many requests at once: boxes on the list, a question that names everybody, and what became of them.

export const DECIDE_MANY = '/admin/requests/decide';
const FORM = 'many';

/** Ticks belong to this form wherever they stand on the page: the rows have forms of their own. */
export const manyToolbar = (otherTicks: string, isAllTicked: boolean): Html =>
  html`<form class="toolsbar" id="${FORM}" method="post" action="${DECIDE_MANY}" aria-label="Decide many at once">
<button class="btn" name="verdict" value="approve">Approve selected</button><button class="btn danger" name="verdict" value="deny">Deny selected</button>
<a class="btn quiet" href="${otherTicks}">${isAllTicked ? 'Select none' : 'Select all on this page'}</a></form>`;

export const manyTick = (id: string, name: string, isTicked: boolean): Html =>
  html`<label class="line"><input type="checkbox" form="${FORM}" name="ids" value="${id}"${isTicked ? html` checked` : ''}><span class="sr">Select ${isolate(name)}</span>${avatar(id, name)}</label>`;

/** `gets` is what approving gives, in words; empty when they are denied. */
export type OneAsked = { id: string; name: string; gets: string };
export type ManyAskedModel = AdminShell & {
  verdict: 'approve' | 'deny';
  people: OneAsked[];
  /** What the reader should know of all of them. */
  sentence: string;
  fields: HiddenField[];
  reason: string;
  errors: FieldError[];
};

/** Asked before many are decided: who they are, what they get, one word to all. */
export function manyConfirmPage(model: ManyAskedModel): Html {
  const { verdict, people, errors } = model;
  const number = count(people.length, 'person', 'people');
  const title = verdict === 'approve' ? `Let ${number} in?` : `Deny ${number}?`;
  const label = 'A word to all of them';
  const word = { name: 'reason', label, value: model.reason, errors, rows: 2, maxLength: REASON_LENGTH, isOptional: true };
  const content = html`${errorSummary(errors, { reason: label })}<div class="narrow card padded stack"><p>${model.sentence}</p>
<ul class="rows">${people.map(({ id, name, gets }) => html`<li class="row">${avatar(id, name)}<span class="who"><b>${isolate(name)}</b>${gets === '' ? '' : html`<small class="muted">${gets}</small>`}</span></li>`)}</ul>
<form class="stack" method="post" action="${DECIDE_MANY}">${hiddenFields(model.fields)}${textArea(word)}<div class="button-row">
<button class="btn ${verdict === 'approve' ? 'primary' : 'danger'}">${verdict === 'approve' ? 'Approve' : 'Deny'} ${number}</button>
<a class="btn quiet" href="/admin/requests">Cancel</a></div></form></div>`;
  return adminLayout(model, 'requests', title, '', content);
}

/** How many of each outcome. */
export type ManyOutcome = { verdict: 'approve' | 'deny'; counts: Partial<Record<DecisionOutcome, number>> };

export function manyOutcomeNotice(outcome: ManyOutcome | null): Html | '' {
  if (outcome === null) return '';
  const { decided = 0, ...others } = outcome.counts;
  const refused = Object.entries(others).filter(([, number]) => number > 0) as [keyof typeof others, number][];
  const done = `${count(decided, 'person was', 'people were')} ${outcome.verdict === 'approve' ? 'approved' : 'denied'}.`;
  const rest = refused.map(([because, number]) => html`<li>${figure(number)} ${because in whyNot ? whyNot[because] : ''}</li>`);
  return notice(
    refused.length === 0 ? 'ok' : 'wait',
    refused.length === 0 ? 'check' : 'info',
    html`<p>${done}</p>${rest.length === 0 ? '' : html`<ul>${rest}</ul>`}`,
  );
}

const whyNot: Record<Exclude<DecisionOutcome, 'decided'>, string> = {
  'already-decided': 'had been answered meanwhile; that answer stands.',
  'own-request': 'was your own request, which another administrator decides.',
  'not-allowed': 'could not be decided: something changed in the same moment. Look again.',
  'person-gone': 'disabled or gone in the directory: not let in until it says otherwise.',
  'guests-not-allowed': 'from another organization, and everybody signs in with Microsoft here while SSO is forced.',
  'guest-administrator': 'from another organization, and a guest cannot be an administrator.',
  'fresh-sign-in-needed': 'would become an administrator: decided on the page of the request, after signing in again.',
  'not-found': 'not found.',
};
