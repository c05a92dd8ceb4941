import { html } from 'hono/html';
import type { Html } from './layout.ts';
import { type MailFormModel, mailForm } from './mail-form.ts';
import { now, shellOf, type Words } from './sample-facts.ts';
import { mailExits, namePage, setUpPage, signOnExits, youPage } from './setup.ts';

/** The steps of the set-up, as `everyPage`. */
export function setUpPages(words: Words): Record<string, Html> {
  const shell = shellOf(words);
  const typed = { from: '', to: words.address, smtpHost: '', smtpPort: '587', smtpSecurity: 'starttls', smtpUser: '' };
  const form: MailFormModel = {
    home: '/setup/mail',
    now,
    way: 'postmark',
    offersSmtp: true,
    typed,
    errors: [],
    keepsSecret: false,
    hasToRetype: false,
    isFolded: false,
    testsAt: null,
    isFresh: true,
    ready: null,
  };
  const mail = { ...shell, step: 'mail', done: ['name', 'sign-on'] } as const;
  const you = { ...shell, step: 'you', done: ['name', 'sign-on', 'mail'], provider: 'ready' } as const;
  return {
    setup: namePage({ ...shell, step: 'name', done: [], name: '', errors: [] }),
    'setup-wrong': namePage({
      ...shell,
      step: 'name',
      done: ['sign-on', 'mail'],
      name: words.workspace,
      errors: [{ pointer: '#/name', detail: 'must not be empty' }],
    }),
    'setup-mail': setUpPage(mail, 'Mail', html`${mailForm(form)}${mailExits(false)}`),
    'setup-done': setUpPage({ ...mail, step: 'sign-on' }, 'Connect Microsoft Entra', html`${signOnExits(true)}`),
    'setup-you': youPage(you),
    'setup-you-not-reachable': youPage({ ...you, provider: 'not-reachable', done: ['sign-on'] }),
    'setup-you-not-configured': youPage({ ...you, provider: 'not-configured', done: ['name'] }),
  };
}
