import type { FieldError } from '@doorstep/shared/problem';
import { NAME_LENGTH, QUESTION_LENGTH, ranges, type Settings } from '../../../domain/settings.ts';
import { type RequestMails, requestMails } from '../../../store/schema.ts';
import type { SettingsChange } from '../../../store/settings.ts';
import { CONTROL } from '../../control-characters.ts';
import type { SettingsForm } from '../../views/settings.ts';
import type { readForm } from '../form-body.ts';

type Fields = Awaited<ReturnType<typeof readForm>>;
type Read<Value> = (typed: string | undefined) => { value: Value } | { detail: string };

/** A line of `least` to `most` characters; an empty one, where it may be, is null. */
function line(least: number, most: number): Read<string | null> {
  const detail =
    least === 0 ? `must have at most ${most} characters, on one line` : `must have ${least} to ${most} characters, on one line`;
  return (typed) => {
    const text = (typed ?? '').trim();
    if (typed === undefined || [...text].length > most || [...text].length < least) return { detail };
    return text.isWellFormed() && !CONTROL.test(text) ? { value: text || null } : { detail };
  };
}

function whole([least, most]: readonly [number, number]): Read<number> {
  const detail = `must be a whole number from ${least} to ${most}`;
  return (typed) => {
    const value = /^\d{1,9}$/.test(typed?.trim() ?? '') ? Number(typed) : Number.NaN;
    return value >= least && value <= most ? { value } : { detail };
  };
}

const wholeOrNone =
  (range: readonly [number, number]): Read<number | null> =>
  (typed) =>
    typed?.trim() === '' ? { value: null } : whole(range)(typed);

/** Browsers send nothing for what is not ticked. */
const tick: Read<boolean> = (typed) =>
  typed === undefined || typed === 'yes' ? { value: typed === 'yes' } : { detail: 'Please tick it, or leave it without a tick.' };

/** The fields of each form on the page, by the columns that they change. */
const readers = {
  workspace: { name: line(1, NAME_LENGTH) },
  knocking: { membersMayKnock: tick, tenantGuestsMayKnock: tick, question: line(0, QUESTION_LENGTH) },
  invitations: {
    invitationDays: whole(ranges.invitationDays),
    remindsInvited: tick,
    quietDays: whole(ranges.quietDays),
    escalateAfterHours: wholeOrNone(ranges.escalateAfterHours),
  },
  approvals: { needsTwoApprovals: tick },
  'email-claim': { vouchesForEmail: tick },
  guests: { guestDays: whole(ranges.guestDays), guestEndIsCompulsory: tick },
} satisfies Record<string, Partial<Record<keyof SettingsChange, Read<string | number | boolean | null>>>>;
export type Section = keyof typeof readers;

export type SettingsAsked = { typed: Partial<SettingsForm> } & ({ change: SettingsChange } | { errors: FieldError[] });

/** What was typed stays as it was; what is wrong with it stands beside its field. */
export function readSection(section: Section, fields: Fields): SettingsAsked {
  const read = Object.entries<Read<unknown>>(readers[section]).map(
    ([name, reader]) => [name, fields.get(name), reader(fields.get(name))] as const,
  );
  const typed = Object.fromEntries(read.map(([name, text]) => [name, text ?? '']));
  const errors = read.flatMap(([name, , result]) =>
    'detail' in result ? [{ pointer: `#/${name}`, detail: result.detail }] : [],
  );
  if (errors.length > 0) return { typed, errors };
  return { typed, change: Object.fromEntries(read.map(([name, , result]) => [name, 'value' in result ? result.value : null])) };
}

/** The settings as the fields of the page show them. */
export function formOf({ whoMayKnock, guestEnd, ...settings }: Settings, mails: RequestMails): SettingsForm {
  const ticked = (isOn: boolean) => (isOn ? 'yes' : '');
  return {
    name: settings.name,
    question: settings.question ?? '',
    membersMayKnock: ticked(whoMayKnock.members),
    tenantGuestsMayKnock: ticked(whoMayKnock.tenantGuests),
    invitationDays: String(settings.invitationDays),
    remindsInvited: ticked(settings.remindsInvited),
    quietDays: String(settings.quietDays),
    escalateAfterHours: settings.escalateAfterHours === null ? '' : String(settings.escalateAfterHours),
    needsTwoApprovals: ticked(settings.needsTwoApprovals),
    vouchesForEmail: ticked(settings.vouchesForEmail),
    guestDays: String(guestEnd.days),
    guestEndIsCompulsory: ticked(guestEnd.isCompulsory),
    requestMails: mails,
  };
}

export const readRequestMails = (fields: Fields): RequestMails | undefined =>
  requestMails.find((choice) => choice === fields.get('requestMails'));
