import { HOUR } from '@doorstep/shared/time';
import { auditPage } from './audit.ts';
import { browsersPage } from './browsers.ts';
import { confirmPage, freshDonePage, freshSignInPage } from './confirm.ts';
import { directoryPages } from './every-directory-page.ts';
import { endingPages } from './every-ending-page.ts';
import { guestRulesPages } from './every-guest-rules-page.ts';
import { invitePages } from './every-invite-page.ts';
import { mailPages } from './every-mail-page.ts';
import { singleSignOnPages } from './every-sign-on-page.ts';
import { groupPage } from './group.ts';
import { groupsPage } from './groups.ts';
import { invitationsPage } from './invitations.ts';
import type { AdminShell, Html } from './layout.ts';
import { mailPage } from './mail.ts';
import { manyConfirmPage } from './many-requests.ts';
import { personPage } from './member.ts';
import { alreadyDecidedPage, requestPage } from './request.ts';
import { requestsPage } from './requests.ts';
import {
  auditLine,
  browserOf,
  decidedOf,
  directoryGroupOf,
  groupNames,
  historyLine,
  id,
  invitationOf,
  memberOf,
  now,
  requestOf,
  shellOf,
  userGroupOf,
  viewerOf,
  type Words,
} from './sample-facts.ts';
import { rulePages } from './sample-rules.ts';
import { settingsPages } from './sample-settings.ts';
import { nameOf } from './text.ts';
import { usersPage } from './users.ts';

/** The pages of the administration, as `everyPage`. */
export function adminPages(words: Words, rows: number): Record<string, Html> {
  const shell: AdminShell = { ...shellOf(words), viewer: viewerOf(words), openAccessRequests: rows };
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
    decisionTime: null,
    expiring: { what: 'client-secret' as const, expiresAt: now + 6 * 24 * HOUR },
    directory: null,
    asOf: now,
  };
  const leftBehind = { guests: rows, invitations: 1 };
  const users = { ...shell, summary, leftBehind, proposals: 1, cursor: 'here' };
  const inDirectory = { status: 'disabled', isWhySuspended: true } as const;
  const admittedBy = { ruleId: id('rul', 1), about: words.name };
  const person = {
    ...shell,
    groups: groupNames(words),
    inDirectory,
    admittedBy,
    proposal: { by: { memberId: id('mem', 1), name: words.name }, at: now - HOUR },
    sessions: 2,
    history: list(historyLine).items,
    errors: [],
  };
  const approval = { role: 'member', accessUntil: '', reason: words.sentence, userGroupIds: [id('grp', 0)] } as const;
  const request = {
    ...shell,
    groups: groupNames(words),
    invitation: null,
    isProvenAddress: false,
    isOwn: false,
    isGone: false,
    form: approval,
    errors: [],
  };
  const nothing = { items: [], nextCursor: null };
  const groupsModel = {
    ...{ ...shell, q: words.sentence.slice(0, 200), custom: nothing, synced: nothing, customCursor: 'here', syncedCursor: null },
    ...{ follow: null, name: '', errors: [] },
  };
  const groupModel = {
    ...{ ...shell, group: userGroupOf(words, 0), isFollowedThere: false, members: nothing, cursor: null, found: null },
    ...{ others: groupNames(words), name: words.name, errors: [] },
  };
  return {
    'users-members': usersPage({
      ...users,
      done: 'removed',
      table: {
        show: 'members',
        members: list(memberOf),
        groups: groupNames(words),
        q: words.sentence.slice(0, 200),
        state: null,
        isProposed: false,
      },
    }),
    'users-nobody': usersPage({
      ...users,
      table: { show: 'members', members: { items: [], nextCursor: null }, groups: [], q: '', state: null, isProposed: true },
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
    ...invitePages(shell, words, rows),
    ...directoryPages(shell, words, rows),
    requests: requestsPage({
      ...shell,
      open: list(requestOf),
      decided: list(decidedOf),
      openCursor: null,
      decidedCursor: 'here',
      isAllTicked: true,
      usualTime: 2 * HOUR,
      outcome: { verdict: 'approve', counts: { decided: 12, 'already-decided': 2, 'person-gone': 1 } },
      errors: [{ pointer: '#', detail: 'Tick at least one request.' }],
    }),
    'requests-none': requestsPage({
      ...shell,
      openAccessRequests: 0,
      open: { items: [], nextCursor: null },
      decided: { items: [], nextCursor: null },
      openCursor: null,
      decidedCursor: null,
      isAllTicked: false,
      usualTime: null,
      outcome: null,
      errors: [],
    }),
    'requests-many': manyConfirmPage({
      ...shell,
      verdict: 'approve',
      people: list((who, at) => ({ id: id('req', at), name: nameOf(who), gets: 'Member, without an end' })).items,
      sentence: 'All of them are let in at their next sign-in.',
      fields: [['ids', id('req', 0)]],
      reason: words.sentence,
      errors: [{ pointer: '#/reason', detail: 'must be at most 1000 characters' }],
    }),
    request: requestPage({ ...request, request: requestOf(words, 1), invitation: invitationOf(words, 1) }),
    'request-wrong': requestPage({
      ...request,
      request: requestOf(words, 0),
      errors: [{ pointer: '#/accessUntil', detail: 'must be a day that has not passed' }],
    }),
    'request-gone': requestPage({ ...request, request: requestOf(words, 0), isGone: true }),
    'request-answered': requestPage({
      ...request,
      request: { ...requestOf(words, 0), question: words.sentence.slice(0, 300), answer: words.sentence },
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
    groups: groupsPage({
      ...groupsModel,
      custom: list((_, at) => userGroupOf(words, 2 * at)),
      synced: list((_, at) => userGroupOf(words, 2 * at + 1)),
      follow: {
        q: words.name,
        found: list((_, at) => ({ ...directoryGroupOf(words, at), followedBy: at % 3 ? null : id('grp', 1) })).items,
      },
      name: words.name,
      errors: [{ pointer: '#/name', detail: 'is the name of another group' }],
    }),
    'groups-none': groupsPage({ ...groupsModel, q: '', customCursor: null, follow: { q: 'x', found: [] } }),
    group: groupPage({
      ...groupModel,
      done: 'group-joined',
      members: list(memberOf),
      found: { q: words.name, people: list((_, at) => ({ member: memberOf(words, at), isIn: at % 2 === 0 })).items },
      errors: [{ pointer: '#/by', detail: 'must be another group' }],
    }),
    'group-synced': groupPage({ ...groupModel, group: userGroupOf(words, 1), members: list(memberOf), isFollowedThere: true }),
    'group-gone': groupPage({ ...groupModel, group: userGroupOf(words, 1), others: [] }),
    'group-empty': groupPage({ ...groupModel, found: { q: 'x', people: [] } }),
    ...endingPages(shell, words, rows),
    ...rulePages(shell, words, rows),
    ...singleSignOnPages(shell, words, rows),
    ...guestRulesPages(shell, words, rows),
    ...settingsPages(shell, words),
    browsers: browsersPage({ ...shell, browsers: list(browserOf), browserNames: { chrome: 'Chrome' }, cursor: null }),
    'browsers-none': browsersPage({ ...shell, browsers: { items: [], nextCursor: null }, browserNames: {}, cursor: null }),
    ...mailPages(shell, words, rows),
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
