import { html } from 'hono/html';
import { doorLink, microsoftLink } from './door.ts';
import { doorLayout, type Html, type Shell } from './layout.ts';
import { passkeyLink } from './passkey-form.ts';
import { link, shown } from './text.ts';

const problems = {
  cancelled: { title: 'You stopped signing in', sentence: 'Nothing happened. You can start again whenever you like.' },
  'took-too-long': {
    title: 'That took a little too long',
    sentence: 'For safety a sign-in must be finished within a few minutes. Please start again.',
  },
  'unknown-attempt': {
    title: 'This sign-in was not begun here',
    sentence: 'It was begun in another browser, or cookies were cleared in between. Please start again in this browser.',
  },
  'already-used': {
    title: 'This sign-in has been used',
    sentence: 'The page was opened a second time. If you are not in yet, start again.',
  },
  'provider-unreachable': {
    title: 'Microsoft cannot be reached',
    sentence: 'That is usually over in a minute or two. Nothing was lost; please try again.',
  },
  'provider-refused': {
    title: 'Microsoft did not sign you in',
    sentence: 'It gave no reason that helps you. Try again; if it stays so, tell the administrators the number below.',
  },
  'credential-refused': {
    title: 'Signing in does not work at the moment',
    sentence:
      'It has nothing to do with you: the workspace must renew its own connection to Microsoft. Its administrators have been told; ask one of them when it will work again. Nothing was lost.',
  },
  'token-not-valid': {
    title: 'The answer of Microsoft could not be trusted',
    sentence:
      'It failed our checks, so nobody was signed in. Try again; if it stays so, tell the administrators the number below.',
  },
  'not-assigned': {
    title: 'Microsoft does not let you in here',
    sentence: 'Your organization must first assign this application to you. Ask your IT people, with the number below.',
  },
  clock: {
    title: 'The clocks do not agree',
    sentence: 'The time of this server and that of Microsoft are too far apart. Tell the administrators the number below.',
  },
} as const;
export type SignInProblem = keyof typeof problems;

/** `invitationId` is kept by the link that starts again. */
export type SignInProblemModel = Shell & { because: SignInProblem; reference: string; invitationId: string | null };

export function signInProblemPage(model: SignInProblemModel): Html {
  const { title, sentence } = problems[model.because];
  const again = link('/sign-in', { invitation: model.invitationId });
  return doorLayout(model, {
    title,
    content: html`<h1 class="title">${title}</h1>
<p>${sentence}</p>${microsoftLink(again, 'Start again with Microsoft')}${isNotTheirs(model) ? passkeyLink : ''}${doorLink}${referenceLine(model.reference)}`,
  });
}

/** Nothing the person can mend: the break-glass list comes in by its passkeys. */
const isNotTheirs = ({ because }: SignInProblemModel): boolean =>
  because === 'provider-unreachable' ||
  because === 'provider-refused' ||
  because === 'credential-refused' ||
  because === 'token-not-valid' ||
  because === 'clock';

/** The number that leads from a screenshot to the log. */
export const referenceLine = (reference: string): Html =>
  html`<p class="small muted">If you ask somebody for help, this number says where we were: <span class="mono">${shown(reference, 60)}</span></p>`;

/** `providerSignOut` ends the session at Microsoft too; null when its address is not known. */
export type SignedOutModel = Shell & { providerSignOut: string | null };

export const signedOutPage = (model: SignedOutModel): Html =>
  doorLayout(model, {
    title: 'Signed out',
    content: html`<h1 class="title">Signed out</h1>
<p>You are out of this workspace in this browser.${model.providerSignOut === null ? '' : ' Microsoft still knows you here: on a shared computer, sign out there too.'}</p>${
      model.providerSignOut === null ? '' : html`<a class="btn big" href="${model.providerSignOut}">Sign out of Microsoft too</a>`
    }<a class="btn primary big" href="/">Back to the door</a>`,
  });
