import { html } from 'hono/html';
import type { Html } from './layout.ts';

/** Where in Azure the redirect URI goes: drawn after the portal's page, in the page's own colours. Decoration but for its title. */
export const azurePicture: Html = html`<svg class="azure" viewBox="0 0 460 188" role="img" aria-labelledby="azure-title azure-desc">
<title id="azure-title">Where the redirect URI goes in Azure</title>
<desc id="azure-desc">App registrations, your application: in the menu at the left, Authentication is chosen. On the right, under Web, the field Redirect URIs is marked; below it stands Front-channel logout URL.</desc>
<rect class="paper" x=".5" y=".5" width="459" height="187" rx="6"/><path class="rule" d="M.5 30.5h459M130.5 30.5v157"/>
<text x="12" y="20" class="strong">App registrations › Your application</text>
<text x="12" y="52">Overview</text><rect class="here" x="6" y="60" width="118" height="20" rx="3"/><text x="12" y="74" class="strong">Authentication</text>
<text x="12" y="96">Certificates &amp; secrets</text><text x="12" y="118">Token configuration</text><text x="12" y="140">API permissions</text>
<text x="146" y="52" class="strong">Platform: Web</text><text x="146" y="76">Redirect URIs</text>
<rect class="lit-field" x="146" y="83" width="296" height="24" rx="3"/><text x="154" y="99" class="value">https://…/sign-in/callback</text>
<text x="146" y="132">Front-channel logout URL</text><rect class="field-box" x="146" y="139" width="296" height="24" rx="3"/><text x="154" y="155" class="value">https://…/sign-out/front-channel</text></svg>`;
