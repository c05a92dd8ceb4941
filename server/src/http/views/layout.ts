import type { Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import { html, raw } from 'hono/html';
import { defaultSettings } from '../../domain/settings.ts';
import { type IconName, icon, markIcon } from './icon.ts';
import { type DoneCode, doneNotice } from './notice.ts';
import { avatar, isolate } from './person.ts';
import { styles } from './styles.ts';
import { figure, nameOf, shown } from './text.ts';

export type Html = ReturnType<typeof html>;

/**
 * What every page needs: `nonce` is that of the answer's Content-Security-Policy, `now` the request's one clock reading, `logoHash` names the
 * workspace's own picture.
 */
export type Shell = { workspaceName: string; logoHash: string | null; nonce: string; now: Millis };

export type Viewer = { memberId: string; name: string | null; address: string | null; role: Role };
export type MemberShell = Shell & { viewer: Viewer };

/** `done` is the code of `?done=` after a redirect (see notice.ts). */
export type AdminShell = MemberShell & { openAccessRequests: number; done?: DoneCode | null };

export type AdminRoom =
  | 'users'
  | 'invitations'
  | 'requests'
  | 'groups'
  | 'directory'
  | 'single-sign-on'
  | 'mail'
  | 'browsers'
  | 'audit'
  | 'settings';

type Sheet = {
  title: string;
  isLit?: boolean;
  isWide?: boolean;
  head?: Html;
  script?: '/assets/waiting.js' | '/assets/once.js';
  content: Html;
};

/** A door page: one card in the middle. The step is lit only where the door is open to the reader. */
export const doorLayout = (shell: Shell, sheet: Sheet): Html =>
  page(
    shell,
    sheet.title,
    'door',
    html`${sheet.head ?? ''}${sheet.script ? html`<script src="${sheet.script}" defer></script>` : ''}`,
    html`<main class="stage"><div class="sheetlet${sheet.isLit ? ' lit' : ''}${sheet.isWide ? ' wide' : ''}">
<div class="brand">${logoOf(shell) ?? html`<span class="logo" aria-hidden="true">${logoLetter(shell)}</span>`}${workspaceOf(shell)}</div>
${sheet.content}</div></main>${shell.workspaceName === defaultSettings.name ? '' : html`<footer class="legal small muted">${workspaceOf(shell)} runs on Doorstep</footer>`}`,
  );

/** A member's page: top bar, then the page. */
export const memberLayout = (shell: MemberShell, title: string, content: Html): Html =>
  page(
    shell,
    title,
    'inside',
    '',
    html`${topBar(shell, 'home')}<main class="portal" id="content" tabindex="-1">${content}</main>`,
  );

/** A page of the administration: top bar, rooms at the side, heading with its actions, what was just done, the page. */
export const adminLayout = (shell: AdminShell, room: AdminRoom, title: string, actions: Html | '', content: Html): Html =>
  page(
    shell,
    title,
    'inside',
    '',
    html`${topBar(shell, 'administration')}<div class="admin">${sideBar(shell, room)}
<main class="content" id="content" tabindex="-1"><div class="head wrap">
<h1 class="title grow">${title}</h1>${actions}</div>${doneNotice(shell.done)}
${content}</main></div>`,
  );

/** The name as people see it: isolated, bounded. */
export const workspaceOf = (shell: Shell): Html => isolate(shown(shell.workspaceName, 80));

const page = (shell: Shell, title: string, look: string, head: Html | '', body: Html): Html => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${shown(shell.workspaceName, 80)}</title><link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
<style nonce="${shell.nonce}">${raw(styles)}</style>${head}</head>
<body class="${look}">${body}</body></html>`;

const topBar = (shell: MemberShell, here: 'home' | 'administration'): Html =>
  html`<a class="skip" href="#content">Skip to the content</a>
<header class="top">${logoOf(shell) ?? markIcon}<b class="cut">${workspaceOf(shell)}</b>${shell.viewer.role === 'administrator' ? topNavigation(here) : ''}
<span class="grow"></span>${viewerMenu(shell.viewer)}</header>`;

const topNavigation = (here: 'home' | 'administration') => html`<nav class="line topnav" aria-label="Workspace">
<a href="/welcome"${current(here === 'home')}>Home</a>
<a href="/admin/users"${here === 'administration' ? html` aria-current="true"` : ''}>Administration</a></nav>`;

const viewerMenu = (viewer: Viewer) => html`<details class="menu">
<summary class="btn quiet">${avatar(viewer.memberId, nameOf(viewer), 'sm')}
<span class="cut viewer">${isolate(nameOf(viewer))}</span>${icon('down')}</summary>
<div class="menubox"><a class="btn quiet wide" href="/welcome">Your page</a>
<form method="post" action="/sign-out"><button class="btn quiet wide">Sign out</button></form></div></details>`;

const sideBar = (shell: AdminShell, here: AdminRoom): Html => {
  const waiting = shell.openAccessRequests;
  const chip = waiting > 0 ? html`<span class="chip wait">${figure(waiting)}<span class="sr"> waiting</span></span>` : '';
  return html`<nav class="side" aria-label="Administration">
<ul>${room('users', 'people', 'Users')}${room('invitations', 'mail', 'Invitations')}${room('requests', 'door', 'Access requests', chip)}${room('groups', 'people', 'User groups')}${room('directory', 'retry', 'Directory')}${room('single-sign-on', 'shield', 'Single sign-on')}${room('mail', 'send', 'Mail')}${room('browsers', 'shield', 'Connected browsers')}${room('audit', 'file', 'Audit')}${room('settings', 'gear', 'Settings')}</ul></nav>`;

  function room(name: AdminRoom, image: IconName, text: string, more: Html | '' = ''): Html {
    return html`<li><a href="/admin/${name}"${current(name === here)}>${icon(image)}<span class="grow">${text}</span>${more}</a></li>`;
  }
};

const current = (isHere: boolean): Html | '' => (isHere ? html` aria-current="page"` : '');

/** The name stands beside it, so it says nothing of its own. null: none was uploaded. */
export const logoOf = ({ logoHash }: Pick<Shell, 'logoHash'>): Html | null =>
  logoHash === null
    ? null
    : html`<img class="logo" src="/assets/logo?v=${encodeURIComponent(logoHash)}" alt="" width="24" height="24">`;
const logoLetter = (shell: Shell) => Array.from(shown(shell.workspaceName.trim(), 2))[0]?.toUpperCase() ?? 'D';
