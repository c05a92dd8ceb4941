import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { eq, isNull, type SQL, sql } from 'drizzle-orm';
import { defaultSettings, type Settings } from '../domain/settings.ts';
import { auditWinners, type Trace } from './audit.ts';
import { activeAdministrator } from './member.ts';
import { newId } from './new-id.ts';
import { actsForWorkspace } from './office.ts';
import { workspace } from './schema.ts';
import { changedRows, type Store } from './store.ts';

type WorkspaceRow = Omit<typeof workspace.$inferSelect, 'logo'>;

/** The columns of the settings; the logo itself is read only where it is shown. */
export const settingsColumns = {
  name: workspace.name,
  question: workspace.question,
  membersMayKnock: workspace.membersMayKnock,
  tenantGuestsMayKnock: workspace.tenantGuestsMayKnock,
  invitationDays: workspace.invitationDays,
  quietDays: workspace.quietDays,
  escalateAfterHours: workspace.escalateAfterHours,
  needsTwoApprovals: workspace.needsTwoApprovals,
  vouchesForEmail: workspace.vouchesForEmail,
  forcesSso: workspace.forcesSso,
  guestDays: workspace.guestDays,
  guestEndIsCompulsory: workspace.guestEndIsCompulsory,
  remindsInvited: workspace.remindsInvited,
  logoHash: workspace.logoHash,
};
type SettingsRow = Pick<WorkspaceRow, keyof typeof settingsColumns>;

export const settingsOf = ({
  membersMayKnock,
  tenantGuestsMayKnock,
  guestDays,
  guestEndIsCompulsory,
  ...row
}: SettingsRow): Settings => ({
  ...row,
  whoMayKnock: { members: membersMayKnock, tenantGuests: tenantGuestsMayKnock },
  guestEnd: { days: guestDays, isCompulsory: guestEndIsCompulsory },
});

export const findSettings = (store: Store): Promise<Settings> =>
  store.memory.recall('settings', async () => {
    const [row] = await store.db.select(settingsColumns).from(workspace);
    return row ? settingsOf(row) : defaultSettings;
  });

/** The columns that may be changed by their name. */
export type SettingsChange = Partial<Omit<SettingsRow, 'forcesSso' | 'logoHash'>>;
export type By = { by: MemberId; now: Millis; trace: Trace };

/** `lost`: somebody changed the same, or took the office away, in the same moment; nothing is written. */
export type Changed = 'changed' | 'same' | 'lost';

/** Texts are not facts of the audit: it keeps that they were changed. */
const TEXTS: readonly string[] = ['name', 'question'] satisfies (keyof SettingsChange)[];

/**
 * What is the same as before is left out. One audit row with the old and new values, which are true because the change is written only over
 * what was read. Two approvals are switched on only while two administrators are in office: a single one could approve nobody.
 */
export async function changeSettings(store: Store, wanted: SettingsChange, { by, now, trace }: By): Promise<Changed> {
  const [before] = await store.db.select(settingsColumns).from(workspace);
  if (!before) throw new Error('the workspace has no row');
  const changed = Object.entries(wanted).filter(([name, value]) => before[name as keyof SettingsRow] !== value);
  if (changed.length === 0) return 'same';

  const asRead = sql.join(
    changed.map(([name]) => sql`AND ${isStill(name as keyof SettingsRow, before)}`),
    sql` `,
  );
  const twoInOffice = wanted.needsTwoApprovals && !before.needsTwoApprovals ? sql`AND ${hasTwoAdministrators(now)}` : sql``;
  return writeWorkspace(store, {
    what: 'settings.changed',
    facts: Object.fromEntries(changed.map(([name, value]) => [name, factOf(name, before, value)])),
    where: sql`${asRead} ${twoInOffice}`,
    set: Object.fromEntries(changed),
    ...{ by, now, trace },
  });
}

type WorkspaceChange = By & {
  what: string;
  facts?: Record<string, unknown>;
  where: SQL;
  set: Partial<typeof workspace.$inferInsert>;
};

/** The audit row is written where the change may happen, and the change where the audit row is. `where` begins with AND. */
export async function writeWorkspace(store: Store, change: WorkspaceChange): Promise<'changed' | 'lost'> {
  const { what, facts, where, set, by, now, trace } = change;
  const auditId = newId('aud');
  const attempt = JSON.stringify([{ auditId, now, ...trace }]);
  const won = sql`json_each(${attempt}) AS a JOIN workspace ON workspace.id = 1 WHERE ${actsForWorkspace(by, now)} ${where}`;
  const written = facts ? sql`${JSON.stringify(facts)}` : sql`NULL`;
  const [, updated] = await store.write([
    auditWinners(store, what, won, sql`NULL`, sql`${by}`, written),
    store.db.update(workspace).set(set).where(sql`id = 1 AND EXISTS (SELECT 1 FROM audit_events WHERE id = ${auditId})`),
  ]);
  return changedRows(updated) > 0 ? 'changed' : 'lost';
}

function isStill(name: keyof SettingsRow, before: SettingsRow): SQL {
  const value = before[name];
  return value === null ? isNull(settingsColumns[name]) : eq(settingsColumns[name], value);
}

const factOf = (name: string, before: SettingsRow, to: unknown) =>
  TEXTS.includes(name) ? true : { from: before[name as keyof SettingsRow], to };

const hasTwoAdministrators = (now: Millis): SQL =>
  sql`(SELECT count(*) FROM members AS m WHERE m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)}) >= 2`;

/** Whether two people are in office, so that one can propose and another agree. */
export async function findWhetherTwoAdministrators(store: Store, now: Millis): Promise<boolean> {
  const [row] = await store.db.all<{ two: number }>(sql`SELECT ${hasTwoAdministrators(now)} AS two`);
  return row?.two === 1;
}
