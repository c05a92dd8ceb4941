import { inArray, sql } from 'drizzle-orm';
import type { MemberRow } from './member.ts';
import { members } from './schema.ts';
import type { Store } from './store.ts';
import { membersInside } from './synced-members.ts';
import type { UserGroupRow } from './user-group.ts';

/** Newest members first, of a custom group the suspended ones too; `cursor` is the id of the last one of the page before. */
export async function findGroupMembers(
  store: Store,
  group: UserGroupRow,
  wanted: { cursor?: string; limit: number },
): Promise<MemberRow[]> {
  const ids =
    group.directoryGroupId === null
      ? await assignedTo(store, group.id, wanted)
      : pageOfIds(await membersInside(store, group.directoryGroupId), wanted);
  const rows = await store.db.select().from(members).where(inArray(members.id, ids));
  return rows.sort((a, b) => (a.id < b.id ? 1 : -1));
}

const pageOfIds = (newestFirst: string[], { cursor, limit }: { cursor?: string; limit: number }) =>
  newestFirst.filter((id) => cursor === undefined || id < cursor).slice(0, limit);

async function assignedTo(store: Store, groupId: string, { cursor, limit }: { cursor?: string; limit: number }) {
  const rows = await store.db.all<{ id: string }>(sql`
    SELECT ug.member_id AS id FROM user_group_members AS ug JOIN members AS m ON m.id = ug.member_id AND m.state <> 'removed'
    WHERE ug.group_id = ${groupId} ${cursor === undefined ? sql`` : sql`AND ug.member_id < ${cursor}`} ORDER BY ug.member_id DESC LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}
