import { Approval, Denial } from '@doorstep/shared/access-request';
import { type Role, roles } from '@doorstep/shared/member';
import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import * as v from 'valibot';
import { fieldErrors } from '../../api/read-body.ts';
import type { HiddenField } from '../../views/form.ts';
import { GROUPS_ASKED } from '../../views/group-choice.ts';
import type { ApprovalForm } from '../../views/request.ts';
import type { readForm } from '../form-body.ts';
import { readLastDay } from './day-field.ts';
import { lines } from './invite-form.ts';

type Fields = Awaited<ReturnType<typeof readForm>>;

/** What was asked for; `fields` carry it as typed to the same path, `isConfirmed` after the question. */
export type DecisionAsked<Value> = { value: Value; fields: HiddenField[]; isConfirmed: boolean };

/** A field that was not sent at all (the button in the list sends none) names nothing; an empty end names "no end". */
export function readApproval(
  fields: Fields,
  now: Millis,
): (DecisionAsked<Approval> & { form: ApprovalForm }) | { errors: FieldError[]; form: ApprovalForm } {
  const typedDay = fields.get('accessUntil');
  const day = typedDay === undefined ? null : readLastDay(typedDay, now);
  const read = v.safeParse(Approval, {
    ...given('role', fields.get('role')),
    ...given('reason', reasonIn(fields)),
    ...(fields.get(GROUPS_ASKED) === 'yes' ? { userGroupIds: fields.all('userGroupIds') } : {}),
    ...(day && 'at' in day ? { accessUntil: day.at } : {}),
  });
  const errors = read.success ? [] : fieldErrors(read.issues);
  if (day && 'problem' in day) errors.push({ pointer: '#/accessUntil', detail: day.problem });
  if (!read.success || errors.length > 0) return { errors, form: typedApproval(fields) };
  return {
    value: read.output,
    fields: carried(fields, ['role', 'accessUntil', GROUPS_ASKED, 'userGroupIds', 'reason']),
    isConfirmed: isConfirmed(fields),
    form: typedApproval(fields),
  };
}

const typedApproval = (fields: Fields): ApprovalForm => ({
  role: roles.find((role): role is Role => role === fields.get('role')) ?? 'member',
  accessUntil: (fields.get('accessUntil') ?? '').trim(),
  userGroupIds: fields.all('userGroupIds'),
  reason: reasonIn(fields) ?? '',
});

/** Its word has a field of its own on the page. */
export function readDenial(fields: Fields): DecisionAsked<Denial> | { errors: FieldError[]; reason: string } {
  const read = v.safeParse(Denial, given('reason', reasonIn(fields)));
  if (!read.success) {
    const errors = fieldErrors(read.issues).map((error) => ({ ...error, pointer: '#/denialReason' }));
    return { errors, reason: reasonIn(fields) ?? '' };
  }
  return { value: read.output, fields: carried(fields, ['reason']), isConfirmed: isConfirmed(fields) };
}

const isConfirmed = (fields: Fields) => fields.get('confirmed') === 'yes';

const reasonIn = (fields: Fields): string | undefined => {
  const typed = fields.get('reason');
  return typed === undefined ? undefined : lines(typed);
};

const given = (name: string, value: string | undefined) => (value === undefined ? {} : { [name]: value });

const carried = (fields: Fields, names: string[]): HiddenField[] =>
  names.flatMap((name) => fields.all(name).map((value): HiddenField => [name, value]));
