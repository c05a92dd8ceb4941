import { DAY } from '@doorstep/shared/time';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guestEndProblem, guestTerms } from './guest.ts';
import { type Invitee, type KnownPerson, nobodyNamed, personOfAddress, planPeople } from './invitation.ts';
import { defaultSettings, type Settings } from './settings.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const forced: Settings = { ...defaultSettings, forcesSso: true };
const ending: Settings = { ...defaultSettings, guestEnd: { days: 90, isCompulsory: true } };

const invitee = (recipient: number, isGuest: boolean): Invitee => {
  const address = `person-${recipient}@${isGuest ? 'elsewhere' : 'contoso'}.example`;
  return { recipient, person: personOfAddress(address), address, user: null, isGuest, ...(isGuest && { remark: 'guest' }) };
};
const planned = (settings: Settings, isGuest: boolean, wished: Parameters<typeof guestTerms>[1], known?: KnownPerson) => {
  const one = invitee(0, isGuest);
  const people = new Map(known ? [[one.person!, known]] : []);
  return planPeople([one], people, nobodyNamed(), () => guestTerms(settings, wished, NOW))[0]!;
};
const member = { role: 'member', accessUntil: null } as const;

test('DIR-01: SSO forced, a guest is refused and everybody else is not', () => {
  expect(planned(forced, true, member)).toMatchObject({ plan: 'refuse', because: 'guests-not-allowed' });
  expect(planned(forced, false, member)).toMatchObject({ plan: 'invite' });
  expect(planned(forced, false, { ...member, role: 'administrator' })).toMatchObject({ plan: 'invite' });
});

test('DIR-01: a guest is not invited as administrator', () => {
  expect(planned(defaultSettings, true, { ...member, role: 'administrator' }).because).toBe('guest-administrator');
  expect(planned(defaultSettings, true, { ...member, role: 'reader' }).plan).toBe('invite');
});

test('who is in already is told so, whatever is said of guests', () => {
  const known: KnownPerson = { memberState: 'active', name: null, pendingInvitationId: null };
  expect(planned(forced, true, member, known).because).toBe('already-member');
});

test('a guest’s access ends when the settings say so, and the row tells only what was cut', () => {
  const last = NOW + 90 * DAY;
  expect(planned(ending, true, member)).toMatchObject({ plan: 'invite', accessUntil: last, remark: 'guest' });
  expect(planned(ending, true, { ...member, accessUntil: NOW + 1000 * DAY }).accessUntil).toBe(last);
  expect('accessUntil' in planned(ending, true, { ...member, accessUntil: NOW + DAY })).toBe(false);
  expect('accessUntil' in planned(ending, false, member)).toBe(false);
  expect('accessUntil' in planned(defaultSettings, true, member)).toBe(false);
});

test('DIR-01: whatever is wished, no guest gets in while SSO is forced, becomes administrator, or stays longer than allowed', () => {
  const settings = fc.record({ forcesSso: fc.boolean(), days: fc.integer({ min: 1, max: 730 }), isCompulsory: fc.boolean() });
  const wished = fc.record({
    role: fc.constantFrom('member' as const, 'reader' as const, 'administrator' as const),
    accessUntil: fc.option(fc.integer({ min: NOW, max: NOW + 2000 * DAY })),
  });
  fc.assert(
    fc.property(settings, wished, ({ forcesSso, days, isCompulsory }, wish) => {
      const terms = guestTerms({ ...defaultSettings, forcesSso, guestEnd: { days, isCompulsory } }, wish, NOW);
      expect('because' in terms).toBe(forcesSso || wish.role === 'administrator');
      if ('because' in terms) return;
      if (isCompulsory) expect(terms.accessUntil).toBeLessThanOrEqual(NOW + days * DAY);
      else expect(terms.accessUntil).toBe(wish.accessUntil);
      if (terms.isCut === false) expect(terms.accessUntil).toBe(wish.accessUntil);
    }),
  );
});

test('an end that is compulsory is neither empty nor later than allowed, to the end of its day', () => {
  expect(guestEndProblem(defaultSettings, null, NOW)).toBe(null);
  expect(guestEndProblem(ending, null, NOW)).toContain('must be a day');
  const lastDay = Date.UTC(2027, 1, 22) - 1;
  expect(guestEndProblem(ending, lastDay, NOW)).toBe(null);
  expect(guestEndProblem(ending, lastDay + 1, NOW)).toContain('at most 90 days');
});
