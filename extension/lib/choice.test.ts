import { expect, test } from 'vitest';
import { finance, luc, mia, noor } from '../testing/directory.ts';
import { coverOf, withAllBut, withGroup, withoutSearch, withPerson, withSearch } from './choice.ts';
import { newDraft } from './draft.ts';
import { bodyOf, namesOf, sizeOf } from './recipients.ts';

test('a tick is one more, ticked again it is still one, unticked none; each makes another sending', () => {
  const empty = newDraft();
  const one = withPerson(withPerson(empty, mia, true), mia, true);
  expect(one.picked).toEqual([{ id: mia.id, name: mia.name, address: mia.address }]);
  expect(one.key).not.toBe(empty.key);
  expect(withPerson(one, mia, false).picked).toEqual([]);
  expect(withGroup(withGroup(empty, finance, true), finance, false).groups).toEqual([]);
});

test('a whole search takes the single ticks that it covers, and the one for all takes the others', () => {
  const ticked = withPerson(withPerson(newDraft(), mia, true), noor, true);
  const some = withSearch(ticked, 'mia', 1, [mia]);
  expect([some.searches, some.picked.map(({ id }) => id)]).toEqual([[{ q: 'mia', count: 1 }], [noor.id]]);
  const all = withSearch(some, '', 3, [mia, luc, noor]);
  expect([all.searches, all.picked]).toEqual([[{ q: '', count: 3 }], []]);
  expect(coverOf(all, 'anything')).toBeDefined();
  expect(coverOf(some, 'noor')).toBeUndefined();
  expect(withoutSearch(all, '').searches).toEqual([]);
  expect(withAllBut(all, '', [mia, luc, noor], luc).picked.map(({ id }) => id)).toEqual([mia.id, noor.id]);
});

test('recipients and their names are in one order', () => {
  const draft = {
    ...withSearch(withGroup(withPerson(newDraft(), mia, true), finance, true), 'sales', null, []),
    people: [{ address: 'jo@example.com', name: 'Jo' }],
  };
  expect(bodyOf(draft).recipients).toEqual([
    { directoryUserId: mia.id },
    { directoryGroupId: finance.id },
    { directorySearch: { q: 'sales', status: 'invitation-required' } },
    { email: 'jo@example.com' },
  ]);
  expect(namesOf(draft).map(({ name }) => name)).toEqual(['Mia Novák', 'Finance', 'All who match “sales”', 'Jo']);
  expect(sizeOf(draft)).toBe('2 people + 1 search + 1 group');
});
