import { afterEach, beforeEach, expect, test } from 'vitest';
import { inviteAdministrator, opensLink, signsIn } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace();
});
afterEach(() => workspace.stop());

test('REQ-15: one administrator’s mailbox is inactive: the others get theirs, and the failure is seen on the page Mail', async () => {
  await inviteAdministrator(workspace, 'mia@contoso.example');
  await opensLink(await workspace.joinUrlFor('mia@contoso.example'), 'mia');
  workspace.tenant.faults.postmark = { forAddress: { 'mia@contoso.example': 406 } };
  await signsIn(workspace, 'ana');
  const toSam = await workspace.mailsTo('sam@contoso.example');
  expect(toSam.filter((mail) => mail.subject.includes('Ana Lima'))).toHaveLength(1);
  const failed = await workspace.sql("SELECT kind, because FROM outbox_messages WHERE state = 'failed'");
  expect(failed).toEqual([{ kind: 'access-request', because: expect.stringContaining('Reactivate it there (406)') }]);
  expect(JSON.stringify(failed)).not.toContain('@');
  const page = await workspace.administrator.get(`${workspace.url}/admin/mail`);
  expect(page.text).toContain('mia@contoso.example');
  expect(page.text).toContain('Reactivate it there (406)');
});

test('SES-13: what the environment says is shown locked and is not changed by the page; a test of it can be sent', async () => {
  const { administrator: sam, url } = workspace;
  const page = await sam.get(`${url}/admin/mail`);
  expect(page.text).toContain('DOORSTEP_POSTMARK_TOKEN');
  expect(page.text).not.toContain('action="/admin/mail/draft"');
  await sam.signIn(`${url}/sign-in?fresh`, 'sam');
  for (const path of ['draft', 'on']) {
    expect((await sam.post(`${url}/admin/mail/${path}`, { way: 'preview', version: '1' })).status).toBe(403);
  }
  expect(await workspace.sql('SELECT * FROM mail_configuration')).toEqual([]);
  expect((await sam.post(`${url}/admin/mail/test`, {})).location).toBe(`${url}/admin/mail?done=mail-tested`);
  expect((await workspace.mailsTo('sam@contoso.example')).at(-1)?.subject).toBe('Test mail of Contoso Vault');
  workspace.tenant.faults.postmark = { status: 503 };
  const failed = await sam.post(`${url}/admin/mail/test`, {});
  expect([failed.status, failed.text.includes('The switch of the demo tenant says no.')]).toEqual([422, true]);
});
