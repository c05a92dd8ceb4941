import { inUtc } from '@doorstep/shared/exact-time';
import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { doorLink, microsoftLink } from './door.ts';
import { errorSummary, type HiddenField, postButton, textField } from './form.ts';
import { icon } from './icon.ts';
import { doorLayout, type Html, type Shell, workspaceOf } from './layout.ts';
import { notice } from './notice.ts';
import { isolate } from './person.ts';
import { link, shown } from './text.ts';
import { ago, exact } from './time.ts';

/** The one way to a code, wherever it is offered: a form, for it makes a mail. */
export const sendCodeButton = (action: string, text = 'Send me a code', fields: readonly HiddenField[] = []): Html =>
  postButton({ action, text, look: 'btn primary big', icon: 'mail', fields });

export type GuestModel = Shell & { typed: string; errors: FieldError[] };

/** `/guest`: a guest comes back. */
export function guestPage(model: GuestModel): Html {
  const { typed, errors } = model;
  const address = textField({
    name: 'address',
    label: 'Your e-mail address',
    type: 'email',
    inputMode: 'email',
    autocomplete: 'email',
    value: typed,
    errors,
    maxLength: 254,
    hint: 'The one you were invited at.',
  });
  const content = html`<h1 class="title">Come in as a guest</h1>
<p class="muted">We mail you a six-digit code; you type it, and you are in. No password.</p>${errorSummary(errors, { address: 'Your e-mail address' })}
<form class="stack" method="post" action="/guest" novalidate>${address}
<button class="btn primary big">${icon('mail')}Send me a code</button></form><a class="btn big" href="/sign-in/passkey">${icon('key')}I have a passkey</a>${doorLink}
<p class="small muted">Not invited yet? Ask somebody inside to invite you.</p>`;
  return doorLayout(model, {
    title: errors.length > 0 ? 'Error: come in as a guest' : 'Come in as a guest',
    isLit: true,
    content,
  });
}

export type CodeModel = Shell & {
  maskedAddress: string;
  endsAt: Millis;
  /** The join page whose invitation the code is for; null: the address was typed. */
  invitationId: string | null;
  typed: string;
  errors: FieldError[];
};

const LABEL = 'Six-digit code';

/** `/guest/code`: the same for an address that nobody knows here. */
export function codePage(model: CodeModel): Html {
  const { typed, errors } = model;
  const code = textField({
    name: 'code',
    label: LABEL,
    inputMode: 'numeric',
    autocomplete: 'one-time-code',
    value: typed,
    errors,
    isMono: true,
    maxLength: 20,
    hint: 'Spaces and hyphens do not matter.',
  });
  const content = html`<h1 class="title">Look into your mail</h1>
<p>${whereTo(model)} It works in this browser only, until ${exact(model.endsAt)} <span class="muted">${ago(model.endsAt, model.now)}</span>.</p>${errorSummary(errors, { code: LABEL })}
<form class="stack" method="post" action="/guest/code" novalidate>${code}
<button class="btn primary big">${icon('door')}Come in</button></form>${otherWays(model)}
<p class="small muted">Nothing there? Look among unwanted mail too. It can take a minute.</p>`;
  return doorLayout(model, {
    title: errors.length > 0 ? 'Error: look into your mail' : 'Look into your mail',
    isLit: true,
    content,
  });
}

/** Of an address that was typed nothing may be told, so it is said as an if. */
const whereTo = (model: Pick<CodeModel, 'maskedAddress' | 'invitationId'> & Shell) =>
  model.invitationId === null
    ? html`If <b>${isolate(shown(model.maskedAddress))}</b> belongs to a guest of ${workspaceOf(model)}, a six-digit code is on its way there.`
    : html`A six-digit code is on its way to <b>${isolate(shown(model.maskedAddress))}</b>.`;

const otherWays = ({ invitationId }: Pick<CodeModel, 'invitationId'>) =>
  html`<div class="button-row">${postButton({ action: '/guest/code/again', text: 'Send another code' })}${
    invitationId === null
      ? html`<a class="btn quiet" href="/guest">Use another address</a>`
      : html`<a class="btn quiet" href="/join/${encodeURIComponent(invitationId)}">Back to the invitation</a>`
  }</div>`;

const dead = {
  used: { title: 'This code has been used', sentence: 'A code works once. If you are not in, send yourself another one.' },
  'run-out': {
    title: 'This code has run out',
    sentence: 'A code works for 10 minutes, and only the newest of this browser does.',
  },
  'tried-out': {
    title: 'That was the last try',
    sentence: 'After five wrong tries a code is worth nothing. Send yourself another one.',
  },
} as const;

export type DeadCodeModel = Shell & { because: keyof typeof dead; maskedAddress: string; invitationId: string | null };

export function deadCodePage(model: DeadCodeModel): Html {
  const { title, sentence } = dead[model.because];
  const content = html`<h1 class="title">${title}</h1><p>${sentence}</p>${sendCodeButton('/guest/code/again', 'Send another code')}
<p class="small muted">It goes to ${isolate(shown(model.maskedAddress))}.</p>${
    model.invitationId === null
      ? html`<a class="btn quiet big" href="/guest">Use another address</a>`
      : html`<a class="btn quiet big" href="/join/${encodeURIComponent(model.invitationId)}">Back to the invitation</a>`
  }`;
  return doorLayout(model, { title, content });
}

/** Codes or wrong tries of one address: the same whether or not anybody knows it. */
export const tooManyCodesPage = (model: Shell & { againAt: Millis }): Html =>
  doorLayout(model, {
    title: 'Too many tries',
    content: html`<h1 class="title">That was a lot of tries</h1>
<p>For safety this address gets no more codes for a while. Come again ${ago(model.againAt, model.now)}, at ${inUtc(model.againAt)}.</p>
<p class="muted">Nothing is lost: your invitation or membership stays as it is. Was it not you who tried? Tell the administrators.</p>${doorLink}`,
  });

/** No code is mailed to a colleague's address, and none for an invitation that is for a Microsoft account. */
export const microsoftInsteadPage = (model: Shell & { invitationId: string | null }): Html =>
  doorLayout(model, {
    title: 'Sign in with Microsoft',
    isLit: true,
    content: html`<h1 class="title">Sign in with Microsoft</h1>
<p>${
      model.invitationId === null
        ? html`Addresses like this one belong to the organization of ${workspaceOf(model)}. Its people come in with their Microsoft account; they need no code.`
        : 'This invitation is for somebody with a Microsoft account of the organization; no code is mailed for it.'
    }</p>${microsoftLink(link('/sign-in', { invitation: model.invitationId }))}${doorLink}`,
  });

/** A request of a guest was approved: the waiting page has moved on to here. */
export const approvedGuestPage = (model: Shell & { maskedAddress: string }): Html =>
  doorLayout(model, {
    title: 'You can come in',
    isLit: true,
    content: html`<h1 class="title">You can come in</h1>${notice('ok', 'check', 'An administrator approved your request.')}
<p>One more code, so that it is you: six digits, mailed to <b>${isolate(shown(model.maskedAddress))}</b>. Then you are in.</p>${sendCodeButton('/guest/again')}${doorLink}`,
  });
