import { DAY, HOUR, MINUTE } from '@doorstep/shared/time';
import { expect, test } from 'vitest';
import { aBrowser } from '../testing/browser.ts';
import { badgeOf, showBadge } from './badge.ts';
import type { Kept } from './kept.ts';

const now = 10 * HOUR;
const account = { memberId: 'mem_1', name: 'Sam', address: null, workspaceName: 'Contoso Vault', publicUrl: 'https://v' };
const connected = (waiting: number, pulse = { asOf: now, failing: false }): Kept => ({
  workspace: 'https://v',
  token: 't',
  account,
  pulse,
  door: {
    etag: null,
    requests: [],
    invitations: [],
    summary: {
      openAccessRequests: waiting,
      invitationRequired: 0,
      pendingInvitations: 0,
      members: 1,
      oldestOpenRequestAt: waiting ? now - HOUR : null,
      decisionTime: null,
      expiring: null,
      directory: null,
      asOf: now,
    },
  },
});

test('counts who waits, in words too; empty at zero, 99+ above', () => {
  expect(badgeOf(connected(0), now)).toMatchObject({ text: '', title: 'Contoso Vault: nobody waits' });
  expect(badgeOf(connected(1), now)).toMatchObject({ text: '1', title: 'Contoso Vault: 1 person waits, since 1 h' });
  expect(badgeOf(connected(134), now)).toMatchObject({ text: '99+', title: 'Contoso Vault: 134 people wait, since 1 h' });
});

test('says how soon people are usually answered, and what expires', () => {
  const told = connected(3);
  told.door!.summary = {
    ...told.door!.summary,
    decisionTime: 1.5 * HOUR,
    expiring: { what: 'client-secret', expiresAt: now + 5.5 * DAY },
  };
  expect(badgeOf(told, now).title).toBe(
    'Contoso Vault: 3 people wait, since 1 h; usually answered within 2 hours. The client secret expires in 6 days.',
  );
  told.door!.summary.openAccessRequests = 0;
  expect(badgeOf(told, now).title).toBe('Contoso Vault: nobody waits. The client secret expires in 6 days.');
});

test('a number that is not sure says as of when, and trouble has another sign and colour', () => {
  const sure = badgeOf(connected(2), now);
  const failing = badgeOf(connected(2, { asOf: now - MINUTE, failing: true }), now);
  expect(failing).toMatchObject({ text: '!', icon: 'connected' });
  expect(failing.title).toMatch(/2 people wait.*as of .*does not answer/);
  expect(failing.color).not.toBe(sure.color);
  expect(badgeOf(connected(2, { asOf: now - HOUR, failing: false }), now).title).toMatch(/as of/);
});

test('hollow when not connected: empty before the first time and after a sign-out, ! when the workspace ended it', () => {
  expect(badgeOf({}, now)).toMatchObject({ text: '', icon: 'hollow' });
  expect(badgeOf({ workspace: 'https://v' }, now)).toMatchObject({ text: '', icon: 'hollow' });
  expect(badgeOf({ workspace: 'https://v', account, endedAt: 1 }, now)).toMatchObject({ text: '!', icon: 'hollow' });
});

test('shows it in the toolbar', async () => {
  const { shown } = aBrowser();
  await showBadge(badgeOf({}, now));
  expect(shown).toMatchObject({ text: '', icon: '/icon/hollow-16.png' });
});
