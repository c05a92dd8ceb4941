import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { auditWinners, type Trace } from './audit.ts';
import type { MailRow } from './configuration.ts';

import { newId } from './new-id.ts';
import { actsForWorkspace } from './office.ts';
import { mailConfiguration } from './schema.ts';
import { changedRows, rowsOf, type Statement, type Store } from './store.ts';

export type MailChange = { by: string | null; now: Millis; trace: Trace };
export type NewMailDraft = Pick<MailRow, 'transport' | 'fromAddress' | 'sealed' | 'shown'>;

/** What is being typed and tested, and what is on; where the environment says how mails leave, neither counts. */
export async function findMailConfigurations(store: Store): Promise<{ draft: MailRow | null; on: MailRow | null }> {
  const rows = await store.db.select().from(mailConfiguration);
  const of = (state: MailRow['state']) => rows.find((row) => row.state === state) ?? null;
  return { draft: of('draft'), on: of('on') };
}

/** Its version is `changedAt`, which grows with each saving; a new one is untested. null: whoever saves may not any more. */
export async function saveMailDraft(store: Store, draft: NewMailDraft, change: MailChange): Promise<MailRow | null> {
  const { auditId, audit } = audited(store, change, 'mail.drafted', sql`true`, sql`json_object('transport', ${draft.transport})`);
  const results = await store.write([
    audit,
    store.db.run(sql`
      INSERT INTO mail_configuration (state, transport, from_address, sealed, shown, tested_at, changed_at, changed_by)
      SELECT 'draft', ${draft.transport}, ${draft.fromAddress}, ${draft.sealed}, ${draft.shown}, NULL, ${change.now}, ${change.by}
      WHERE ${isWritten(auditId)}
      ON CONFLICT (state) DO UPDATE SET transport = excluded.transport, from_address = excluded.from_address, sealed = excluded.sealed,
        shown = excluded.shown, tested_at = NULL, changed_at = max(excluded.changed_at, mail_configuration.changed_at + 1),
        changed_by = excluded.changed_by`),
    store.db
      .select()
      .from(mailConfiguration)
      .where(sql`state = 'draft' AND ${isWritten(auditId)}`),
  ]);
  return rowsOf<MailRow>(results[2])[0] ?? null;
}

/** What became of the test mail: `because` is a code. Only of this version; one that was saved meanwhile has its own test. */
export async function recordMailTest(
  store: Store,
  { version, because }: { version: Millis; because: string | null },
  change: MailChange,
): Promise<void> {
  const { auditId, audit } = audited(store, change, 'mail.tested', isVersion(version), sql`json_object('because', ${because})`);
  const tested = because === null ? sql`${change.now}` : sql`NULL`;
  await store.write([
    audit,
    store.db.run(sql`UPDATE mail_configuration SET tested_at = ${tested} WHERE state = 'draft' AND ${isWritten(auditId)}`),
  ]);
}

/** Mails that wait in a stopped queue go on at once. False: this version was not tested, was overtaken, or the office was lost. */
export async function switchMailOn(store: Store, version: Millis, change: MailChange): Promise<boolean> {
  const isTested = sql`${isVersion(version)} AND EXISTS (SELECT 1 FROM mail_configuration WHERE state = 'draft' AND tested_at IS NOT NULL)`;
  const transport = sql`json_object('transport', (SELECT transport FROM mail_configuration WHERE state = 'draft'))`;
  const { auditId, audit } = audited(store, change, 'mail.switched-on', isTested, transport);
  const isOn = isWritten(auditId);
  const [written] = await store.write([
    audit,
    store.db.run(sql`DELETE FROM mail_configuration WHERE state = 'on' AND ${isOn}`),
    store.db.run(sql`UPDATE mail_configuration SET state = 'on', changed_by = ${change.by} WHERE state = 'draft' AND ${isOn}`),
    store.db.run(sql`UPDATE outbox_messages SET due_at = ${change.now} WHERE state = 'queued' AND due_at > ${change.now}
      AND EXISTS (SELECT 1 FROM queue_stops WHERE queue = 'mail') AND ${isOn}`),
    store.db.run(sql`DELETE FROM queue_stops WHERE queue = 'mail' AND ${isOn}`),
  ]);
  return changedRows(written) > 0;
}

const isVersion = (version: Millis): SQL =>
  sql`EXISTS (SELECT 1 FROM mail_configuration WHERE state = 'draft' AND changed_at = ${version})`;

/** The audit row is written first, under all conditions; the change depends on it. */
function audited(store: Store, change: MailChange, what: string, where: SQL, facts: SQL): { auditId: string; audit: Statement } {
  const auditId = newId('aud');
  const list = JSON.stringify([{ auditId, now: change.now, ...change.trace }]);
  const may = sql`json_each(${list}) AS a WHERE ${actsForWorkspace(change.by, change.now)} AND ${where}`;
  return { auditId, audit: auditWinners(store, what, may, sql`NULL`, sql`${change.by}`, facts) };
}

const isWritten = (auditId: string): SQL => sql`EXISTS (SELECT 1 FROM audit_events AS e WHERE e.id = ${auditId})`;
