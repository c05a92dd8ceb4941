import type { PersonRow, Row } from '@doorstep/shared/invitation-batch';
import { expect, test } from 'vitest';
import { findingOf, needsALook, peopleOf, planOf, planSentence } from './plan.ts';

const person = (name: string, more: Partial<PersonRow> = {}): PersonRow => ({
  recipient: 0,
  address: `${name}@contoso.com`,
  directoryUserId: null,
  name,
  plan: 'invite',
  ...more,
});
const out = { plan: 'refuse' } as const;
const finance: Row = {
  ...person('finance'),
  people: [person('mia'), person('ben', { ...out, because: 'already-member' }), person('luc', { remark: 'tenant-guest' })],
  counts: { invite: 2, resend: 0, refuse: 1 },
};
/** A group of more people than are listed: the refused ones only. */
const everyone: Row = {
  ...person('all'),
  people: [person('ben', { ...out, because: 'already-member' })],
  counts: { invite: 9_000, resend: 2, refuse: 1 },
};

test('ENT-56: a group is its people: counted, and each one listed with what will happen', () => {
  expect(peopleOf([finance, person('jo')]).map(({ row, from }) => [row.name, from?.name])).toEqual([
    ['mia', 'finance'],
    ['ben', 'finance'],
    ['luc', 'finance'],
    ['jo', undefined],
  ]);
  expect(planSentence(planOf([finance]))).toBe('2 to invite, 1 already a member; 1 is a tenant guest');
});

test('a group of which only the refused are listed is counted by its counts', () => {
  expect(planOf([everyone, person('jo')])).toMatchObject({ people: 9_004, invite: 9_001, resend: 2, members: 1 });
  expect(planSentence(planOf([everyone]))).toBe(`${(9000).toLocaleString()} to invite, 2 sent again, 1 already a member`);
});

test('a group without people is a refusal like any other', () => {
  const empty: Row = {
    ...person('empty', { ...out, because: 'empty-group' }),
    people: [],
    counts: { invite: 0, resend: 0, refuse: 0 },
  };
  expect(peopleOf([empty]).map(({ row }) => row.because)).toEqual(['empty-group']);
  expect(findingOf(empty)?.what).toBe('is a group without people');
});

test('ENT-53: what an address is, is said in a sentence; of a new person there is nothing to say', () => {
  expect(findingOf(person('jo'))).toBeUndefined();
  expect(findingOf(person('jo', { plan: 'resend' }))?.what).toBe('has an invitation already');
  expect(findingOf(person('jo', { remark: 'contact' }))?.what).toBe('is a contact');
  expect(findingOf(person('jo', { ...out, because: 'several-people' }))?.what).toBe('belongs to several people');
  expect(needsALook(person('jo', { ...out, because: 'disabled-in-directory' }))).toBe(true);
  expect(needsALook(person('jo', { ...out, because: 'already-member' }))).toBe(false);
});
