import type { FieldError } from '@doorstep/shared/problem';
import { html } from 'hono/html';
import { microsoftLink } from './door.ts';
import { errorSummary, textField } from './form.ts';
import { doorLayout, type Html, type Shell } from './layout.ts';
import { notice } from './notice.ts';

export type SetupModel = Shell & {
  provider: 'ready' | 'not-reachable' | 'not-configured';
  /** What is in the field; the name that was saved is the shell's. */
  name: string;
  isNamed: boolean;
  errors: FieldError[];
};

/** `/setup`: name the workspace, then become its first administrator. */
export function setupPage(model: SetupModel): Html {
  const name = textField({
    name: 'name',
    label: 'Name of the workspace',
    value: model.name,
    errors: model.errors,
    maxLength: 80,
    hint: 'People see it on the door and in every mail.',
  });
  const content = html`<h1 class="title">Set up this workspace</h1>
<p class="muted">Two steps: give it a name, then sign in. Whoever signs in from here first becomes its administrator; this link is worth nothing afterwards.</p>${errorSummary(model.errors, { name: 'Name of the workspace' })}
<form class="stack" method="post" action="/setup">${name}
<button class="btn big${model.isNamed ? '' : ' primary'}">Save the name</button></form>${provider(model)}`;
  return doorLayout(model, { title: 'Set up this workspace', isLit: model.isNamed && model.provider === 'ready', content });
}

function provider(model: SetupModel): Html {
  if (model.provider === 'not-configured')
    return notice(
      'bad',
      'warn',
      html`Microsoft is not connected. Set <span class="mono">DOORSTEP_OIDC_ISSUER</span>, <span class="mono">DOORSTEP_OIDC_CLIENT_ID</span> and <span class="mono">DOORSTEP_OIDC_CLIENT_SECRET</span>, start the server again and come back with the link that it prints.`,
    );
  const reach =
    model.provider === 'ready'
      ? notice('ok', 'check', 'Microsoft is connected and answers.')
      : notice('wait', 'warn', 'Microsoft is connected but does not answer at the moment. You can try all the same.');
  return html`${reach}${model.isNamed ? microsoftLink('/sign-in') : ''}`;
}

/** The link was good once: an administrator exists. */
export const setupUsedPage = (model: Shell): Html =>
  doorLayout(model, {
    title: 'This workspace is set up',
    content: html`<h1 class="title">This workspace is set up</h1>
<p>It has an administrator, so the set-up link is worth nothing any more.</p>
<a class="btn primary big" href="/">Go to the door</a>`,
  });
