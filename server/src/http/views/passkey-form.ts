import { html } from 'hono/html';
import { hiddenFields } from './form.ts';
import { icon } from './icon.ts';
import type { Html } from './layout.ts';

export const PASSKEY_SIGN_IN = '/sign-in/passkey';

/** The way in for whoever has one, in the same words wherever it is offered. */
export const passkeyLink: Html = html`<a class="btn quiet big" href="${PASSKEY_SIGN_IN}">Sign in with a passkey</a>`;

/** One ceremony of WebAuthn: `options` are asked for by the page's script, the answer goes to `action`. */
export type Ceremony = { kind: 'new' | 'known'; challenge: string; options: object };

/** `otherwise` is what to do without scripts. */
export const passkeyForm = ({ kind, challenge, options }: Ceremony, action: string, text: string, otherwise: string): Html =>
  html`<form class="stack" method="post" action="${action}" data-passkey="${kind}" data-options="${JSON.stringify(options)}" hidden>
${hiddenFields([
  ['challenge', challenge],
  ['credential', ''],
])}<button class="btn primary big">${icon('key')}${text}</button></form>
<p class="small muted" id="passkey-said" role="status"></p>
<noscript><p>Passkeys need the scripts of this page, which your browser does not run. ${otherwise}</p></noscript>
<script src="/assets/passkey.js" defer></script>`;
