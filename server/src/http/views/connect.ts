import { html } from 'hono/html';
import { type HiddenField, hiddenFields } from './form.ts';
import { doorLayout, type Html, type Shell, type Viewer, workspaceOf } from './layout.ts';
import { personCell } from './person.ts';
import { shown } from './text.ts';

/** `browser` in words ("Chrome", "Firefox"); `fields` carry the authorization request through the form. */
export type ConnectModel = Shell & { viewer: Viewer; browser: string; action: string; fields: HiddenField[] };

/** `/connect/authorize`: an administrator lets the extension act for them. The script stops a second press. */
export function connectPage(model: ConnectModel): Html {
  const { viewer } = model;
  const content = html`<h1 class="title">Connect this browser?</h1>${personCell({ id: viewer.memberId, name: viewer.name, address: viewer.address }, null)}
<p>Doorstep in <b>${shown(model.browser, 60)}</b> may then, as you: invite people, see invitations and access requests, and answer them.</p>
<p class="small muted">It ends after 90 days, after 14 days without use, or when you disconnect it in ${workspaceOf(model)} under Connected browsers. Making administrators stays on the pages.</p>
<form class="stack" method="post" action="${model.action}" data-once>${hiddenFields(model.fields)}
<button class="btn primary big" name="answer" value="connect">Connect</button>
<button class="btn quiet big" name="answer" value="cancel">Cancel</button></form>`;
  return doorLayout(model, { title: 'Connect this browser', isLit: true, script: '/assets/once.js', content });
}

const problems = {
  'unknown-client': {
    title: 'This extension is not known here',
    sentence: 'Only the Doorstep extension, and those that the operator named, can connect to this workspace.',
  },
  'bad-request': {
    title: 'That is not a request to connect',
    sentence: 'Part of it is missing or was changed on the way. Open the extension and press Connect again.',
  },
  'not-administrator': {
    title: 'Only administrators connect a browser',
    sentence: 'You are signed in, but not as an administrator. Ask one to change your role, then try again.',
  },
} as const;
export type ConnectProblemModel = Shell & { because: keyof typeof problems };

export function connectProblemPage(model: ConnectProblemModel): Html {
  const { title, sentence } = problems[model.because];
  const content = html`<h1 class="title">${title}</h1><p>${sentence}</p><p class="small muted">You can close this window.</p>`;
  return doorLayout(model, { title, content });
}
