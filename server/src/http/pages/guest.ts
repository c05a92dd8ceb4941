import { checkAddress } from '@doorstep/shared/email-address';
import { SECOND } from '@doorstep/shared/time';
import { Hono } from 'hono';
import { type AskedCode, type CodeSending, type CodeWanted, sendGuestCode } from '../../actions/send-guest-code.ts';
import type { SignInOutcome } from '../../actions/sign-in.ts';
import { type CodeSignIn, signInByCode } from '../../actions/verify-guest-code.ts';
import { isGuest } from '../../domain/guest.ts';
import { readTypedCode, stateOfCode } from '../../domain/guest-code.ts';
import { maskAddress } from '../../domain/invitation.ts';
import { decideUsable } from '../../domain/redemption.ts';
import { hashToken } from '../../identity/tokens.ts';
import { findAccessRequest } from '../../store/access-request.ts';
import { findGuestCode, type GuestCodeRow } from '../../store/guest-code.ts';
import { findInvitation, knownInvitation } from '../../store/invitation.ts';
import { findAdministratorNames } from '../../store/member.ts';
import { findPasskeysOf } from '../../store/passkey.ts';
import { askedCode, dropAskedCode, putAskedCode, sessionToken } from '../cookies.ts';
import type { Ctx, Env } from '../env.ts';
import { codePage, deadCodePage, guestPage, microsoftInsteadPage, tooManyCodesPage } from '../views/guest.ts';
import { refusedPage } from '../views/refused.ts';
import { readForm } from './form-body.ts';
import { ended } from './invitation-pages.ts';
import { page, shellOf } from './page.ts';
import { answerSignIn } from './sign-in-answer.ts';

/** Where a guest without a passkey lands first. */
const PASSKEY_OFFER = '/welcome/passkeys?offer';

/** Guests come in by a mailed code. Their member is made where it is verified (DESIGN.md, section 4). */
export const guest = new Hono<Env>()
  .get('/guest', async (c) => {
    if (c.var.session?.kind === 'member') return c.redirect('/welcome', 303);
    if (c.var.deps.settings.forcesSso) return closedToGuests(c);
    return page(c, guestPage({ ...(await shellOf(c)), typed: '', errors: [] }));
  })
  .post('/guest', async (c) => {
    const typed = (await readForm(c)).get('address') ?? '';
    const checked = checkAddress(typed);
    if (!('problem' in checked)) return sendCode(c, { address: checked.address, invitation: null });
    const detail = checked.problem === 'is empty' ? 'Please type your e-mail address.' : `This address ${checked.problem}.`;
    return page(c, guestPage({ ...(await shellOf(c)), typed, errors: [{ pointer: '#/address', detail }] }), 422);
  })
  // an approved request waits for its guest: the code goes to the address that asked
  .post('/guest/again', async (c) => {
    const { session, deps } = c.var;
    const isTheirs = session?.kind === 'waiting' && session.requestId !== null && isGuest(session);
    const request = isTheirs ? await findAccessRequest(deps.store, session.requestId!) : null;
    return request?.address ? sendCode(c, { address: request.address, invitation: null }) : c.redirect('/guest', 303);
  })
  .get('/guest/code', async (c) => {
    const code = await codeOfBrowser(c);
    if (!code) return c.redirect(c.var.session?.kind === 'member' ? '/welcome' : '/guest', 303);
    return showCode(c, code);
  })
  .post('/guest/code', async (c) => {
    if (c.var.deps.settings.forcesSso) return closedToGuests(c);
    const asked = await askedCode(c);
    const code = await codeOfBrowser(c);
    if (!asked || !code) return c.redirect('/guest', 303);
    const typed = (await readForm(c)).get('code') ?? '';
    const digits = readTypedCode(typed);
    if (digits === null) return showCode(c, code, typed, 'Please type the six digits of the mail.');
    return answerCode(c, code, typed, await tryCode(c, asked, digits));
  })
  .post('/guest/code/again', async (c) => {
    const asked = await askedCode(c);
    const code = await codeOfBrowser(c);
    if (!asked || !code) return c.redirect('/guest', 303);
    const { invitationId: id, generation } = code;
    if (id === null) return sendCode(c, { address: code.address, invitation: null });
    return sendCodeFor(c, { id, generation: generation!, asksForNew: asked.asksForNew });
  });

/** To the addressee of an invitation whose right key was presented, while it is good, or has ended and a new one is asked for. */
export async function sendCodeFor(c: Ctx, invitation: NonNullable<CodeWanted['invitation']>): Promise<Response> {
  const row = await findInvitation(c.var.deps.store, invitation.id);
  if (!row) return c.redirect('/guest', 303);
  const usable = decideUsable(knownInvitation(row), invitation.generation, c.var.now);
  const asksForNew = usable.outcome === 'expired' && invitation.asksForNew;
  if (usable.outcome !== 'usable' && !asksForNew) return ended(c, row, usable);
  return sendCode(c, { address: row.address ?? '', invitation: { ...invitation, asksForNew } });
}

/** Asks for a code in this browser and answers the same to everybody (MAIL-09). */
async function sendCode(c: Ctx, wanted: Omit<CodeWanted, 'previous'>): Promise<Response> {
  const previous = await askedCode(c);
  const sending = await sendGuestCode(c.var.deps, { ...wanted, previous }, c.var.trace, c.var.now);
  if (sending.outcome === 'sent') await putAskedCode(c, sending.code);
  return answerSending(c, sending, wanted.invitation?.id ?? null);
}

async function answerSending(c: Ctx, sending: CodeSending, invitationId: string | null): Promise<Response> {
  switch (sending.outcome) {
    case 'sent':
      return c.redirect('/guest/code', 303);
    case 'too-many':
      return tooMany(c, sending.againAt);
    case 'microsoft':
      return microsoftInstead(c, invitationId);
    case 'closed-to-guests':
      return closedToGuests(c);
    default:
      return sending satisfies never;
  }
}

async function tryCode(c: Ctx, asked: AskedCode, digits: string): Promise<CodeSignIn> {
  const token = sessionToken(c);
  return signInByCode(c.var.deps, asked, digits, token ? hashToken(token) : null, c.var.trace, c.var.now);
}

async function answerCode(c: Ctx, code: GuestCodeRow, typed: string, result: CodeSignIn): Promise<Response> {
  switch (result.outcome) {
    case 'right':
      dropAskedCode(c);
      return arrive(c, code, result.signIn);
    case 'wrong':
      return showCode(
        c,
        code,
        typed,
        `That is not the code. ${result.triesLeft === 1 ? 'One try is' : `${result.triesLeft} tries are`} left.`,
      );
    case 'dead':
      return c.var.session?.kind === 'member' && result.because === 'used'
        ? c.redirect('/welcome', 303)
        : showDead(c, code, result.because);
    case 'too-many':
      return tooMany(c, result.againAt);
    case 'not-asked':
      return c.redirect('/guest', 303);
    case 'microsoft':
      return microsoftInstead(c, code.invitationId);
    default:
      return result satisfies never;
  }
}

/** As everywhere; whoever is in and has no passkey is offered one. */
async function arrive(c: Ctx, code: GuestCodeRow, outcome: SignInOutcome): Promise<Response> {
  if (outcome.outcome === 'refused') return refused(c, outcome.because);
  if (outcome.outcome === 'closed' || outcome.outcome === 'superseded') {
    return ended(c, (await findInvitation(c.var.deps.store, code.invitationId!))!, outcome);
  }
  if (outcome.outcome !== 'member') return answerSignIn(c, outcome, null);
  const hasPasskey = (await findPasskeysOf(c.var.deps.store, outcome.memberId)).length > 0;
  return answerSignIn(c, outcome, hasPasskey ? null : PASSKEY_OFFER);
}

/** The code that this browser asked for last. */
async function codeOfBrowser(c: Ctx): Promise<GuestCodeRow | null> {
  const asked = await askedCode(c);
  return asked && findGuestCode(c.var.deps.store, asked.id, hashToken(asked.token));
}

async function showCode(c: Ctx, code: GuestCodeRow, typed = '', problem: string | null = null): Promise<Response> {
  if (c.var.deps.settings.forcesSso) return closedToGuests(c);
  const state = stateOfCode(code, c.var.now);
  if (state !== 'good' && problem === null) return showDead(c, code, state);
  const errors = problem === null ? [] : [{ pointer: '#/code', detail: problem }];
  const facts = { maskedAddress: maskAddress(code.address), endsAt: code.endsAt, invitationId: code.invitationId };
  return page(c, codePage({ ...(await shellOf(c)), ...facts, typed, errors }), problem === null ? 200 : 422);
}

const showDead = async (c: Ctx, code: GuestCodeRow, because: 'used' | 'run-out' | 'tried-out'): Promise<Response> =>
  page(
    c,
    deadCodePage({ ...(await shellOf(c)), because, maskedAddress: maskAddress(code.address), invitationId: code.invitationId }),
    410,
  );

/** RFC 6585, section 4. */
async function tooMany(c: Ctx, againAt: number): Promise<Response> {
  c.header('Retry-After', String(Math.max(1, Math.ceil((againAt - c.var.now) / SECOND))));
  return c.html(tooManyCodesPage({ ...(await shellOf(c)), againAt }), 429);
}

const microsoftInstead = async (c: Ctx, invitationId: string | null): Promise<Response> =>
  page(c, microsoftInsteadPage({ ...(await shellOf(c)), invitationId }), 403);

const closedToGuests = (c: Ctx): Promise<Response> => refused(c, 'guests-not-allowed');

async function refused(c: Ctx, because: Extract<SignInOutcome, { outcome: 'refused' }>['because']): Promise<Response> {
  const askWhom = await findAdministratorNames(c.var.deps.store, c.var.now);
  return page(c, refusedPage({ ...(await shellOf(c)), because, askWhom, signedInAs: null, isGuest: true }), 403);
}
