import { expect, test } from 'vitest';
import { hueOf, initialsOf } from './person.ts';
import { count, link, nameOf, shown } from './text.ts';

test('WEB-21: invisible characters go, broken ones are marked, long texts end in an ellipsis', () => {
  expect(shown('a\u202eb\u0000c\u2066')).toBe('abc');
  expect(shown('a\ud800')).toBe('a\ufffd');
  expect(shown('\u{1f6aa}'.repeat(3), 5)).toBe('\u{1f6aa}\u{1f6aa}…');
  expect(shown('two\nlines')).toBe('two\nlines');
});

test('people without a name are called by their address, people without both by a word', () => {
  expect(nameOf({ name: 'Mia', address: 'mia@contoso.com' })).toBe('Mia');
  expect(nameOf({ name: null, address: 'mia@contoso.com' })).toBe('mia@contoso.com');
  expect(nameOf({ name: null, address: null })).toBe('Somebody');
  expect(nameOf(null)).toBe('Somebody');
});

test.each([
  ['Mia Novák', 'MN'],
  ['Sam van der Berg', 'SB'],
  ['ana.lima@contoso.com', 'AL'],
  ['Øystein', 'Ø'],
  ['', '?'],
])('the initials of "%s" are %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

test('a hue stays with its id', () => {
  expect(hueOf('mem_1')).toBe(hueOf('mem_1'));
  expect(new Set(Array.from({ length: 200 }, (_, at) => hueOf(`mem_${at}`))).size).toBe(10);
});

test('links carry only the parameters that have a value, encoded', () => {
  expect(link('/admin/users', { q: 'a&b', cursor: null, state: '' })).toBe('/admin/users?q=a%26b');
  expect(link('/admin/users', {})).toBe('/admin/users');
});

test('numbers are grouped and agree with their noun', () => {
  expect(count(1, 'person', 'people')).toBe('1 person');
  expect(count(1118, 'person', 'people')).toBe('1,118 people');
});
