import { html, raw } from 'hono/html';
import type { PostmarkMail } from '../postmark-mail.ts';
import { type Html, page } from './layout.ts';

const REFRESH = raw('<meta http-equiv="refresh" content="5">');

/** The list, newest first; it looks again every five seconds without a script. `to` narrows it to one address. */
export function mailboxPage(mails: readonly PostmarkMail[], to: string | undefined): Html {
  return page(
    'Mailbox',
    html`<h1 class="wide">Mailbox</h1>
<p class="muted">${to ? html`Mails to ${to}. <a href="/mailbox">Show all</a>` : 'Every mail Postmark has taken, newest first.'}</p>
${mails.length === 0 ? html`<p>No mail yet. This page looks again by itself.</p>` : table(mails)}
<p><a href="/">Demo tenant</a></p>`,
    html`${REFRESH}`,
  );
}

function table(mails: readonly PostmarkMail[]): Html {
  return html`<table>
<thead><tr><th>When (UTC)</th><th>To</th><th>Subject</th></tr></thead>
<tbody>${mails.map(row)}</tbody>
</table>`;
}

function row(mail: PostmarkMail): Html {
  return html`<tr><td>${time(mail)}</td><td><a href="/mailbox?to=${encodeURIComponent(mail.to)}">${mail.to}</a></td><td><a href="/mailbox/${mail.messageId}">${mail.subject || '(no subject)'}</a></td></tr>`;
}

/** One mail. Its HTML stands in a frame that runs nothing; its links open outside, as in a mail program. */
export function mailPage(mail: PostmarkMail): Html {
  return page(
    mail.subject,
    html`<h1 class="wide">${mail.subject || '(no subject)'}</h1>
<dl>
<dt>To</dt><dd>${mail.to}</dd>
<dt>From</dt><dd>${mail.from}</dd>
<dt>When</dt><dd>${time(mail)} UTC</dd>
${Object.entries(mail.headers).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
${Object.entries(mail.metadata).map(([name, value]) => html`<dt>Metadata ${name}</dt><dd>${value}</dd>`)}
</dl>
${mail.htmlBody ? html`<h2>HTML part</h2><iframe title="HTML part" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/mailbox/${mail.messageId}/html"></iframe>` : ''}
${mail.textBody ? html`<h2>Text part</h2><pre>${mail.textBody}</pre>` : ''}
<p><a href="/mailbox">Mailbox</a></p>`,
  );
}

function time(mail: PostmarkMail): Html {
  const iso = new Date(mail.at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time>`;
}

export function noSuchMailPage(): Html {
  return page('No such mail', html`<h1>No such mail</h1><p><a href="/mailbox">Mailbox</a></p>`);
}
