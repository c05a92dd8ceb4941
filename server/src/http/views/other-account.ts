import { html } from 'hono/html';
import { type IconName, icon } from './icon.ts';
import { joinPath } from './join.ts';
import { doorLayout, type Html, type Shell } from './layout.ts';
import { isolate } from './person.ts';
import { nameOf, shown } from './text.ts';

/** `maskedAddress` as the domain masks it; null when the invitation names no address. */
export type OtherAccountModel = Shell & {
  invitationId: string;
  signedInAs: string;
  maskedAddress: string | null;
  inviterName: string | null;
};

/** Right key, another account: the invitation is untouched, and there are three ways on. */
export function otherAccountPage(model: OtherAccountModel): Html {
  const invitation = { id: model.invitationId };
  const invited = model.maskedAddress === null ? 'another account' : html`<b>${isolate(shown(model.maskedAddress))}</b>`;
  const another = exitBody(
    'people',
    'Use another account',
    html`Sign in as ${model.maskedAddress === null ? 'the one who was invited' : isolate(shown(model.maskedAddress))}`,
  );
  const ask = exitBody('mail', 'Ask the administrators', 'They see both accounts and decide');
  const decline = exitBody('x', 'Not me, thanks', html`Declines it; ${isolate(nameOf({ name: model.inviterName }))} is told`);
  const content = html`<h1 class="title">That is another account</h1>
<p>This invitation is for ${invited}. You are signed in as <b>${isolate(shown(model.signedInAs))}</b>. The invitation is untouched.</p>
<ul class="exits"><li><a class="exit" href="/sign-in?invitation=${encodeURIComponent(model.invitationId)}&amp;account=other">${another}</a></li>
<li>${exitForm(joinPath(invitation, 'ask'), ask)}</li><li>${exitForm(joinPath(invitation, 'decline'), decline)}</li></ul>`;
  return doorLayout(model, { title: 'That is another account', content });
}

const exitForm = (action: string, body: Html) =>
  html`<form method="post" action="${action}"><button class="exit">${body}</button></form>`;

const exitBody = (image: IconName, title: string, sentence: Html | string): Html =>
  html`${icon(image)}<span><b>${title}</b><small>${sentence}</small></span>${icon('right')}`;
