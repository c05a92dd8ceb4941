import fc from 'fast-check';
import { expect, test } from 'vitest';
import { directoryGroupId, directoryUserId, objectIdOf, readObjectId } from './directory-id.ts';

test('an object id and the id made of it lead to each other', () => {
  fc.assert(
    fc.property(fc.uuid(), (guid) => {
      const objectId = guid.toLowerCase();
      expect(directoryUserId(objectId)).toMatch(/^dus_[0-9a-hjkmnp-tv-z]{26}$/);
      expect(objectIdOf('dus', directoryUserId(objectId))).toBe(objectId);
      expect(objectIdOf('dgr', directoryGroupId(objectId))).toBe(objectId);
    }),
  );
});

test('what is no id of that kind has no object id', () => {
  const id = directoryUserId('690222be-ff1a-4d56-abd1-7e4f7d38e474');
  for (const text of ['', 'dus_', id.slice(1), id.toUpperCase(), `${id}0`, id.replace('dus', 'dgr'), `dus_${'z'.repeat(26)}`])
    expect(objectIdOf('dus', text), text).toBeNull();
});

test('object ids are read in lower case', () => {
  expect(readObjectId('690222BE-FF1A-4D56-ABD1-7E4F7D38E474')).toBe('690222be-ff1a-4d56-abd1-7e4f7d38e474');
  for (const odd of [7, null, '', 'mailnickname', ['690222be-ff1a-4d56-abd1-7e4f7d38e474']]) expect(readObjectId(odd)).toBeNull();
});
