import { DAY } from '@doorstep/shared/time';
import { afterEach, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { memberOf, signsIn } from './stories.ts';
import { countOf, stateOf } from './web-visit.ts';
import { type EmptyWorkspace, openEmptyWorkspace, openWorkspace } from './workspace.ts';

let opened: EmptyWorkspace | null = null;
const kept = <Workspace extends EmptyWorkspace>(workspace: Workspace): Workspace => {
  opened = workspace;
  return workspace;
};
afterEach(() => opened?.stop());

const eventsOf = async ({ sql }: EmptyWorkspace, where = '1') =>
  (await sql(`SELECT what FROM audit_events WHERE ${where} ORDER BY at, id`)).map((row) => row.what);

test('AUD-01: a workspace is named and set up: one row each', async () => {
  const workspace = kept(await openEmptyWorkspace());
  const browser = new Browser();
  await browser.get(workspace.setUpLink, { follow: true });
  await browser.post(`${workspace.url}/setup`, { name: 'Contoso Vault' });
  await signsIn(workspace, 'sam', browser);
  expect(await eventsOf(workspace)).toEqual(['workspace.named', 'workspace.set-up']);
});

test('AUD-01: a batch that is stopped, one that goes on as a job', async () => {
  const workspace = kept(await openWorkspace());
  const { api } = workspace;
  workspace.nudges(false);
  const recipients = (word: string) => Array.from({ length: 600 }, (_, at) => ({ email: `${word}-${at}@contoso.example` }));
  const stopped = (await api('POST', '/invitation-batches', { recipients: recipients('stopped') })).body;
  expect(stopped.state).toBe('writing');
  workspace.clock.advance(1);
  expect((await api('POST', `/invitation-batches/${stopped.id}/stop`)).body.state).toBe('stopped');
  expect((await api('POST', `/invitation-batches/${stopped.id}/stop`)).status).toBe(200); // it is as was wanted
  expect(await eventsOf(workspace, `about = '${stopped.id}'`)).toEqual(['invitations.sent', 'invitations.stopped']);
  expect(await countOf(workspace, "invitations WHERE address LIKE 'stopped-%'")).toBe(250);
  const whole = (await api('POST', '/invitation-batches', { recipients: recipients('whole') })).body;
  await workspace.runJobs();
  expect((await api('GET', `/invitation-batches/${whole.id}`)).body).toMatchObject({
    state: 'done',
    counts: { invite: 600, resend: 0, refuse: 0 },
  });
  expect(await eventsOf(workspace, `about = '${whole.id}'`)).toEqual([
    'invitations.sent',
    'invitations.sent',
    'invitations.sent',
  ]); // a row a chunk
  expect((await api('POST', `/invitation-batches/${whole.id}/stop`)).status).toBe(409);
});

test('AUD-01: a sign-out that the provider announces, and access that ends by the clock', async () => {
  const workspace = kept(await openWorkspace());
  const { url, sql, clock, deps } = workspace;
  const browser = await memberOf(workspace, 'mia');
  await sql(
    "UPDATE sessions SET provider_session_id = 'sid-of-mia' WHERE member_id = (SELECT id FROM members WHERE address LIKE 'mia@%')",
  );
  deps.store.memory.forget();
  const before = await stateOf(workspace);
  expect((await new Browser().get(`${url}/sign-out/front-channel?sid=unknown`)).status).toBe(200);
  expect(await stateOf(workspace)).toBe(before);
  expect((await new Browser().get(`${url}/sign-out/front-channel?sid=sid-of-mia`)).status).toBe(200);
  expect((await browser.get(`${url}/welcome`)).status).toBe(401);
  expect(await eventsOf(workspace, "what = 'session.ended'")).toEqual(['session.ended']);
  await sql(`UPDATE members SET access_until = ${clock.now() + DAY} WHERE address LIKE 'mia@%'`);
  clock.advance(DAY);
  await workspace.runJobs();
  clock.advance(DAY);
  await workspace.runJobs();
  expect(await eventsOf(workspace, "what = 'member.access-ended'")).toEqual(['member.access-ended']);
});
