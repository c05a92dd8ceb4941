import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findAdmission } from './admission.ts';
import { findDirectoryGroup, findDirectoryGroups } from './directory-group.ts';
import { peopleInside } from './recipients.ts';
import { membersInside } from './synced-members.ts';
import { objectIdFor, writeDirectory } from './testing/directory-story.ts';
import { type DoorStory, openDoorStory } from './testing/door-story.ts';
import { readPlansOf } from './testing/query-plans.ts';
import { userGroupIdsOf } from './user-group.ts';

const [TOP, MID, LEAF, MIA] = ['top', 'mid', 'leaf', 'mia'].map(objectIdFor) as [string, string, string, string];

let story: DoorStory;
beforeEach(async () => {
  story = await openDoorStory();
  return writeDirectory(story.store, {
    users: { mia: {} },
    groups: { top: { members: ['mid'] }, mid: { members: ['leaf'] }, leaf: { members: ['mia', 'top'] } },
  });
});
afterEach(() => story.store.close());

const change = (text: string) => story.store.write([story.store.db.run(sql.raw(text))]);

/** Mia is a member, a user group follows the top group, and a rule lets its members in. */
async function everythingFollowsTop(): Promise<void> {
  await change(`INSERT INTO members (id, tenant_id, object_id, state, role, name, joined_at, last_seen_at, state_at, attempt_id)
    VALUES ('mem_mia', 'contoso', '${MIA}', 'active', 'member', 'Mia', 0, 0, 0, 'att')`);
  await change(`INSERT INTO user_groups (id, kind, name, directory_group_id, created_at, created_by, attempt_id)
    VALUES ('grp_top', 'synced', '${TOP}', '${TOP}', 0, '${story.sam}', 'att')`);
  await change(`INSERT INTO admission_rules (id, directory_group_id, effect, role, user_group_ids, is_on, created_at, created_by, attempt_id)
    VALUES ('rul_top', '${TOP}', 'let-in', 'member', '[]', 1, 0, '${story.sam}', 'att')`);
}

async function saidOfMia() {
  const { store } = story;
  const invited: string[] = [];
  for await (const page of peopleInside(store, TOP)) invited.push(...page.map(({ objectId }) => objectId));
  return {
    counted: (await findDirectoryGroup(store, TOP))?.people,
    invited,
    synced: await membersInside(store, TOP),
    groups: (await userGroupIdsOf(store, [{ id: 'mem_mia' }])).get('mem_mia'),
    ruled: (await findAdmission(store, { tenantId: 'contoso', objectId: MIA }, []))?.ruleId,
  };
}

test('DIR-10, ENT-56: a group that the directory has no more passes nobody on, whoever asks who is inside', async () => {
  await everythingFollowsTop();
  const inside = { counted: 1, invited: [MIA], synced: ['mem_mia'], groups: ['grp_top'], ruled: 'rul_top' };
  const outside = { counted: 0, invited: [], synced: [], groups: [], ruled: undefined };
  expect(await saidOfMia()).toEqual(inside);
  for (const gone of [MID, LEAF]) {
    await change(`UPDATE directory_groups SET graph_state = 'removed' WHERE object_id = '${gone}'`);
    expect(await saidOfMia()).toEqual(outside);
    await change(`UPDATE directory_groups SET graph_state = 'present' WHERE object_id = '${gone}'`);
    expect(await saidOfMia()).toEqual(inside);
  }
  await change(`UPDATE directory_groups SET graph_state = 'removed' WHERE object_id = '${TOP}'`);
  expect(await saidOfMia()).toEqual({ ...outside, counted: undefined });
});

test('DIR-11: nobody who counts a group makes an index of all memberships for it', async () => {
  const plans = await readPlansOf(story.store, async (listening) => {
    await findDirectoryGroups(listening, { limit: 51 });
    await findDirectoryGroup(listening, TOP);
  });
  expect(plans.flat().filter((line) => line.includes('AUTOMATIC') || /^SCAN (e|edge|there)\b/.test(line))).toEqual([]);
});
