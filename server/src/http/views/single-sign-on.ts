import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { postButton } from './form.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { state } from './notice.ts';
import { type Provisioning, provisioningCard, SSO } from './provisioning.ts';
import { type Findings, findingsCard } from './sign-on-findings.ts';
import { ago } from './time.ts';
import { toCopy } from './to-copy.ts';

export type ProviderShown = { state: 'ready' | 'unreachable' | 'wrong-issuer' | 'not-yet-asked'; since: Millis };

/** `provider` is null without single sign-on; tenant and client are set by variables. */
export type SingleSignOnModel = AdminShell & {
  tenantId: string | null;
  clientId: string | null;
  redirectUri: string;
  signOutUri: string;
  provider: ProviderShown | null;
  findings: Findings;
  provisioning: Provisioning;
  errors: FieldError[];
};

/** `/admin/single-sign-on` */
export const singleSignOnPage = (model: SingleSignOnModel): Html =>
  adminLayout(
    model,
    'single-sign-on',
    'Single sign-on',
    html`${providerState(model)}${postButton({ action: `${SSO}/check`, text: 'Check now', icon: 'retry', isDisabled: !model.provider })}`,
    html`<div class="cols"><div class="aside">${enterThese(model)}${setHere(model)}${provisioningCard(model, model.provisioning, model.errors)}</div>
<div class="aside">${findingsCard(model.findings)}</div></div>`,
  );

function providerState({ provider, now }: SingleSignOnModel): Html {
  if (!provider) return state('bad', 'warn', 'not configured');
  const since = html` ${ago(provider.since, now)}`;
  switch (provider.state) {
    case 'ready':
      return state('ok', 'check', 'Microsoft answers');
    case 'not-yet-asked':
      return state('', 'clock', 'not asked yet');
    case 'unreachable':
      return html`<span class="line wrap">${state('bad', 'warn', 'Microsoft does not answer, since')}${since}</span>`;
    case 'wrong-issuer':
      return html`<span class="line wrap">${state('bad', 'warn', 'names another issuer than DOORSTEP_OIDC_ISSUER, since')}${since}</span>`;
  }
}

const enterThese = ({
  redirectUri,
  signOutUri,
}: SingleSignOnModel) => html`<section class="card padded stack" aria-labelledby="enter">
<div><h2 id="enter">What Microsoft Entra needs</h2>
<p class="small muted">App registrations, your application, Authentication.</p></div>
${toCopy('redirect-uri', 'Redirect URI (Web)', redirectUri)}${toCopy('sign-out-uri', 'Front-channel logout URL', signOutUri)}</section>`;

const setHere = ({ tenantId, clientId }: SingleSignOnModel) => html`<section class="card padded stack" aria-labelledby="set">
<div><h2 id="set">What was set here</h2>
<p class="small muted">By the variables DOORSTEP_OIDC_ISSUER, DOORSTEP_OIDC_CLIENT_ID and DOORSTEP_OIDC_CLIENT_SECRET of the server. They are changed there.</p></div>
${toCopy('tenant', 'Tenant ID', tenantId ?? 'not set')}${toCopy('client', 'Client ID', clientId ?? 'not set')}</section>`;
