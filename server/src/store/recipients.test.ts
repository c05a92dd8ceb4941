import type { Standing } from '@doorstep/shared/directory';
import { beforeEach, expect, test } from 'vitest';
import { personOfIdentity } from '../domain/invitation.ts';
import { noTrace } from './audit.ts';
import { setDismissed } from './dismissal.ts';
import { writeFirstChunk } from './invitation-batch.ts';
import { findKnownPeople } from './known-people.ts';
import { newId } from './new-id.ts';
import { findAddressOwners, findDirectoryPeople, findGroupsNamed, peopleInside, peopleMatching } from './recipients.ts';
import { objectIdFor, writeDirectory } from './testing/directory-story.ts';
import { aBatch, aChunk, type DoorStory, openDoorStory, wanted } from './testing/door-story.ts';
import { plansOf, readPlansOf } from './testing/query-plans.ts';

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  return () => story.store.close();
});

const words = (from: number, people: number) => Array.from({ length: people }, (_, at) => `p${from + at}`);
const usersOf = (names: string[]) => Object.fromEntries(names.map((name) => [name, { name: `Person ${name}` }]));
async function namesIn(pages: AsyncGenerator<{ name: string | null }[]>): Promise<(string | null)[]> {
  const names: (string | null)[] = [];
  for await (const page of pages) names.push(...page.map(({ name }) => name));
  return names;
}

test('ENT-56: people of many nested groups come in pages, in which nobody is missing', async () => {
  const [a, b, c] = [words(0, 600), words(400, 700), words(1100, 3)];
  await writeDirectory(story.store, {
    users: usersOf([...new Set([...a, ...b, ...c])]),
    groups: { top: { members: [...a, 'mid'] }, mid: { members: [...b, 'leaf'] }, leaf: { members: [...c, 'top'] } },
  });
  const names = await namesIn(peopleInside(story.store, objectIdFor('top')));
  expect(new Set(names).size).toBe(1103);
  expect(names).toHaveLength(1303);
});

test('a search means all that match, beyond one page, and only of the standing that was asked for', async () => {
  await writeDirectory(story.store, { users: { ...usersOf(words(0, 700)), tom: { name: 'Tom' } } });
  const dismissed = words(0, 300).map(objectIdFor);
  const change = { isDismissed: true, by: story.sam, now: story.clock.now, trace: noTrace };
  await setDismissed(story.store, { ...change, objectIds: dismissed.slice(0, 150), auditId: newId('aud') });
  await setDismissed(story.store, { ...change, objectIds: dismissed.slice(150), auditId: newId('aud') });
  const found = async (q: string, status: Standing) => (await namesIn(peopleMatching(story.store, { q, status }))).length;
  expect(await found('', 'invitation-required')).toBe(401);
  expect(await found('pers', 'invitation-required')).toBe(400);
  expect(await found('PERSON p', 'dismissed')).toBe(300);
  expect(await found('"*', 'dismissed')).toBe(300);
  expect(await found('nobody', 'invitation-required')).toBe(0);
});

test('whom recipients mean is looked up by keys: nothing is scanned but the list itself', async () => {
  const { store } = story;
  await writeDirectory(store, { users: { mia: {} }, groups: { design: { members: ['mia'] } } });
  const identity = { tenantId: 'contoso', objectId: objectIdFor('mia') };
  const mia = { ...wanted('mia'), ...identity, person: personOfIdentity(identity) };
  const read = await readPlansOf(store, async (listening) => {
    await findAddressOwners(listening, ['mia@contoso.example']);
    await findDirectoryPeople(listening, [identity.objectId]);
    await findGroupsNamed(listening, [objectIdFor('design')]);
    await findKnownPeople(listening, [mia, wanted('tom')], story.clock.now);
    await namesIn(peopleInside(listening, objectIdFor('design')));
    await namesIn(peopleMatching(listening, { q: '', status: 'invitation-required' }));
    await namesIn(peopleMatching(listening, { q: 'mi', status: 'invitation-required' }));
  });
  const written = await plansOf(store, async (listening) => {
    await writeFirstChunk(listening, aBatch([mia]), aChunk(story, [mia]));
    await setDismissed(listening, {
      objectIds: [identity.objectId],
      isDismissed: true,
      by: story.sam,
      auditId: newId('aud'),
      now: 0,
      trace: noTrace,
    });
  });
  expect(read).toHaveLength(10);
  const scans = [...read, ...written]
    .flat()
    .filter((line) => /SCAN (?!(a|g|directory_users_search) VIRTUAL|c$|inside|hit|CONSTANT)/.test(line));
  expect(scans).toEqual([]);
});

test('ENT-41, ENT-53: an address that one of our people only carries as `mail`, in a domain that is not ours, is nobody’s', async () => {
  const { store } = story;
  await writeDirectory(store, {
    users: { mia: { address: 'mia@contoso.example' }, tom: { address: 'tom@fabrikam.example', isGuest: true } },
  });
  await store.db.run(`UPDATE directory_addresses SET source = 'mail'`);
  await store.db.run(
    `INSERT INTO directory_addresses (object_id, address, owner, source) VALUES ('${objectIdFor('mia')}', 'ceo@northwind.example', 'user', 'mail')`,
  );
  const owners = await findAddressOwners(store, ['mia@contoso.example', 'ceo@northwind.example', 'tom@fabrikam.example']);
  const users = [...owners].map(([address, { users }]) => [address, users.length]);
  expect(users).toEqual([
    ['mia@contoso.example', 1],
    ['ceo@northwind.example', 0],
    ['tom@fabrikam.example', 1],
  ]);
});
