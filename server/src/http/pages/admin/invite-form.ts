import { parseAddressList } from '@doorstep/shared/address-list';
import { isAddress } from '@doorstep/shared/email-address';
import { languages } from '@doorstep/shared/invitation';
import { NewBatch } from '@doorstep/shared/invitation-batch';
import { type Role, roles } from '@doorstep/shared/member';
import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import * as v from 'valibot';
import { fieldErrors } from '../../api/read-body.ts';
import type { HiddenField } from '../../views/form.ts';
import { carriedFields, type InviteForm, type Step, searchText } from '../../views/invite.ts';
import type { Typed } from '../../views/invite-rows.ts';
import type { readForm } from '../form-body.ts';
import { readLastDay } from './day-field.ts';

export type Fields = Awaited<ReturnType<typeof readForm>>;

/** `invitationDays`: how long an invitation holds unless its sender says otherwise. */
export const emptyInviteForm = (invitationDays: number): InviteForm => ({
  people: [],
  groups: [],
  searches: [],
  recipients: '',
  checked: '',
  role: 'member',
  language: '',
  note: '',
  expiresInDays: String(invitationDays),
  accessUntil: '',
  userGroupIds: [],
});

/** `wanted` names everybody who was chosen or typed; `typed` is how to call each, in the same order. */
export type InviteAsked = { form: InviteForm } & ({ wanted: NewBatch; typed: Typed } | { errors: FieldError[] });

/** Reads the form; what is wrong stands beside its field, what was typed stays as it was. */
export function readInviteForm(fields: Fields, invitationDays: number, now: Millis): InviteAsked {
  const form = typedForm(fields, invitationDays);
  const day = readLastDay(form.accessUntil, now);
  const emails = entriesIn(form);
  const read = v.safeParse(NewBatch, {
    recipients: [...chosenIn(form), ...emails.map(({ text }) => ({ email: text }))],
    role: fields.get('role') ?? form.role,
    language: (fields.get('language') ?? '') || null,
    note: form.note,
    expiresInDays: /^\d{1,9}$/.test(form.expiresInDays) ? Number(form.expiresInDays) : form.expiresInDays,
    accessUntil: 'at' in day ? day.at : null,
    ...(form.userGroupIds.length > 0 && { userGroupIds: form.userGroupIds }),
  });
  const errors = read.success ? [] : fieldErrors(read.issues);
  if ('problem' in day) errors.push({ pointer: '#/accessUntil', detail: day.problem });
  const unnamed = [...form.people, ...form.groups].map(() => ({ text: '' }));
  const typed = [...unnamed, ...form.searches.map((search) => ({ text: searchText(search) })), ...emails];
  return errors.length === 0 && read.success ? { form, wanted: read.output, typed } : { form, errors };
}

const chosenIn = ({ people, groups, searches }: InviteForm) => [
  ...people.map((id) => ({ directoryUserId: id })),
  ...groups.map((id) => ({ directoryGroupId: id })),
  ...searches.map((search) => ({
    directorySearch: { status: search.split(':', 1)[0], q: search.slice(search.indexOf(':') + 1) },
  })),
];

/** Of what is no address, so much is enough to find it again. */
const MOST_SHOWN = 1000;

/** Everything that was typed in the second step, what is no address included, with why it is none. */
export const entriesIn = ({ recipients }: InviteForm): { text: string; problem?: string }[] =>
  parseAddressList(recipients).map((entry) =>
    'address' in entry
      ? { text: entry.address }
      : { text: entry.text.slice(0, MOST_SHOWN), problem: problemOf(entry.problem, entry.suggestion) },
  );

const problemOf = (problem: string, suggestion?: string): string =>
  suggestion === undefined ? `is not an address (it ${problem})` : `is not an address (it ${problem}); is ${suggestion} meant?`;

/** So many single ticks; who wants more ticks a group, or all that match a search. */
const MOST_TICKED = 2000;
const MOST_SEARCHES = 20;

export function typedForm(fields: Fields, invitationDays: number): InviteForm {
  const empty = emptyInviteForm(invitationDays);
  return {
    people: each(fields, 'people', MOST_TICKED),
    groups: each(fields, 'groups', MOST_TICKED),
    searches: each(fields, 'searches', MOST_SEARCHES),
    recipients: fields.get('recipients') ?? '',
    checked: fields.get('checked') ?? '',
    role: roles.find((role): role is Role => role === fields.get('role')) ?? empty.role,
    language: languages.find((language) => language === fields.get('language')) ?? '',
    note: lines(fields.get('note') ?? ''),
    expiresInDays: (fields.get('expiresInDays') ?? empty.expiresInDays).trim(),
    accessUntil: (fields.get('accessUntil') ?? '').trim(),
    userGroupIds: each(fields, 'userGroupIds', MOST_TICKED),
  };
}

const each = (fields: Fields, name: string, most: number): string[] => [...new Set(fields.all(name))].slice(0, most);

/** Forms send line breaks as CR LF (HTML, form submission), but count each as one sign when they limit the length. */
export const lines = (text: string): string => text.replaceAll('\r\n', '\n');

/** The step on which a wrong field stands. */
export function stepOf({ pointer }: FieldError): Step {
  const field = pointer.split('/')[1] ?? '';
  if (['role', 'language', 'note', 'expiresInDays', 'accessUntil'].includes(field)) return 'options';
  return field === 'userGroupIds' ? 'groups' : 'emails';
}

/** The form as it travels through the review, with the key that makes a double press send once. */
export const carried = (form: InviteForm, key: string): HiddenField[] => [...carriedFields(form), ['key', key]];

const KEY = /^[\w-]{1,200}$/;
export const keyIn = (fields: Fields): string | null => {
  const key = fields.get('key') ?? '';
  return KEY.test(key) ? key : null;
};

/** Those who are not typed, or typed as an address, and where each stood among all. */
export function reachable(wanted: NewBatch): { batch: NewBatch; places: number[] } {
  const places = wanted.recipients.flatMap(({ email }, place) => (email !== undefined && !isAddress(email) ? [] : [place]));
  return { batch: { ...wanted, recipients: places.map((place) => wanted.recipients[place]!) }, places };
}
