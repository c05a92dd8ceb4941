import type { MemberId } from '@doorstep/shared/ids';
import type { FieldError } from '@doorstep/shared/problem';
import { DAY, type Millis } from '@doorstep/shared/time';
import { Hono } from 'hono';
import { isGuest } from '../../../domain/guest.ts';
import { findMember, type MemberRow, setAccessUntil } from '../../../store/member.ts';
import { newId } from '../../../store/new-id.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { membersShown } from '../../shown.ts';
import { confirmPage } from '../../views/confirm.ts';
import type { DoneCode } from '../../views/notice.ts';
import { renewPage } from '../../views/renew.ts';
import { nameOf } from '../../views/text.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, recordRefusedWrite } from './admin-page.ts';
import { readLastDay } from './day-field.ts';
import { isShutOut, personRefusals, whyNot } from './person-refusal.ts';

type Renewing = keyof typeof refusals;
type Typed = { accessUntil: string; errors: FieldError[] };

const refusals = {
  ...personRefusals,
  'guests-not-allowed': {
    status: 409,
    sentence:
      'Force SSO is on: no guest comes in, so there is nothing to renew. Switch it off on the page of single sign-on first.',
  },
} as const;

/** Where sponsor and inviter answer whether somebody is still needed: renewed by one press, ended at once, or left to end by itself. */
export const renew = new Hono<Env>()
  .get('/:id/renew', async (c) => {
    const member = await memberAsked(c);
    return member ? show(c, member) : errorPageOf(c, 'not-found');
  })
  .post('/:id/renew', async (c) => {
    const member = await memberAsked(c);
    if (!member) return errorPageOf(c, 'not-found');
    const no = await whyNotRenewed(c, member);
    if (no) return refused(c, member, no);
    const form = await readForm(c);
    const accessUntil = form.get('accessUntil') ?? '';
    const until = isGuest(member) ? { at: guestUntil(c) } : readLastDay(accessUntil, c.var.now);
    if ('problem' in until)
      return show(c, member, { accessUntil, errors: [{ pointer: '#/accessUntil', detail: until.problem }] }, 422);
    if (form.get('seen') !== String(member.accessUntil ?? '')) return lost(c, member);
    const isChanged = await setAccessUntil(c.var.deps.store, {
      ...changeOf(c, member),
      accessUntil: until.at,
      instead: member.accessUntil,
    });
    return isChanged ? done(c, member, 'renewed') : lost(c, member);
  })
  .post('/:id/end-now', async (c) => {
    const member = await memberAsked(c);
    if (!member) return errorPageOf(c, 'not-found');
    if (isOver(member, c.var.now)) return done(c, member, 'access-ended');
    const no = await whyNot(c, member);
    if (no) return refused(c, member, no);
    if ((await readForm(c)).get('confirmed') !== 'yes') return askFirst(c, member);
    const isChanged = await setAccessUntil(c.var.deps.store, {
      ...changeOf(c, member),
      accessUntil: c.var.now,
      instead: member.accessUntil,
    });
    return isChanged ? done(c, member, 'access-ended') : lost(c, member);
  });

const memberAsked = (c: Ctx): Promise<MemberRow | null> => findMember(c.var.deps.store, c.req.param('id') ?? '');
const pathOf = ({ id }: MemberRow) => `/admin/users/${id}`;
const done = (c: Ctx, member: MemberRow, code: DoneCode) => c.redirect(`${pathOf(member)}?done=${code}`, 303);
const isOver = ({ accessUntil }: MemberRow, now: Millis) => accessUntil !== null && accessUntil <= now;
const guestUntil = (c: Ctx): Millis => c.var.now + c.var.deps.settings.guestEnd.days * DAY;

const changeOf = (c: Ctx, { id }: MemberRow) => ({
  id: newId('chg'),
  by: memberOf(c).id as MemberId,
  about: id,
  auditId: newId('aud'),
  now: c.var.now,
  trace: c.var.trace,
});

async function whyNotRenewed(c: Ctx, member: MemberRow): Promise<Renewing | null> {
  return (await isShutOut(c, member)) ? 'guests-not-allowed' : whyNot(c, member);
}

async function refused(c: Ctx, member: MemberRow, because: Renewing): Promise<Response> {
  const { status, sentence } = refusals[because];
  await recordRefusedWrite(c, because, member.id);
  return show(c, member, { accessUntil: '', errors: [{ pointer: '#', detail: sentence }] }, status);
}

/** Somebody renewed or ended it in the same moment: this page shows what is so now. */
async function lost(c: Ctx, member: MemberRow): Promise<Response> {
  const after = (await memberAsked(c)) ?? member;
  return refused(c, after, (await whyNotRenewed(c, after)) ?? 'changed-meanwhile');
}

async function askFirst(c: Ctx, member: MemberRow): Promise<Response> {
  const name = nameOf(member);
  const words = {
    title: `End the access of ${name} now?`,
    sentence: `All sessions of ${name} end now. The membership stays on the list, and can be renewed here later.`,
    button: `End the access of ${name}`,
  };
  const rest = {
    room: 'users',
    action: `${pathOf(member)}/end-now`,
    isDestructive: true,
    back: `${pathOf(member)}/renew`,
  } as const;
  return page(c, confirmPage({ ...(await adminShellOf(c)), ...words, ...rest, fields: [['confirmed', 'yes']] }));
}

async function show(
  c: Ctx,
  row: MemberRow,
  typed: Typed = { accessUntil: '', errors: [] },
  status: 200 | 403 | 409 | 422 = 200,
): Promise<Response> {
  const { deps } = c.var;
  const [member] = await membersShown(deps.store, [row]);
  const no = await whyNotRenewed(c, row);
  const guest = { guestDays: deps.settings.guestEnd.days, renewedUntil: guestUntil(c) };
  const refusal = no === null ? null : refusals[no].sentence;
  return page(c, renewPage({ ...(await adminShellOf(c)), member: member!, ...guest, refusal, ...typed }), status);
}
