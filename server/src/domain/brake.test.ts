import { describe, expect, test } from 'vitest';
import { decideBrake, decideDeactivation, isWithin, type LossPlan } from './brake.ts';

const plan = (facts: Partial<LossPlan>): LossPlan => ({
  people: 0,
  suspends: [],
  suspendCount: 0,
  activeMembers: 100,
  hasLastAdministrator: false,
  vanishing: 0,
  vanishingGroups: 0,
  knownGroups: 10,
  known: 1000,
  ...facts,
});
const decided = (facts: Partial<LossPlan>, isReleased = false) => {
  const decision = decideBrake(plan(facts), isReleased);
  return decision.outcome === 'stop' ? decision.because : decision.outcome;
};

describe('ENT-77: the brake of the sync', () => {
  test('stops above a fifth of the active members', () => {
    expect(decided({ suspendCount: 20 })).toBe('go');
    expect(decided({ suspendCount: 21 })).toBe('too-many-leave');
  });
  test('one leaver of a small workspace is no alarm, two are', () => {
    expect(decided({ suspendCount: 1, activeMembers: 2 })).toBe('go');
    expect(decided({ suspendCount: 2, activeMembers: 4 })).toBe('too-many-leave');
  });
  test('stops when half of the known people disappear, members or not', () => {
    expect(decided({ vanishing: 499 })).toBe('go');
    expect(decided({ vanishing: 500 })).toBe('directory-shrank');
    expect(decided({ vanishing: 2, known: 2 })).toBe('go');
    expect(decided({ vanishingGroups: 4 })).toBe('go');
    expect(decided({ vanishingGroups: 5 })).toBe('directory-shrank');
    expect(decided({ vanishing: 3, known: 3 })).toBe('directory-shrank');
  });
  test('an administrator can let it pass, but never the last one', () => {
    expect(decided({ suspendCount: 90, vanishing: 1000 }, true)).toBe('go');
    expect(decided({ hasLastAdministrator: true }, true)).toBe('last-administrator-leaves');
    expect(decided({ hasLastAdministrator: true, suspendCount: 90 })).toBe('last-administrator-leaves');
  });
});

test('ENT-77: what was let pass holds for what was shown: as many others are not those', () => {
  const leaving = (...ids: string[]) =>
    plan({ people: ids.length, suspendCount: ids.length, suspends: ids.map((memberId) => ({ memberId, name: null })) });
  const shown = leaving('mia', 'tom');
  expect([leaving('tom', 'mia'), leaving('tom'), leaving()].map((now) => isWithin(now, shown))).toEqual([true, true, true]);
  expect(isWithin(leaving('tom', 'ana'), shown)).toBe(false);
  expect(isWithin({ ...shown, people: 3 }, shown)).toBe(false);
  expect(isWithin(leaving('tom', 'ana'), { ...shown, people: 90, suspendCount: 60 })).toBe(true); // not all of 60 are named
});

describe('ENT-77: the brake of SCIM', () => {
  const deactivation = { isLastAdministrator: false, suspendedLately: 0, activeMembers: 10 };
  test('the last administrator stays', () => {
    expect(decideDeactivation({ ...deactivation, isLastAdministrator: true })).toBe('last-administrator');
  });
  test('counts those who left within the hour, five at the least', () => {
    expect(decideDeactivation({ ...deactivation, suspendedLately: 3 })).toBeNull();
    expect(decideDeactivation({ ...deactivation, suspendedLately: 4 })).toBe('too-many');
    expect(decideDeactivation({ ...deactivation, suspendedLately: 4, activeMembers: 21 })).toBeNull();
    expect(decideDeactivation({ ...deactivation, suspendedLately: 4, activeMembers: 20 })).toBe('too-many');
  });
});
