import type { FieldError } from '@doorstep/shared/problem';
import { previewInvitations } from '../../../actions/invite.ts';
import { hashToken } from '../../../identity/tokens.ts';
import { findDirectory } from '../../../store/directory.ts';
import { findOptionPresets } from '../../../store/option-preset.ts';
import { findSummary } from '../../../store/summary.ts';
import { findUserGroupNames } from '../../../store/user-group.ts';
import type { Ctx } from '../../env.ts';
import { optionPresetShown } from '../../shown.ts';
import type { InviteForm, Step } from '../../views/invite.ts';
import { type EmailsModel, inviteEmailsPage } from '../../views/invite-emails.ts';
import { inviteOptionsPage } from '../../views/invite-options.ts';
import { inviteUserGroupsPage } from '../../views/invite-user-groups.ts';
import type { Html } from '../../views/layout.ts';
import { page } from '../page.ts';
import { adminShellOf } from './admin-page.ts';
import { emptyInviteForm, entriesIn } from './invite-form.ts';
import { newLook, showOrganization } from './invite-organization.ts';

/** What a step shows beside the form: what was typed into fields that are not sent, and what a button has just done. */
export type Beside = { errors?: FieldError[]; said?: Html; presetName?: string; newGroup?: string; groupQ?: string };

/** Any step, as the form stands. */
export function showStep(c: Ctx, step: Step, form: InviteForm, beside: Beside = {}): Promise<Response> {
  switch (step) {
    case 'organization':
      return showOrganization(c, form, newLook);
    case 'emails':
      return showEmails(c, form, beside.errors ?? []);
    case 'options':
      return showOptions(c, form, beside);
    case 'groups':
      return showUserGroups(c, form, beside);
  }
}

async function showEmails(
  c: Ctx,
  form: InviteForm,
  errors: FieldError[],
  findings: EmailsModel['findings'] = null,
): Promise<Response> {
  const { store } = c.var.deps;
  const { hasDirectory } = await findSummary(store);
  const assignmentRequired = (await findDirectory(store)).assignmentRequired === true;
  const model = { ...(await adminShellOf(c)), form, errors, findings, assignmentRequired, isOptional: hasDirectory };
  return page(c, inviteEmailsPage(model), statusOf(errors));
}

/**
 * Looks at the addresses before the wizard goes on: null when each is a new person's, or when the same list was looked at before. What is
 * looked at is what the review will say, so that nothing is decided twice.
 */
export async function lookAtEmails(c: Ctx, form: InviteForm): Promise<Response | null> {
  const typed = entriesIn(form);
  const checked = hashToken(form.recipients);
  if (typed.length === 0 || form.checked === checked || typed.length > MOST_LOOKED_AT) return null;
  const recipients = typed.map(({ text }) => ({ email: text }));
  const { role, ...options } = { role: 'member', language: null, note: null, expiresInDays: 1 } as const;
  const { rows } = await previewInvitations(c.var.deps, { recipients, role, ...options }, c.var.now);
  const notable = rows.filter((row) => row.plan !== 'invite' || row.counts || row.remark);
  if (notable.length === 0) return null;
  const findings = { rows: notable, plain: rows.length - notable.length, typed };
  return showEmails(c, { ...form, checked }, [], findings);
}

/** Longer lists are looked at once, in the review. */
const MOST_LOOKED_AT = 5000;

async function showOptions(c: Ctx, form: InviteForm, beside: Beside): Promise<Response> {
  const { errors = [], presetName = '' } = beside;
  const presets = (await findOptionPresets(c.var.deps.store)).map(optionPresetShown);
  const preset = presets.find((one) => one.name === presetName)?.id ?? '';
  const model = {
    ...(await adminShellOf(c)),
    ...said(beside),
    form,
    errors,
    presets,
    preset,
    presetName: errors.length > 0 ? presetName : '',
  };
  return page(c, inviteOptionsPage(model), statusOf(errors));
}

async function showUserGroups(c: Ctx, form: InviteForm, beside: Beside): Promise<Response> {
  const { errors = [], newGroup = '', groupQ = '' } = beside;
  const groups = await findUserGroupNames(c.var.deps.store);
  const model = { ...(await adminShellOf(c)), ...said(beside), form, errors, groups, q: groupQ, newGroup };
  return page(c, inviteUserGroupsPage(model), statusOf(errors));
}

const said = (beside: Beside) => (beside.said === undefined ? {} : { said: beside.said });
const statusOf = (errors: FieldError[]) => (errors.length > 0 ? 422 : 200);

/** Where the wizard opens: with the people of the directory, if there is one. */
export async function openWizard(c: Ctx, step: Step | null): Promise<Response> {
  const { hasDirectory } = await findSummary(c.var.deps.store);
  return showStep(c, step ?? (hasDirectory ? 'organization' : 'emails'), emptyInviteForm(c.var.deps.settings.invitationDays));
}
