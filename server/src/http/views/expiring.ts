import type { ExpiringThing } from '@doorstep/shared/me';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import type { Html } from './layout.ts';
import { notice } from './notice.ts';
import { day, relativeText } from './time.ts';

const things: Record<ExpiringThing, { subject: string; cost: string }> = {
  'client-secret': { subject: 'The client secret', cost: 'Without it nobody signs in with Microsoft.' },
  certificate: { subject: 'The certificate of single sign-on', cost: 'Without it nobody signs in with Microsoft.' },
  'provisioning-token': {
    subject: 'The last token of the provisioning',
    cost: 'Without one, who leaves the organization keeps their access here until somebody suspends them.',
  },
};

/** What needs somebody within 30 days, with the way there; nothing when nothing does. */
export function expiringNotice(expiring: { what: ExpiringThing; expiresAt: Millis } | null, now: Millis): Html | '' {
  if (expiring === null) return '';
  const { what, expiresAt } = expiring;
  const hasExpired = expiresAt <= now;
  const { subject, cost } = things[what];
  const when = hasExpired ? html`has expired` : html`expires ${relativeText(expiresAt, now)}`;
  return notice(
    hasExpired ? 'bad' : 'wait',
    hasExpired ? 'warn' : 'clock',
    html`<b>${subject} ${when}</b>, on ${day(expiresAt)}. ${cost} <a href="/admin/single-sign-on">Renew it</a>`,
  );
}
