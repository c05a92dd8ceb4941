import { REASON_LENGTH, type Why } from '@doorstep/shared/access-request';
import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { doorLink } from './door.ts';
import { errorSummary, postButton, textArea } from './form.ts';
import { doorLayout, type Html, type Shell } from './layout.ts';
import { notice, state } from './notice.ts';
import { isolate } from './person.ts';
import { shown } from './text.ts';
import { ago, exact, spanText } from './time.ts';

/** `answerAddress`: where the decision is mailed, null when no address is known. */
export type WaitingModel = Shell & {
  why: Why;
  askedAt: Millis;
  expiresAt: Millis;
  reason: string | null;
  answerAddress: string | null;
  signedInAs: string | null;
};

const because: Record<Why, string | null> = {
  'no-invitation': null,
  'address-not-proven':
    'You have an invitation, but Microsoft does not confirm that its address is yours. An administrator looks at it; the invitation stays good meanwhile.',
  'other-account':
    'The invitation is for another account. The administrators see both and decide; the invitation stays untouched.',
  'invitation-expired': 'Your invitation had ended. You asked for a new one, with everything as it was.',
};

/** `/waiting`: moves on by itself by its script, or every 15 seconds without one. */
export function waitingPage(model: WaitingModel): Html {
  const explanation = because[model.why];
  const content = html`<p class="line">${state('wait', 'clock', `waiting for ${spanText(model.now - model.askedAt)}`)}</p>
<h1 class="title">You knocked. Administrators have been told.</h1>
${explanation === null ? '' : html`<p>${explanation}</p>`}
<p class="muted">This page goes on by itself as soon as one of them answers. ${answer(model)}</p>${reasonShown(model)}
<div class="button-row"><a class="btn${model.reason === null ? ' primary' : ''}" href="/waiting/reason">${model.reason === null ? 'Say why' : 'Change what you said'}</a>${postButton({ action: '/waiting/withdraw', text: 'Withdraw', look: 'btn quiet' })}</div>
<p class="small muted" id="live" role="status"></p>
<div class="small muted">${model.signedInAs === null ? '' : html`Signed in as ${isolate(shown(model.signedInAs))}. `}
<form class="inline" method="post" action="/sign-out"><button>Sign out</button></form></div>`;
  const head = html`<noscript><meta http-equiv="refresh" content="15"></noscript>`;
  return doorLayout(model, { title: 'Waiting for an answer', head, script: '/assets/waiting.js', content });
}

const answer = (model: WaitingModel) =>
  model.answerAddress === null
    ? html`No address of yours is known here, so nobody can write to you: come back to this page until ${exact(model.expiresAt)}.`
    : html`You may close it: we also write to ${isolate(shown(model.answerAddress))}.`;

const reasonShown = (model: WaitingModel) =>
  model.reason === null
    ? ''
    : html`<div><h2 class="label">You said</h2><blockquote dir="auto">${shown(model.reason, REASON_LENGTH)}</blockquote></div>`;

export type ReasonModel = Shell & { reason: string; errors: FieldError[] };

/** `/waiting/reason` does not refresh: nothing typed is lost. */
export function reasonPage(model: ReasonModel): Html {
  const label = 'Why would you like to come in?';
  const reason = textArea({
    name: 'reason',
    label,
    value: model.reason,
    errors: model.errors,
    rows: 4,
    maxLength: REASON_LENGTH,
    isOptional: true,
    hint: 'The administrators see it beside your name. One sentence is enough.',
  });
  const content = html`<h1 class="title">A word to the administrators</h1>${errorSummary(model.errors, { reason: label })}
<form class="stack" method="post" action="/waiting/reason">${reason}
<button class="btn primary big">Add to my request</button></form><a class="btn quiet big" href="/waiting">Back to waiting</a>`;
  return doorLayout(model, { title: 'A word to the administrators', content });
}

/** `reason` is the decision's, `knockAgainAt` the end of the quiet period. */
export type DeniedModel = Shell & { decidedAt: Millis; reason: string | null; knockAgainAt: Millis };

/** Quiet and stable: the same page for every return until the quiet period ends (ENT-63). */
export const deniedPage = (model: DeniedModel): Html =>
  doorLayout(model, {
    title: 'Not this time',
    content: html`<h1 class="title">Not this time</h1>
<p>The administrators decided on ${exact(model.decidedAt)} not to let you in.</p>${
      model.reason === null
        ? ''
        : html`<div><h2 class="label">They said</h2><blockquote dir="auto">${shown(model.reason, REASON_LENGTH)}</blockquote></div>`
    }<p class="muted">You can knock again ${ago(model.knockAgainAt, model.now)}, from ${exact(model.knockAgainAt)}. An invitation lets you in before that.</p>${doorLink}`,
  });

export const withdrawnPage = (model: Shell): Html =>
  doorLayout(model, {
    title: 'Withdrawn',
    content: html`<h1 class="title">Withdrawn</h1>${notice('', 'check', 'You no longer wait for an answer.')}
<p>The administrators no longer see your request. Knock again whenever you like.</p>${doorLink}`,
  });
