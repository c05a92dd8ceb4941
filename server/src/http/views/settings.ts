import type { FieldError } from '@doorstep/shared/problem';
import { html } from 'hono/html';
import { logoTypes } from '../../domain/logo.ts';
import { NAME_LENGTH, QUESTION_LENGTH, ranges } from '../../domain/settings.ts';
import type { RequestMails } from '../../store/schema.ts';
import { type Choice, errorSummary, fileField, postButton, selectField, textField, tickField } from './form.ts';
import { type AdminShell, adminLayout, type Html, logoOf } from './layout.ts';
import { notice } from './notice.ts';

export const SETTINGS = '/admin/settings';

/** Every field as it is typed; of a tick `yes`, or nothing. */
export type SettingsForm = Record<keyof typeof labels, string>;
export type SettingsModel = AdminShell & {
  form: SettingsForm;
  forcesSso: boolean;
  /** False: a request waits until somebody looks. */
  isAnybodyTold: boolean;
  errors: FieldError[];
};

const labels = {
  name: 'Name',
  membersMayKnock: 'People of your organization may knock',
  tenantGuestsMayKnock: 'Guests of your organization’s tenant may knock',
  question: 'Your own question',
  invitationDays: 'An invitation is good for (days)',
  remindsInvited: 'Remind people one day before their invitation ends',
  quietDays: 'Quiet after a denial (days)',
  escalateAfterHours: 'Tell the others when nobody has answered for (hours)',
  needsTwoApprovals: 'A new administrator needs two approvals',
  vouchesForEmail: 'Our tenant vouches for its e-mail claim',
  guestDays: 'A guest’s access lasts at most (days)',
  guestEndIsCompulsory: 'Every guest’s access has an end',
  requestMails: 'Mails about access requests',
} as const;

/** `/admin/settings` */
export const settingsPage = (model: SettingsModel): Html =>
  adminLayout(
    model,
    'settings',
    'Settings',
    '',
    html`${errorSummary(model.errors, { ...labels, logo: 'Logo' })}<div class="narrow aside">
${nameCard(model)}${knockingCard(model)}${invitationsCard(model)}${approvalsCard(model)}${claimCard(model)}${guestsCard(model)}${notificationsCard(model)}</div>`,
  );

const card = (id: string, title: string, content: Html): Html =>
  html`<section class="card padded stack" id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>`;

/** `about` is what the button saves, for screen readers: seven buttons read alike. */
const form = (section: string, about: string, fields: Html): Html =>
  html`<form class="stack" method="post" action="${SETTINGS}/${section}">${fields}
<div><button class="btn">Save<span class="sr"> ${about}</span></button></div></form>`;

type Name = keyof SettingsForm;
const field = ({ form, errors }: SettingsModel, name: Name, hint: string) => ({
  ...{ name, label: labels[name], value: form[name], errors, hint },
});
const tick = (model: SettingsModel, name: Name, hint: string): Html =>
  tickField({ ...field(model, name, hint), isOn: model.form[name] === 'yes' });
const number = (model: SettingsModel, name: keyof typeof ranges, hint: string, isOptional = false): Html =>
  textField({ ...field(model, name, hint), type: 'number', min: ranges[name][0], max: ranges[name][1], isOptional });

const nameCard = (model: SettingsModel): Html =>
  card(
    'workspace',
    'Workspace',
    html`${form('workspace', 'the name', textField({ ...field(model, 'name', 'Stands on every page and in every mail.'), maxLength: NAME_LENGTH }))}
<form class="stack" method="post" action="${SETTINGS}/logo" enctype="multipart/form-data">${logo(model)}<div class="button-row">
<button class="btn">Upload the logo</button></div></form>${
      model.logoHash === null
        ? ''
        : postButton({ action: `${SETTINGS}/logo/remove`, text: 'Remove the logo', look: 'btn danger' })
    }`,
  );

const logo = (model: SettingsModel): Html => {
  const shown = logoOf(model);
  const hint = 'PNG, JPEG or WebP, up to 100 kB, best square. It stands beside the name on pages, never in mails.';
  return html`${shown === null ? '' : html`<p class="line small">${shown}The logo as it is now</p>`}${fileField({
    name: 'logo',
    label: 'Logo',
    accept: logoTypes.join(','),
    errors: model.errors,
    hint,
  })}`;
};

const knockingCard = (model: SettingsModel): Html =>
  card(
    'knocking',
    'Who may knock',
    form(
      'knocking',
      'who may knock',
      html`<p class="small muted">Who signs in without an invitation knocks: administrators are asked. Who may not is turned away, and nobody is told.</p>
${tick(model, 'membersMayKnock', 'Everybody with an account of your own in your Microsoft tenant.')}
${tick(model, 'tenantGuestsMayKnock', 'People of other organizations whom your tenant knows as guests.')}
${textField({ ...field(model, 'question', 'Asked beside “why would you like to come in?”, for example “Which project is it for?”. Empty: no question.'), maxLength: QUESTION_LENGTH, isOptional: true })}`,
    ),
  );

const invitationsCard = (model: SettingsModel): Html =>
  card(
    'invitations',
    'Invitations and requests',
    form(
      'invitations',
      'invitations and requests',
      html`${number(model, 'invitationDays', 'From sending, 1 to 30. Whoever invites can say otherwise; what was sent before stays as it is.')}
${tick(model, 'remindsInvited', 'One mail, with the same link, to those who have not come yet.')}
${number(model, 'quietDays', 'So long a denied person sees the answer and cannot knock again, 0 to 90. 0: they can at once.')}
${number(model, 'escalateAfterHours', 'One more mail, also to administrators who chose to hear only then. 1 to 720; empty: never.', true)}`,
    ),
  );

const approvalsCard = (model: SettingsModel): Html =>
  card(
    'approvals',
    'New administrators',
    form(
      'approvals',
      'new administrators',
      tick(
        model,
        'needsTwoApprovals',
        'One administrator proposes, another one agrees. It needs two administrators, and a sign-in of the last 10 minutes to change.',
      ),
    ),
  );

const claimCard = (model: SettingsModel): Html =>
  card(
    'email-claim',
    'E-mail claim',
    form(
      'email-claim',
      'the e-mail claim',
      html`<p class="small">An invitation by e-mail is only redeemed by somebody to whom the address is proven to belong. Where neither the directory nor Microsoft proves it, the person waits for your confirmation.</p>
${tick(model, 'vouchesForEmail', 'The address that Microsoft names at the sign-in then counts as proven, for people of your own tenant who are no guests. The invitation’s key is still needed.')}
<p class="small muted"><b>What it costs:</b> whoever may edit mail addresses in your tenant can give an account the address of somebody else’s invitation; with its link, that account comes in. Changing this needs a sign-in of the last 10 minutes.</p>`,
    ),
  );

const guestsCard = (model: SettingsModel): Html =>
  card(
    'guests',
    'Guests',
    form(
      'guests',
      'guests',
      html`${tick(model, 'guestEndIsCompulsory', 'An invitation of a guest without an end, or with a later one, gets the longest that is allowed.')}
${number(model, 'guestDays', 'From the invitation, 1 to 730. It counts while every guest’s access has an end.')}
<p class="small muted">${model.forcesSso ? 'Guests cannot come in at all: Force SSO is on.' : 'To let nobody in but people of your tenant, force SSO.'} <a href="/admin/single-sign-on">Single sign-on</a></p>`,
    ),
  );

const mails: (Choice & { value: RequestMails })[] = [
  { value: 'at-once', text: 'At once, of every request' },
  { value: 'unanswered', text: 'Only when nobody has answered in time' },
  { value: 'never', text: 'Never' },
];

const notificationsCard = (model: SettingsModel): Html =>
  card(
    'notifications',
    'Your notifications',
    html`${
      model.isAnybodyTold
        ? ''
        : notice(
            'wait',
            'warn',
            'No administrator is told at once: whoever knocks waits until somebody looks. Choose “at once”, or ask another administrator to.',
          )
    }${form(
      'notifications',
      'your notifications',
      selectField({
        ...field(
          model,
          'requestMails',
          'Only you can choose it for you. “In time” are the hours above; without them that choice says never.',
        ),
        choices: mails,
      }),
    )}`,
  );
