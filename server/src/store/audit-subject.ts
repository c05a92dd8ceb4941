import { sql } from 'drizzle-orm';
import { objectIdOf } from '../domain/directory-id.ts';
import type { Store } from './store.ts';

export type Subject = { id: string; name: string | null; address: string | null };

/**
 * Whom audit rows are about, by their `about` (of a mail its recipient): the rows hold ids only, names are joined when shown (DESIGN.md,
 * database rule 6).
 */
export async function findSubjects(store: Store, ids: readonly (string | null)[]): Promise<Map<string, Subject>> {
  const wanted = JSON.stringify([...new Set(ids.filter((id) => id !== null))]);
  const ofDirectory = JSON.stringify(ids.flatMap((id) => objectsOf(id ?? '')));
  const among = sql`IN (SELECT value FROM json_each(${wanted}))`;
  const rows = await store.db.all<Subject>(sql`
    SELECT m.id AS id, m.name AS name, m.address AS address FROM members AS m WHERE m.id ${among}
    UNION ALL SELECT i.id, i.name, i.address FROM invitations AS i WHERE i.id ${among}
    UNION ALL SELECT r.id, r.name, r.address FROM access_requests AS r WHERE r.id ${among}
    UNION ALL SELECT g.id, CASE g.kind WHEN 'custom' THEN g.name ELSE d.name END, NULL FROM user_groups AS g
      LEFT JOIN directory_groups AS d ON d.object_id = g.directory_group_id WHERE g.id ${among}
    UNION ALL SELECT b.id, m.name, m.address FROM connected_browsers AS b JOIN members AS m ON m.id = b.member_id WHERE b.id ${among}
    UNION ALL SELECT o.id, coalesce(m.name, i.name, r.name), coalesce(m.address, i.address, r.address) FROM outbox_messages AS o
      LEFT JOIN members AS m ON m.id = o.member_id LEFT JOIN invitations AS i ON i.id = o.invitation_id
      LEFT JOIN access_requests AS r ON r.id = o.request_id WHERE o.id ${among}
    UNION ALL SELECT a.value->>'id', u.name, u.address FROM json_each(${ofDirectory}) AS a
      JOIN directory_users AS u ON u.object_id = a.value->>'user'
    UNION ALL SELECT a.value->>'id', d.name, d.address FROM json_each(${ofDirectory}) AS a
      JOIN directory_groups AS d ON d.object_id = a.value->>'group'`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** People and groups of the directory have no id of ours in their tables: theirs stands in ours. */
function objectsOf(id: string): { id: string; user: string | null; group: string | null }[] {
  const [user, group] = [objectIdOf('dus', id), objectIdOf('dgr', id)];
  return user === null && group === null ? [] : [{ id, user, group }];
}
