import { DAY, HOUR, MINUTE } from '@doorstep/shared/time';
import { connectPage, connectProblemPage } from './connect.ts';
import { doorPage } from './door.ts';
import { closedPage, expiredPage, supersededPage } from './ended-invitation.ts';
import { errorPage, errors } from './error.ts';
import { adminPages } from './every-admin-page.ts';
import { guestPages } from './every-guest-page.ts';
import { passkeyPages } from './every-passkey-page.ts';
import { setUpPages } from './every-set-up-page.ts';
import { cannotBeUsedPage, typeKeyPage } from './invitation-key.ts';
import { acceptPage, declinedPage, joinPage } from './join.ts';
import type { Html } from './layout.ts';
import { otherAccountPage } from './other-account.ts';
import { refusedPage } from './refused.ts';
import { groupNames, id, memberOf, now, shellOf, viewerOf, type Words } from './sample-facts.ts';
import { setupUsedPage } from './setup.ts';
import { signedOutPage, signInProblemPage } from './sign-in-problem.ts';
import { deniedPage, ranOutPage, reasonPage, waitingPage, withdrawnPage } from './waiting.ts';
import { welcomePage } from './welcome.ts';

/** Every page of the product in every state that looks different, by name: what the tests look at. `rows` is the length of lists. */
export function everyPage(words: Words, rows: number): Record<string, Html> {
  return { ...doorPages(words), ...memberPages(words), ...adminPages(words, rows) };
}

function doorPages(words: Words): Record<string, Html> {
  const shell = shellOf(words);
  const invitation = {
    id: id('inv', 1),
    inviter: { memberId: id('mem', 1), name: words.name },
    note: words.sentence,
    address: words.address,
    role: 'member',
    accessUntil: now + 90 * DAY,
    expiresAt: now + 7 * DAY,
  } as const;
  const waiting = {
    ...{ ...shell, askedAt: now - 2 * MINUTE, expiresAt: now + 30 * DAY, signedInAs: words.address },
    ...{ question: null, answer: null, usualTime: null },
  };
  const byCode = { wayIn: 'code', maskedAddress: 'j•••@fabrikam.com' } as const;
  const byMicrosoft = { ...byCode, wayIn: 'microsoft' } as const;
  const typed = { id: words.sentence, key: words.sentence };
  return {
    door: doorPage({ ...shell, provider: 'ready', isWaiting: false, isSignedOut: false }),
    'door-waiting': doorPage({ ...shell, provider: 'not-reachable', isWaiting: true, isSignedOut: false }),
    'door-not-configured': doorPage({ ...shell, provider: 'not-configured', isWaiting: false, isSignedOut: true }),
    'door-guests': doorPage({ ...shell, provider: 'ready', isWaiting: false, isOpenToGuests: true }),
    join: joinPage({ ...shell, invitation, viewer: null, ...byMicrosoft }),
    'join-member': joinPage({
      ...shell,
      invitation: { ...invitation, note: null, accessUntil: null },
      viewer: words,
      ...byMicrosoft,
    }),
    'join-guest': joinPage({ ...shell, invitation, viewer: null, ...byCode }),
    'join-closed-to-guests': joinPage({ ...shell, invitation, viewer: null, ...byCode, wayIn: 'closed-to-guests' }),
    accept: acceptPage({ ...shell, invitation, signedInAs: words.address }),
    declined: declinedPage({ ...shell, inviterName: words.name }),
    'other-account': otherAccountPage({
      ...shell,
      invitationId: invitation.id,
      signedInAs: words.address,
      maskedAddress: `m•••@contoso.com`,
      inviterName: words.name,
    }),
    'type-key': typeKeyPage({ ...shell, typed: { id: '', key: '' }, errors: [] }),
    'type-key-wrong': typeKeyPage({
      ...shell,
      typed,
      errors: [
        { pointer: '#/id', detail: 'is not an invitation ID' },
        { pointer: '#/key', detail: 'must have 30 characters' },
      ],
    }),
    'cannot-be-used': cannotBeUsedPage(shell),
    superseded: supersededPage({ ...shell, resentAt: now - 3 * HOUR }),
    expired: expiredPage({
      ...shell,
      invitationId: invitation.id,
      expiredAt: now - 18 * HOUR,
      inviterName: words.name,
      ...byMicrosoft,
    }),
    'expired-guest': expiredPage({
      ...shell,
      invitationId: invitation.id,
      expiredAt: now - 18 * HOUR,
      inviterName: null,
      ...byCode,
    }),
    ...guestPages(words),
    'closed-redeemed': closedPage({ ...shell, state: 'redeemed' }),
    'closed-redeemed-guest': closedPage({ ...shell, state: 'redeemed', wayIn: 'code' }),
    'closed-revoked': closedPage({ ...shell, state: 'revoked' }),
    'closed-declined': closedPage({ ...shell, state: 'declined' }),
    waiting: waitingPage({ ...waiting, why: 'no-invitation', reason: null, answerAddress: words.address }),
    'waiting-reason-given': waitingPage({
      ...{ ...waiting, why: 'address-not-proven', reason: words.sentence, answerAddress: null },
      ...{ question: words.sentence.slice(0, 300), answer: words.sentence, usualTime: 2 * HOUR },
    }),
    'waiting-ran-out': ranOutPage({ ...shell, askedAt: now - 31 * DAY, againAt: '/sign-in' }),
    reason: reasonPage({ ...shell, reason: '', question: null, answer: '', errors: [] }),
    'reason-question': reasonPage({
      ...shell,
      reason: '',
      question: words.sentence.slice(0, 300),
      answer: words.sentence,
      errors: [],
    }),
    'reason-wrong': reasonPage({
      ...shell,
      reason: words.sentence,
      question: null,
      answer: '',
      errors: [{ pointer: '#/reason', detail: 'must be at most 1000 characters' }],
    }),
    denied: deniedPage({ ...shell, decidedAt: now - DAY, reason: words.sentence, knockAgainAt: now + 6 * DAY }),
    withdrawn: withdrawnPage(shell),
    'refused-suspended': refusedPage({
      ...shell,
      because: 'suspended',
      askWhom: [words.name, words.address],
      signedInAs: words.address,
    }),
    'refused-other-tenant': refusedPage({ ...shell, because: 'other-tenant', askWhom: [], signedInAs: null }),
    'sign-in-problem': signInProblemPage({
      ...shell,
      because: 'provider-unreachable',
      reference: '7F3K-Q2',
      invitationId: invitation.id,
    }),
    'signed-out': signedOutPage({ ...shell, providerSignOut: 'https://login.example/logout?a=1&b=2' }),
    ...setUpPages(words),
    'setup-used': setupUsedPage(shell),
    connect: connectPage({
      ...shell,
      viewer: viewerOf(words),
      browser: 'Chrome',
      action: '/connect/authorize',
      fields: [['state', words.sentence]],
    }),
    'connect-problem': connectProblemPage({ ...shell, because: 'unknown-client' }),
    ...Object.fromEntries(
      Object.entries(errors).map(([key, error]) => [`error-${key}`, errorPage({ ...shell, ...error, reference: '7F3K-Q2' })]),
    ),
  };
}

function memberPages(words: Words): Record<string, Html> {
  const shell = { ...shellOf(words), viewer: viewerOf(words) };
  const welcome = {
    ...shell,
    firstSteps: null,
    member: memberOf(words, 0),
    groups: groupNames(words),
    sessions: 2,
    mayHavePasskeys: true,
  };
  return {
    welcome: welcomePage({ ...welcome, arrival: { by: 'invitation', inviterName: words.name } }),
    'welcome-approved': welcomePage({
      ...welcome,
      viewer: { ...shell.viewer, role: 'reader' },
      member: memberOf(words, 2),
      arrival: { by: 'approval' },
    }),
    'welcome-unspent': welcomePage({ ...welcome, arrival: { by: 'unspent-invitation' } }),
    'welcome-first': welcomePage({
      ...welcome,
      arrival: { by: 'set-up' },
      firstSteps: { mailLeaves: true, hasInvited: false, hasConnectedBrowser: false, hasDirectory: false },
    }),
    'welcome-quiet': welcomePage({ ...welcome, arrival: null, done: 'sessions-ended', sessions: 1, mayHavePasskeys: false }),
    ...passkeyPages(words),
  };
}
