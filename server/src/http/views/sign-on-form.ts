import type { FieldError } from '@doorstep/shared/problem';
import { html } from 'hono/html';
import { errorSummary, hiddenFields, textArea, textField } from './form.ts';
import type { Html } from './layout.ts';
import { notice } from './notice.ts';

/** What stands in the fields, as it was typed. A secret never does: where it is kept, `kept` is it sealed. */
export type SignOnTyped = { tenant: string; clientId: string; expires: string; kept: string | null };

/** `action` is where the form is sent; `asksCredential`: a secret can be given in the same step. `button` says what happens. */
export type SignOnFormModel = {
  action: string;
  typed: SignOnTyped;
  errors: FieldError[];
  asksCredential: boolean;
  button: string;
};

const labels = {
  tenant: 'Directory (tenant) ID',
  clientId: 'Application (client) ID',
  secret: 'Client secret',
  expires: 'The secret expires on',
  pem: 'Private key and certificate',
};

/** Tenant, application and, where asked for, its secret: what an operator copies out of Azure. */
export const signOnForm = (model: SignOnFormModel): Html => html`${errorSummary(model.errors, labels)}
<form class="stack" method="post" action="${model.action}">
${textField({
  ...{ name: 'tenant', label: labels.tenant, value: model.typed.tenant, errors: model.errors, maxLength: 300 },
  hint: 'On the application’s Overview page. The issuer’s address works too.',
})}${textField({
  ...{ name: 'clientId', label: labels.clientId, value: model.typed.clientId, errors: model.errors, maxLength: 300 },
  hint: 'On the same page, one line above.',
})}${model.asksCredential ? secretFields(model.typed, model.errors, true) : ''}
<div><button class="btn primary">${model.button}</button></div></form>`;

/** `isOptional`: the application may prove itself by a certificate instead, which comes one step later. */
export function secretFields(typed: Pick<SignOnTyped, 'expires' | 'kept'>, errors: FieldError[], isOptional: boolean): Html {
  const kept = typed.kept !== null;
  return html`${kept ? hiddenFields([['kept', typed.kept ?? '']]) : ''}<div class="two">${textField({
    ...{
      name: 'secret',
      label: labels.secret,
      type: 'password',
      value: '',
      errors,
      maxLength: 1000,
      isOptional: isOptional || kept,
    },
    hint: kept
      ? 'The one you pasted is kept. Leave this empty to use it.'
      : `Certificates & secrets, New client secret: copy its Value, not its Secret ID. It is never shown again here.${
          isOptional ? ' Leave it empty to use a certificate in the next step.' : ''
        }`,
  })}${textField({
    ...{ name: 'expires', label: labels.expires, type: 'date', value: typed.expires, errors, isOptional },
    hint: 'As Azure shows it, under Expires. You are told a month ahead.',
  })}</div>`;
}

export type CredentialFormModel = {
  action: string;
  typed: Pick<SignOnTyped, 'expires' | 'kept'>;
  /** PEM with a private key in it is not typed back either. */
  errors: FieldError[];
  failed: 'secret' | 'certificate' | null;
};

/** The three ways in which the application can prove itself, each a form of its own. */
export const credentialForms = (model: CredentialFormModel): Html => html`${errorSummary(model.errors, labels)}
<form class="stack" method="post" action="${model.action}">${hiddenFields([['kind', 'secret']])}
${secretFields(model.typed, model.failed === 'secret' ? model.errors : [], false)}
<div><button class="btn primary">Add the secret</button></div></form>
<details class="reveal"${model.failed === 'certificate' ? html` open` : ''}><summary>Use a certificate instead</summary>
<p class="small muted">Microsoft recommends it: its private key never travels.</p>
<form method="post" action="${model.action}">${hiddenFields([['kind', 'make']])}
<button class="btn">Make a certificate here</button></form>
<p class="small muted">It is good for two years. Its private key stays here, sealed; you download the certificate and upload it in Azure.</p>
<form class="stack" method="post" action="${model.action}">${hiddenFields([['kind', 'certificate']])}
${textArea({
  ...{ name: 'pem', label: labels.pem, value: '', rows: 6, errors: model.failed === 'certificate' ? model.errors : [] },
  hint: 'Or paste your own: RSA, both parts as PEM, the private key as PKCS #8 without a password.',
})}<div><button class="btn">Add the certificate</button></div></form></details>`;

/** Said above a form while the sign-in is not fresh enough, so that nobody types first and is asked afterwards. */
export const freshHint: Html = notice(
  'wait',
  'key',
  html`Changing this needs a sign-in of the last 10 minutes. <a href="/sign-in?fresh" target="_blank" rel="noopener">Sign in again<span class="sr"> in a new tab</span></a>, then go on here.`,
);
