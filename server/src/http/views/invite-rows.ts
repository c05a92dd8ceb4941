import {
  type Counts,
  MAX_RECIPIENTS,
  type PersonRow,
  type Refusal,
  type Remark,
  type Row,
} from '@doorstep/shared/invitation-batch';
import { html } from 'hono/html';
import { type IconName, icon } from './icon.ts';
import type { Html } from './layout.ts';
import { state } from './notice.ts';
import { isolate } from './person.ts';
import { count, figure, shown } from './text.ts';
import { day } from './time.ts';

export type PlanWords = Record<Row['plan'], { one: string; tone: '' | 'ok' | 'wait'; icon: IconName }>;
export const planWords: PlanWords = {
  invite: { one: 'new', tone: 'ok', icon: 'send' },
  resend: { one: 'sent again', tone: '', icon: 'retry' },
  refuse: { one: 'skipped', tone: 'wait', icon: 'minus' },
};
export const resultWords: PlanWords = {
  invite: { one: 'invited', tone: 'ok', icon: 'check' },
  resend: { one: 'sent again', tone: 'ok', icon: 'retry' },
  refuse: { one: 'not invited', tone: 'wait', icon: 'minus' },
};

export const countsText = (counts: Counts, words: PlanWords): string =>
  (['invite', 'resend', 'refuse'] as const)
    .filter((plan) => counts[plan] > 0)
    .map((plan) => `${figure(counts[plan])} ${words[plan].one}`)
    .join(', ') || 'nobody';

/** As many as a person reads; the counts above are of all. */
const ROWS_SHOWN = 200;

/** By place in the list of recipients: how to call one who has no name and no address, and what is wrong with what was typed. */
export type Typed = readonly { text: string; problem?: string }[];

/** What will happen to each recipient, or has. */
export function rowList(rows: readonly Row[], typed: Typed, words: PlanWords, label: string): Html | '' {
  if (rows.length === 0) return '';
  const hidden = rows.length - ROWS_SHOWN;
  return html`<ul class="card rows plans" aria-label="${label}">${rows.slice(0, ROWS_SHOWN).map((row) => rowLine(row, typed, words))}${
    hidden > 0 ? html`<li class="muted">${icon('info')}and ${count(hidden, 'more', 'more')}</li>` : ''
  }</ul>`;
}

const rowLine = (row: Row, typed: Typed, words: PlanWords) => {
  const { tone, icon: image, one } = words[row.plan];
  return html`<li>${state(tone, image, one)}<div class="grow">${row.counts ? crowdText(row, typed, words) : personText(row, typed)}</div></li>`;
};

const whoOf = (row: PersonRow, typed: Typed): Html =>
  html`<b>${isolate(shown(row.name ?? row.address ?? (typed[row.recipient]?.text || 'Somebody')))}</b>`;

/** A group, or all that match a search: how many people, and who. */
function crowdText(row: Row, typed: Typed, words: PlanWords): Html {
  const counts = row.counts!;
  const all = counts.invite + counts.resend + counts.refuse;
  const people = row.people ?? [];
  const isCut = people.length < all;
  return html`${whoOf(row, typed)} ${count(all, 'person', 'people')}: ${countsText(counts, words)}${
    people.length === 0
      ? ''
      : html`<details><summary>${isCut ? 'Show those who are skipped' : 'Show them'}</summary>${crowdOf(people, people.length, words)}</details>`
  }`;
}

const PEOPLE_SHOWN = 50;

/** The first of the people of a group; `all` is how many there are. */
export const crowdOf = (people: readonly PersonRow[], all: number, words: PlanWords = planWords): Html => {
  const hidden = all - Math.min(people.length, PEOPLE_SHOWN);
  return html`<ul class="crowd">${people
    .slice(0, PEOPLE_SHOWN)
    .map(
      (one) =>
        html`<li>${state(words[one.plan].tone, words[one.plan].icon, words[one.plan].one)}<span>${personText(one, [])}</span></li>`,
    )}${hidden > 0 ? html`<li class="muted">and ${count(hidden, 'more', 'more')}</li>` : ''}</ul>`;
};

function personText(row: PersonRow, typed: Typed): Html {
  if (row.because) return html`${whoOf(row, typed)} ${problemOf(row, typed) ?? refusalText[row.because]}`;
  const address = row.name && row.address ? html` <span class="muted">${isolate(shown(row.address))}</span>` : '';
  const said = [
    ...(row.plan === 'resend' ? ['has an open invitation; it gets these options, the older mail stops working'] : []),
    ...(row.remark ? [remarkText[row.remark]] : []),
  ];
  const chip = row.remark === 'guest' ? html` <span class="chip">guest</span>` : '';
  return html`${whoOf(row, typed)}${chip}${address}${said.length === 0 ? '' : html` <span class="muted">${said.join('; ')}</span>`}${
    row.accessUntil ? html` <span class="muted">until ${day(row.accessUntil)}, as the settings say of guests</span>` : ''
  }`;
}

const problemOf = (row: PersonRow, typed: Typed): string | undefined =>
  row.because === 'not-an-address' ? typed[row.recipient]?.problem : undefined;

/** What is worth a look of somebody who is invited all the same. */
const remarkText: Record<Remark, string> = {
  'outside-directory': 'is not in your directory',
  contact: 'is a contact of your organization, invited by this address',
  'tenant-guest': 'is a guest in your organization',
  guest: 'is from elsewhere: comes in as a guest, by a code that is mailed',
};

/** Why somebody is skipped, as the end of a sentence that begins with the person. */
const refusalText: Record<Refusal, string> = {
  'not-an-address': 'is not an address',
  'already-member': 'is a member already',
  suspended: 'is suspended: resume the membership instead',
  'disabled-in-directory': 'is disabled in the directory',
  'guest-administrator': 'is from elsewhere, and guests cannot be administrators',
  'guests-not-allowed': 'is outside your organization, and guests are not allowed',
  duplicate: 'is in the list twice; the first one counts',
  'not-expandable': 'is not in the directory; if it is a dynamic distribution list, its members cannot be read',
  'several-people': 'belongs to several people in the directory: choose one of them',
  'empty-group': 'is a group without people',
  'not-in-directory': 'is not in the directory any more',
  'too-many-people': `has more people than one batch may have (${figure(MAX_RECIPIENTS)}): choose smaller groups`,
};
