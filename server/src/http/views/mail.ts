import type { Page } from '@doorstep/shared/list';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice } from './notice.ts';
import { isolate } from './person.ts';
import { emptyState, pager, table } from './table.ts';
import { link, shown } from './text.ts';
import { ago } from './time.ts';

/** A mail that the transport `preview` kept here instead of sending. */
export type MailLine = { id: string; to: string; subject: string; at: Millis };
export type MailsModel = AdminShell & { mails: Page<MailLine>; cursor: string | null };

const nothingLeaves = notice(
  'wait',
  'info',
  'Mail is in preview: nothing leaves this server. Opening a mail is written to the audit.',
);

/** `/admin/mail`, only with the transport `preview`. */
export function mailsPage(model: MailsModel): Html {
  const { items, nextCursor } = model.mails;
  const at = (cursor: string | null) => link('/admin/mail', { cursor });
  const rows = items.map((mail) => [
    html`<a class="name" href="${pathOf(mail.id)}">${isolate(shown(mail.subject))}</a>`,
    isolate(shown(mail.to)),
    ago(mail.at, model.now),
  ]);
  const body =
    items.length === 0
      ? emptyState('No mail yet', 'Every mail that would have left is listed here.')
      : table('Mails', columns, rows);
  return adminLayout(
    model,
    'mail',
    'Mail',
    '',
    html`${nothingLeaves}<div class="card">${body}${pager(nextCursor && at(nextCursor), model.cursor && at(null))}</div>`,
  );
}

const columns = [{ text: 'Subject' }, { text: 'To' }, { text: 'When', look: 'tight muted' }];
const pathOf = (id: string) => `/admin/mail/${encodeURIComponent(id)}`;

export type MailModel = AdminShell & {
  mail: { id: string; subject: string; headers: (readonly [name: string, value: string])[]; text: string };
};

/** One mail as it would have arrived. Its HTML is another document, in a frame that may do nothing but open links in a new tab. */
export function mailPage(model: MailModel): Html {
  const { mail } = model;
  const content = html`<p><a class="back" href="/admin/mail">${icon('left')}Mail</a></p>${nothingLeaves}<div class="aside">
<section class="card padded" aria-label="Headers"><dl class="facts">${mail.headers.map(
    ([name, value]) => html`<dt>${name}</dt>
<dd>${isolate(shown(value, 500))}</dd>`,
  )}</dl></section>
<iframe class="mailview" title="The mail as HTML" src="${pathOf(mail.id)}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
<section class="stack" aria-label="Text part">
<h2>Text part</h2><pre tabindex="0">${shown(mail.text, 20_000)}</pre></section></div>`;
  return adminLayout(model, 'mail', shown(mail.subject), '', content);
}
