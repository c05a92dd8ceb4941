import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import type { WayIn } from '../../domain/guest-code.ts';
import { doorLink } from './door.ts';
import { sendCodeButton } from './guest.ts';
import { icon } from './icon.ts';
import { joinPath } from './join.ts';
import { doorLayout, type Html, type Shell } from './layout.ts';
import { isolate } from './person.ts';
import { nameOf, shown } from './text.ts';
import { exact, relativeText } from './time.ts';

const askLink = html`<a class="btn big" href="/sign-in">${icon('mail')}Ask the administrators</a>
<p class="small muted">You sign in, and they are asked for you.</p>`;

/** Guests do not knock: they ask whoever invited them. `wayIn` left out: nobody knows whose invitation it was. */
const askWhom = (wayIn: WayIn = 'microsoft') => (wayIn === 'microsoft' ? askLink : doorLink);

/** An older key: a newer mail was sent. */
export const supersededPage = (model: Shell & { resentAt: Millis; wayIn?: WayIn }): Html =>
  doorLayout(model, {
    title: 'A newer invitation was sent',
    content: html`<h1 class="title">A newer invitation was sent</h1>
<p>It left on ${exact(model.resentAt)}. Please use the link in that mail: this older one no longer works.</p>
<a class="btn primary big" href="/join">${icon('key')}Type the newer ID and key</a>${askWhom(model.wayIn)}`,
  });

export type ExpiredModel = Shell & {
  invitationId: string;
  expiredAt: Millis;
  inviterName: string | null;
  maskedAddress: string | null;
  wayIn: WayIn;
};

/** Right key, too late: one press asks for a new one. */
export function expiredPage(model: ExpiredModel): Html {
  const title = `This invitation ended ${relativeText(model.expiredAt, model.now)}`;
  const inviter = model.inviterName === null ? 'the administrators' : isolate(nameOf({ name: model.inviterName }));
  const content = html`<h1 class="title">${title}</h1>
<p>It was good until ${exact(model.expiredAt)}. One press asks ${inviter} for a new one, with everything as it was.</p>
${askWay(model)}${doorLink}`;
  return doorLayout(model, { title, content });
}

/** Whoever asks says first who they are: at Microsoft, or by a code from their mailbox. */
function askWay({ invitationId, maskedAddress, wayIn }: ExpiredModel): Html {
  const ask = 'Ask for a new one';
  if (wayIn === 'code')
    return html`${sendCodeButton(joinPath({ id: invitationId }, 'code'), ask, [['ask', 'yes']])}
<p class="small muted">A six-digit code is mailed to ${isolate(shown(maskedAddress ?? ''))} first; then you see whether it was answered.</p>`;
  return html`<a class="btn primary big" href="/sign-in?invitation=${encodeURIComponent(invitationId)}&amp;ask">${ask}</a>
<p class="small muted">You sign in first${maskedAddress === null ? '' : html`, best as ${isolate(shown(maskedAddress))}`}; then you see whether it was answered.</p>`;
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

export type ClosedModel = Shell & { state: keyof typeof closed; wayIn?: WayIn };

export function closedPage(model: ClosedModel): Html {
  const { title, sentence } = closed[model.state];
  const signIn =
    model.state === 'redeemed'
      ? html`<a class="btn primary big" href="${model.wayIn === 'code' ? '/guest' : '/sign-in'}">Sign in</a>`
      : '';
  return doorLayout(model, {
    title,
    content: html`<h1 class="title">${title}</h1><p>${sentence}</p>${signIn}${askWhom(model.wayIn)}`,
  });
}
