import { inUtc } from '@doorstep/shared/exact-time';
import type { Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import type { WayIn } from '../../domain/guest-code.ts';
import { doorLink, microsoftLink } from './door.ts';
import { postButton } from './form.ts';
import { sendCodeButton } from './guest.ts';
import { icon } from './icon.ts';
import { doorLayout, type Html, type Shell, workspaceOf } from './layout.ts';
import { notice } from './notice.ts';
import { avatar, isolate } from './person.ts';
import { roleText } from './role.ts';
import { nameOf, shown } from './text.ts';
import { ago, day, exact } from './time.ts';

/** What an invitation says to the one who holds its key. `inviter` is null when nobody is named any more. */
export type InvitationShown = {
  id: string;
  inviter: { memberId: string; name: string | null } | null;
  note: string | null;
  address: string | null;
  role: Role;
  accessUntil: Millis | null;
  expiresAt: Millis;
};

/** `viewer`: a member is signed in already; the invitation then stays unspent. */
export type JoinModel = Shell & {
  invitation: InvitationShown;
  viewer: { name: string | null; address: string | null } | null;
  wayIn: WayIn;
  /** Where a code goes; null when the invitation names no address. */
  maskedAddress: string | null;
};

/** `/join/{id}` with the right key: shows, changes nothing. */
export function joinPage(model: JoinModel): Html {
  const { invitation, viewer } = model;
  const content = html`${memberNotice(viewer)}${invitationShown(model, invitation)}${waysIn(model)}${notExpected(invitation)}`;
  return doorLayout(model, { title: 'Your invitation', isLit: model.wayIn !== 'closed-to-guests', content });
}

/** What will happen, before it does. */
function waysIn(model: JoinModel): Html {
  const microsoft = `/sign-in?invitation=${encodeURIComponent(model.invitation.id)}`;
  if (model.wayIn === 'microsoft')
    return html`${microsoftLink(microsoft)}
<p class="small muted">Nothing is stored before you sign in.</p>`;
  if (model.wayIn === 'closed-to-guests')
    return html`${notice('wait', 'info', html`${workspaceOf(model)} takes only people who come in by its organization’s sign-in.`)}${microsoftLink(microsoft)}`;
  return html`<p>A six-digit code is mailed to <b>${isolate(shown(model.maskedAddress ?? ''))}</b>. You type it, and you are in: no password.</p>${sendCodeButton(joinPath(model.invitation, 'code'))}<a class="btn big" href="${microsoft}">${icon('ms')}<span>I have a Microsoft account of ${workspaceOf(model)}</span></a>`;
}

export type AcceptModel = Shell & { invitation: InvitationShown; signedInAs: string | null };

/** Somebody signed in without a link, and an invitation is bound to this very account: one press takes it. */
export function acceptPage(model: AcceptModel): Html {
  const { invitation } = model;
  const content = html`${invitationShown(model, invitation)}${postButton({ action: joinPath(invitation, 'accept'), text: 'Accept', look: 'btn primary big', icon: 'door' })}
<p class="small muted">${signedInAs(model.signedInAs)}Accepting makes you a member.</p>${notExpected(invitation)}`;
  return doorLayout(model, { title: 'Your invitation', isLit: true, content });
}

/** Who invites, to what, until when: the same on every page that shows a live invitation. */
function invitationShown(shell: Shell, invitation: InvitationShown): Html {
  const inviter = nameOf(invitation.inviter);
  return html`<div class="inviter">${avatar(invitation.inviter?.memberId ?? '', inviter, 'lg')}
<h1 class="title"><span class="small muted block">${isolate(inviter)}</span> invited you to ${workspaceOf(shell)}</h1></div>
${invitation.note ? html`<blockquote dir="auto">${shown(invitation.note, 1000)}</blockquote>` : ''}<dl class="facts">${
    invitation.address ? html`<dt>For</dt><dd>${isolate(shown(invitation.address))}</dd>` : ''
  }<dt>You get</dt><dd>${roleText[invitation.role].gets}</dd>${
    invitation.accessUntil === null ? '' : html`<dt>Access until</dt><dd>${day(invitation.accessUntil)}</dd>`
  }<dt>Good until</dt><dd>${exact(invitation.expiresAt)} <span class="muted">${ago(invitation.expiresAt, shell.now)}</span></dd></dl>`;
}

const notExpected = (invitation: InvitationShown) =>
  html`<details class="small"><summary>Not expected?</summary><div class="reveal">
<p class="muted">Ignore it: it ends by itself on ${inUtc(invitation.expiresAt)}. Or decline it now; ${isolate(nameOf(invitation.inviter))} is told.</p>${declineButton(invitation)}</div></details>`;

const declineButton = (invitation: InvitationShown) =>
  postButton({ action: joinPath(invitation, 'decline'), text: 'Not me, thanks', look: 'btn sm' });

export const joinPath = (invitation: { id: string }, verb: 'accept' | 'ask' | 'code' | 'decline'): string =>
  `/join/${encodeURIComponent(invitation.id)}/${verb}`;

const memberNotice = (viewer: JoinModel['viewer']) =>
  viewer === null
    ? ''
    : notice(
        '',
        'info',
        html`You are signed in as ${isolate(nameOf(viewer))} and a member already, so this invitation stays unused. <a href="/welcome">Go to your page</a>`,
      );

const signedInAs = (account: string | null) => (account === null ? '' : html`You are signed in as ${isolate(shown(account))}. `);

/** After *Not me, thanks*. */
export const declinedPage = (model: Shell & { inviterName: string | null }): Html =>
  doorLayout(model, {
    title: 'Declined',
    content: html`<h1 class="title">Declined, thank you</h1>
<p>The invitation can no longer be used. ${isolate(nameOf({ name: model.inviterName }))} is told, and nothing about you is kept.</p>
<p class="small muted">Was that a mistake? Ask for a new invitation.</p>${doorLink}`,
  });
