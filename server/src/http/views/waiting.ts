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
  /** The workspace's own question as it was asked, and what the person answered. */
  question: string | null;
  answer: string | null;
  /** How long administrators usually take; null while nobody can say. */
  usualTime: Millis | null;
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
<p class="muted">This page goes on by itself as soon as one of them answers.${usually(model)} ${answer(model)}</p>${wordsShown(model)}
<div class="button-row"><a class="btn${hasSpoken(model) ? '' : ' primary'}" href="/waiting/reason">${hasSpoken(model) ? 'Change what you said' : 'Say why'}</a>${postButton({ action: '/waiting/withdraw', text: 'Withdraw', look: 'btn quiet' })}</div>
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

const usually = ({ usualTime }: WaitingModel) =>
  usualTime === null ? '' : ` Administrators usually answer within ${spanText(usualTime)}.`;

const hasSpoken = ({ reason, answer }: WaitingModel) => reason !== null || answer !== null;

const wordsShown = ({ reason, question, answer }: WaitingModel) =>
  html`${reason === null ? '' : ownWords('You said', reason)}${question === null || answer === null ? '' : ownWords(shown(question, 300), answer)}`;

const ownWords = (title: string, words: string) =>
  html`<div><h2 class="label">${isolate(title)}</h2><blockquote dir="auto">${shown(words, REASON_LENGTH)}</blockquote></div>`;

/** `question`: the workspace's own, null when it asks none. */
export type ReasonModel = Shell & { reason: string; question: string | null; answer: string; errors: FieldError[] };

/** `/waiting/reason` does not refresh: nothing typed is lost. */
export function reasonPage(model: ReasonModel): Html {
  const { question, errors } = model;
  const common = { errors, rows: 4, maxLength: REASON_LENGTH, isOptional: true };
  const label = 'Why would you like to come in?';
  const asked = question === null ? null : shown(question, 300);
  const hint = 'The administrators see it beside your name. One sentence is enough.';
  const reason = textArea({ ...common, name: 'reason', label, value: model.reason, hint });
  const answer = asked === null ? '' : textArea({ ...common, name: 'answer', label: asked, value: model.answer });
  const content = html`<h1 class="title">A word to the administrators</h1>${errorSummary(errors, { reason: label, answer: asked ?? '' })}
<form class="stack" method="post" action="/waiting/reason">${answer}${reason}
<button class="btn primary big">Add to my request</button></form><a class="btn quiet big" href="/waiting">Back to waiting</a>`;
  return doorLayout(model, { title: 'A word to the administrators', content });
}

/** Nobody answered in time. `againAt`: where the person signs in and so asks again. */
export const ranOutPage = (model: Shell & { askedAt: Millis; againAt: '/sign-in' | '/guest' }): Html =>
  doorLayout(model, {
    title: 'Your request ran out',
    content: html`<h1 class="title">Your request ran out</h1>
<p>You asked on ${exact(model.askedAt)}, and no administrator has answered in all this time. Nobody decided against you.</p>
<p class="muted">Ask again, and all administrators are told anew.</p><a class="btn primary big" href="${model.againAt}">Ask again</a>`,
  });

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
    }${knockAgain(model)}${doorLink}`,
  });

/** Without a quiet period, or after it, the door is open for another knock. */
const knockAgain = ({ knockAgainAt, now }: DeniedModel): Html =>
  knockAgainAt <= now
    ? html`<p class="muted">You can knock again: sign in at the door.</p>`
    : html`<p class="muted">You can knock again ${ago(knockAgainAt, now)}, from ${exact(knockAgainAt)}. An invitation lets you in before that.</p>`;

export const withdrawnPage = (model: Shell): Html =>
  doorLayout(model, {
    title: 'Withdrawn',
    content: html`<h1 class="title">Withdrawn</h1>${notice('', 'check', 'You no longer wait for an answer.')}
<p>The administrators no longer see your request. Knock again whenever you like.</p>${doorLink}`,
  });
