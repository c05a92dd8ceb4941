import { html } from 'hono/html';
import type { FirstSteps } from '../../store/first-steps.ts';
import { postButton } from './form.ts';
import { type IconName, icon } from './icon.ts';
import type { Html } from './layout.ts';

/** After the set-up: what is worth doing next, ticked when done. */
export const firstSteps = (steps: FirstSteps & { mailLeaves: boolean }): Html =>
  html`<section class="card padded stack" aria-labelledby="first-steps"><div class="line wrap"><h2 class="grow" id="first-steps">First steps</h2>
${postButton({ action: '/welcome/first-steps/hide', text: 'Hide', look: 'btn quiet sm', about: 'the first steps' })}</div>
<ul class="exits">${step('send', '/admin/mail', 'Let mails leave', 'Until then invitations reach nobody.', steps.mailLeaves)}
${step('plus', '/admin/invitations/new', 'Send the first invitations', 'By address, one or a whole list.', steps.hasInvited)}
${step('shield', '/admin/browsers', 'Get the browser extension', 'Invite and approve from the toolbar.', steps.hasConnectedBrowser)}
${step('people', '/admin/directory', 'Connect the directory', 'People and groups without typing; who leaves is out.', steps.hasDirectory)}</ul></section>`;

const step = (image: IconName, href: string, title: string, hint: string, isDone: boolean) =>
  html`<li><a class="exit" href="${href}">${icon(isDone ? 'check' : image)}<span><b>${isDone ? html`<span class="sr">Done: </span>` : ''}${title}</b><small>${isDone ? 'Done.' : hint}</small></span>${icon('right')}</a></li>`;
