import { Hono } from 'hono';
import { addToBreakGlass, findAdministratorsToAdd, findBreakGlass, takeOffBreakGlass } from '../../../store/break-glass.ts';
import { findMember, type MemberRow } from '../../../store/member.ts';
import { isId } from '../../../store/new-id.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { BREAK_GLASS, breakGlassPage } from '../../views/break-glass.ts';
import { confirmPage } from '../../views/confirm.ts';
import { nameOf } from '../../views/text.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, conflictPage, recordRefusedWrite, searchIn } from './admin-page.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';

const MOST_OFFERED = 20;

/** Who comes in by a passkey when the identity provider is out of reach (DESIGN.md, section 4, Force SSO). */
export const breakGlass = new Hono<Env>()
  .get('/', async (c) => {
    const { deps, now } = c.var;
    const q = searchIn(c);
    const [shell, people, others] = await Promise.all([
      adminShellOf(c),
      findBreakGlass(deps.store, now),
      findAdministratorsToAdd(deps.store, q, MOST_OFFERED + 1, now),
    ]);
    const hasMore = others.length > MOST_OFFERED;
    return page(c, breakGlassPage({ ...shell, people, others: others.slice(0, MOST_OFFERED), hasMore, q }));
  })
  .post('/add', async (c) => {
    const member = await named(c, (await readForm(c)).get('memberId'));
    if (!member) return errorPageOf(c, 'not-found');
    const what = `put ${nameOf(member)} on the break-glass list`;
    if (!isFreshlySignedIn(c)) return freshFirst(c, member, what, 'add');
    const isAdded = await addToBreakGlass(c.var.deps.store, changeOf(c, member));
    return isAdded ? c.redirect(`${BREAK_GLASS}?done=break-glass-added`, 303) : nothingChanged(c, member);
  })
  .post('/remove', async (c) => {
    const form = await readForm(c);
    const member = await named(c, form.get('memberId'));
    if (!member) return errorPageOf(c, 'not-found');
    const what = `take ${nameOf(member)} off the break-glass list`;
    if (!isFreshlySignedIn(c)) return freshFirst(c, member, what, 'remove');
    if (form.get('confirmed') !== 'yes') return askFirst(c, member);
    const isTakenOff = await takeOffBreakGlass(c.var.deps.store, changeOf(c, member));
    return isTakenOff ? c.redirect(`${BREAK_GLASS}?done=break-glass-removed`, 303) : nothingChanged(c, member);
  });

const named = async (c: Ctx, id = ''): Promise<MemberRow | null> => (isId('mem', id) ? findMember(c.var.deps.store, id) : null);

const changeOf = (c: Ctx, { id: about }: MemberRow) => ({ by: memberOf(c).id, about, now: c.var.now, trace: c.var.trace });

const freshFirst = (c: Ctx, { id }: MemberRow, what: string, verb: 'add' | 'remove') =>
  freshSignInFirst(c, {
    about: id,
    room: 'single-sign-on',
    what,
    action: `${BREAK_GLASS}/${verb}`,
    fields: [['memberId', id]],
    back: BREAK_GLASS,
  });

const askFirst = async (c: Ctx, member: MemberRow): Promise<Response> =>
  page(
    c,
    confirmPage({
      ...(await adminShellOf(c)),
      room: 'single-sign-on',
      title: `Take ${nameOf(member)} off the break-glass list?`,
      sentence: `All passkeys of ${nameOf(member)} are deleted, and sessions that were begun with one end. The membership stays.`,
      action: `${BREAK_GLASS}/remove`,
      fields: [
        ['memberId', member.id],
        ['confirmed', 'yes'],
      ],
      button: `Take ${nameOf(member)} off the list`,
      isDestructive: true,
      back: BREAK_GLASS,
    }),
  );

/** Somebody else was faster, or one of the two is no administrator any more. */
async function nothingChanged(c: Ctx, { id }: MemberRow): Promise<Response> {
  await recordRefusedWrite(c, 'break-glass-unchanged', id);
  const sentence = 'The list, or somebody’s role, was changed in the same moment. Look at the list as it is now.';
  return conflictPage(c, 'The list was not changed', sentence, { href: BREAK_GLASS, text: 'See the list' });
}
