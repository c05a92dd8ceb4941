import { memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { startDemoTenant } from '../demo-tenant.ts';
import { CALLBACK } from '../relying-party.ts';
import { changeSome } from './change-some.ts';
import { generatedDirectory } from './generated-directory.ts';
import { accessToken, deltaUrl, readRound } from './graph-client.ts';

test('the same size and seed make the same people, another seed makes others', () => {
  const [one, same, other] = [1, 1, 2].map((seed) => generatedDirectory({ users: 1000, groups: 10, seed }));
  expect(one!.users.at(7)).toEqual(same!.users.at(7));
  expect(one!.users.at(7)!.id).not.toBe(other!.users.at(7)!.id);
});

test('everybody has an id and a user name of their own', () => {
  const everybody = [...generatedDirectory({ users: 50_000, groups: 0 }).users];
  expect(new Set(everybody.map(({ id }) => id)).size).toBe(50_000);
  expect(new Set(everybody.map(({ userPrincipalName }) => userPrincipalName)).size).toBe(50_000);
});

test('nobody is in a group twice, every member exists, and groups nest in circles', () => {
  const directory = generatedDirectory({ users: 7919, groups: 900 });
  const groups = [...directory.groups];
  for (const { id } of [groups[0]!, groups[100]!, groups[899]!]) {
    const members = [...directory.membersOf(id)];
    expect(new Set(members.map((member) => member.id)).size).toBe(members.length);
    expect(members.every((member) => directory.isThere(member))).toBe(true);
  }
  expect(directory.membersOf(groups[24]!.id).get(groups[100]!.id)).toBeDefined();
  expect(directory.membersOf(groups[100]!.id).get(groups[24]!.id)).toBeDefined();
});

/** What is still held when all that nobody needs has been collected. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return memoryUsage().heapUsed;
}

test('a million users are read without keeping them', () => {
  const directory = generatedDirectory({ users: 1_000_000, groups: 20_000 });
  const before = heldBytes();
  let enabled = 0;
  for (const user of directory.users) if (user.accountEnabled) enabled++;
  expect(enabled).toBe(960_000);
  expect(heldBytes() - before).toBeLessThan(10e6);
});

test('Graph tells of it, of those who can sign in, and of what changed', async () => {
  const tenant = await startDemoTenant({ redirectUris: [CALLBACK], generated: { users: 2500, groups: 40 }, pageSize: 500 });
  const token = await accessToken(tenant);
  const [users, groups] = [deltaUrl(tenant, 'users', 'id,jobTitle'), deltaUrl(tenant, 'groups', 'id,members')];
  const [first, firstGroups] = [await readRound(users, token), await readRound(groups, token)];
  expect(first.objects).toHaveLength(2506);
  const members = firstGroups.objects.flatMap((group) => group['members@delta'] ?? []);
  expect(members.length).toBe(
    [...tenant.directory.groups].reduce((sum, { id }) => sum + tenant.directory.membersOf(id).count, 0),
  );
  changeSome(tenant.directory, 20);
  expect((await readRound(first.deltaLink, token)).objects).toHaveLength(14);
  expect((await readRound(firstGroups.deltaLink, token)).objects).toHaveLength(1);
  await tenant.stop();
});
