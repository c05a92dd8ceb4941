import type { GroupPlan } from '@doorstep/shared/directory';
import type { InviteForm } from './invite.ts';
import { inviteEmailsPage } from './invite-emails.ts';
import type { GroupToTick } from './invite-groups.ts';
import { inviteOptionsPage } from './invite-options.ts';
import { invitePeoplePage, type Looked, type PersonToTick } from './invite-organization.ts';
import { dismissedNotice } from './invite-people.ts';
import { invitePlanPage } from './invite-plan.ts';
import { inviteResultPage } from './invite-result.ts';
import { inviteUserGroupsPage } from './invite-user-groups.ts';
import type { AdminShell, Html } from './layout.ts';
import { directoryGroupOf, groupNames, id, now, planRows, type Words } from './sample-facts.ts';

const counts = { invite: 12, resend: 1, refuse: 2 };
const plan: GroupPlan = { people: 12, invite: 8, resend: 0, members: 3, disabled: 1, guests: 2 };
const standings = ['invitation-required', 'invited', 'member', 'dismissed', 'out-of-scope'] as const;

/** The pages of the wizard, as `everyPage`. */
export function invitePages(shell: AdminShell, words: Words, rows: number): Record<string, Html> {
  const form = formOf(words);
  const model = { ...shell, form, errors: [] };
  const looked: Looked = { tab: 'people', q: words.name.slice(0, 200), show: 'suggested', cursor: 'here', open: null };
  const people = { items: Array.from({ length: rows }, (_, at) => personOf(words, at, 0)), nextCursor: 'next' };
  const others = [1, 2, 3, 4].map((at) => personOf(words, 5 + at, at));
  const groups = { items: Array.from({ length: Math.min(rows, 20) }, (_, at) => groupOf(words, at)), nextCursor: 'next' };
  const nothing = { items: [], nextCursor: null };
  const organization = { ...model, hasDirectory: true, invitationRequired: 1037, looked, people, others, groups: nothing };
  const typed = [{ text: '' }, { text: '' }, { text: words.sentence, problem: 'is not an address (it has no @)' }];
  const review = { ...shell, form, preview: { rows: planRows(words), counts }, typed, groups: groupNames(words), fields: [] };
  const emails = { ...model, findings: null, assignmentRequired: true, isOptional: true };
  return {
    'invite-people': invitePeoplePage({
      ...organization,
      looked: { ...looked, said: dismissedNotice(personOf(words, 1, 3), true) },
    }),
    'invite-people-all': invitePeoplePage({ ...organization, form: { ...form, searches: ['invitation-required:'] }, others: [] }),
    'invite-people-none': invitePeoplePage({ ...organization, looked: { ...looked, q: '' }, people: nothing, others: [] }),
    'invite-groups': invitePeoplePage({
      ...organization,
      looked: { ...looked, tab: 'groups' },
      people: nothing,
      others: [],
      groups,
    }),
    'invite-no-directory': invitePeoplePage({ ...organization, hasDirectory: false }),
    invite: inviteEmailsPage({ ...emails, form: { ...form, recipients: '' }, assignmentRequired: false, isOptional: false }),
    'invite-wrong': inviteEmailsPage({
      ...emails,
      errors: [{ pointer: '#/recipients', detail: 'must name at least one recipient' }],
    }),
    'invite-findings': inviteEmailsPage({ ...emails, findings: { rows: planRows(words), plain: 3, typed } }),
    'invite-options': inviteOptionsPage({ ...model, presets: [presetOf(words)], preset: '', presetName: '' }),
    'invite-options-wrong': inviteOptionsPage({
      ...{ ...model, presets: [], preset: '', presetName: words.name },
      errors: [{ pointer: '#/expiresInDays', detail: 'must be at most 30 days' }],
    }),
    'invite-user-groups': inviteUserGroupsPage({ ...model, groups: manyGroups(words), q: '', newGroup: '' }),
    'invite-user-groups-none': inviteUserGroupsPage({ ...model, groups: [], q: '', newGroup: words.name }),
    'invite-plan': invitePlanPage(review),
    'invite-result': inviteResultPage({
      ...shell,
      batch: { id: id('bat', 1), state: 'done', rows: planRows(words), counts },
      typed,
      written: 0,
    }),
    'invite-writing': inviteResultPage({
      ...shell,
      batch: { id: id('bat', 1), state: 'writing', rows: [], counts },
      typed: [],
      written: 5,
    }),
  };
}

const formOf = (words: Words): InviteForm => ({
  people: [id('dus', 0), id('dus', 3)],
  groups: [id('dgr', 0)],
  searches: [`invitation-required:${words.name.slice(0, 200)}`],
  recipients: words.sentence,
  checked: '',
  role: 'member',
  language: '',
  note: words.sentence,
  expiresInDays: '7',
  accessUntil: '',
  userGroupIds: [id('grp', 0)],
});

const personOf = (words: Words, at: number, standing: number): PersonToTick => ({
  id: `${id('dus', at)}${at}`,
  name: at % 7 === 6 ? null : words.name,
  address: words.address,
  guestOf: at % 5 === 4 ? words.workspace : null,
  status: standing === 4 ? 'disabled' : 'enabled',
  standing: standings[standing]!,
  firstSeenAt: now,
  isTenantGuest: at % 3 === 2,
});

const groupOf = (words: Words, at: number): GroupToTick => ({
  ...directoryGroupOf(words, at),
  plan: [undefined, plan, null][at % 3],
  firstPeople: at % 3 === 1 ? planRows(words).slice(0, 3) : [],
});

const presetOf = (words: Words) =>
  ({
    id: id('pre', 1),
    name: words.name,
    role: 'member',
    language: 'de',
    note: words.sentence,
    expiresInDays: 7,
    accessForDays: 30,
  }) as const;

const manyGroups = (words: Words) =>
  Array.from({ length: 14 }, (_, at) => ({
    id: `${id('grp', at)}${at}`,
    kind: at % 4 ? ('custom' as const) : ('synced' as const),
    name: words.name,
  }));
