import type { FieldError } from '@doorstep/shared/problem';
import { html } from 'hono/html';
import { doorLink } from './door.ts';
import { errorSummary, textField } from './form.ts';
import { doorLayout, type Html, type Shell } from './layout.ts';

export type TypeKeyModel = Shell & { typed: { id: string; key: string }; errors: FieldError[] };

/** `/join`: what the mail says, typed by hand. What was typed is kept. */
export function typeKeyPage(model: TypeKeyModel): Html {
  const { typed, errors } = model;
  const id = textField({
    name: 'id',
    label: 'Invitation ID',
    value: typed.id,
    errors,
    isMono: true,
    maxLength: 100,
    hint: 'As the mail shows it, in groups.',
  });
  const key = textField({
    name: 'key',
    label: 'Key',
    value: typed.key,
    errors,
    isMono: true,
    maxLength: 100,
    hint: '30 characters. Capitals, spaces and hyphens do not matter.',
  });
  const content = html`<h1 class="title">Your invitation ID and key</h1>
<p class="muted">Both are in the mail that invited you.</p>${errorSummary(errors, { id: 'Invitation ID', key: 'Key' })}
<form class="stack" method="post" action="/join">${id}${key}
<button class="btn primary big">Show my invitation</button></form>${doorLink}`;
  return doorLayout(model, {
    title: errors.length > 0 ? 'Error: your invitation ID and key' : 'Your invitation ID and key',
    content,
  });
}

/** The one answer to every wrong or unknown key: it must not tell anything (ENT-50), so it takes no facts. */
export const cannotBeUsedPage = (model: Shell): Html =>
  doorLayout(model, {
    title: 'This invitation cannot be used',
    content: html`<h1 class="title">This invitation cannot be used</h1>
<p>Ask who invited you. If the link was cut in the mail, its ID and key can be typed.</p>
<a class="btn primary big" href="/sign-in">Sign in without an invitation</a>
<a class="btn big" href="/join">Type ID and key again</a>`,
  });
