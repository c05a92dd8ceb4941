import type { InvitationId } from '@doorstep/shared/ids';
import { DAY } from '@doorstep/shared/time';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldTrusted } from './identity.ts';
import type { KnownInvitation } from './invitation.ts';
import { addressed, decideRedemption, decideUsable } from './redemption.ts';
import { mia } from './testing/people.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const forMia: KnownInvitation = {
  id: 'inv_1' as InvitationId,
  state: 'pending',
  generation: 2,
  sentAt: NOW - DAY,
  expiresAt: NOW + 6 * DAY,
  role: 'member',
  address: 'mia@contoso.example',
  boundTo: null,
  accessRequestId: null,
  inviterId: null,
};

test('the addressee with a trusted address redeems', () => {
  expect(decideRedemption(forMia, 2, mia, NOW)).toEqual({ outcome: 'redeem' });
});

test('closed comes before superseded, superseded before expired: each says the last thing that happened', () => {
  expect(decideUsable({ ...forMia, state: 'revoked', expiresAt: 0 }, 1, NOW)).toEqual({ outcome: 'closed', state: 'revoked' });
  expect(decideUsable({ ...forMia, expiresAt: NOW }, 1, NOW)).toEqual({ outcome: 'superseded', resentAt: NOW - DAY });
  expect(decideUsable({ ...forMia, expiresAt: NOW }, 2, NOW)).toEqual({ outcome: 'expired', at: NOW });
  expect(decideUsable({ ...forMia, expiresAt: NOW + 1 }, 2, NOW)).toEqual({ outcome: 'usable' });
});

test.each([
  ['MIA@Contoso.Example', 'redeem'],
  ['mia@contoso.example ', 'redeem'],
  ['mia+x@contoso.example', 'someone-else'],
  ['m.ia@contoso.example', 'someone-else'],
  ['mia@evilcontoso.example', 'someone-else'],
  ['mia@contoso.example.evil', 'someone-else'],
  ['mia@c\u043Entoso.example', 'someone-else'],
  ['m\u0131a@contoso.example', 'someone-else'],
  ['\uFF4Dia@contoso.example', 'someone-else'],
])('INV-29: an invitation for %j is for mia@contoso.example: %s', (address, outcome) => {
  expect(addressed({ ...forMia, address }, mia)).toBe(outcome);
});

test('INV-29: the Kelvin sign is no k, and Turkish dots do not fold', () => {
  expect(
    addressed({ ...forMia, address: 'kim@contoso.example' }, { ...mia, trustedAddresses: ['\u212Aim@contoso.example'] }),
  ).toBe('someone-else');
  expect(
    addressed({ ...forMia, address: 'ilse@contoso.example' }, { ...mia, trustedAddresses: ['\u0130lse@contoso.example'] }),
  ).toBe('someone-else');
});

test('ENT-41: a matching address that nobody proved does not redeem', () => {
  expect(addressed(forMia, { ...mia, addressIsTrusted: false, trustedAddresses: [] })).toBe('address-not-proven');
});

test('ENT-38: a bound invitation looks at the object id of its tenant alone', () => {
  const bound = { ...forMia, boundTo: { tenantId: 'contoso', objectId: 'mia' } };
  expect(addressed(bound, { ...mia, address: null, trustedAddresses: [] })).toBe('redeem');
  expect(addressed(bound, { ...mia, objectId: 'eve' })).toBe('someone-else');
  expect(addressed(bound, { ...mia, tenantId: 'northwind' })).toBe('someone-else');
});

test('ENT-44: Exchange writes SMTP: before an address; case does not matter, dots and tags do', () => {
  const listed = ['SMTP:Mia@Contoso.Example', 'smtp:mia.novak@contoso.example'].map(foldTrusted);
  const who = { ...mia, address: null, trustedAddresses: listed };
  expect(addressed(forMia, who)).toBe('redeem');
  expect(addressed({ ...forMia, address: 'SMTP:MIA@contoso.example' }, who)).toBe('redeem');
  expect(addressed({ ...forMia, address: 'mia.novak@contoso.example' }, who)).toBe('redeem');
  for (const address of ['mianovak@contoso.example', 'mia+x@contoso.example', 'm.ia@contoso.example'])
    expect(addressed({ ...forMia, address }, who)).toBe('someone-else');
});

test('without an address on either side nobody matches', () => {
  expect(addressed({ ...forMia, address: null }, mia)).toBe('someone-else');
  expect(addressed(forMia, { ...mia, address: null, trustedAddresses: [] })).toBe('someone-else');
  expect(addressed({ ...forMia, address: '' }, { ...mia, address: '', trustedAddresses: [] })).toBe('someone-else');
});

test('an invitation that is not usable is redeemed by nobody', () => {
  const time = fc.integer({ min: NOW - DAY, max: NOW + DAY });
  const state = fc.constantFrom('pending' as const, 'redeemed' as const, 'revoked' as const, 'declined' as const);
  fc.assert(
    fc.property(
      state,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      time,
      fc.boolean(),
      (state, generation, held, expiresAt, trusted) => {
        const invitation = { ...forMia, state, generation, expiresAt };
        const who = { ...mia, trustedAddresses: trusted ? mia.trustedAddresses : [] };
        const isRedeemed = decideRedemption(invitation, held, who, NOW).outcome === 'redeem';
        return isRedeemed === (state === 'pending' && held >= generation && expiresAt > NOW && trusted);
      },
    ),
  );
});
