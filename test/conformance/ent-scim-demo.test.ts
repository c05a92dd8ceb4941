import { afterAll, beforeAll, expect, test } from 'vitest';
import { madeToken } from './provisioning-story.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.stop());

const ids = async (from: string) => (await workspace.sql(`SELECT ${from} ORDER BY 1`)).map(({ id }) => String(id));

test.each([false, true])(
  'ENT-86, ENT-88: the whole demo directory is provisioned, and a second cycle has nothing to send (aadOptscim062020: %s)',
  async (optscim) => {
    const { tenant, url } = workspace;
    const token = await madeToken(workspace, `Entra ${optscim}`);
    // each address is a target of its own to the provider, which remembers what it has sent
    const target = { url: `${url}/scim/v2${optscim ? '/' : ''}`, token, optscim };
    const first = await tenant.provision(target);
    expect(first.filter(({ status }) => status === 0 || status >= 400)).toEqual([]);

    const groups = [...tenant.directory.groups].map(({ id }) => id);
    const enabled = [...tenant.directory.users].filter((user) => user.accountEnabled !== false);
    expect(await ids(`object_id AS id FROM directory_users WHERE scim_state = 'active'`)).toEqual(
      enabled.map(({ id }) => id).sort(),
    );
    expect(await ids(`object_id AS id FROM directory_groups WHERE scim_state = 'present'`)).toEqual(groups.sort());
    for (const group of groups) {
      const people = [...tenant.directory.membersOf(group)]
        .map(({ id }) => id)
        .filter((id) => enabled.some((user) => user.id === id));
      expect(await ids(`member_id AS id FROM directory_group_members WHERE group_id = '${group}'`)).toEqual(people.sort());
    }

    const second = await tenant.provision(target);
    expect(second.filter(({ method }) => method !== 'GET')).toEqual([]);
  },
);
