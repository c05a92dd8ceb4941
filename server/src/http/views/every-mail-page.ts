import { DAY, HOUR, MINUTE } from '@doorstep/shared/time';
import { html } from 'hono/html';
import type { OutboxState } from '../../store/schema.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { mailList } from './mail.ts';
import { type MailFormModel, mailForm } from './mail-form.ts';
import { failedTest, mailState } from './mail-state.ts';
import { id, now, type Words } from './sample-facts.ts';

const states: OutboxState[] = ['sent', 'failed', 'queued', 'uncertain', 'dropped', 'called', 'bounced', 'delivered'];

/** The pages about mail, as `everyPage`. */
export function mailPages(shell: AdminShell, words: Words, rows: number): Record<string, Html> {
  const list = (opens: boolean, length = rows) =>
    mailList({
      mails: {
        items: Array.from({ length }, (_, at) => ({
          id: id('out', at),
          to: at % 5 === 4 ? null : words.address,
          subject: words.sentence,
          at: now - at * HOUR,
          state: states[at % states.length]!,
          because: at % 2 ? words.sentence : null,
        })),
        nextCursor: length > 2 ? '12' : null,
      },
      cursor: null,
      opens,
      now,
    });
  const framed = (content: Html, mails: Html, done: AdminShell['done'] = null) =>
    adminLayout(
      { ...shell, done },
      'mail',
      'Mail',
      '',
      html`<div class="cols"><div class="aside">${content}</div></div>${mails}`,
    );
  const current = { home: '/admin/mail', now, names: null, stop: null, testsAt: words.address };
  const preview = { way: 'preview', from: words.address, server: null } as const;
  const postmark = { way: 'postmark', from: words.address, server: null } as const;
  const typed = { from: '', to: '', smtpHost: '', smtpPort: '587', smtpSecurity: 'starttls', smtpUser: '' };
  const form: MailFormModel = {
    home: '/admin/mail',
    now,
    way: 'postmark',
    offersSmtp: true,
    typed,
    errors: [],
    keepsSecret: false,
    hasToRetype: false,
    isFolded: false,
    testsAt: words.address,
    isFresh: false,
    ready: null,
  };
  const smtp = {
    ...typed,
    from: words.address,
    smtpHost: words.sentence,
    smtpPort: 'x',
    smtpUser: words.name,
    to: words.address,
  };
  return {
    mails: framed(html`${mailState({ ...current, on: preview })}${mailForm(form)}`, list(true)),
    'mails-none': framed(html`${mailState({ ...current, on: preview })}${mailForm({ ...form, way: 'preview' })}`, list(true, 0)),
    'mail-wrong': framed(
      html`${failedTest({ because: words.sentence, said: { text: words.sentence, trouble: 'wrong-credentials' } })}${mailState({ ...current, on: postmark })}${mailForm(
        {
          ...form,
          way: 'smtp',
          typed: smtp,
          testsAt: null,
          hasToRetype: true,
          errors: [
            { pointer: '#/smtpHost', detail: 'must be a host name' },
            { pointer: '#/smtpPassword', detail: words.sentence },
          ],
        },
      )}`,
      list(false),
    ),
    'mail-ready': framed(
      html`${mailState({ ...current, on: postmark, stop: { because: words.sentence, since: now - DAY } })}${mailForm({
        ...form,
        keepsSecret: true,
        offersSmtp: false,
        ready: { way: 'smtp', from: words.address, server: 'mail.example.com:587', version: now, testedAt: now - MINUTE },
      })}`,
      list(false),
      'mail-switched-on',
    ),
    'mail-on': framed(html`${mailState({ ...current, on: postmark })}${mailForm({ ...form, isFolded: true })}`, list(false)),
    'mail-locked': framed(
      mailState({ ...current, on: postmark, names: ['DOORSTEP_MAIL', 'DOORSTEP_MAIL_FROM', 'DOORSTEP_POSTMARK_TOKEN'] }),
      list(false),
    ),
  };
}
