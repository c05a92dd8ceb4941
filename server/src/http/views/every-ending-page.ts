import { DAY } from '@doorstep/shared/time';
import type { AdminShell, Html } from './layout.ts';
import { leftBehindPage } from './left-behind.ts';
import { renewPage } from './renew.ts';
import { id, memberOf, now, type Words } from './sample-facts.ts';

/** The pages about what ends and what is left behind, as `everyPage`. */
export function endingPages(shell: AdminShell, words: Words, rows: number): Record<string, Html> {
  const { name, address } = words;
  const leavers = Array.from({ length: Math.min(rows, 8) }, (_, at) => ({
    ...{ memberId: id('mem', at), name, address, role: 'member', accessUntil: null, guests: 20, invitations: 3 },
    state: at % 2 ? 'active' : 'removed',
  })) as Parameters<typeof leftBehindPage>[0]['leavers'];
  const guests = leavers.map(({ memberId }, at) => ({
    from: memberId,
    id: id('mem', at + 20),
    name,
    address,
    accessUntil: now + DAY,
  }));
  const invitations = leavers.map(({ memberId }, at) => ({
    from: memberId,
    id: id('inv', at),
    name: null,
    address,
    expiresAt: now + DAY,
  }));
  const renew = { ...shell, guestDays: 90, renewedUntil: now + 90 * DAY, refusal: null, accessUntil: '', errors: [] };
  return {
    'left-behind': leftBehindPage({ ...shell, done: 'taken-over', of: null, leavers, guests, invitations }),
    'left-behind-one': leftBehindPage({ ...shell, of: id('mem', 0), leavers: leavers.slice(0, 1), guests, invitations }),
    'left-behind-nothing': leftBehindPage({ ...shell, of: null, leavers: [], guests: [], invitations: [] }),
    'renew-guest': renewPage({ ...renew, member: memberOf(words, 2) }),
    'renew-member': renewPage({
      ...renew,
      member: memberOf(words, 5),
      accessUntil: name,
      errors: [{ pointer: '#/accessUntil', detail: 'must be a day that has not passed' }],
    }),
    'renew-refused': renewPage({ ...renew, member: memberOf(words, 2), refusal: words.sentence }),
  };
}
