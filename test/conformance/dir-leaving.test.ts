import { connectDirectory } from '@doorstep/server/actions/connect-directory';
import { newScimToken } from '@doorstep/server/actions/scim-tokens';
import { noTrace } from '@doorstep/server/store/audit';
import { suspendMember } from '@doorstep/server/store/member';
import { newId } from '@doorstep/server/store/new-id';
import type { MemberId } from '@doorstep/shared/ids';
import { beforeEach, expect, test } from 'vitest';
import { syncOnce } from './dir-sync-story.ts';
import { anotherAdministrator, memberOf, signsIn, somebody } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

// The same by SCIM, by which the provider tells at once, and by both at the same moment.

let workspace: Workspace;
let mia: string;
let ana: string;
let sam: string;
let token: string;
beforeEach(async () => {
  workspace = await openWorkspace();
  [mia, ana, sam] = ['mia', 'ana', 'sam'].map((key) => workspace.tenant.people.find((person) => person.key === key)!.oid) as [
    string,
    string,
    string,
  ];
  token = (await newScimToken(workspace.deps, {
    name: 'Entra',
    months: 3,
    by: await idOf(sam),
    now: workspace.clock.now(),
    trace: noTrace,
  }))!;
  return () => workspace.stop();
});

const idOf = async (oid: string) => (await workspace.sql(`SELECT id FROM members WHERE object_id = '${oid}'`))[0]!.id as MemberId;
const member = async (oid: string) =>
  (await workspace.sql(`SELECT state, suspended_by FROM members WHERE object_id = '${oid}'`))[0]!;
const provision = (...users: string[]) =>
  workspace.tenant.provision({ url: `${workspace.url}/scim/v2`, token, users, groups: [] });
const administrators = async () =>
  (await workspace.sql("SELECT id FROM members WHERE role = 'administrator' AND state = 'active'")).length;

test('ENT-85, DIR-07: whom SCIM deactivates is out on the next request, and back in when activated', async () => {
  const browser = await memberOf(workspace, 'mia');
  await provision(mia);
  workspace.tenant.directory.disable(mia);
  await provision(mia);

  expect((await browser.get(`${workspace.url}/welcome`)).status).toBe(401);
  expect(await member(mia)).toEqual({ state: 'suspended', suspended_by: 'directory' });

  workspace.tenant.directory.enable(mia);
  await provision(mia);
  expect(await member(mia)).toEqual({ state: 'active', suspended_by: null });
  expect((await signsIn(workspace, 'mia', browser)).page.url).toBe(`${workspace.url}/welcome`);
});

test('SES-12: SCIM is refused the last administrator, who stays, and the administrators are told once', async () => {
  await provision(sam);
  workspace.tenant.directory.disable(sam);
  const steps = [...(await provision(sam)), ...(await provision(sam))];

  expect(steps.filter(({ status }) => status === 403).length).toBeGreaterThan(0);
  expect(await member(sam)).toEqual({ state: 'active', suspended_by: null });
  expect((await workspace.api('GET', '/me')).status).toBe(200);
  const mails = (await workspace.mailsTo('sam@contoso.example')).filter(({ subject }) => subject.includes('not deactivated'));
  expect(mails).toHaveLength(1);
  expect(mails[0]!.subject).toBe('Sam Okafor was not deactivated (Contoso Vault)');
});

test('ENT-77: SCIM may deactivate some, then the rest of them stays', async () => {
  const team = [];
  for (let at = 0; at < 8; at += 1) {
    const colleague = somebody(workspace);
    await memberOf(workspace, colleague.key, colleague.address);
    team.push(colleague.oid);
  }
  await provision(...team);
  for (const oid of team) workspace.tenant.directory.disable(oid);
  const steps = await provision(...team);

  const states = await Promise.all(team.map(async (oid) => (await member(oid)).state));
  expect(states.filter((state) => state === 'suspended')).toHaveLength(4);
  expect(steps.filter(({ status }) => status === 403)).toHaveLength(4);
});

test('SES-12: by SCIM, by a sync and by a person in the same moment one administrator stays', async () => {
  await anotherAdministrator(workspace, 'ana');
  await provision(sam, ana);
  workspace.nudges(false);
  const [samsId, anasId] = [await idOf(sam), await idOf(ana)];
  await connectDirectory(workspace.deps, samsId, noTrace, workspace.clock.now());
  await syncOnce(workspace);
  workspace.tenant.directory.disable(sam);
  workspace.tenant.directory.disable(ana);
  const change = {
    id: newId('chg'),
    by: samsId,
    about: anasId,
    auditId: newId('aud'),
    now: workspace.clock.now(),
    trace: noTrace,
  };

  await Promise.all([provision(sam, ana), syncOnce(workspace), suspendMember(workspace.deps.store, change)]);
  await Promise.all([provision(sam, ana), syncOnce(workspace)]);

  expect(await administrators()).toBe(1);
});
