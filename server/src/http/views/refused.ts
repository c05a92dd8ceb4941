import { html } from 'hono/html';
import { doorLink } from './door.ts';
import { doorLayout, type Html, type Shell, workspaceOf } from './layout.ts';
import { isolate } from './person.ts';
import { shown } from './text.ts';

const refusals = {
  suspended: {
    title: 'Your membership is suspended',
    sentence: 'Until an administrator resumes it you cannot come in, with an invitation neither.',
  },
  removed: { title: 'You are no longer a member', sentence: 'A new invitation brings you back; knocking does not.' },
  'access-ended': {
    title: 'Your access has ended',
    sentence: 'It was given until a day that has passed. An administrator can extend it.',
  },
  'disabled-in-directory': {
    title: 'Your account is disabled',
    sentence:
      'The directory of the organization says that this account is disabled or has left. Once it is enabled again you can come back.',
  },
  'other-tenant': {
    title: 'That account is from somewhere else',
    sentence: 'Only accounts of the organization that runs this workspace can sign in.',
  },
  'personal-account': { title: 'That is a personal account', sentence: 'Please use the account of your work or school.' },
  'not-invited': {
    title: 'You are not invited yet',
    sentence: 'People from elsewhere come in by an invitation. Ask somebody inside to invite you at this address.',
  },
  'not-break-glass': {
    title: 'This passkey opens nothing any more',
    sentence: 'You are not on the list of people who come in with a passkey. Sign in with Microsoft instead.',
  },
  'guests-not-allowed': {
    title: 'Guests cannot come in',
    sentence: 'This workspace lets in only people of its own organization.',
  },
} as const;
export type RefusedBecause = keyof typeof refusals;

/** `askWhom`: names or addresses of people who can help; empty when nobody may be named. */
export type RefusedModel = Shell & { because: RefusedBecause; askWhom: string[]; signedInAs: string | null; isGuest?: boolean };

export function refusedPage(model: RefusedModel): Html {
  const { title, sentence } = refusals[model.because];
  const content = html`<h1 class="title">${title}</h1>
<p>${sentence}</p>${model.signedInAs === null ? '' : html`<p>You signed in as <b>${isolate(shown(model.signedInAs))}</b>.</p>`}
<p>${helpers(model)}</p>
${model.isGuest ? '' : html`<a class="btn primary big" href="/sign-in?account=other">Use another account</a>`}${doorLink}`;
  return doorLayout(model, { title, content });
}

function helpers(model: RefusedModel): Html {
  if (model.askWhom.length === 0) return html`The administrators of ${workspaceOf(model)} can help.`;
  const people = model.askWhom.slice(0, 5).map((name, at) => html`${at > 0 ? ', ' : ''}${isolate(shown(name, 80))}`);
  return html`Who can help: ${people}.`;
}
