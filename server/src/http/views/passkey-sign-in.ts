import { html } from 'hono/html';
import { doorLink } from './door.ts';
import { doorLayout, type Html, type Shell } from './layout.ts';
import { notice } from './notice.ts';
import { type Ceremony, PASSKEY_SIGN_IN, passkeyForm } from './passkey-form.ts';

const problems = {
  'passkey-refused':
    'That passkey does not open this workspace. It may have been removed here. Use another one, or another way in.',
  'passkey-own-domain':
    'Your address belongs to the organization that runs this workspace now: sign in with Microsoft at the door.',
  'took-too-long': 'That took longer than 5 minutes, or the page was sent twice. Nobody was signed in; please try again.',
} as const;

export type PasskeySignInModel = Shell & { ceremony: Ceremony; problem: keyof typeof problems | null };

/** `/sign-in/passkey`: nobody types who they are, the passkey says it. */
export const passkeySignInPage = (model: PasskeySignInModel): Html =>
  doorLayout(model, {
    title: 'Sign in with a passkey',
    content: html`<h1 class="title">Sign in with a passkey</h1>${model.problem === null ? '' : notice('bad', 'warn', problems[model.problem])}
<p>Your device asks for your fingerprint, face or PIN. You type nothing here.</p>
${passkeyForm(model.ceremony, PASSKEY_SIGN_IN, 'Sign in with a passkey', 'Sign in another way.')}
<a class="btn big" href="/guest">Have a code mailed instead</a>${doorLink}`,
  });
