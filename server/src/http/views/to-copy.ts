import { html } from 'hono/html';
import type { Html } from './layout.ts';

/** Read, selected and copied; nothing to type. With `/assets/copy.js` a button beside it does that. */
export const toCopy = (
  id: string,
  label: string,
  value: string,
): Html => html`<div class="field"><label for="${id}">${label}</label>
<input class="input mono" id="${id}" value="${value}" readonly data-copy spellcheck="false" autocomplete="off"></div>`;
