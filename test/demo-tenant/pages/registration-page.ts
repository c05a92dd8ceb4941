import { html } from 'hono/html';
import type { TenantState } from '../tenant-state.ts';
import { type Html, page } from './layout.ts';

/** What Azure and Postmark show to an operator, each beside the name it has there. */
export function registrationPage({ origin, tenantId, clientId, clientSecret, redirectUris, postmarkToken }: TenantState): Html {
  return page(
    'App registration',
    html`<h1 class="wide">App registration: values for the set-up</h1>
<p>In a real tenant these stand in the Entra admin center under <b>App registrations</b>, your application, and in Postmark.
Paste them where the set-up of the workspace asks for them.</p>
<h2>Microsoft Entra</h2>
${value('issuer', 'Directory (tenant) ID', `${origin}/${tenantId}/v2.0`, 'The whole address: a real tenant needs the ID alone, this one is not at Microsoft.')}
${value('client', 'Application (client) ID', clientId)}
${value('secret', 'Client secret, Value', clientSecret, 'Expires whenever you like: choose a day in the future.')}
<h2>Already entered here</h2>
${redirectUris.map((uri, at) => value(`redirect-${at}`, 'Redirect URI (Web)', uri))}
<h2>Postmark</h2>
${value('token', 'Server API token', postmarkToken)}
${value('sender', 'Sender address', 'door@contoso.example')}
<p><a href="/mailbox">The mailbox</a> shows what arrives, whatever the address.</p>`,
  );
}

const value = (id: string, label: string, text: string, hint = ''): Html => html`<p><label for="${id}">${label}</label><br>
<input id="${id}" value="${text}" size="70" readonly spellcheck="false" autocomplete="off">${hint && html`<br><small>${hint}</small>`}</p>`;
