import { MINUTE, type Millis } from '@doorstep/shared/time';
import { browser } from 'wxt/browser';
import { expirySentence } from './expiring.ts';
import type { Kept } from './kept.ts';
import { clock, countOf, span, within } from './words.ts';

export type Badge = { text: string; color: string; title: string; icon: 'connected' | 'hollow' };

const WAITING = '#815000'; // --amber
const TROUBLE = '#b0261c'; // --danger

/** What the toolbar says. It never shows a number that it does not know to be true. */
export function badgeOf({ token, account, door, pulse }: Kept, now: Millis): Badge {
  if (!token && account) return { text: '!', color: TROUBLE, title: 'Signed out: sign in again', icon: 'hollow' };
  if (!token) return { text: '', color: WAITING, title: 'Doorstep: connect to your workspace', icon: 'hollow' };
  const name = account?.workspaceName ?? 'Doorstep';
  if (!door || !pulse) return { text: pulse?.failing ? '!' : '', color: TROUBLE, title: name, icon: 'connected' };
  const { openAccessRequests: waiting, oldestOpenRequestAt, decisionTime } = door.summary;
  const words =
    waiting === 0
      ? 'nobody waits'
      : `${countOf(waiting, 'person waits', 'people wait')}${oldestOpenRequestAt ? `, since ${span(now - oldestOpenRequestAt)}` : ''}${decisionTime === null ? '' : `; usually answered within ${within(decisionTime)}`}`;
  const expiry = expirySentence(door.summary, now);
  if (pulse.failing)
    return {
      text: '!',
      color: TROUBLE,
      title: `${name}: ${words}, as of ${clock(pulse.asOf)}. It does not answer.`,
      icon: 'connected',
    };
  const unsure = now - pulse.asOf > 2 * MINUTE ? `, as of ${clock(pulse.asOf)}` : '';
  return {
    text: waiting === 0 ? '' : waiting > 99 ? '99+' : String(waiting),
    color: WAITING,
    title: `${name}: ${words}${unsure}${expiry ? `. ${expiry}.` : ''}`,
    icon: 'connected',
  };
}

export async function showBadge(badge: Badge): Promise<void> {
  const name = badge.icon === 'hollow' ? 'hollow-' : '';
  await Promise.all([
    browser.action.setBadgeText({ text: badge.text }),
    browser.action.setBadgeBackgroundColor({ color: badge.color }),
    browser.action.setBadgeTextColor({ color: '#ffffff' }),
    browser.action.setTitle({ title: badge.title }),
    browser.action.setIcon({ path: { 16: `/icon/${name}16.png`, 32: `/icon/${name}32.png` } }),
  ]);
}
