import type { MemberId } from '@doorstep/shared/ids';
import { DAY } from '@doorstep/shared/time';
import { expect, test } from 'vitest';
import { guestIdentity } from './guest.ts';
import { mayHavePasskeys } from './passkey.ts';
import { defaultSettings } from './settings.ts';
import { decideSignIn, type KnownMember, type SignIn } from './sign-in.ts';
import { mia } from './testing/people.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const listed: KnownMember = {
  id: 'mem_mia' as MemberId,
  state: 'active',
  stateAt: NOW - DAY,
  role: 'administrator',
  accessUntil: null,
  breaksGlass: true,
};
const byPasskey = (member: Partial<KnownMember>, facts: Partial<SignIn> = {}, forcesSso = false) =>
  decideSignIn(
    {
      who: mia,
      member: { ...listed, ...member },
      presented: null,
      bound: null,
      openRequest: null,
      lastDenial: null,
      setsUp: false,
      method: 'passkey',
      hasAdministrator: true,
      inDirectory: null,
      admission: null,
      ...facts,
    },
    { ...defaultSettings, forcesSso },
    NOW,
  );

test('guests and administrators of the break-glass list may have passkeys, nobody else', () => {
  const may = (tenantId: string, role: KnownMember['role'], breaksGlass: boolean) =>
    mayHavePasskeys({ tenantId, role, breaksGlass });
  expect(may('guest', 'member', false)).toBe(true);
  expect(may('contoso', 'administrator', true)).toBe(true);
  expect(may('contoso', 'administrator', false)).toBe(false);
  expect(may('contoso', 'member', true)).toBe(false);
});

test('an administrator of the list comes in by a passkey, whether or not SSO is forced', () => {
  expect(byPasskey({})).toMatchObject({ outcome: 'signed-in' });
  expect(byPasskey({}, {}, true)).toMatchObject({ outcome: 'signed-in' });
});

test('off the list, or no administrator any more: refused by a passkey, let in by the provider', () => {
  for (const member of [{ breaksGlass: false }, { role: 'member' }] as const) {
    expect(byPasskey(member)).toEqual({ outcome: 'refused', because: 'not-break-glass' });
    expect(byPasskey(member, { method: 'provider' })).toMatchObject({ outcome: 'signed-in' });
  }
});

test('DIR-01: a guest’s passkey opens the door unless SSO is forced', () => {
  const who = guestIdentity('gst_1', 'jo@fabrikam.example', null);
  const guest = { role: 'member', breaksGlass: false } as const;
  expect(byPasskey(guest, { who })).toMatchObject({ outcome: 'signed-in' });
  expect(byPasskey(guest, { who }, true)).toEqual({ outcome: 'refused', because: 'guests-not-allowed' });
});

test('a passkey of the list brings nobody back who was suspended, removed, or whose access has ended', () => {
  expect(byPasskey({ state: 'suspended' })).toEqual({ outcome: 'refused', because: 'suspended' });
  expect(byPasskey({ state: 'removed' })).toEqual({ outcome: 'refused', because: 'removed' });
  expect(byPasskey({ accessUntil: NOW })).toEqual({ outcome: 'refused', because: 'access-ended' });
});
