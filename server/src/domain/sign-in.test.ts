import type { AccessRequestId, InvitationId, MemberId } from '@doorstep/shared/ids';
import { DAY, HOUR } from '@doorstep/shared/time';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Identity } from './identity.ts';
import type { KnownInvitation } from './invitation.ts';
import { defaultSettings, quietAfterDenial } from './settings.ts';
import { type Denial, decideSignIn, isIn, type KnownMember, type OpenRequest, type SignIn } from './sign-in.ts';
import { mia } from './testing/people.ts';

// The table of DESIGN.md, section 4, row by row, and what happens where two rows meet.

const NOW = Date.UTC(2026, 10, 23, 12);
const unproven: Identity = { ...mia, addressIsTrusted: false, trustedAddresses: [] };
const eve: Identity = { ...mia, objectId: 'eve', address: 'eve@contoso.example', trustedAddresses: ['eve@contoso.example'] };
/** Proven by the directory, while the account says something else. */
const listed: Identity = { ...mia, address: 'says@contoso.example', addressIsTrusted: false };
const tom: Identity = { ...mia, objectId: 'tom', guestOf: 'fabrikam' };

const anInvitation = (facts: Partial<KnownInvitation> = {}): KnownInvitation => ({
  id: 'inv_1' as InvitationId,
  state: 'pending',
  generation: 2,
  sentAt: NOW - DAY,
  expiresAt: NOW + 6 * DAY,
  role: 'member',
  address: 'mia@contoso.example',
  boundTo: null,
  accessRequestId: null,
  inviterId: 'mem_sam' as MemberId,
  ...facts,
});
const presented = (facts: Partial<KnownInvitation> = {}, generation = 2, asksForNew = false) => ({
  presented: { invitation: anInvitation(facts), generation, asksForNew },
});
const asking = (facts: Partial<KnownInvitation> = {}) => presented(facts, 2, true);
const aMember = (facts: Partial<KnownMember> = {}) => ({
  member: {
    id: 'mem_mia' as MemberId,
    state: 'active',
    stateAt: NOW - 2 * DAY,
    role: 'member',
    accessUntil: null,
    ...facts,
  } as KnownMember,
});
const openRequest = { openRequest: { id: 'req_1' as AccessRequestId, why: 'no-invitation', invitationId: null } as OpenRequest };
const aDenial = (decidedAt: number): { lastDenial: Denial } => ({ lastDenial: { decidedAt, reason: 'Not now' } });
const admission = { ruleId: 'rul_1' };
const bound = (facts: Partial<KnownInvitation> = {}) => ({
  bound: anInvitation({ id: 'inv_bound' as InvitationId, boundTo: mia, ...facts }),
});

const signIn = (facts: Partial<SignIn> = {}) =>
  decideSignIn(
    {
      who: mia,
      member: null,
      presented: null,
      bound: null,
      openRequest: null,
      lastDenial: null,
      setsUp: false,
      hasAdministrator: true,
      inDirectory: null,
      admission: null,
      ...facts,
    },
    defaultSettings,
    NOW,
  );

describe('set-up', () => {
  test('the set-up link makes the first administrator', () => {
    expect(signIn({ setsUp: true, hasAdministrator: false })).toEqual({ outcome: 'becomes-administrator' });
  });
  test('SES-16: it is worth nothing once there is an administrator', () => {
    expect(signIn({ setsUp: true })).toMatchObject({ outcome: 'knock' });
  });
  test('it lifts no suspension', () => {
    expect(signIn({ setsUp: true, hasAdministrator: false, ...aMember({ state: 'suspended' }) })).toMatchObject({
      outcome: 'refused',
    });
  });
});

describe('members', () => {
  test('an active member is signed in', () => {
    expect(signIn(aMember())).toMatchObject({ outcome: 'signed-in', unspent: null });
  });
  test('an invitation that a member opens stays unspent, and the page is told', () => {
    expect(signIn({ ...aMember(), ...presented() })).toMatchObject({ outcome: 'signed-in', unspent: 'inv_1' });
    expect(signIn({ ...aMember(), ...presented({ state: 'revoked' }) })).toMatchObject({ outcome: 'signed-in', unspent: null });
  });
  test.each([
    ['nothing', {}],
    ['a good link', presented()],
    ['a bound invitation', bound()],
    ['an approval', bound({ accessRequestId: 'req_1' })],
  ])('a suspended member is refused, with %s too', (_, facts) => {
    expect(signIn({ ...facts, ...aMember({ state: 'suspended' }) })).toEqual({ outcome: 'refused', because: 'suspended' });
  });
  test('access ends in its millisecond, by the clock alone', () => {
    expect(signIn(aMember({ accessUntil: NOW + 1 }))).toMatchObject({ outcome: 'signed-in' });
    expect(signIn(aMember({ accessUntil: NOW }))).toEqual({ outcome: 'refused', because: 'access-ended' });
  });
  test('INV-25: a removed member may not knock', () => {
    expect(signIn(aMember({ state: 'removed' }))).toEqual({ outcome: 'refused', because: 'removed' });
    expect(signIn({ ...aMember({ state: 'removed' }), ...presented({}, 2), who: unproven })).toEqual({
      outcome: 'refused',
      because: 'removed',
    });
    expect(signIn({ ...aMember({ state: 'removed' }), ...asking({ expiresAt: NOW }) })).toEqual({
      outcome: 'refused',
      because: 'removed',
    });
  });
  test('INV-25: only what was sent after the removal brings back, by link or by identity', () => {
    const removed = (at: number) => aMember({ state: 'removed', stateAt: at });
    const sentAt = NOW - DAY;
    expect(signIn({ ...removed(sentAt - 1), ...presented() })).toMatchObject({ outcome: 'redeem' });
    expect(signIn({ ...removed(sentAt), ...presented() })).toEqual({ outcome: 'refused', because: 'removed' });
    expect(signIn({ ...removed(sentAt - 1), ...bound() })).toMatchObject({ outcome: 'accept' });
    expect(signIn({ ...removed(sentAt), ...bound({ accessRequestId: 'req_1' }) })).toEqual({
      outcome: 'refused',
      because: 'removed',
    });
  });
  test('whose access has ended comes back by an invitation sent after its end', () => {
    const ended = (accessUntil: number) => aMember({ accessUntil });
    expect(signIn({ ...ended(NOW - 2 * DAY), ...presented() })).toMatchObject({ outcome: 'redeem' });
    expect(signIn({ ...ended(NOW - HOUR), ...presented() })).toEqual({ outcome: 'refused', because: 'access-ended' });
  });
});

describe('an invitation presented with its right key', () => {
  test('for a trusted address it is redeemed', () => {
    expect(signIn(presented())).toMatchObject({ outcome: 'redeem', generation: 2 });
  });
  test('INV-09: until its last millisecond', () => {
    expect(signIn(presented({ expiresAt: NOW + 1 }))).toMatchObject({ outcome: 'redeem' });
    expect(signIn(presented({ expiresAt: NOW }))).toMatchObject({ outcome: 'expired' });
  });
  test('bound to the identity it is redeemed, whatever the address', () => {
    expect(signIn({ ...presented({ boundTo: mia, address: 'old@contoso.example' }), who: unproven })).toMatchObject({
      outcome: 'redeem',
    });
  });
  test('INV-13: a superseded key is named as such', () => {
    expect(signIn(presented({}, 1))).toEqual({ outcome: 'superseded', resentAt: NOW - DAY });
  });
  test.each(['redeemed', 'revoked', 'declined'] as const)('%s it is closed, whoever comes', (state) => {
    for (const who of [mia, unproven, eve])
      expect(signIn({ ...presented({ state }), who })).toEqual({ outcome: 'closed', state });
  });
  test('expired it ends; *Ask for a new one* makes a request that renews it', () => {
    expect(signIn(presented({ expiresAt: NOW }))).toMatchObject({ outcome: 'expired' });
    for (const who of [mia, unproven])
      expect(signIn({ ...asking({ expiresAt: NOW }), who })).toEqual({
        outcome: 'knock',
        why: 'invitation-expired',
        invitationId: 'inv_1',
      });
    expect(signIn({ ...asking({ expiresAt: NOW }), who: eve })).toEqual({
      outcome: 'knock',
      why: 'other-account',
      invitationId: 'inv_1',
    });
  });
  test('ENT-41: an address that is not proven asks, and the request names the invitation', () => {
    expect(signIn({ ...presented(), who: unproven })).toEqual({
      outcome: 'knock',
      why: 'address-not-proven',
      invitationId: 'inv_1',
    });
  });
  test('INV-02: another account is told so, with or without a request of its own', () => {
    expect(signIn({ ...presented(), who: eve })).toMatchObject({ outcome: 'someone-else' });
    expect(signIn({ ...presented(), who: eve, ...openRequest })).toMatchObject({ outcome: 'someone-else' });
    expect(signIn({ ...presented({ boundTo: eve }), who: mia })).toMatchObject({ outcome: 'someone-else' });
  });
  test('who waits already stays on the waiting page, about the invitation now', () => {
    expect(signIn({ ...presented(), who: unproven, ...openRequest })).toEqual({
      outcome: 'waiting',
      request: openRequest.openRequest,
      becomes: { why: 'address-not-proven', invitationId: 'inv_1' },
    });
  });
  test('INV-27: with a trusted address an open request is no obstacle, nor is a denial', () => {
    expect(signIn({ ...presented(), ...openRequest, ...aDenial(NOW - 1) })).toMatchObject({ outcome: 'redeem' });
  });
});

describe('without a link', () => {
  test('what an approval made for this identity is redeemed at once', () => {
    expect(signIn(bound({ accessRequestId: 'req_1' }))).toMatchObject({ outcome: 'redeem', generation: 2 });
  });
  test('what is bound to the object id is offered', () => {
    expect(signIn(bound())).toMatchObject({ outcome: 'accept' });
    expect(signIn({ ...bound(), ...openRequest, ...aDenial(NOW - 1) })).toMatchObject({ outcome: 'accept' });
  });
  test('REQ-01: a stranger of the tenant knocks', () => {
    expect(signIn()).toEqual({ outcome: 'knock', why: 'no-invitation', invitationId: null });
  });
  test('REQ-02: knocking again adds nothing', () => {
    expect(signIn(openRequest)).toEqual({ outcome: 'waiting', request: openRequest.openRequest, becomes: null });
  });
  test('an open request about an invitation stays about it when its person comes without the link', () => {
    const about = { ...openRequest.openRequest, why: 'address-not-proven' as const, invitationId: 'inv_1' as InvitationId };
    expect(signIn({ openRequest: about })).toEqual({ outcome: 'waiting', request: about, becomes: null });
    expect(signIn({ ...presented(), who: unproven, openRequest: about })).toEqual({
      outcome: 'waiting',
      request: about,
      becomes: null,
    });
  });
  test('REQ-09: for seven days after a denial there is a quiet page, then one may knock', () => {
    expect(signIn(aDenial(NOW - 7 * DAY + 1))).toMatchObject({ outcome: 'denied', until: NOW + 1 });
    expect(signIn(aDenial(NOW - 7 * DAY))).toMatchObject({ outcome: 'knock' });
  });
  test('the policy says who may knock', () => {
    const rules = { ...defaultSettings, whoMayKnock: { members: true, tenantGuests: false } };
    const at = {
      who: tom,
      member: null,
      presented: null,
      bound: null,
      openRequest: null,
      lastDenial: null,
      setsUp: false,
      hasAdministrator: true,
      inDirectory: null,
      admission: null,
    };
    expect(decideSignIn(at, rules, NOW)).toEqual({ outcome: 'refused', because: 'guests-not-allowed' });
    expect(decideSignIn({ ...at, who: mia }, rules, NOW)).toMatchObject({ outcome: 'knock' });
    expect(decideSignIn(at, defaultSettings, NOW)).toMatchObject({ outcome: 'knock' });
  });
});

describe('the directory', () => {
  const lost = ['disabled', 'gone'] as const;
  test.each(lost)('ENT-63: a stranger whom it calls %s is refused, whatever they bring', (inDirectory) => {
    for (const facts of [
      {},
      presented(),
      bound(),
      bound({ accessRequestId: 'req_1' }),
      openRequest,
      aDenial(NOW - 1),
      { admission },
    ])
      expect(signIn({ ...facts, inDirectory })).toEqual({ outcome: 'refused', because: 'disabled-in-directory' });
  });
  test.each(lost)('a member whom it calls %s is in until suspended; who has left is told so', (inDirectory) => {
    expect(signIn({ ...aMember(), inDirectory })).toMatchObject({ outcome: 'signed-in' });
    expect(signIn({ ...aMember({ state: 'suspended' }), inDirectory })).toEqual({ outcome: 'refused', because: 'suspended' });
    expect(signIn({ ...aMember({ state: 'removed', stateAt: 0 }), ...presented(), inDirectory })).toEqual({
      outcome: 'refused',
      because: 'removed',
    });
  });
  test('ENT-40: an address that only the directory proves redeems, whatever the account says of itself', () => {
    expect(signIn({ ...presented(), who: listed })).toMatchObject({ outcome: 'redeem' });
    expect(signIn({ ...presented({ address: 'says@contoso.example' }), who: listed })).toMatchObject({
      outcome: 'knock',
      why: 'address-not-proven',
    });
  });
});

describe('an admission rule', () => {
  test('lets in who would knock, or waits', () => {
    for (const facts of [{}, openRequest, { ...presented(), who: unproven }, aDenial(NOW - 7 * DAY), asking({ expiresAt: NOW })])
      expect(signIn({ ...facts, admission })).toEqual({ outcome: 'admit', ruleId: 'rul_1' });
  });
  test.each([
    ['brings no member back who was removed', aMember({ state: 'removed' }), 'refused'],
    ['nor suspended', aMember({ state: 'suspended' }), 'refused'],
    ['nor whose access has ended', aMember({ accessUntil: NOW }), 'refused'],
    ['overrules no denial', aDenial(NOW - 1), 'denied'],
    ['overrules no denial of who asks again', { ...aDenial(NOW - 1), ...openRequest }, 'waiting'],
    ['lets nobody in who holds the link of somebody else', { ...presented(), who: eve }, 'someone-else'],
    ['nor who asks for a new one of it', { ...asking({ expiresAt: NOW }), who: eve }, 'knock'],
    ['leaves an invitation its turn', presented(), 'redeem'],
    ['or offers it', bound(), 'accept'],
  ])('%s', (_, facts, outcome) => {
    expect(signIn({ ...facts, admission })).toMatchObject({ outcome });
  });
});

describe('in any combination', () => {
  const time = fc.integer({ min: NOW - 10 * DAY, max: NOW + 10 * DAY });
  const invitation = fc.record({
    id: fc.constant('inv_1' as InvitationId),
    state: fc.constantFrom('pending', 'redeemed', 'revoked', 'declined'),
    generation: fc.integer({ min: 1, max: 3 }),
    sentAt: time,
    expiresAt: time,
    role: fc.constant('member'),
    address: fc.constantFrom('mia@contoso.example', 'MIA@contoso.example', 'eve@contoso.example', null),
    boundTo: fc.constantFrom(null, mia, eve),
    accessRequestId: fc.constantFrom(null, 'req_1'),
    inviterId: fc.constant(null),
  }) as fc.Arbitrary<KnownInvitation>;
  const situation = fc.record({
    who: fc.constantFrom(mia, unproven, eve, tom, { ...mia, address: null, trustedAddresses: [] }, listed),
    member: fc.option(
      fc.record({
        id: fc.constant('mem_mia' as MemberId),
        state: fc.constantFrom('active' as const, 'suspended' as const, 'removed' as const),
        stateAt: time,
        role: fc.constant('member' as const),
        accessUntil: fc.option(time),
      }),
    ),
    presented: fc.option(fc.record({ invitation, generation: fc.integer({ min: 1, max: 3 }), asksForNew: fc.boolean() })),
    bound: fc.option(invitation.map((one) => ({ ...one, state: 'pending' as const, expiresAt: NOW + DAY }))),
    openRequest: fc.constantFrom(null, openRequest.openRequest),
    lastDenial: fc.option(fc.record({ decidedAt: time, reason: fc.constant(null) })),
    setsUp: fc.boolean(),
    hasAdministrator: fc.boolean(),
    inDirectory: fc.constantFrom(null, 'enabled' as const, 'disabled' as const, 'gone' as const),
    admission: fc.constantFrom(null, { ruleId: 'rul_1' }),
  }) as fc.Arbitrary<SignIn>;

  test('nobody is let in but a member, the first administrator, or by a live invitation that is theirs', () => {
    fc.assert(
      fc.property(situation, (at) => {
        const decision = decideSignIn(at, defaultSettings, NOW);
        if (decision.outcome === 'signed-in') return at.member !== null && isIn(at.member, NOW);
        if (decision.outcome === 'becomes-administrator') return at.setsUp && !at.hasAdministrator;
        if (decision.outcome === 'admit') return at.admission !== null && at.member === null && at.inDirectory !== 'disabled';
        if (decision.outcome !== 'redeem') return true;
        const { invitation: by } = decision;
        const isLive = by.state === 'pending' && by.expiresAt > NOW && at.member?.state !== 'suspended';
        const isTheirs =
          by === at.bound ||
          by.boundTo?.objectId === at.who.objectId ||
          (by.boundTo === null && at.who.trustedAddresses.includes(by.address?.toLowerCase() ?? ''));
        const isAfterLeaving = at.member?.state !== 'removed' || by.sentAt > at.member.stateAt;
        const isKnownToBeGone = at.inDirectory === 'disabled' || at.inDirectory === 'gone';
        return isLive && isTheirs && isAfterLeaving && !isKnownToBeGone && decision.generation >= by.generation;
      }),
      { numRuns: 5_000 },
    );
  });
  test('a request is opened only where none is open, nobody is known, and no denial is fresh', () => {
    fc.assert(
      fc.property(situation, (at) => {
        const decision = decideSignIn(at, defaultSettings, NOW);
        if (decision.outcome !== 'knock') return true;
        const isQuiet = at.lastDenial !== null && NOW < at.lastDenial.decidedAt + quietAfterDenial(defaultSettings);
        return (
          at.openRequest === null &&
          at.member === null &&
          !isQuiet &&
          (decision.why === 'no-invitation') === (decision.invitationId === null)
        );
      }),
      { numRuns: 5_000 },
    );
  });
});
