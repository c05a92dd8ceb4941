import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { errorSummary, hiddenFields, postButton, textField } from './form.ts';
import { icon } from './icon.ts';
import { type Html, type MemberShell, memberLayout } from './layout.ts';
import { type DoneCode, doneNotice, notice } from './notice.ts';
import { type Ceremony, passkeyForm } from './passkey-form.ts';
import { isolate } from './person.ts';
import { link, shown } from './text.ts';
import { ago, day } from './time.ts';

export const PASSKEYS = '/welcome/passkeys';

/** `isBackedUp`: it is kept by the person's own account, on all their devices. */
export type PasskeyShown = { id: string; name: string; createdAt: Millis; lastUsedAt: Millis | null; isBackedUp: boolean };

const problems = {
  'not-verified': 'That passkey could not be checked, so it was not kept. Please try again.',
  'took-too-long': 'That took longer than 5 minutes, or the page was sent twice. Nothing was changed; please try again.',
  'known-already': 'This passkey is known already. Nothing was changed.',
  'too-many': 'You have as many passkeys as there may be. Remove one first.',
} as const;
export type PasskeyProblem = keyof typeof problems;

/** `ceremony` is null where none may be added now: there are `most`, or `needsFreshSignIn`. */
export type PasskeysModel = MemberShell & {
  passkeys: PasskeyShown[];
  most: number;
  ceremony: Ceremony | null;
  needsFreshSignIn: boolean;
  breaksGlass: boolean;
  problem: PasskeyProblem | null;
  done: DoneCode | null;
};

/** `/welcome/passkeys` */
export const passkeysPage = (model: PasskeysModel): Html =>
  memberLayout(
    model,
    'Passkeys',
    html`${problemNotice(model.problem)}${doneNotice(model.done)}<p><a class="back" href="/welcome">${icon('left')}Your page</a></p>
<h1 class="title">Passkeys</h1><div class="card padded stack">
<p>${model.breaksGlass ? breakGlass : 'A passkey signs you in without a code: your device asks for your fingerprint, face or PIN instead.'}</p>
${model.passkeys.length === 0 ? html`<p class="muted">You have none yet.</p>` : html`<ul class="rows">${model.passkeys.map((one) => row(one, model.now))}</ul>`}
${addition(model)}</div>`,
  );

const breakGlass =
  'You are on the break-glass list: with a passkey you come in when Microsoft cannot be reached, and can put things right.';

const problemNotice = (problem: PasskeyProblem | null): Html | '' =>
  problem === null ? '' : notice('bad', 'warn', problems[problem]);

const row = ({ id, name, createdAt, lastUsedAt, isBackedUp }: PasskeyShown, now: Millis) =>
  html`<li class="row">${icon('key')}<span class="who"><span class="line g6"><b>${isolate(shown(name, 60))}</b>${
    isBackedUp ? html` <span class="chip">synced</span>` : ''
  }</span><small class="muted">made ${day(createdAt)}, ${lastUsedAt === null ? 'not used yet' : html`last used ${ago(lastUsedAt, now)}`}</small></span>
<a class="btn sm" href="${link(`${PASSKEYS}/rename`, { passkey: id })}">Rename<span class="sr"> ${shown(name, 60)}</span></a>${postButton(
    {
      action: `${PASSKEYS}/remove`,
      text: 'Remove',
      look: 'btn sm danger',
      fields: [['passkey', id]],
      about: shown(name, 60),
    },
  )}</li>`;

function addition({ ceremony, needsFreshSignIn, most }: PasskeysModel): Html {
  if (ceremony) return passkeyForm(ceremony, PASSKEYS, 'Add a passkey', 'The other ways in still work.');
  if (!needsFreshSignIn) return html`<p class="muted">There may be ${most}. To add another one, remove one first.</p>`;
  return html`<p>To add one, your sign-in must be at most 10 minutes old.</p><div class="button-row">
<a class="btn" href="/sign-in?fresh" target="_blank" rel="noopener">${icon('ms')}Sign in again<span class="sr"> in a new tab</span></a>
<a class="btn primary" href="${PASSKEYS}">Go on</a></div>`;
}

/** `/welcome/passkeys?offer`: right after the first sign-in by code. */
export const passkeyOfferPage = (model: MemberShell & { ceremony: Ceremony }): Html =>
  memberLayout(
    model,
    'Next time without a code',
    html`<h1 class="title">Next time without a code</h1><div class="card padded stack">
<p>With a passkey your device signs you in: by fingerprint, face or PIN. Nothing to remember, nothing to type.</p>
${passkeyForm(model.ceremony, PASSKEYS, 'Create a passkey', 'We mail you a code again next time.')}
<a class="btn quiet big" href="/welcome">Not now</a>
<p class="small muted">You can make one later on your page. Without it, or when you lose it, a code comes by mail.</p></div>`,
  );

export type RenamePasskeyModel = MemberShell & { id: string; name: string; errors: FieldError[] };

/** `/welcome/passkeys/rename` */
export const renamePasskeyPage = (model: RenamePasskeyModel): Html =>
  memberLayout(
    model,
    'Rename a passkey',
    html`<p><a class="back" href="${PASSKEYS}">${icon('left')}Passkeys</a></p><h1 class="title">Rename a passkey</h1>
${errorSummary(model.errors, { name: 'Name' })}<form class="card padded stack" method="post" action="${PASSKEYS}/rename">${hiddenFields(
      [['passkey', model.id]],
    )}${textField({ name: 'name', label: 'Name', value: model.name, errors: model.errors, maxLength: 60, hint: 'By which you know it again: “My phone”.' })}
<div class="button-row"><button class="btn primary">Rename</button><a class="btn quiet" href="${PASSKEYS}">Cancel</a></div></form>`,
  );

export type RemovePasskeyModel = MemberShell & { id: string; name: string; isLast: boolean; breaksGlass: boolean };

/** Asked before a passkey goes. */
export function removePasskeyPage(model: RemovePasskeyModel): Html {
  const title = `Remove ${shown(model.name, 60)}?`;
  const after = model.breaksGlass ? 'you do not come in when Microsoft cannot be reached' : 'a code comes by mail';
  return memberLayout(
    model,
    title,
    html`<h1 class="title">${title}</h1><div class="card padded stack">
<p>It signs nobody in any more.${model.isLast ? ` It is your only one: without it ${after}.` : ''} Take it out of your device, too: there it would still be offered.</p>
<form class="button-row" method="post" action="${PASSKEYS}/remove">${hiddenFields([
      ['passkey', model.id],
      ['confirmed', 'yes'],
    ])}<button class="btn danger">Remove the passkey</button><a class="btn quiet" href="${PASSKEYS}">Cancel</a></form></div>`,
  );
}
