import { MAX_EXPIRES_IN_DAYS, NOTE_LENGTH } from '@doorstep/shared/invitation-batch';
import type { Role } from '@doorstep/shared/member';
import type { FieldError } from '@doorstep/shared/problem';
import { html } from 'hono/html';
import { accessUntilField, errorSummary, selectField, textArea, textField } from './form.ts';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { roleChoices } from './role.ts';

/** The form as typed: names of the fields are these. `accessUntil` is `yyyy-mm-dd` or empty. */
export type InviteForm = { recipients: string; role: Role; note: string; expiresInDays: string; accessUntil: string };
export type InviteModel = AdminShell & { form: InviteForm; errors: FieldError[] };

const labels = {
  recipients: 'Who',
  role: 'Role',
  note: 'A personal note',
  expiresInDays: 'Good for (days)',
  accessUntil: 'Access until',
};

/** `/admin/invitations/new`, and again with what was typed when something is wrong. Posts to `/admin/invitations/plan`. */
export function invitePage(model: InviteModel): Html {
  const { form, errors } = model;
  const recipients = textArea({
    name: 'recipients',
    label: labels.recipients,
    value: form.recipients,
    errors,
    rows: 6,
    placeholder: 'mia@contoso.com, Jo Berg <jo@contoso.com>',
    hint: 'Paste anything with addresses in it: a list, a column, the To line of a mail.',
  });
  const role = selectField({ name: 'role', label: labels.role, value: form.role, errors, choices: roleChoices });
  const note = textArea({
    name: 'note',
    label: labels.note,
    value: form.note,
    errors,
    rows: 3,
    maxLength: NOTE_LENGTH,
    isOptional: true,
    hint: 'Stands in the mail, under your name.',
  });
  const days = textField({
    name: 'expiresInDays',
    label: labels.expiresInDays,
    type: 'number',
    min: 1,
    max: MAX_EXPIRES_IN_DAYS,
    value: form.expiresInDays,
    errors,
    hint: `1 to ${MAX_EXPIRES_IN_DAYS}, from sending.`,
  });
  const until = accessUntilField(labels.accessUntil, form.accessUntil, errors);
  const content = html`<p><a class="back" href="/admin/invitations">${icon('left')}Invitations</a></p>
<div class="narrow">${errorSummary(errors, labels)}
<form class="card padded stack" method="post" action="/admin/invitations/plan">${recipients}${role}${note}
<div class="two">${days}${until}</div><div class="button-row">
<button class="btn primary">Review</button><span class="small muted">Nothing is sent yet.</span></div></form></div>`;
  return adminLayout(model, 'invitations', 'Invite people', '', content);
}
