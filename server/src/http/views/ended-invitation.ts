import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { doorLink } from './door.ts';
import { icon } from './icon.ts';
import { doorLayout, type Html, type Shell } from './layout.ts';
import { isolate } from './person.ts';
import { nameOf, shown } from './text.ts';
import { exact, relativeText } from './time.ts';

const askLink = html`<a class="btn big" href="/sign-in">${icon('mail')}Ask the administrators</a>
<p class="small muted">You sign in, and they are asked for you.</p>`;

/** An older key: a newer mail was sent. */
export const supersededPage = (model: Shell & { resentAt: Millis }): Html =>
  doorLayout(model, {
    title: 'A newer invitation was sent',
    content: html`<h1 class="title">A newer invitation was sent</h1>
<p>It left on ${exact(model.resentAt)}. Please use the link in that mail: this older one no longer works.</p>
<a class="btn primary big" href="/join">${icon('key')}Type the newer ID and key</a>${askLink}`,
  });

export type ExpiredModel = Shell & {
  invitationId: string;
  expiredAt: Millis;
  inviterName: string | null;
  maskedAddress: string | null;
};

/** Right key, too late: one press asks for a new one. */
export function expiredPage(model: ExpiredModel): Html {
  const title = `This invitation ended ${relativeText(model.expiredAt, model.now)}`;
  const inviter = model.inviterName === null ? 'the administrators' : isolate(nameOf({ name: model.inviterName }));
  const content = html`<h1 class="title">${title}</h1>
<p>It was good until ${exact(model.expiredAt)}. One press asks ${inviter} for a new one, with everything as it was.</p>
<a class="btn primary big" href="/sign-in?invitation=${encodeURIComponent(model.invitationId)}&amp;ask">Ask for a new one</a>${doorLink}
<p class="small muted">You sign in first${model.maskedAddress === null ? '' : html`, best as ${isolate(shown(model.maskedAddress))}`}; then you see whether it was answered.</p>`;
  return doorLayout(model, { title, content });
}

const closed = {
  redeemed: {
    title: 'This invitation has been used',
    sentence: 'Somebody became a member with it. If that was you, just sign in; if not, tell the administrators.',
  },
  revoked: {
    title: 'This invitation was withdrawn',
    sentence: 'An administrator took it back. If you think that is a mistake, ask them.',
  },
  declined: {
    title: 'This invitation was declined',
    sentence: 'Somebody with this link pressed “Not me, thanks”. If that was a mistake, ask the administrators.',
  },
} as const;

export type ClosedModel = Shell & { state: keyof typeof closed };

export function closedPage(model: ClosedModel): Html {
  const { title, sentence } = closed[model.state];
  const signIn = model.state === 'redeemed' ? html`<a class="btn primary big" href="/sign-in">Sign in</a>` : '';
  return doorLayout(model, { title, content: html`<h1 class="title">${title}</h1><p>${sentence}</p>${signIn}${askLink}` });
}
