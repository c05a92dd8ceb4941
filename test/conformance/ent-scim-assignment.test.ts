import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { atCallback, somebody } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.stop());

const known = () => workspace.sql('SELECT assignment_required AS required, assignment_from AS "from" FROM directory');
const page = async () => (await workspace.administrator.get(`${workspace.url}/admin/single-sign-on`)).text;

test('ENT-64: AADSTS50105 in the callback teaches that assignment is required, and the page says what that means', async () => {
  expect(await known()).toEqual([{ required: null, from: null }]);
  const { key } = somebody(workspace);
  workspace.tenant.faults.unassigned = { keys: [key], isSentBack: true };
  const browser = new Browser();
  const callback = await atCallback(`${workspace.url}/sign-in`, key, browser);
  expect(callback).toContain('50105');
  expect((await browser.get(callback)).status).toBe(403);

  expect(await known()).toEqual([{ required: 1, from: 'sign-in' }]);
  expect(await page()).toContain('access requests of others cannot arrive');
  expect(await page()).toContain('AADSTS50105');
});

test('ENT-64: what the provider has told itself is not overruled by what comes with a browser', async () => {
  const { deps, tenant, url } = workspace;
  await deps.store.db.run(`UPDATE directory SET assignment_required = 0, assignment_from = 'service-principal'`);
  const { key } = somebody(workspace);
  tenant.faults.unassigned = { keys: [key], isSentBack: true };
  const browser = new Browser();
  await browser.get(await atCallback(`${url}/sign-in`, key, browser));
  expect(await known()).toEqual([{ required: 0, from: 'service-principal' }]);
});
