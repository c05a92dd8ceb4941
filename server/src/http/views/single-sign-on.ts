import type { Summary } from '@doorstep/shared/me';
import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { expiringNotice } from './expiring.ts';
import { postButton } from './form.ts';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice, state } from './notice.ts';
import { type Provisioning, provisioningCard, SSO } from './provisioning.ts';
import { type Findings, findingsCard } from './sign-on-findings.ts';
import { ago } from './time.ts';
import { toCopy } from './to-copy.ts';

export type ProviderShown = { state: 'ready' | 'unreachable' | 'wrong-issuer' | 'not-yet-asked'; since: Millis };

/** What people sign in by. `refusedCode`: Microsoft refuses every secret and certificate, with this number or error. */
export type ConnectionShown = {
  isSetByEnvironment: boolean;
  tenantId: string | null;
  clientId: string | null;
  hasDraft: boolean;
  refusedCode: string | null;
};

/** `provider` is null without single sign-on. */
export type SingleSignOnModel = AdminShell & {
  connection: ConnectionShown;
  provider: ProviderShown | null;
  /** The first thing that needs somebody within 30 days. */
  expiring: Summary['expiring'];
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
    html`<div class="cols"><div class="aside">${refusal(model.connection)}${expiringNotice(model.expiring, model.now)}${connection(model)}${provisioningCard(model, model.provisioning, model.errors)}</div>
<div class="aside">${sections}${findingsCard(model.findings)}</div></div><script src="/assets/copy.js" defer></script>`,
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
      return html`<span class="line wrap">${state('bad', 'warn', 'names another issuer than the configured one, since')}${since}</span>`;
  }
}

/** ENT-79 */
function refusal({ refusedCode }: ConnectionShown): Html | '' {
  if (refusedCode === null) return '';
  const number = /^\d+$/.test(refusedCode) ? `AADSTS${refusedCode}` : refusedCode;
  const why = refusedCode === '7000222' ? 'The client secret has expired' : 'Microsoft refuses the client secret or certificate';
  return notice(
    'bad',
    'warn',
    html`<b>Nobody can sign in.</b> ${why} (${number}). Who is signed in stays so. <a href="${SSO}/configure">See it</a>`,
  );
}

const connection = ({
  connection: known,
}: SingleSignOnModel): Html => html`<section class="card padded stack" aria-labelledby="connection">
<div class="line wrap"><h2 id="connection" class="grow">The connection</h2>${known.hasDraft ? state('wait', 'clock', 'a draft waits') : ''}${
  known.isSetByEnvironment ? state('', 'key', 'set by the environment') : ''
}</div>${
  known.tenantId === null || known.clientId === null
    ? html`<p class="small muted">Nobody can sign in yet. Connect your Microsoft Entra tenant; it takes about five minutes.</p>`
    : html`${toCopy('tenant', 'Tenant ID', known.tenantId)}${toCopy('client', 'Client ID', known.clientId)}`
}<div><a class="btn${known.tenantId === null ? ' primary' : ''}" href="${SSO}/configure">${
  known.isSetByEnvironment
    ? 'See what Entra needs'
    : known.tenantId === null
      ? 'Connect Microsoft Entra'
      : 'Change, test, renew the secret'
}</a></div></section>`;

/** What else changes who comes in and how, each a page of its own. */
const rooms = [
  { path: 'force', title: 'Force SSO', sentence: 'Only people of the tenant, no guests.' },
  { path: 'break-glass', title: 'Break-glass', sentence: 'Who gets in when Microsoft does not answer.' },
  { path: 'domains', title: 'Domains', sentence: 'Which mail domains are yours.' },
];

const sections = html`<nav class="card padded" aria-label="More about single sign-on"><ul class="exits">${rooms.map(
  ({ path, title, sentence }) =>
    html`<li><a class="exit" href="${SSO}/${path}"><span><b>${title}</b><small>${sentence}</small></span>${icon('right')}</a></li>`,
)}</ul></nav>`;
