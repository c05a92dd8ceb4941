import type { FieldError } from '@doorstep/shared/problem';
import { DAY, type Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { errorSummary, postButton, selectField, textField } from './form.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice, state } from './notice.ts';
import { isolate } from './person.ts';
import { table } from './table.ts';
import { shown } from './text.ts';
import { ago, day } from './time.ts';
import { toCopy } from './to-copy.ts';

export const SSO = '/admin/single-sign-on';

export type TokenShown = {
  id: string;
  name: string;
  createdAt: Millis;
  expiresAt: Millis;
  lastUsedAt: Millis | null;
  byName: string | null;
};
/** `hasMost`: as many tokens are live as may be; `canStop`: something is there to be forgotten. */
export type Provisioning = {
  baseUrl: string;
  tokens: readonly TokenShown[];
  hasMost: boolean;
  canStop: boolean;
  form: { name: string; months: string };
};

const SOON = 30 * DAY;

/** The part of `/admin/single-sign-on` about SCIM. */
export const provisioningCard = (shell: AdminShell, model: Provisioning, errors: FieldError[]): Html => html`
<section class="card" aria-labelledby="provisioning"><div class="padded stack">
<div><h2 id="provisioning">Provisioning (SCIM)</h2>
<p class="small muted">Microsoft Entra, or another identity provider, writes here who is assigned, and takes away at once who is not any more. In Entra: Enterprise applications, your application, Provisioning.</p></div>
${errorSummary(errors, { name: 'Name', months: 'Lasts' })}
${toCopy('base-url', 'Tenant URL', model.baseUrl)}
<p class="small muted">In the attribute mappings, map <b>objectId</b> to <b>externalId</b>, for users and for groups.</p></div>
${model.tokens.length === 0 ? '' : tokens(shell, model)}
<div class="padded stack">${model.hasMost ? enough : make(model, errors)}${model.tokens.length === 0 && model.canStop ? stop : ''}</div></section>`;

const columns = [
  { text: 'Token' },
  { text: 'Last used', look: 'tight muted' },
  { text: 'Ends', look: 'tight' },
  { text: 'Actions', isHidden: true },
];

const tokens = ({ now }: AdminShell, model: Provisioning) =>
  table(
    'Tokens that work',
    columns,
    model.tokens.map((token) => [
      html`<span class="who"><b>${isolate(shown(token.name, 60))}</b><small class="muted">made ${day(token.createdAt)}${
        token.byName ? html` by ${isolate(shown(token.byName, 60))}` : ''
      }</small></span>`,
      token.lastUsedAt === null ? 'never' : ago(token.lastUsedAt, now),
      token.expiresAt - now <= SOON
        ? html`<span class="line wrap">${state('wait', 'clock', 'ends')}${ago(token.expiresAt, now)}</span>`
        : ago(token.expiresAt, now),
      html`<span class="end">${postButton({
        action: `${SSO}/tokens/${encodeURIComponent(token.id)}/end`,
        text: 'End',
        look: 'btn sm danger',
        about: `the token ${shown(token.name, 60)}`,
      })}</span>`,
    ]),
  );

const enough = html`<p class="small muted">Two tokens work, so that one can take over from the other. End one to make a new one.</p>`;

/** Months as the form has them. */
const tokenLives = [
  { value: '3', text: '3 months' },
  { value: '6', text: '6 months' },
  { value: '12', text: '12 months' },
  { value: '24', text: '24 months' },
];

const make = (
  { form, tokens: live }: Provisioning,
  errors: FieldError[],
) => html`<form class="stack" method="post" action="${SSO}/tokens">
<div class="two">${textField({ name: 'name', label: 'Name', value: form.name, errors, maxLength: 60, hint: 'Where the token is used.' })}
${selectField({ name: 'months', label: 'Lasts', value: form.months, errors, choices: tokenLives, hint: 'You are told a month before it ends.' })}</div>
<div><button class="btn${live.length === 0 ? ' primary' : ''}">${live.length === 0 ? 'Make a token' : 'Make the next token'}</button></div></form>`;

const stop = html`<div><h3 class="small">No token works</h3>
<p class="small muted">What was provisioned stays as it was written last. Stop provisioning, and of everybody whom the directory knows too it is forgotten: who was deactivated by it alone can sign in again.</p></div>
${postButton({ action: `${SSO}/stop-provisioning`, text: 'Stop provisioning', look: 'btn danger' })}`;

export type NewTokenModel = AdminShell & { token: string; baseUrl: string; name: string; expiresAt: Millis };

/** The only time that the token is shown. */
export const newTokenPage = (model: NewTokenModel): Html =>
  adminLayout(
    model,
    'single-sign-on',
    'The new token',
    '',
    html`<div class="narrow aside">${notice('wait', 'key', 'Copy the token now. It is not kept here in readable form and cannot be shown again.')}
<section class="card padded stack" aria-label="Token">
${toCopy('token', 'Secret token', model.token)}${toCopy('base-url', 'Tenant URL', model.baseUrl)}
<p class="small muted">Both go into Entra: Enterprise applications, your application, Provisioning, Admin Credentials; then <b>Test Connection</b> and <b>Save</b>. The token “${isolate(shown(model.name, 60))}” works until ${day(model.expiresAt)}.</p>
<div><a class="btn primary" href="${SSO}">It is copied</a></div></section></div>`,
  );
