import { parseAddressList } from '@doorstep/shared/address-list';
import { isAddress } from '@doorstep/shared/email-address';
import { DEFAULT_EXPIRES_IN_DAYS, NewBatch } from '@doorstep/shared/invitation-batch';
import { type Role, roles } from '@doorstep/shared/member';
import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import * as v from 'valibot';
import { fieldErrors } from '../../api/read-body.ts';
import type { HiddenField } from '../../views/form.ts';
import type { InviteForm } from '../../views/invite.ts';
import type { readForm } from '../form-body.ts';
import { readLastDay } from './day-field.ts';

type Fields = Awaited<ReturnType<typeof readForm>>;

export const emptyInviteForm: InviteForm = {
  recipients: '',
  role: 'member',
  note: '',
  expiresInDays: String(DEFAULT_EXPIRES_IN_DAYS),
  accessUntil: '',
};

/** `wanted` names everybody who was typed; `typed` is what stood there, in the same order. */
export type InviteAsked = { form: InviteForm } & ({ wanted: NewBatch; typed: string[] } | { errors: FieldError[] });

/** Reads the form; what is wrong stands beside its field, what was typed stays as it was. */
export function readInviteForm(fields: Fields, now: Millis): InviteAsked {
  const form = typedForm(fields);
  const day = readLastDay(form.accessUntil, now);
  const entries = parseAddressList(form.recipients);
  const emails = entries.map((entry) => ('address' in entry ? entry.address : entry.text).slice(0, MOST_SHOWN));
  const read = v.safeParse(NewBatch, {
    recipients: emails.map((email) => ({ email })),
    role: fields.get('role') ?? form.role,
    note: form.note,
    expiresInDays: /^\d{1,9}$/.test(form.expiresInDays) ? Number(form.expiresInDays) : form.expiresInDays,
    accessUntil: 'at' in day ? day.at : null,
  });
  const errors = read.success ? [] : fieldErrors(read.issues);
  if ('problem' in day) errors.push({ pointer: '#/accessUntil', detail: day.problem });
  return errors.length === 0 && read.success ? { form, wanted: read.output, typed: emails } : { form, errors };
}

/** Of what is no address, so much is enough to find it again. */
const MOST_SHOWN = 1000;

export function typedForm(fields: Fields): InviteForm {
  return {
    recipients: fields.get('recipients') ?? '',
    role: roles.find((role): role is Role => role === fields.get('role')) ?? emptyInviteForm.role,
    note: lines(fields.get('note') ?? ''),
    expiresInDays: (fields.get('expiresInDays') ?? emptyInviteForm.expiresInDays).trim(),
    accessUntil: (fields.get('accessUntil') ?? '').trim(),
  };
}

/** Forms send line breaks as CR LF (HTML, form submission), but count each as one sign when they limit the length. */
export const lines = (text: string): string => text.replaceAll('\r\n', '\n');

/** The form as it travels through the review, with the key that makes a double press send once. */
export const carried = (form: InviteForm, key: string): HiddenField[] => [
  ...(Object.entries(form) as [string, string][]),
  ['key', key],
];

const KEY = /^[\w-]{1,200}$/;
export const keyIn = (fields: Fields): string | null => {
  const key = fields.get('key') ?? '';
  return KEY.test(key) ? key : null;
};

/** Those whom a mail can reach, and where each stood among all. */
export function reachable(wanted: NewBatch): { batch: NewBatch; places: number[] } {
  const places = wanted.recipients.flatMap(({ email }, place) => (isAddress(email) ? [place] : []));
  return { batch: { ...wanted, recipients: places.map((place) => wanted.recipients[place]!) }, places };
}
