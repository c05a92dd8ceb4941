import { html } from 'hono/html';
import type { Html } from './layout.ts';

/** Read, selected and copied; nothing to type. */
export const toCopy = (
  id: string,
  label: string,
  value: string,
): Html => html`<div class="field"><label for="${id}">${label}</label>
<input class="input mono" id="${id}" value="${value}" readonly spellcheck="false" autocomplete="off"></div>`;
