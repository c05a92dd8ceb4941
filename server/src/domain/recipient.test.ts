import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DirectoryPerson } from './invitation.ts';
import { type AddressOwners, meaningOf } from './recipient.ts';

const nobody: AddressOwners = { users: [], groups: [], contacts: [], isOurDomain: false };
const mia: DirectoryPerson = {
  objectId: '00000000-0000-4000-8000-000000000001',
  name: 'Mia',
  address: 'mia@contoso.example',
  isGuest: false,
  language: null,
  status: 'enabled',
};
const reaches = ['none', 'some', 'everybody'] as const;

test('ENT-53: whoever is nobody of the directory and of no domain of ours is a guest, whatever the directory reaches', () => {
  for (const reach of reaches) expect(meaningOf(nobody, reach, true)).toEqual({ remark: 'guest', isGuest: true });
});

test('ENT-53: while no domain of ours is known, nobody is told from a guest', () => {
  expect(meaningOf(nobody, 'none', false)).toEqual({});
  expect(meaningOf(nobody, 'some', false)).toEqual({ remark: 'outside-directory' });
  expect(meaningOf({ ...nobody, isOurDomain: true }, 'everybody', false)).toEqual({ because: 'not-expandable' });
});

test('ENT-57: a contact of elsewhere stays a contact to the reader and is a guest to the rules', () => {
  const contact = { ...nobody, contacts: [{ name: 'Kim' }] };
  expect(meaningOf(contact, 'everybody', true)).toEqual({ name: 'Kim', remark: 'contact', isGuest: true });
  expect(meaningOf(contact, 'everybody', false)).toEqual({ name: 'Kim', remark: 'contact', isGuest: false });
});

test('DIR-01: nobody of the directory is ever a guest, and whoever is a guest is nobody of the directory', () => {
  const owners = fc.record({
    users: fc.array(fc.constantFrom<DirectoryPerson>(mia, { ...mia, status: 'disabled' }), { maxLength: 3 }),
    groups: fc.array(fc.constant({ objectId: 'g', name: 'Sales', address: null }), { maxLength: 1 }),
    contacts: fc.array(fc.constant({ name: 'Kim' }), { maxLength: 1 }),
    isOurDomain: fc.constant(false),
  });
  fc.assert(
    fc.property(owners, fc.constantFrom(...reaches), fc.boolean(), (of, reach, isOutside) => {
      const meaning = meaningOf(of, reach, isOutside);
      const isGuest = 'isGuest' in meaning && meaning.isGuest === true;
      expect(isGuest).toBe(isOutside && of.users.length === 0 && of.groups.length === 0);
    }),
  );
});
