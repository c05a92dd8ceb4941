import type { Page } from '@doorstep/shared/list';
import type { ConnectedBrowser } from '@doorstep/shared/me';
import { html } from 'hono/html';
import { postButton } from './form.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { personCell } from './person.ts';
import { pager, table } from './table.ts';
import { link, nameOf, shown } from './text.ts';
import { ago, day } from './time.ts';

/** `browserNames` turns a client id into words ("Chrome"); unknown ones are shown as they are. */
export type BrowsersModel = AdminShell & {
  browsers: Page<ConnectedBrowser>;
  browserNames: Record<string, string>;
  cursor: string | null;
};

/** `/admin/browsers` */
export function browsersPage(model: BrowsersModel): Html {
  const { items, nextCursor } = model.browsers;
  const at = (cursor: string | null) => link('/admin/browsers', { cursor });
  const body =
    items.length === 0
      ? none
      : table(
          'Connected browsers',
          columns,
          items.map((browser) => row(browser, model)),
        );
  return adminLayout(
    model,
    'browsers',
    'Connected browsers',
    '',
    html`<div class="card">${body}${pager(nextCursor && at(nextCursor), model.cursor && at(null))}</div>`,
  );
}

const none = html`<div class="empty"><strong>No browser is connected yet</strong>
<p>With the extension you invite and approve from the toolbar of your browser.</p>
<p>Load it (in Chrome: Extensions, Developer mode, Load unpacked), press its icon, check the address of this workspace and press Connect. It is then listed here.</p></div>`;

const columns = [
  { text: 'Who' },
  { text: 'Browser' },
  { text: 'Connected', look: 'tight muted' },
  { text: 'Last used', look: 'tight muted' },
  { text: 'Ends', look: 'tight muted' },
  { text: 'Actions', isHidden: true },
];

const row = (browser: ConnectedBrowser, { browserNames, now }: BrowsersModel) => [
  personCell(
    { id: browser.member.memberId, name: browser.member.name, address: null },
    `/admin/users/${encodeURIComponent(browser.member.memberId)}`,
  ),
  shown(Object.hasOwn(browserNames, browser.clientId) ? browserNames[browser.clientId]! : browser.clientId, 60),
  day(browser.connectedAt),
  browser.lastUsedAt === null ? 'never' : ago(browser.lastUsedAt, now),
  ago(browser.expiresAt, now),
  html`<span class="end">${disconnectButton(browser)}</span>`,
];

const disconnectButton = (browser: ConnectedBrowser) =>
  postButton({
    action: `/admin/browsers/${encodeURIComponent(browser.id)}/disconnect`,
    text: 'Disconnect',
    look: 'btn sm danger',
    about: `the browser of ${nameOf(browser.member)}`,
  });
