import { HOUR } from '@doorstep/shared/time';
import { auditPage } from './audit.ts';
import { browsersPage } from './browsers.ts';
import { confirmPage, freshDonePage, freshSignInPage } from './confirm.ts';
import { invitationsPage } from './invitations.ts';
import { invitePage } from './invite.ts';
import { invitePlanPage, inviteResultPage } from './invite-plan.ts';
import type { AdminShell, Html } from './layout.ts';
import { mailPage, mailsPage } from './mail.ts';
import { personPage } from './member.ts';
import { alreadyDecidedPage, requestPage } from './request.ts';
import { requestsPage } from './requests.ts';
import {
  auditLine,
  browserOf,
  decidedOf,
  historyLine,
  id,
  invitationOf,
  memberOf,
  now,
  planRows,
  requestOf,
  shellOf,
  viewerOf,
  type Words,
} from './sample-facts.ts';
import { usersPage } from './users.ts';

/** The pages of the administration, as `everyPage`. */
export function adminPages(words: Words, rows: number): Record<string, Html> {
  const shell: AdminShell = { ...shellOf(words), viewer: viewerOf(words), openAccessRequests: rows, isMailPreviewed: true };
  const list = <Item>(make: (words: Words, at: number) => Item) => ({
    items: Array.from({ length: rows }, (_, at) => make(words, at)),
    nextCursor: rows > 0 ? 'next' : null,
  });
  const summary = {
    openAccessRequests: rows,
    invitationRequired: 37,
    pendingInvitations: 52,
    members: 1118,
    oldestOpenRequestAt: now - HOUR,
    directory: null,
    asOf: now,
  };
  const users = { ...shell, summary, cursor: 'here' };
  const person = { ...shell, sessions: 2, history: list(historyLine).items, errors: [] };
  const form = { recipients: words.sentence, role: 'member', note: words.sentence, expiresInDays: '7', accessUntil: '' } as const;
  const approval = { role: 'member', accessUntil: '', reason: words.sentence } as const;
  const request = { ...shell, invitation: null, isProvenAddress: false, isOwn: false, form: approval, errors: [] };
  const plan = planRows(words);
  const counts = { invite: 12, resend: 1, refuse: 2 };
  return {
    'users-members': usersPage({
      ...users,
      done: 'removed',
      table: { show: 'members', members: list(memberOf), q: words.sentence.slice(0, 200), state: null },
    }),
    'users-nobody': usersPage({
      ...users,
      table: { show: 'members', members: { items: [], nextCursor: null }, q: '', state: null },
    }),
    'users-invitations': usersPage({
      ...users,
      summary: { ...summary, directory: { lastSyncAt: now } },
      table: { show: 'invitations', invitations: list(invitationOf) },
    }),
    'users-requests': usersPage({ ...users, table: { show: 'requests', requests: list(requestOf) } }),
    person: personPage({ ...person, member: memberOf(words, 2), isLastAdministrator: false }),
    'person-last': personPage({
      ...person,
      member: memberOf(words, 0),
      isLastAdministrator: true,
      errors: [{ pointer: '#/accessUntil', detail: 'must be a day that has not passed' }],
    }),
    invitations: invitationsPage({
      ...shell,
      done: 'invited',
      invitations: list(invitationOf),
      filter: null,
      q: words.sentence.slice(0, 200),
      cursor: null,
    }),
    'invitations-none': invitationsPage({
      ...shell,
      invitations: { items: [], nextCursor: null },
      filter: 'expired',
      q: '',
      cursor: null,
    }),
    invite: invitePage({ ...shell, form: { ...form, recipients: '', note: '' }, errors: [] }),
    'invite-wrong': invitePage({
      ...shell,
      form,
      errors: [
        { pointer: '#/recipients', detail: 'must name at least one recipient' },
        { pointer: '#/expiresInDays', detail: 'must be at most 30 days' },
      ],
    }),
    'invite-plan': invitePlanPage({
      ...shell,
      preview: { rows: plan, counts },
      typed: ['', '', words.sentence],
      fields: Object.entries(form),
    }),
    'invite-result': inviteResultPage({
      ...shell,
      batch: { id: id('bat', 1), state: 'done', rows: plan, counts },
      typed: ['', '', words.sentence],
    }),
    'invite-writing': inviteResultPage({ ...shell, batch: { id: id('bat', 1), state: 'writing', rows: [], counts }, typed: [] }),
    requests: requestsPage({
      ...shell,
      open: list(requestOf),
      decided: list(decidedOf),
      openCursor: null,
      decidedCursor: 'here',
    }),
    'requests-none': requestsPage({
      ...shell,
      openAccessRequests: 0,
      open: { items: [], nextCursor: null },
      decided: { items: [], nextCursor: null },
      openCursor: null,
      decidedCursor: null,
    }),
    request: requestPage({ ...request, request: requestOf(words, 1), invitation: invitationOf(words, 1) }),
    'request-wrong': requestPage({
      ...request,
      request: requestOf(words, 0),
      errors: [{ pointer: '#/accessUntil', detail: 'must be a day that has not passed' }],
    }),
    'request-own': requestPage({ ...request, request: requestOf(words, 0), isOwn: true }),
    'request-decided': requestPage({ ...request, request: decidedOf(words, 1) }),
    'already-decided': alreadyDecidedPage({ ...shell, request: decidedOf(words, 1) }),
    confirm: confirmPage({
      ...shell,
      room: 'users',
      title: `Remove ${words.name}?`,
      sentence: words.sentence,
      action: '/admin/users/x/remove',
      fields: [['confirmed', 'yes']],
      button: `Remove ${words.name}`,
      isDestructive: true,
      back: '/admin/users',
    }),
    'fresh-sign-in': freshSignInPage({
      ...shell,
      room: 'users',
      what: `make ${words.name} an administrator`,
      action: '/admin/users/x/role',
      fields: [['role', words.sentence]],
      back: '/admin/users',
    }),
    'fresh-done': freshDonePage(shell),
    browsers: browsersPage({ ...shell, browsers: list(browserOf), browserNames: { chrome: 'Chrome' }, cursor: null }),
    'browsers-none': browsersPage({ ...shell, browsers: { items: [], nextCursor: null }, browserNames: {}, cursor: null }),
    mails: mailsPage({
      ...shell,
      mails: list((_, at) => ({ id: id('out', at), to: words.address, subject: words.sentence, at: now - at * HOUR })),
      cursor: null,
    }),
    mail: mailPage({
      ...shell,
      mail: {
        id: id('out', 1),
        subject: words.sentence,
        headers: [
          ['To', words.address],
          ['Reply-To', words.name],
        ],
        text: words.sentence,
      },
    }),
    audit: auditPage({
      ...shell,
      lines: list(auditLine),
      kinds: [{ what: 'invitation.redeemed', text: 'Redemptions' }],
      what: 'invitation.redeemed',
      cursor: null,
    }),
  };
}
