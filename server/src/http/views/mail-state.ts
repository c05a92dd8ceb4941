import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { mailAdvice } from '../../delivery/mail-trouble.ts';
import { postButton } from './form.ts';
import { icon } from './icon.ts';
import type { Html } from './layout.ts';
import { type MailShown, wayText } from './mail-form.ts';
import { notice, state } from './notice.ts';
import { isolate } from './person.ts';
import { shown } from './text.ts';
import { ago } from './time.ts';

/** `names`: the variables by which the environment says how mails leave; null where the page does. */
export type MailStateModel = {
  home: string;
  now: Millis;
  on: MailShown;
  names: readonly string[] | null;
  /** Why nothing leaves at the moment. */
  stop: { because: string; since: Millis } | null;
  /** A test of what is on can be sent: somebody is signed in who has an address. */
  testsAt: string | null;
};

/** How mails leave now. */
export const mailState = (model: MailStateModel): Html =>
  html`<section class="card padded stack" aria-labelledby="mail-now"><h2 id="mail-now">How mails leave now</h2>
<p class="line wrap">${word(model)}</p>
${model.on.way === 'preview' ? '' : facts(model.on)}${model.stop ? stopped(model.stop, model.now) : ''}${model.names ? locked(model.names) : ''}${
  model.on.way === 'preview' || model.testsAt === null
    ? ''
    : postButton({ action: `${model.home}/test`, text: 'Send a test mail', icon: 'send' })
}</section>`;

function word({ on, stop }: MailStateModel): Html {
  if (on.way === 'preview') return state('wait', 'info', 'Preview: nothing leaves this server');
  return stop ? state('bad', 'warn', 'Stopped: mails wait') : state('ok', 'check', `By ${wayText[on.way]}`);
}

const facts = ({ way, from, server }: MailShown) =>
  html`<dl class="facts"><dt>Way</dt><dd>${wayText[way]}</dd>${server ? html`<dt>Server</dt><dd>${isolate(shown(server))}</dd>` : ''}<dt>Sender</dt><dd>${isolate(shown(from))}</dd></dl>`;

const stopped = ({ because, since }: { because: string; since: Millis }, now: Millis) =>
  notice(
    'bad',
    'warn',
    html`${shown(because, 500)} Since ${ago(since, now)} mails wait; nothing is lost. They go on by themselves once this is repaired.`,
  );

const locked = (names: readonly string[]) =>
  notice(
    '',
    'info',
    html`Set by ${names.map((name, at) => html`${at === 0 ? '' : at === names.length - 1 ? ' and ' : ', '}<span class="mono">${name}</span>`)} of the server, and changed there.`,
  );

/** What came of a test that failed: our sentence, the server's own words in full, and what to do. */
export type FailedTest = { because: string; said: { text: string; trouble: keyof typeof mailAdvice } | null };

export const failedTest = ({ because, said }: FailedTest): Html =>
  html`<div class="banner bad" role="alert" tabindex="-1" autofocus>${icon('warn')}<div class="grow"><h2>The test mail did not leave</h2>
<p>${shown(because, 500)}</p>${said ? html`<p>${mailAdvice[said.trouble]}</p><details open><summary>What was said, word for word</summary><pre tabindex="0">${shown(said.text, 4000)}</pre></details>` : ''}</div></div>`;
