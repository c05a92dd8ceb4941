import type { FieldError } from '@doorstep/shared/problem';
import { Hono } from 'hono';
import { REHEARSED_DAYS, rehearse } from '../../../actions/rehearse.ts';
import type { LeftOut } from '../../../domain/admission.ts';
import {
  type AdmissionRuleRow,
  changeTerms,
  deleteRule,
  findAdmissionRule,
  type RuleChange,
  type RuleTerms,
  switchOff,
  switchOn,
} from '../../../store/admission-rule.ts';
import { findScope } from '../../../store/directory-scope.ts';
import type { RehearsedPerson } from '../../../store/rehearsal.ts';
import { findUserGroupNames } from '../../../store/user-group.ts';
import type { Ctx, Env } from '../../env.ts';
import { confirmPage } from '../../views/confirm.ts';
import type { DoneCode } from '../../views/notice.ts';
import { type RehearsedShown, rehearsalPage } from '../../views/rehearsal.ts';
import { rulePage, type TermsForm } from '../../views/rule.ts';
import { RULES, whoText } from '../../views/rules.ts';
import { nameOf } from '../../views/text.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, conflictPage, recordRefusedWrite } from './admin-page.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';
import { emptyTerms, readTerms } from './rule-form.ts';
import { rulesShown } from './rule-shown.ts';
import { ruleChange, unknownGroups } from './rules.ts';

/** One admission rule. Before it is switched on it is rehearsed; one that changes the door itself needs a fresh sign-in. */
export const rule = new Hono<Env>()
  .get('/:id', async (c) => {
    const row = await ruleAsked(c);
    return row ? show(c, row) : errorPageOf(c, 'not-found');
  })
  .post('/:id/change', async (c) => {
    const row = await ruleAsked(c);
    if (!row) return errorPageOf(c, 'not-found');
    const read = readTerms(await readForm(c));
    const errors = 'errors' in read ? read.errors : await unknownGroups(c, read.terms);
    if ('errors' in read || errors.length > 0) return refused(c, row, errors, 'terms' in read ? read.terms : emptyTerms);
    return after(c, row, 'rule-changed', (change) => changeTerms(c.var.deps.store, change, read.terms));
  })
  .post('/:id/switch-on', async (c) => {
    const row = await ruleAsked(c);
    if (!row) return errorPageOf(c, 'not-found');
    const fields = await readForm(c);
    if (fields.get('confirmed') !== 'yes' || fields.get('seen') !== seenOf(row)) return showRehearsal(c, row);
    if (row.effect !== 'suggest' && !isFreshlySignedIn(c)) return freshFirst(c, row);
    return after(c, row, 'rule-on', (change) => switchOn(c.var.deps.store, change, row));
  })
  .post('/:id/switch-off', async (c) => {
    const row = await ruleAsked(c);
    if (!row) return errorPageOf(c, 'not-found');
    if (!row.isOn) return c.redirect(`${pathOf(row)}?done=rule-off`, 303);
    return after(c, row, 'rule-off', (change) => switchOff(c.var.deps.store, change));
  })
  .post('/:id/delete', async (c) => {
    const row = await ruleAsked(c);
    if (!row) return errorPageOf(c, 'not-found');
    if ((await readForm(c)).get('confirmed') !== 'yes') return askBeforeDeleting(c, row);
    return after(c, row, 'rule-deleted', (change) => deleteRule(c.var.deps.store, change), RULES);
  });

const ruleAsked = (c: Ctx): Promise<AdmissionRuleRow | null> =>
  findAdmissionRule(c.var.deps.store, c.req.param('id') ?? '', c.var.now);
const pathOf = (row: AdmissionRuleRow) => `${RULES}/${row.id}`;

/** Names the terms that were rehearsed: what was changed since is rehearsed again. */
const seenOf = ({ effect, role, userGroupIds }: RuleTerms): string => [effect, role, ...userGroupIds].join(' ');

/** Does it, and says so; what was lost was changed by somebody else in the same moment. */
async function after(
  c: Ctx,
  row: AdmissionRuleRow,
  done: DoneCode,
  write: (change: RuleChange) => Promise<boolean>,
  to = pathOf(row),
): Promise<Response> {
  if (await write(ruleChange(c, row.id))) {
    c.var.deps.nudge();
    return c.redirect(`${to}?done=${done}`, 303);
  }
  await recordRefusedWrite(c, 'changed-meanwhile', row.id);
  const sentence =
    'Somebody changed this rule, or your membership, in the same moment. Look at it again; nothing of yours was done.';
  return conflictPage(c, 'That was changed meanwhile', sentence, { href: pathOf(row), text: 'Show the rule as it is' });
}

async function refused(c: Ctx, row: AdmissionRuleRow, errors: FieldError[], form: TermsForm): Promise<Response> {
  await recordRefusedWrite(c, 'invalid-fields', row.id);
  return show(c, row, errors, form);
}

async function show(c: Ctx, row: AdmissionRuleRow, errors: FieldError[] = [], form: TermsForm = row): Promise<Response> {
  const { store } = c.var.deps;
  const [shown] = await rulesShown(store, [row]);
  const groups = (await findUserGroupNames(store)).filter(({ kind }) => kind === 'custom');
  const model = { ...(await adminShellOf(c)), rule: shown!, form, groups, errors };
  return page(c, rulePage(model), errors.length > 0 ? 422 : 200);
}

async function showRehearsal(c: Ctx, row: AdmissionRuleRow): Promise<Response> {
  const { deps, now } = c.var;
  const [rehearsal, [shown], scope] = await Promise.all([
    rehearse(deps, row, now),
    rulesShown(deps.store, [row]),
    findScope(deps.store),
  ]);
  const model = {
    ...{ rule: shown!, seen: seenOf(row), days: REHEARSED_DAYS, isScopeEverybody: scope.suggests === 'everybody' },
    ...{ would: rehearsal.would, people: rehearsal.people.map(personShown), isCut: rehearsal.isCut },
    leftOut: [...rehearsal.leftOut].map(([because, people]) => ({ people, because: leftOutText[because] })),
  };
  return page(c, rehearsalPage({ ...(await adminShellOf(c)), ...model }));
}

const leftOutText: Record<LeftOut, string> = {
  member: 'members already',
  disabled: 'disabled or gone in the directory',
  'was-member': 'removed here before; only an invitation brings them back',
  invited: 'invited already',
  dismissed: 'never to be suggested',
  'was-invited': 'invited before, and the invitation was not used',
  'no-address': 'without an address in the directory',
};

const personShown = ({ name, address, request }: RehearsedPerson): RehearsedShown => ({
  name: nameOf({ name, address }),
  address: name === null ? null : address,
  href: request && `/admin/requests/${request.id}`,
  note: request && `request ${request.state}`,
});

async function askBeforeDeleting(c: Ctx, row: AdmissionRuleRow): Promise<Response> {
  const title = 'Delete this rule?';
  const who = whoText({ group: row.groupName, domain: row.domain });
  const sentence = `The rule about ${who} ends now. People it let in stay, and invitations it sent stay good.`;
  const asked = { title, sentence, button: 'Delete the rule', isDestructive: true, back: pathOf(row) };
  const fields = [['confirmed', 'yes']] as [string, string][];
  return page(
    c,
    confirmPage({ ...(await adminShellOf(c)), ...asked, room: 'directory', action: `${pathOf(row)}/delete`, fields }),
  );
}

const freshFirst = (c: Ctx, row: AdmissionRuleRow) =>
  freshSignInFirst(c, {
    about: row.id,
    room: 'directory',
    what: row.effect === 'let-in' ? 'switch on a rule that lets people in' : 'switch on a rule that invites people',
    action: `${pathOf(row)}/switch-on`,
    fields: [
      ['confirmed', 'yes'],
      ['seen', seenOf(row)],
    ],
    back: pathOf(row),
  });
