import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { errorSummary, hiddenFields, postButton, selectField, textField } from './form.ts';
import type { Html } from './layout.ts';
import { notice } from './notice.ts';
import { isolate } from './person.ts';
import { freshHint } from './sign-on-form.ts';
import { shown } from './text.ts';
import { ago } from './time.ts';

export type MailWay = 'postmark' | 'smtp' | 'preview';

/** As typed; secrets are never shown again. */
export type MailTyped = { from: string; to: string; smtpHost: string; smtpPort: string; smtpSecurity: string; smtpUser: string };

/** `server` is "host:port" of an SMTP server. */
export type MailShown = { way: MailWay; from: string; server: string | null };

export type MailFormModel = {
  /** The path below which the forms are sent. */
  home: string;
  now: Millis;
  way: MailWay;
  offersSmtp: boolean;
  typed: MailTyped;
  errors: FieldError[];
  /** A secret of this way is stored: leaving its field empty keeps it. */
  keepsSecret: boolean;
  /** Nothing was saved: what was typed in secret is gone with the answer that says what is wrong. */
  hasToRetype: boolean;
  /** Where the test mail goes; null: whoever types says so in `to`. */
  testsAt: string | null;
  /** Mails leave already, and nobody is about to change that. */
  isFolded: boolean;
  /** Else saving asks for a new sign-in first, and the form says so ahead. */
  isFresh: boolean;
  /** What was saved and tested with success, waiting to be switched on. */
  ready: (MailShown & { version: Millis; testedAt: Millis }) | null;
};

/** Three things, one after the other: how mails leave, a test mail, the switch. */
export const mailForm = (model: MailFormModel): Html =>
  html`${model.hasToRetype ? errorSummary(model.errors, labels) : ''}${model.ready ? readyCard(model, model.ready) : ''}
<section class="card padded stack" aria-labelledby="mail-way">${model.isFolded ? folded(model) : html`<div>${title(model)}</div>${choice(model)}`}</section>`;

const title = ({ ready, isFolded }: MailFormModel) =>
  html`<h2 id="mail-way">${isFolded ? 'Another way' : ready ? 'Or change it' : 'How should mails leave?'}</h2>
<p class="small muted">Nothing changes until a test mail has left and you switch it on.</p>`;

const folded = (model: MailFormModel) =>
  html`<div>${title(model)}</div><details class="reveal"><summary>Change how mails leave</summary><div class="stack">${choice(model)}</div></details>`;

const choice = (
  model: MailFormModel,
) => html`<nav class="tabs" aria-label="Ways">${ways(model).map((way) => tab(model, way))}</nav>
${model.isFresh ? '' : freshHint}<form class="stack" method="post" action="${model.home}/draft">${hiddenFields([['way', model.way]])}${fieldsOf(model)}
<button class="btn${model.ready || model.isFolded ? '' : ' primary'}">${model.way === 'preview' ? 'Save' : 'Save and send a test mail'}</button></form>`;

export const wayText: Record<MailWay, string> = { postmark: 'Postmark', smtp: 'SMTP server', preview: 'Preview' };
const ways = ({ offersSmtp }: MailFormModel): MailWay[] =>
  offersSmtp ? ['postmark', 'smtp', 'preview'] : ['postmark', 'preview'];

const tab = ({ home, way: here }: MailFormModel, way: MailWay) =>
  html`<a href="${home}?way=${way}"${way === here ? html` aria-current="true"` : ''}>${wayText[way]}</a>`;

const labels = {
  from: 'Sender address',
  to: 'Where the test mail goes',
  postmarkToken: 'Server API token',
  smtpHost: 'Host',
  smtpPort: 'Port',
  smtpSecurity: 'Encryption',
  smtpUser: 'User',
  smtpPassword: 'Password',
} as const;
type FieldName = keyof typeof labels;

function fieldsOf(model: MailFormModel): Html {
  switch (model.way) {
    case 'preview':
      return html`<p>Nothing leaves this server. Every mail is kept here, and administrators can read it on the page Mail: good for trying out, no good for inviting people.</p>`;
    case 'postmark':
      return html`<p class="small">In Postmark: <b>Servers</b>, your server, <b>API Tokens</b>. The sender needs a confirmed <b>Sender Signature</b> or a verified domain there.</p>
${secret(model, 'postmarkToken', 'A text like 6c1f5f2e-… It is kept encrypted and never shown again.')}${sender(model)}${recipient(model)}`;
    case 'smtp':
      return html`<div class="two">${text(model, 'smtpHost', { hint: 'Like smtp.office365.com or mail.example.com.' })}${text(model, 'smtpPort', { type: 'number', min: 1, max: 65_535, hint: '587 with STARTTLS, 465 with TLS.' })}</div>
${selectField({ ...field(model, 'smtpSecurity'), value: model.typed.smtpSecurity, choices: securities, hint: 'Without encryption nothing is sent.' })}
<div class="two">${text(model, 'smtpUser', { isOptional: true, hint: 'Often the whole mail address.' })}${secret(model, 'smtpPassword', 'Kept encrypted, never shown again. Empty with an empty user.', true)}</div>
${sender(model)}${recipient(model)}`;
  }
}

const securities = [
  { value: 'starttls', text: 'STARTTLS, and nothing without it' },
  { value: 'tls', text: 'TLS from the start' },
];

const sender = (model: MailFormModel) =>
  text(model, 'from', { hint: 'All mails come from this address; beside it stands the name of the workspace.' });

const recipient = (model: MailFormModel) =>
  model.testsAt === null
    ? text(model, 'to', { hint: 'Your own address: have the inbox open.' })
    : html`<p class="small muted">The test mail goes to you: ${isolate(shown(model.testsAt))}.</p>`;

const field = ({ errors }: MailFormModel, name: FieldName) => ({ name, label: labels[name], errors });

type More = Partial<Omit<Parameters<typeof textField>[0], 'name' | 'label' | 'value' | 'errors'>>;
const text = (model: MailFormModel, name: keyof MailTyped, more: More) =>
  textField({ ...field(model, name), value: model.typed[name], maxLength: 254, ...more });

const secret = (model: MailFormModel, name: 'postmarkToken' | 'smtpPassword', hint: string, mayBeEmpty = false) =>
  textField({
    ...field(model, name),
    value: '',
    type: 'password',
    maxLength: 1000,
    isOptional: model.keepsSecret || mayBeEmpty,
    hint:
      model.hasToRetype && !model.keepsSecret
        ? `Please paste it once more: what was typed here is never shown again.`
        : model.keepsSecret
          ? 'One is stored. Leave this empty to keep it.'
          : hint,
  });

/** Tested: the only thing left is the switch. */
const readyCard = (model: MailFormModel, ready: MailShown & { version: Millis; testedAt: Millis }) =>
  html`<section class="card padded stack" aria-labelledby="mail-ready"><h2 id="mail-ready">${ready.way === 'preview' ? 'Ready to be switched on' : 'The test mail has left'}</h2>
${notice('ok', 'check', html`${describe(ready)} ${ready.way === 'preview' ? 'was saved' : 'took the test mail'} ${ago(ready.testedAt, model.now)}.${ready.way === 'preview' ? '' : ' Look into the inbox: if it has arrived, switch it on.'}`)}
${postButton({ action: `${model.home}/on`, text: ready.way === 'preview' ? 'Use the preview' : 'Switch it on', look: 'btn primary', fields: [['version', String(ready.version)]] })}</section>`;

/** "Postmark, from door@contoso.com": the way as the beginning of a sentence. */
export const describe = ({ way, from, server }: MailShown): Html =>
  way === 'preview'
    ? html`The preview`
    : html`${wayText[way]}${server ? html` ${isolate(shown(server))}` : ''}, from ${isolate(shown(from))},`;
