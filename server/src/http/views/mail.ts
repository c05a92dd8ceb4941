import type { Page } from '@doorstep/shared/list';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import type { OutboxState } from '../../store/schema.ts';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice, state } from './notice.ts';
import { isolate } from './person.ts';
import { emptyState, pager, table } from './table.ts';
import { link, shown } from './text.ts';
import { ago } from './time.ts';

/** One mail of the outbox. `to` is null when no address is known; `because` a sentence of ours, without addresses. */
export type MailLine = { id: string; to: string | null; subject: string; at: Millis; state: OutboxState; because: string | null };

/** `opens`: with the transport `preview`, mails can be read here. */
export type MailListModel = { mails: Page<MailLine>; cursor: string | null; opens: boolean; now: Millis };

const openingIsAudited = notice(
  'wait',
  'info',
  'Mail is in preview: nothing leaves this server. Opening a mail is written to the audit.',
);

/** What became of each mail, the newest first. */
export function mailList({ mails: { items, nextCursor }, cursor, opens, now }: MailListModel): Html {
  const at = (cursor: string | null) => link('/admin/mail', { cursor });
  const rows = items.map((mail) => [
    opens
      ? html`<a class="name" href="${pathOf(mail.id)}">${isolate(shown(mail.subject))}</a>`
      : html`<b class="name">${shown(mail.subject)}</b>`,
    mail.to === null ? html`<span class="muted">no address is known</span>` : isolate(shown(mail.to)),
    html`${stateOf(mail)}${mail.because && mail.state !== 'sent' && mail.state !== 'delivered' ? html`<p class="small">${shown(mail.because, 300)}</p>` : ''}`,
    ago(mail.at, now),
  ]);
  const body =
    items.length === 0
      ? emptyState('No mail yet', 'Every mail is listed here, with what became of it.')
      : table('Mails', columns, rows);
  return html`<section aria-labelledby="mails"><h2 class="sub" id="mails">Mails</h2>${opens ? openingIsAudited : ''}
<div class="card below">${body}${pager(nextCursor && at(nextCursor), cursor && at(null))}</div></section>`;
}

function stateOf({ state: now, because }: MailLine): Html {
  switch (now) {
    case 'sent':
      return state('ok', 'check', 'sent');
    case 'delivered':
      return state('ok', 'check', 'delivered');
    case 'bounced':
      return state('bad', 'bounce', 'came back');
    case 'failed':
      return state('bad', 'warn', 'failed');
    case 'uncertain':
      return state('wait', 'info', 'uncertain');
    case 'dropped':
      return state('', 'minus', 'not needed any more');
    case 'queued':
      return state('wait', 'clock', because ? 'waits, and is tried again' : 'waits');
    case 'claimed':
    case 'called':
      return state('wait', 'send', 'is leaving');
  }
}

const columns = [{ text: 'Mail' }, { text: 'To' }, { text: 'State' }, { text: 'When', look: 'tight muted' }];
const pathOf = (id: string) => `/admin/mail/${encodeURIComponent(id)}`;

export type MailModel = AdminShell & {
  mail: { id: string; subject: string; headers: (readonly [name: string, value: string])[]; text: string };
};

/** One mail as it would have arrived. Its HTML is another document, in a frame that may do nothing but open links in a new tab. */
export function mailPage(model: MailModel): Html {
  const { mail } = model;
  const content = html`<p><a class="back" href="/admin/mail">${icon('left')}Mail</a></p>${openingIsAudited}<div class="aside">
<section class="card padded" aria-label="Headers"><dl class="facts">${mail.headers.map(
    ([name, value]) => html`<dt>${name}</dt>
<dd>${isolate(shown(value, 500))}</dd>`,
  )}</dl></section>
<iframe class="mailview" title="The mail as HTML" src="${pathOf(mail.id)}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
<section class="stack" aria-label="Text part">
<h2>Text part</h2><pre tabindex="0">${shown(mail.text, 20_000)}</pre></section></div>`;
  return adminLayout(model, 'mail', shown(mail.subject), '', content);
}
