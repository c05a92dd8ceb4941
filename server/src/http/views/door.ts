import { html } from 'hono/html';
import { icon } from './icon.ts';
import { doorLayout, type Html, type Shell, workspaceOf } from './layout.ts';
import { notice } from './notice.ts';
import { passkeyLink } from './passkey-form.ts';

export type DoorModel = Shell & {
  provider: 'ready' | 'not-reachable' | 'not-configured';
  /** A waiting session is there: the door says so and leads to the waiting page. */
  isWaiting: boolean;
  /** The reader has just signed out here. */
  isSignedOut?: boolean;
  /** Guests can be in here: a quiet way for them. */
  isOpenToGuests?: boolean;
};

/** `/`: the way in. */
export function doorPage(model: DoorModel): Html {
  const content = html`<h1 class="title">Come in</h1>${signedOutNotice(model)}${waitingNotice(model)}${providerNotice(model)}${microsoftLink('/sign-in')}${keyLink}${model.provider === 'not-reachable' ? passkeyLink : ''}${model.isOpenToGuests ? guestLink : ''}
<p class="small muted">No invitation yet? Sign in anyway: the administrators are asked for you.</p>`;
  return doorLayout(model, { title: 'Come in', isLit: model.provider === 'ready', content });
}

/** The one filled way on. A link, never the answer to a form: the policy `form-action 'self'` would stop it. */
export const microsoftLink = (href: string, text = 'Sign in with Microsoft'): Html =>
  html`<a class="btn primary big ms" href="${href}">${icon('ms')}${text}</a>`;

export const keyLink = html`<a class="btn big" href="/join">${icon('key')}I have an invitation ID and key</a>`;
export const guestLink = html`<a class="btn quiet big" href="/guest">I am a guest</a>`;
export const doorLink = html`<a class="btn quiet big" href="/">Back to the door</a>`;

const signedOutNotice = (model: DoorModel) => (model.isSignedOut ? notice('', 'check', 'You are signed out.') : '');

const waitingNotice = (model: DoorModel) =>
  model.isWaiting
    ? notice('wait', 'clock', html`You have knocked and are waiting for an answer. <a href="/waiting">See how it stands</a>`)
    : '';

function providerNotice(model: DoorModel): Html | '' {
  if (model.provider === 'ready') return '';
  if (model.provider === 'not-configured')
    return notice('wait', 'warn', html`Signing in is not set up yet for ${workspaceOf(model)}. Ask the person who runs it.`);
  return notice(
    'wait',
    'warn',
    'Microsoft cannot be reached from here at the moment. Signing in may take a few tries; nothing is lost.',
  );
}
