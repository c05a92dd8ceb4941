import type { Preview } from '@doorstep/shared/invitation-batch';
import { html } from 'hono/html';
import { type HiddenField, hiddenFields } from './form.ts';
import { type GroupName, groupChips } from './group-chips.ts';
import { type InviteForm, stepBar, steps, WIZARD } from './invite.ts';
import { languageText } from './invite-options.ts';
import { countsText, planWords, rowList, type Typed } from './invite-rows.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice } from './notice.ts';
import { roleText } from './role.ts';
import { count, shown } from './text.ts';

/** `fields` carry the form; `typed` says how to call the rows' recipients; `groups` are those that everybody gets. */
export type InvitePlanModel = AdminShell & {
  form: InviteForm;
  preview: Preview;
  typed: Typed;
  groups: GroupName[];
  fields: HiddenField[];
};

/** The last look: what will happen to whom, before anything does. Sends to `/admin/invitations/send`. */
export function invitePlanPage(model: InvitePlanModel): Html {
  const { counts, rows } = model.preview;
  const mails = counts.invite + counts.resend;
  const summary = html`<b>${count(mails, 'mail', 'mails')}:</b> ${countsText(counts, planWords)}`;
  const send = html`<button class="btn primary">Send ${count(mails, 'invitation', 'invitations')}</button>`;
  const content = html`<div class="wizard aside"><form class="stack" method="post" action="${WIZARD}">${hiddenFields(model.fields)}${stepBar(steps.length)}</form>
${notice('', 'info', summary)}${options(model)}${rowList(rows, model.typed, planWords, 'What will happen')}
<form class="button-row" method="post" action="/admin/invitations/send">${hiddenFields(model.fields)}${
    mails > 0 ? send : ''
  }<button class="btn" formaction="${WIZARD}" name="do" value="to:groups">Back</button>${mails > 0 ? '' : html`<span class="small muted">There is nobody to send to.</span>`}</form></div>`;
  return adminLayout(model, 'invitations', 'Look it over', '', content);
}

/** What everybody of it gets. */
function options({ form, groups }: InvitePlanModel): Html {
  return html`<section class="card padded" aria-label="Options"><dl class="facts"><dt>Role</dt><dd>${roleText[form.role].word}</dd>
<dt>Language</dt><dd>${languageText[form.language]}</dd><dt>Good for</dt><dd>${count(Number(form.expiresInDays), 'day', 'days')}</dd>
<dt>Access until</dt><dd>${form.accessUntil || 'no end'}</dd><dt>Note</dt><dd>${form.note ? html`<blockquote>${shown(form.note, 1000)}</blockquote>` : 'none'}</dd>
<dt>User groups</dt><dd>${groups.length === 0 ? 'none' : groupChips(groups)}</dd></dl></section>`;
}
