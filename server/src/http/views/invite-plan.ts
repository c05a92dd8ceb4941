import type { Batch, Counts, Preview, Refusal, Row } from '@doorstep/shared/invitation-batch';
import { html } from 'hono/html';
import { type HiddenField, hiddenFields } from './form.ts';
import { type IconName, icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice, state } from './notice.ts';
import { isolate } from './person.ts';
import { count, shown } from './text.ts';

/** `fields` carry the form of step 1; `typed` is what stood at each row's `recipient`, for rows that are no address. */
export type InvitePlanModel = AdminShell & { preview: Preview; typed: string[]; fields: HiddenField[] };

/** Step 2: what will happen to whom, before anything does. Sends to `/admin/invitations/send`, goes back to `/admin/invitations/new`. */
export function invitePlanPage(model: InvitePlanModel): Html {
  const { counts, rows } = model.preview;
  const mails = counts.invite + counts.resend;
  const summary = html`<b>${count(mails, 'mail', 'mails')}:</b> ${countsText(counts, planWords)}`;
  const content = html`<div class="narrow aside">${notice('', 'info', summary)}${rowList(rows, model.typed, planWords, 'What will happen')}
<form class="button-row" method="post" action="/admin/invitations/send">${hiddenFields(model.fields)}${
    mails > 0 ? html`<button class="btn primary">Send ${count(mails, 'invitation', 'invitations')}</button>` : ''
  }<button class="btn" formaction="/admin/invitations/new">Back</button>${mails > 0 ? '' : html`<span class="small muted">There is nobody to send to.</span>`}</form></div>`;
  return adminLayout(model, 'invitations', 'Look it over', '', content);
}

export type InviteResultModel = AdminShell & { batch: Batch; typed: string[] };

/** After sending: the truth of every row. Beyond 250 people the rest is written by a job, and only refused rows are listed. */
export function inviteResultPage(model: InviteResultModel): Html {
  const { counts, rows, state: batchState } = model.batch;
  const title =
    batchState === 'writing'
      ? 'Invitations are being written'
      : counts.invite + counts.resend === 0
        ? 'Nothing was sent'
        : 'Invitations are on their way';
  const summary = notice(counts.invite + counts.resend > 0 ? 'ok' : 'wait', 'send', countsText(counts, resultWords));
  const more =
    batchState === 'writing'
      ? html`<p class="small muted">The rest goes on by itself. Below are those that could not be invited.</p>`
      : '';
  const stopped =
    batchState === 'stopped' ? notice('wait', 'pause', 'The batch was stopped: those not written by then were not invited.') : '';
  const content = html`<div class="narrow aside">${summary}${stopped}${more}${rowList(rows, model.typed, resultWords, 'What happened')}
<div class="button-row"><a class="btn primary" href="/admin/invitations">See the invitations</a>
<a class="btn" href="/admin/invitations/new">Invite more people</a></div></div>`;
  return adminLayout(model, 'invitations', title, '', content);
}

type Words = Record<Row['plan'], { one: string; tone: '' | 'ok' | 'wait'; icon: IconName }>;
const planWords: Words = {
  invite: { one: 'new', tone: 'ok', icon: 'send' },
  resend: { one: 'sent again', tone: '', icon: 'retry' },
  refuse: { one: 'skipped', tone: 'wait', icon: 'minus' },
};
const resultWords: Words = {
  invite: { one: 'invited', tone: 'ok', icon: 'check' },
  resend: { one: 'sent again', tone: 'ok', icon: 'retry' },
  refuse: { one: 'not invited', tone: 'wait', icon: 'minus' },
};

const countsText = (counts: Counts, words: Words) =>
  (['invite', 'resend', 'refuse'] as const)
    .filter((plan) => counts[plan] > 0)
    .map((plan) => `${counts[plan]} ${words[plan].one}`)
    .join(', ') || 'nobody';

/** As many as a person reads; the counts above are of all. */
const ROWS_SHOWN = 200;

function rowList(rows: Row[], typed: string[], words: Words, label: string): Html | '' {
  if (rows.length === 0) return '';
  const hidden = rows.length - ROWS_SHOWN;
  return html`<ul class="card rows plans" aria-label="${label}">${rows.slice(0, ROWS_SHOWN).map((row) => rowLine(row, typed, words[row.plan]))}${
    hidden > 0 ? html`<li class="muted">${icon('info')}and ${count(hidden, 'more', 'more')}</li>` : ''
  }</ul>`;
}

const rowLine = (row: Row, typed: string[], { tone, icon: image, one }: Words[Row['plan']]) =>
  html`<li>${state(tone, image, one)}<span class="grow">${rowText(row, typed)}</span></li>`;

function rowText(row: Row, typed: string[]): Html {
  const who = isolate(shown(row.name ?? row.address ?? typed[row.recipient] ?? ''));
  if (row.because) return html`<b>${who}</b> ${refusalText[row.because]}`;
  return row.plan === 'resend'
    ? html`<b>${who}</b> <span class="muted">has an open invitation; it gets these options, the older mail stops working</span>`
    : html`<b>${who}</b>`;
}

/** Why somebody is skipped, as the end of a sentence that begins with the person. */
const refusalText: Record<Refusal, string> = {
  'not-an-address': 'is not an address',
  'already-member': 'is a member already',
  suspended: 'is suspended: resume the membership instead',
  'disabled-in-directory': 'is disabled in the directory',
  'guests-not-allowed': 'is outside your organization, and guests are not allowed',
  duplicate: 'is in the list twice; the first one counts',
  'not-expandable': 'is not in the directory; if it is a dynamic distribution list, its members cannot be read',
};
