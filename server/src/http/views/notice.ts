import { html } from 'hono/html';
import { type IconName, icon } from './icon.ts';
import type { Html } from './layout.ts';

type Tone = '' | 'ok' | 'wait' | 'bad';

export const notice = (tone: Tone, image: IconName, content: Html | string): Html =>
  html`<div class="banner ${tone}" role="status">${icon(image)}<div class="grow">${content}</div></div>`;

/** A state is always an icon and a word; the colour only helps. */
export const state = (tone: Tone, image: IconName, word: string): Html =>
  html`<span class="state ${tone}">${icon(image)}${word}</span>`;

/** What a page says after something was done: `?done=` and a redirect, so that a refresh does nothing twice. */
const doneSentences = {
  invited: 'The invitations are on their way.',
  resent: 'The invitation is on its way again, with a new key. The older mail no longer works.',
  revoked: 'The invitation was revoked. Its key no longer works.',
  approved: 'Approved. The person is let in at the next sign-in; a waiting page moves on by itself.',
  denied: 'Denied. The person sees it on the waiting page.',
  'role-changed': 'The role was changed.',
  'access-until-changed': 'The end of the access was changed.',
  suspended: 'Suspended. All sessions have ended.',
  resumed: 'Resumed. The person can sign in again.',
  removed: 'Removed. All sessions have ended; a new invitation brings the person back.',
  'sessions-ended': 'Signed out everywhere.',
  disconnected: 'The browser was disconnected.',
} as const;
export type DoneCode = keyof typeof doneSentences;

export const isDoneCode = (text: string | undefined): text is DoneCode =>
  text !== undefined && Object.hasOwn(doneSentences, text);

export const doneNotice = (code: DoneCode | null | undefined): Html | '' =>
  code ? notice('ok', 'check', doneSentences[code]) : '';
