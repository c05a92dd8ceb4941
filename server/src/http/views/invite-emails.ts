import type { Row } from '@doorstep/shared/invitation-batch';
import { html } from 'hono/html';
import { hiddenFields, textArea } from './form.ts';
import { type WizardModel, wizardPage } from './invite.ts';
import { planWords, rowList, type Typed } from './invite-rows.ts';
import type { Html } from './layout.ts';
import { notice } from './notice.ts';
import { count } from './text.ts';

/**
 * `findings` are rows of addresses that are more, or less, than a new person, and `typed` what stood there; null before anybody looked.
 * `assignmentRequired`: whoever is not assigned to the application is turned away before the door.
 */
export type EmailsModel = WizardModel & {
  findings: { rows: Row[]; plain: number; typed: Typed } | null;
  assignmentRequired: boolean;
  isOptional: boolean;
};

/** Step 2: anything with addresses in it. */
export function inviteEmailsPage(model: EmailsModel): Html {
  const { form, errors, isOptional } = model;
  const field = textArea({
    name: 'recipients',
    label: 'Who',
    value: form.recipients,
    errors,
    rows: 6,
    isOptional,
    placeholder: 'mia@contoso.com, Jo Berg <jo@contoso.com>',
    hint: 'Paste anything with addresses in it: a list, a column, the To line of a mail. The address of a group stands for its people.',
  });
  const content = html`${model.assignmentRequired ? assignment : ''}${field}${hiddenFields([['checked', form.checked]])}${findings(model)}`;
  return wizardPage(model, 'emails', content, ['recipients', 'checked']);
}

/** ENT-64: said before anybody is invited in vain. */
export const assignment = notice(
  'wait',
  'warn',
  html`Microsoft Entra lets only people sign in who are <b>assigned</b> to this application. Assign whom you invite there (Enterprise applications, Users and groups), or set <b>Assignment required</b> to No: others never reach the door.`,
);

function findings({ findings }: EmailsModel): Html | '' {
  if (findings === null) return '';
  const { rows, plain, typed } = findings;
  const others = plain > 0 ? `${count(plain, 'other is a new person', 'others are new people')}. ` : '';
  return html`<div class="stack" role="status"><p class="small"><b>${count(rows.length, 'entry is worth a look', 'entries are worth a look')}.</b> ${others}Correct the list, or go on as it is.</p>
${rowList(rows, typed, planWords, 'Worth a look')}</div>`;
}
