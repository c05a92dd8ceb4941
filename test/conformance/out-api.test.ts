import { createClient } from '@libsql/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signsIn } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(async () => {
  await workspace.tenant.stop(); // cuts what hangs there
  await workspace.stop();
});

const invite = (address: string) => workspace.api('POST', '/invitation-batches', { recipients: [{ email: address }] });

/** Reads the file beside the server, as it is the moment the answer has come. */
async function committed(sql: string): Promise<Record<string, unknown>[]> {
  const client = createClient({ url: `file:${workspace.dataDir}/doorstep.db` });
  const { rows } = await client.execute(sql);
  client.close();
  return rows.map((row) => ({ ...row }));
}

const median = (times: number[]) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
async function timed(call: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await call();
  return performance.now() - begun;
}

test('OUT-12: when the API says 202, invitation, outbox row and audit row are in the file', async () => {
  workspace.nudges(false);
  for (let round = 0; round < 5; round += 1) {
    const { status, body } = await invite(`committed-${round}@contoso.example`);
    expect(status).toBe(202);
    const id = body.rows[0].invitationId;
    expect(await committed(`SELECT state, generation FROM invitations WHERE id = '${id}'`)).toEqual([
      { state: 'pending', generation: 1 },
    ]);
    const mails = await committed(`SELECT state, kind FROM outbox_messages WHERE invitation_id = '${id}'`);
    expect(mails).toEqual([{ state: 'queued', kind: 'invitation' }]);
    expect(await committed(`SELECT what FROM audit_events WHERE about = '${body.id}'`)).toEqual([{ what: 'invitations.sent' }]);
  }
  workspace.nudges(true);
});

test('OUT-12: an approval and a resend answer when their mail is in the outbox, too', async () => {
  workspace.nudges(false);
  await signsIn(workspace, 'mia');
  const [request] = (await workspace.api('GET', '/access-requests?state=open')).body.items;
  expect((await workspace.api('POST', `/access-requests/${request.id}/approve`, {})).body).toMatchObject({ mailed: true });
  expect(
    await committed(`SELECT kind FROM outbox_messages WHERE request_id = '${request.id}' AND kind = 'approved'`),
  ).toHaveLength(1);
  const [row] = (await invite('again@contoso.example')).body.rows;
  await workspace.api('POST', `/invitations/${row.invitationId}/resend`);
  const mails = await committed(
    `SELECT generation FROM outbox_messages WHERE invitation_id = '${row.invitationId}' ORDER BY generation`,
  );
  expect(mails).toEqual([{ generation: 1 }, { generation: 2 }]);
  workspace.nudges(true);
});

test('OUT-12: a mail provider that hangs slows nobody down', async () => {
  const calls = async (word: string) => {
    const times: number[] = [];
    for (let at = 0; at < 30; at += 1) times.push(await timed(() => invite(`${word}-${at}@contoso.example`)));
    return times;
  };
  workspace.nudges(false);
  await calls('warm');
  const quiet = median(await calls('quiet'));
  workspace.tenant.faults.postmark = { hang: true };
  workspace.nudges(true);
  const hanging = await calls('hanging');
  expect(median(hanging)).toBeLessThan(quiet * 3 + 10);
  expect(Math.max(...hanging)).toBeLessThan(1000);
  const reads = await Promise.all(
    ['/summary', '/invitations?state=pending', '/me'].map((path) => timed(() => workspace.api('GET', path))),
  );
  expect(Math.max(...reads)).toBeLessThan(1000);
  expect(await committed("SELECT count(*) AS n FROM outbox_messages WHERE state = 'sent'")).toEqual([{ n: 0 }]);
  expect(await committed("SELECT count(*) AS n FROM invitations WHERE address LIKE 'hanging-%'")).toEqual([{ n: 30 }]);
});
