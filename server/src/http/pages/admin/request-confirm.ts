import type { Approval } from '@doorstep/shared/access-request';
import type { Role } from '@doorstep/shared/member';
import { allowedEnd, termsOnApproval } from '../../../actions/decide-request.ts';
import type { Settings } from '../../../domain/settings.ts';
import type { AccessRequestRow } from '../../../store/access-request.ts';
import type { Ctx } from '../../env.ts';
import { confirmPage } from '../../views/confirm.ts';
import { roleText } from '../../views/role.ts';
import { count, nameOf } from '../../views/text.ts';
import { dayText } from '../../views/time.ts';
import { page } from '../page.ts';
import { adminShellOf } from './admin-page.ts';
import { freshSignInFirst } from './fresh-sign-in.ts';
import type { DecisionAsked } from './request-form.ts';

export const pathOf = (row: AccessRequestRow) => `/admin/requests/${row.id}`;

/** What approving would give, with what was chosen and what the invitation that it renews says. */
export async function askBeforeApproving(
  c: Ctx,
  row: AccessRequestRow,
  { value, fields }: DecisionAsked<Approval>,
): Promise<Response> {
  const name = nameOf(row);
  const terms = await termsOnApproval(c.var.deps, row);
  const wanted = value.role ?? terms.role;
  const role = roleText[wanted].word;
  const wished = value.accessUntil === undefined ? terms.accessUntil : value.accessUntil;
  const until = allowedEnd(c.var.deps, row, wished, c.var.now);
  const end = until === null ? 'without an end' : `until the end of ${dayText(until)} (UTC)`;
  const groups = value.userGroupIds ?? terms.userGroupIds;
  const among = groups.length === 0 ? '' : `, in ${count(groups.length, 'user group', 'user groups')}`;
  const told = row.address === null ? 'No address is known: only the waiting page tells.' : 'The person gets a mail.';
  return ask(c, row, 'approve', fields, {
    title: `Let ${name} in?`,
    sentence: `${name} comes in as ${role}${among}, ${end}. ${secondIsAsked(c.var.deps.settings, wanted)}${told}`,
    button: `Approve ${name}`,
  });
}

/** Said before it is pressed; whether it is so is decided when the person comes in. */
const secondIsAsked = ({ needsTwoApprovals }: Settings, role: Role): string =>
  needsTwoApprovals && role === 'administrator' ? 'Until a second administrator confirms the role, it is that of a member. ' : '';

export const askBeforeDenying = (
  c: Ctx,
  row: AccessRequestRow,
  { value, fields }: DecisionAsked<{ reason?: string | null | undefined }>,
) =>
  ask(c, row, 'deny', fields, {
    title: `Deny ${nameOf(row)}?`,
    sentence: `${nameOf(row)} is not let in and can knock again ${quietText(c.var.deps.settings)}. ${value.reason ? `They read: ${value.reason}` : 'They are told without a word of yours.'}`,
    button: `Deny ${nameOf(row)}`,
  });

const quietText = ({ quietDays }: Settings): string => (quietDays === 0 ? 'at once' : `after ${count(quietDays, 'day', 'days')}`);

type Asked = { title: string; sentence: string; button: string };

async function ask(
  c: Ctx,
  row: AccessRequestRow,
  verb: 'approve' | 'deny',
  fields: DecisionAsked<unknown>['fields'],
  asked: Asked,
) {
  const rest = { room: 'requests', action: `${pathOf(row)}/${verb}`, isDestructive: verb === 'deny', back: pathOf(row) } as const;
  return page(c, confirmPage({ ...(await adminShellOf(c)), ...asked, ...rest, fields: [...fields, ['confirmed', 'yes']] }));
}

export const freshFirst = (c: Ctx, row: AccessRequestRow, { fields }: DecisionAsked<Approval>) =>
  freshSignInFirst(c, {
    about: row.id,
    room: 'requests',
    what: `make ${nameOf(row)} an administrator`,
    action: `${pathOf(row)}/approve`,
    fields,
    back: pathOf(row),
  });
