import type { MemberId } from '@doorstep/shared/ids';
import { Role, roles } from '@doorstep/shared/member';
import type { FieldError } from '@doorstep/shared/problem';
import { Hono } from 'hono';
import * as v from 'valibot';
import { guestEndProblem, isGuest } from '../../../domain/guest.ts';
import { hasEnded } from '../../../domain/session.ts';
import { guestAccessUntil } from '../../../domain/settings.ts';
import { isIn } from '../../../domain/sign-in.ts';
import { findAdmissionRule } from '../../../store/admission-rule.ts';
import { findDirectoryStatus } from '../../../store/directory-status.ts';
import { findInvitation } from '../../../store/invitation.ts';
import {
  changeRole,
  endSessions,
  findMember,
  isLastAdministrator,
  type MemberChange,
  type MemberRow,
  removeMember,
  resumeMember,
  setAccessUntil,
  suspendMember,
} from '../../../store/member.ts';
import { newId } from '../../../store/new-id.ts';
import { findProposal, makeAdministrator } from '../../../store/proposal.ts';
import { findSessionsOf } from '../../../store/session.ts';
import { findUserGroupNames } from '../../../store/user-group.ts';
import { dropSessionToken } from '../../cookies.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { membersShown } from '../../shown.ts';
import { personPage } from '../../views/member.ts';
import type { DoneCode } from '../../views/notice.ts';
import { whoText } from '../../views/rules.ts';
import { nameOf } from '../../views/text.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, noOfficePage, recordRefusedWrite } from './admin-page.ts';
import { readLastDay } from './day-field.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';
import { historyOf } from './history.ts';
import { askBeforeDemoting, askFirst, type Verb } from './person-confirm.ts';
import { isShutOut, type PersonRefusal, personRefusals, whyNot } from './person-refusal.ts';

/** One member with history, and what administrators may change. Who may change whom is decided in the store (SES-12). */
export const person = new Hono<Env>()
  .get('/:id', async (c) => {
    const member = await memberAsked(c);
    return member ? show(c, member) : errorPageOf(c, 'not-found');
  })
  .post('/:id/role', async (c) => {
    const member = await memberAsked(c);
    if (!member) return errorPageOf(c, 'not-found');
    const no = await whyNot(c, member);
    if (no) return refused(c, member, no);
    const form = await readForm(c);
    const typed = v.safeParse(Role, form.get('role'));
    if (!typed.success) return show(c, member, [{ pointer: '#/role', detail: `must be one of ${roles.join(', ')}` }], 422);
    const role = typed.output;
    if (role === member.role) return c.redirect(pathOf(member), 303);
    if (role === 'administrator' && isGuest(member)) return refused(c, member, 'guest-administrator');
    if (role === 'administrator') return isFreshlySignedIn(c) ? promote(c, member) : freshFirst(c, member);
    if (member.role === 'administrator' && form.get('confirmed') !== 'yes') return askBeforeDemoting(c, member, role);
    const isChanged = await changeRole(c.var.deps.store, { ...changeOf(c, member), role });
    return isChanged ? done(c, member, 'role-changed') : lost(c, member, 'role-changed', (now) => now.role === role);
  })
  .post('/:id/access-until', async (c) => {
    const member = await memberAsked(c);
    if (!member) return errorPageOf(c, 'not-found');
    const no = await whyNot(c, member);
    if (no) return refused(c, member, no);
    const day = readLastDay((await readForm(c)).get('accessUntil') ?? '', c.var.now);
    if ('problem' in day) return show(c, member, [{ pointer: '#/accessUntil', detail: day.problem }], 422);
    const wrongEnd = isGuest(member) ? guestEndProblem(c.var.deps.settings, day.at, c.var.now) : null;
    if (wrongEnd) return show(c, member, [{ pointer: '#/accessUntil', detail: wrongEnd }], 422);
    if (isLater(day.at, member.accessUntil) && (await isShutOut(c, member))) return refused(c, member, 'guests-not-allowed');
    const accessUntil = isGuest(member) ? guestAccessUntil(c.var.deps.settings, day.at, c.var.now) : day.at;
    const isChanged = await setAccessUntil(c.var.deps.store, { ...changeOf(c, member), accessUntil });
    if (isChanged) return done(c, member, 'access-until-changed');
    if (isLater(accessUntil, member.accessUntil) && (await isShutOut(c, member))) return refused(c, member, 'guests-not-allowed');
    return lost(c, member, 'access-until-changed', () => false);
  })
  .post('/:id/suspend', (c) => press(c, 'suspend'))
  .post('/:id/resume', (c) => press(c, 'resume'))
  .post('/:id/remove', (c) => press(c, 'remove'))
  .post('/:id/end-sessions', (c) => press(c, 'end-sessions'));

const isLater = (wished: number | null, before: number | null): boolean =>
  (wished ?? Number.POSITIVE_INFINITY) > (before ?? Number.POSITIVE_INFINITY);

type Press = { write: typeof suspendMember; done: DoneCode; isSo: (member: MemberRow) => boolean; isForOneself?: true };
const presses: Record<Verb | 'resume', Press> = {
  suspend: { write: suspendMember, done: 'suspended', isSo: (member) => member.state === 'suspended' },
  resume: { write: resumeMember, done: 'resumed', isSo: (member) => member.state === 'active' },
  remove: { write: removeMember, done: 'removed', isSo: (member) => member.state === 'removed' },
  'end-sessions': { write: endSessions, done: 'sessions-ended', isSo: () => false, isForOneself: true },
};

async function press(c: Ctx, verb: Verb | 'resume'): Promise<Response> {
  const member = await memberAsked(c);
  if (!member) return errorPageOf(c, 'not-found');
  const { write, done: code, isSo, isForOneself } = presses[verb];
  if (isSo(member)) return done(c, member, code);
  const isOwn = member.id === memberOf(c).id;
  const no = isForOneself && isOwn ? null : await whyNot(c, member);
  if (no) return refused(c, member, no);
  if (verb !== 'resume' && (await readForm(c)).get('confirmed') !== 'yes') return askFirst(c, member, verb);
  const isDone = await write(c.var.deps.store, changeOf(c, member));
  if (!isDone) return lost(c, member, code, isSo);
  if (!isOwn) return done(c, member, code);
  dropSessionToken(c);
  return c.redirect('/', 303);
}

export const memberAsked = (c: Ctx): Promise<MemberRow | null> => findMember(c.var.deps.store, c.req.param('id') ?? '');
export const pathOf = (member: MemberRow) => `/admin/users/${member.id}`;
export const done = (c: Ctx, member: MemberRow, code: DoneCode) => c.redirect(`${pathOf(member)}?done=${code}`, 303);

export const changeOf = (c: Ctx, member: MemberRow): MemberChange => ({
  id: newId('chg'),
  by: memberOf(c).id as MemberId,
  about: member.id,
  auditId: newId('aud'),
  now: c.var.now,
  trace: c.var.trace,
});

const freshFirst = (c: Ctx, member: MemberRow) =>
  freshSignInFirst(c, {
    about: member.id,
    room: 'users',
    what: `make ${nameOf(member)} an administrator`,
    action: `${pathOf(member)}/role`,
    fields: [['role', 'administrator']],
    back: pathOf(member),
  });

export async function refused(c: Ctx, member: MemberRow, because: PersonRefusal): Promise<Response> {
  const { status, sentence } = personRefusals[because];
  await recordRefusedWrite(c, because, member.id);
  return show(c, member, [{ pointer: '#', detail: sentence }], status);
}

/** Where new administrators need two approvals, this is the first one, or the second of somebody whom another one has proposed. */
async function promote(c: Ctx, member: MemberRow): Promise<Response> {
  const made = await makeAdministrator(c.var.deps.store, changeOf(c, member));
  if (made) c.var.deps.nudge();
  if (made === 'proposed' || (!made && member.proposedBy === memberOf(c).id)) return done(c, member, 'administrator-proposed');
  return made ? done(c, member, 'role-changed') : lost(c, member, 'role-changed', (now) => now.role === 'administrator');
}

/** Somebody was faster: either it is already as wanted, or this page says what stands in the way. */
export async function lost(c: Ctx, member: MemberRow, code: DoneCode, isSo: (now: MemberRow) => boolean): Promise<Response> {
  const { deps, now } = c.var;
  const [viewer, after] = await Promise.all([findMember(deps.store, memberOf(c).id), findMember(deps.store, member.id)]);
  if (viewer?.role !== 'administrator' || !isIn(viewer, now)) return noOfficePage(c, member.id);
  if (after && isSo(after)) return done(c, member, code);
  return refused(c, after ?? member, (await whyNot(c, after ?? member)) ?? 'changed-meanwhile');
}

/** The rule that let this person in, or invited them: who came back by an invitation came by that. */
async function admissionOf(c: Ctx, member: MemberRow): Promise<{ ruleId: string; about: string | null } | null> {
  const { store } = c.var.deps;
  const invitation = member.invitationId === null ? null : await findInvitation(store, member.invitationId);
  const ruleId = invitation ? invitation.admissionRuleId : member.admissionRuleId;
  if (ruleId === null) return null;
  const rule = await findAdmissionRule(store, ruleId, c.var.now);
  return { ruleId, about: rule && whoText({ group: rule.groupName, domain: rule.domain }) };
}

async function show(
  c: Ctx,
  member: MemberRow,
  errors: FieldError[] = [],
  status: 200 | 403 | 409 | 422 = 200,
): Promise<Response> {
  const { store } = c.var.deps;
  const isOffice = member.role === 'administrator' && member.state !== 'removed';
  const sessions = (await findSessionsOf(store, member.id)).filter(
    (session) => !hasEnded(session, member.role, c.var.now),
  ).length;
  const said = await findDirectoryStatus(store, member);
  const [shown] = await membersShown(store, [member]);
  return page(
    c,
    personPage({
      ...(await adminShellOf(c)),
      member: shown!,
      groups: await findUserGroupNames(store),
      admittedBy: await admissionOf(c, member),
      inDirectory: said && { status: said, isWhySuspended: member.suspendedBy === 'directory' },
      proposal: await findProposal(store, member.id, c.var.now),
      isLastAdministrator: isOffice && (await isLastAdministrator(store, member.id, c.var.now)),
      sessions,
      history: await historyOf(c, member),
      errors,
    }),
    status,
  );
}
