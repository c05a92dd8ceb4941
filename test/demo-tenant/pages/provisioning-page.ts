import { html } from 'hono/html';
import type { ProvisioningStep } from '../provisioning/scim-client.ts';
import { type Html, page } from './layout.ts';

const MAX_SHOWN = 500;

/** What one cycle asked and what it was answered; who said no comes with the reason. */
export function provisioningPage(steps: readonly ProvisioningStep[]): Html {
  const refused = steps.filter(({ status }) => status === 0 || status >= 400).length;
  return page(
    'Provisioning',
    html`<h1 class="wide">Provisioning</h1>
<p>${steps.length} requests, ${refused === 0 ? 'none' : refused} refused.</p>
<table>
<thead><tr><th>Request</th><th>Status</th><th>What was sent, and the answer to what was refused</th></tr></thead>
<tbody>${steps.slice(0, MAX_SHOWN).map(row)}</tbody>
</table>
<p><a href="/directory">Directory</a></p>`,
  );
}

function row({ method, path, status, sent, answer }: ProvisioningStep): Html {
  const isRefused = status === 0 || status >= 400;
  return html`<tr><td>${method} ${path}</td><td>${status || 'no answer'}</td><td>${sent === undefined ? '' : html`<code>${JSON.stringify(sent)}</code>`}${isRefused ? html`<br><code>${JSON.stringify(answer)}</code>` : ''}</td></tr>`;
}
