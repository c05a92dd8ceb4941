import { html } from 'hono/html';
import { type HiddenField, hiddenFields } from './form.ts';
import { icon } from './icon.ts';
import { type AdminRoom, type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice } from './notice.ts';
import { shown } from './text.ts';

/** `button` is a verb with its object ("Remove Mia Novák"); `back` the page to return to unchanged. */
export type ConfirmModel = AdminShell & {
  room: AdminRoom;
  title: string;
  sentence: string;
  action: string;
  fields: HiddenField[];
  button: string;
  isDestructive: boolean;
  back: string;
};

/** Asked before what cannot be undone. */
export const confirmPage = (model: ConfirmModel): Html =>
  adminLayout(
    model,
    model.room,
    shown(model.title),
    '',
    html`<div class="narrow card padded stack"><p>${shown(model.sentence, 500)}</p>
<form class="button-row" method="post" action="${model.action}">${hiddenFields(model.fields)}
<button class="btn ${model.isDestructive ? 'danger' : 'primary'}">${shown(model.button, 100)}</button>
<a class="btn quiet" href="${model.back}">Cancel</a></form></div>`,
  );

/** `what` completes "To ...": "make Mia Novák an administrator". `fields` is the form as it was typed. */
export type FreshSignInModel = AdminShell & {
  room: AdminRoom;
  what: string;
  action: string;
  fields: HiddenField[];
  back: string;
};

/** Whoever makes administrators proves again who they are; what was typed waits on this page. */
export const freshSignInPage = (model: FreshSignInModel): Html =>
  adminLayout(
    model,
    model.room,
    'Please sign in once more',
    '',
    html`<div class="narrow card padded stack">
<p>To ${shown(model.what)}, your sign-in must be at most 10 minutes old. What you typed is kept on this page.</p>
<ol class="stack"><li class="line wrap"><b>1.</b>
<a class="btn" href="/sign-in?fresh" target="_blank" rel="noopener">${icon('ms')}Sign in again<span class="sr"> in a new tab</span></a><span class="small muted">opens a new tab</span></li>
<li class="line wrap"><b>2.</b><form method="post" action="${model.action}">${hiddenFields(model.fields)}
<button class="btn primary">Send again</button></form><a class="btn quiet" href="${model.back}">Cancel</a></li></ol></div>`,
  );

/** Where the sign-in in the new tab ends. */
export const freshDonePage = (model: AdminShell): Html =>
  adminLayout(
    model,
    'users',
    'Signed in again',
    '',
    html`<div class="narrow">${notice('ok', 'check', 'That was fresh enough for 10 minutes. Close this tab, go back to the other one and go on there.')}</div>`,
  );
