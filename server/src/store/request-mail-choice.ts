import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { eq, sql } from 'drizzle-orm';
import { auditWinners, type Trace } from './audit.ts';
import { activeAdministrator } from './member.ts';
import { members, type RequestMails } from './schema.ts';
import type { Changed } from './settings.ts';
import { changedRows, type Store } from './store.ts';

type Choice = { memberId: MemberId; mails: RequestMails; auditId: string; now: Millis; trace: Trace };

/** Of which access requests an administrator wants a mail: everybody chooses for themselves alone. */
export async function chooseRequestMails(store: Store, choice: Choice): Promise<Changed> {
  const { memberId, mails, auditId, now, trace } = choice;
  const attempt = JSON.stringify([{ auditId, now, ...trace }]);
  const won = sql`json_each(${attempt}) AS a JOIN members AS m ON m.id = ${memberId} AND m.role = 'administrator' AND m.request_mails <> ${mails}
    WHERE ${activeAdministrator(sql`${now}`)}`;
  const facts = sql`json_object('from', m.request_mails, 'to', ${mails})`;
  const [, updated] = await store.write([
    auditWinners(store, 'member.request-mails-changed', won, sql`m.id`, sql`m.id`, facts),
    store.db
      .update(members)
      .set({ requestMails: mails })
      .where(sql`id = ${memberId} AND EXISTS (SELECT 1 FROM audit_events WHERE id = ${auditId})`),
  ]);
  if (changedRows(updated) > 0) return 'changed';
  const [row] = await store.db.select({ mails: members.requestMails }).from(members).where(eq(members.id, memberId));
  return row?.mails === mails ? 'same' : 'lost';
}

/** Whether a request reaches anybody at all before somebody looks: an administrator in office who is told at once. */
export async function isAnybodyToldAtOnce(store: Store, now: Millis): Promise<boolean> {
  const told = await store.db.all(sql`
    SELECT 1 FROM members AS m WHERE m.role = 'administrator' AND m.request_mails = 'at-once' AND ${activeAdministrator(sql`${now}`)} LIMIT 1`);
  return told.length > 0;
}
