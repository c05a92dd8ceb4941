import { join } from 'node:path';
import { newId } from '@doorstep/server/store/new-id';
import type { Redemption } from '@doorstep/server/store/redemption';
import { DAY } from '@doorstep/shared/time';
import { type Client, createClient, type InStatement } from '@libsql/client';

/** The seeded database without the product: one connection, each commit on the disk before it is acknowledged, as the product has it. */
export async function openRaw(dataDir: string): Promise<Client> {
  const client = createClient({ url: `file:${join(dataDir, 'doorstep.db')}`, concurrency: 1 });
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON'])
    await client.execute(`PRAGMA ${pragma}`);
  return client;
}

/** The rows of one redemption, as whoever knows that nobody else is there would write them. */
export const redemptionRows = (r: Redemption): InStatement[] => [
  {
    sql: `UPDATE invitations SET state = 'redeemed', redemption_id = ?, redeemed_at = ?, closed_at = ?, member_id = ? WHERE id = ? AND +state = 'pending'`,
    args: [r.id, r.now, r.now, r.memberId, r.invitationId],
  },
  {
    sql: `INSERT INTO members (id, tenant_id, object_id, state, role, name, address, address_is_trusted, joined_at, last_seen_at, state_at,
      invitation_id, attempt_id) VALUES (?, ?, ?, 'active', 'member', ?, ?, 1, ?, ?, ?, ?, ?)`,
    args: [r.memberId, r.tenantId, r.objectId, r.name, r.address, r.now, r.now, r.now, r.invitationId, r.id],
  },
  {
    sql: `INSERT INTO sessions (token_hash, kind, member_id, tenant_id, object_id, signed_in_at, last_used_at, ends_at)
      VALUES (?, 'member', ?, ?, ?, ?, ?, ?)`,
    args: [r.tokenHash, r.memberId, r.tenantId, r.objectId, r.now, r.now, r.now + DAY],
  },
  auditRow(r.auditId, 'invitation.redeemed', r.memberId, r.invitationId, r.now),
];

type RawInvitation = { batchId: string; administrator: string; email: string; now: number };

/** The rows of an invitation sent to one address. */
export function invitationRows({ batchId, administrator, email, now }: RawInvitation): InStatement[] {
  const id = newId('inv');
  return [
    {
      sql: `INSERT INTO invitation_batches (id, inviter_id, state, options, refused, counts, next_position, run_id, body_hash, created_at)
        VALUES (?, ?, 'done', '{}', '[]', '{}', 1, ?, 'hash', ?)`,
      args: [batchId, administrator, newId('run'), now],
    },
    {
      sql: 'INSERT INTO batch_chunks (batch_id, position, people) VALUES (?, 0, ?)',
      args: [batchId, JSON.stringify([{ email }])],
    },
    ...pendingInvitation({ id, batchId, administrator, email, now }),
    auditRow(newId('aud'), 'invitations.sent', administrator, batchId, now),
  ];
}

/** An invitation and its mail. */
export const pendingInvitation = ({ id, batchId, administrator, email, now }: RawInvitation & { id: string }): InStatement[] => [
  {
    sql: `INSERT INTO invitations (id, person, state, address, role, batch_id, chunk_id, inviter_id, created_at, sent_at, generation, expires_at)
      VALUES (?, ?, 'pending', ?, 'member', ?, ?, ?, ?, ?, 1, ?)`,
    args: [id, `mail:${email}`, email, batchId, `${batchId}:0`, administrator, now, now, now + 7 * DAY],
  },
  {
    sql: `INSERT INTO outbox_messages (id, kind, state, invitation_id, generation, due_at, created_at) VALUES (?, 'invitation', 'queued', ?, 1, ?, ?)`,
    args: [`out_${id}_1`, id, now, now],
  },
];

const auditRow = (id: string, what: string, by: string, about: string, now: number): InStatement => ({
  sql: `INSERT INTO audit_events (id, at, what, result, by_member_id, about) VALUES (?, ?, ?, 'done', ?, ?)`,
  args: [id, now, what, by, about],
});
