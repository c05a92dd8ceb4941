import { addPasskey } from '@doorstep/server/actions/add-passkey';
import type { Deps } from '@doorstep/server/actions/deps';
import { signInByPasskey } from '@doorstep/server/actions/passkey-sign-in';
import { type AskedCode, sendGuestCode } from '@doorstep/server/actions/send-guest-code';
import { finishSignIn } from '@doorstep/server/actions/sign-in';
import { signInByCode } from '@doorstep/server/actions/verify-guest-code';
import { composeDeps } from '@doorstep/server/compose';
import { guestCodeOf } from '@doorstep/server/identity/guest-code';
import { newToken } from '@doorstep/server/identity/tokens';
import { noTrace } from '@doorstep/server/store/audit';
import type { InvitationId } from '@doorstep/shared/ids';
import { makePasskey, type SoftPasskey, usePasskey } from '../soft-authenticator.ts';
import { type Line, type Measure, rate } from './report.ts';
import { inTurns, p99 } from './rounds.ts';
import { addressOf, configOf, inviteMany, openSeeded, seedWorkspace, somebody, TENANT } from './seeded.ts';

const AT_ONCE = [1, 32];
const ROUNDS = 3;
const A_ROUND = 320;
const URL_OF_ALL = 'http://localhost:3000';
const GUESTS_AT = 'fabrikam.example';

/**
 * In this process: a guest who redeems by a mailed code, and one who comes back by a passkey (an answer of an authenticator in software, made
 * before the clock starts). The floor: a member's whole sign-in that redeems, from the moment in which the provider has told who it is.
 */
export const guestSignIn: Measure = {
  title: 'Guest sign-in, beside a member’s',
  async run() {
    const seed = await seedWorkspace();
    const perRound = AT_ONCE.length * ROUNDS * A_ROUND;
    const members = (await inviteMany(seed.dataDir, seed.administrator, perRound)).map((id, at) => ({ id, number: at + 1 }));
    const guests = await inviteMany(seed.dataDir, seed.administrator, perRound + A_ROUND, guestAddressOf);
    const workspace = await openSeeded(seed.dataDir);
    const composed = composeDeps(configOf(seed.dataDir, URL_OF_ALL), {
      ...workspace,
      log: () => {},
      now: Date.now,
      nudge: () => {},
    });
    const deps = { ...(await composed.current()), tenantId: TENANT };

    const passkeys = await withPasskeys(deps, guests.splice(perRound));
    const codes = await inOrder(guests, (invitationId, at) => mailedCode(deps, invitationId, at + 1));
    const lines: Line[] = [];
    for (const atOnce of AT_ONCE) {
      const waits: Record<'code' | 'passkey', number[]> = { code: [], passkey: [] };
      const rates = await inTurns(
        {
          member: () => perSecond(atOnce, members.splice(0, A_ROUND), ({ id, number }) => memberSignsIn(deps, id, number)),
          code: () => perSecond(atOnce, codes.splice(0, A_ROUND), (code) => codeSignsIn(deps, code), waits.code),
          passkey: () => perSecond(atOnce, passkeys.map(answered), (answer) => passkeySignsIn(deps, answer), waits.passkey),
        },
        ROUNDS,
      );
      const slowest = (name: 'code' | 'passkey') => `, p99 ${p99(waits[name]).toFixed(1)} ms`;
      lines.push(
        rate(`${atOnce} at once: code`, rates.code, rates.member, '', slowest('code')),
        rate(`${atOnce} at once: passkey`, rates.passkey, rates.member, '', slowest('passkey')),
      );
    }
    await workspace.close();
    await seed.remove();
    return lines;
  },
};

const guestAddressOf = (number: number): string => `person-${number}@${GUESTS_AT}`;
const nothing = { setsUp: false, isFresh: false, inConnectWindow: false, endsSession: null, providerSessionId: null };

async function memberSignsIn(deps: Deps, invitationId: InvitationId, number: number): Promise<boolean> {
  const { now, ...who } = somebody(number);
  const presented = { invitationId, generation: 1, asksForNew: false };
  const identity = { ...who, trustedAddresses: [addressOf(number)] };
  return (await finishSignIn(deps, identity, { ...nothing, presented }, noTrace, now)).outcome === 'member';
}

async function mailedCode(deps: Deps, invitationId: InvitationId, number: number): Promise<AskedCode> {
  const invitation = { id: invitationId, generation: 1, asksForNew: false };
  const sent = await sendGuestCode(deps, { address: guestAddressOf(number), invitation, previous: null }, noTrace, Date.now());
  if (sent.outcome !== 'sent') throw new Error(`a code of the bench was not sent: ${sent.outcome}`);
  return sent.code;
}

async function codeSignsIn(deps: Deps, code: AskedCode): Promise<boolean> {
  const result = await signInByCode(deps, code, guestCodeOf(deps.keys, code.id), null, noTrace, Date.now());
  return result.outcome === 'right' && result.signIn.outcome === 'member';
}

type Answer = { challenge: string; answer: string };
const answered = (passkey: SoftPasskey): Answer => {
  const challenge = newToken();
  return { challenge, answer: usePasskey(passkey, { challenge, rpId: 'localhost' }, URL_OF_ALL) };
};

const passkeySignsIn = async (deps: Deps, answer: Answer): Promise<boolean> =>
  (await signInByPasskey(deps, { ...answer, endsSession: null }, noTrace, Date.now())).outcome === 'member';

/** Guests who have come in by a code, each with a passkey. */
const withPasskeys = (deps: Deps, invitations: InvitationId[]): Promise<SoftPasskey[]> =>
  inOrder(invitations, async (invitationId, at) => {
    const code = await mailedCode(deps, invitationId, AT_ONCE.length * ROUNDS * A_ROUND + at + 1);
    const result = await signInByCode(deps, code, guestCodeOf(deps.keys, code.id), null, noTrace, Date.now());
    if (result.outcome !== 'right' || result.signIn.outcome !== 'member') throw new Error('a guest of the bench did not come in');
    const { memberId } = result.signIn;
    const challenge = newToken();
    const user = { id: Buffer.from(memberId).toString('base64url') };
    const { passkey, answer } = makePasskey({ challenge, rp: { id: 'localhost' }, user }, URL_OF_ALL);
    const added = await addPasskey(deps, { memberId, challenge, answer, name: 'Bench' }, noTrace, Date.now());
    if (added.outcome !== 'added') throw new Error(`a passkey of the bench was not added: ${added.outcome}`);
    return passkey;
  });

async function inOrder<From, To>(all: readonly From[], make: (one: From, at: number) => Promise<To>): Promise<To[]> {
  const made: To[] = [];
  for (const [at, one] of all.entries()) made.push(await make(one, at));
  return made;
}

/** Sign-ins per second, `atOnce` under way at any moment. Throws when one did not get in. */
async function perSecond<One>(
  atOnce: number,
  all: One[],
  signIn: (one: One) => Promise<boolean>,
  waits: number[] = [],
): Promise<number> {
  const { length } = all;
  const began = performance.now();
  const worker = async () => {
    for (let one = all.pop(); one !== undefined; one = all.pop()) {
      const from = performance.now();
      if (!(await signIn(one))) throw new Error('a sign-in of the bench did not get in');
      waits.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return (length * 1000) / (performance.now() - began);
}
