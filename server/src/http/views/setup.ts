import type { FieldError } from '@doorstep/shared/problem';
import { html } from 'hono/html';
import { microsoftLink } from './door.ts';
import { errorSummary, textField } from './form.ts';
import { icon } from './icon.ts';
import { doorLayout, type Html, type Shell } from './layout.ts';
import { notice } from './notice.ts';

export const setUpSteps = ['name', 'sign-on', 'mail', 'you'] as const;
export type SetUpStep = (typeof setUpSteps)[number];

/** `done`: which steps are finished, by what is there; they can all be opened at any time. */
export type SetUpModel = Shell & { step: SetUpStep; done: readonly SetUpStep[] };

const words: Record<SetUpStep, string> = { name: 'Name', 'sign-on': 'Microsoft', mail: 'Mail', you: 'You' };

/** A page of the set-up: where one is, what is done, one thing to do. */
export const setUpPage = (model: SetUpModel, title: string, content: Html, isLit = false): Html =>
  doorLayout(model, {
    title,
    isWide: true,
    isLit,
    content: html`<nav aria-label="Steps of the set-up"><ol class="progress">${setUpSteps.map((step, at) => progress(model, step, at))}</ol></nav>
<div><p class="small muted">Set up this workspace, step ${setUpSteps.indexOf(model.step) + 1} of ${setUpSteps.length}</p><h1 class="title">${title}</h1></div>
${content}`,
  });

const progress = ({ step: here, done }: SetUpModel, step: SetUpStep, at: number) =>
  html`<li${done.includes(step) ? html` class="done"` : ''}><a href="/setup/${step}"${step === here ? html` aria-current="step"` : ''}>${
    done.includes(step) ? html`${icon('check')}<span class="sr">Done: </span>` : html`<span>${at + 1}</span>`
  }<span>${words[step]}</span></a></li>`;

export type NameModel = SetUpModel & { name: string; errors: FieldError[] };

/** Step 1. `name` is what is in the field; the one that was saved is the shell's. */
export const namePage = (model: NameModel): Html =>
  setUpPage(
    model,
    'What is it called?',
    html`<p>Four short steps, about five minutes. You can close this page and come back by the same link; what is done stays done.</p>
${errorSummary(model.errors, { name: 'Name of the workspace' })}
<form class="stack" method="post" action="/setup">${textField({
      name: 'name',
      label: 'Name of the workspace',
      value: model.name,
      errors: model.errors,
      maxLength: 80,
      placeholder: 'Contoso Vault',
      hint: 'People read it on the door and in every mail. It can be changed later.',
    })}
<button class="btn primary big">Save the name</button></form>`,
  );

/** Below step 2, once people can sign in. */
export const signOnExits = (isConnected: boolean): Html | '' => (isConnected ? goOn('mail') : '');

/** Below the form of step 3. `leaves`: mails leave already. */
export const mailExits = (leaves: boolean): Html =>
  leaves
    ? goOn('you')
    : html`<section class="card stack" aria-labelledby="skip"><h2 id="skip">Or do this later</h2>
<p class="small">Until mail is set up nothing leaves this server: invitations can be read under Administration, Mail, but reach nobody.</p>
<a class="btn big" href="/setup/you">Go on without mail</a></section>`;

const goOn = (step: SetUpStep) => html`<a class="btn primary big" href="/setup/${step}">Go on</a>`;

export type YouModel = SetUpModel & { provider: 'ready' | 'not-reachable' | 'not-configured' };

/** Step 4: whoever signs in from here first. */
export function youPage(model: YouModel): Html {
  if (model.provider === 'not-configured') {
    return setUpPage(
      model,
      'One thing is missing',
      html`${notice('wait', 'warn', 'Nobody can sign in yet: Microsoft is not connected, or not switched on.')}<a class="btn primary big" href="/setup/sign-on">Connect Microsoft</a>`,
    );
  }
  const reach =
    model.provider === 'ready'
      ? ''
      : notice('wait', 'warn', 'Microsoft is connected but does not answer at the moment. You can try all the same.');
  return setUpPage(
    model,
    'Become the administrator',
    html`<p>Sign in with your own account. Whoever signs in from this page first becomes the administrator; the set-up link is worth nothing from then on.</p>
${reach}${model.done.includes('name') ? '' : notice('wait', 'info', html`The workspace has no name yet. <a href="/setup/name">Give it one</a>, or do it later.`)}${microsoftLink('/sign-in')}
<p class="small muted">Next you invite people. More administrators can be invited, too.</p>`,
    model.provider === 'ready',
  );
}

/** The link was good once: an administrator exists. */
export const setupUsedPage = (model: Shell): Html =>
  doorLayout(model, {
    title: 'This workspace is set up',
    content: html`<h1 class="title">This workspace is set up</h1>
<p>It has an administrator, so the set-up link is worth nothing any more.</p>
<a class="btn primary big" href="/">Go to the door</a>`,
  });
