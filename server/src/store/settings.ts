import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { defaultSettings, type Settings } from '../domain/settings.ts';
import { auditRow, type Trace } from './audit.ts';
import { newId } from './new-id.ts';
import { workspace } from './schema.ts';
import type { Store } from './store.ts';

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
type By = { by: string; now: Millis; trace: Trace };

/** Texts are not facts of the audit: it keeps that they were changed. */
const TEXTS: readonly string[] = ['name', 'question'] satisfies (keyof SettingsChange)[];

/** What is the same as before is left out; false when nothing is left. One audit row with the old and new values. */
export async function changeSettings(store: Store, wanted: SettingsChange, { by, now, trace }: By): Promise<boolean> {
  const [before] = await store.db.select(settingsColumns).from(workspace);
  const changed = Object.entries(wanted).filter(([name, value]) => before?.[name as keyof SettingsRow] !== value);
  if (changed.length === 0) return false;
  const facts = Object.fromEntries(
    changed.map(([name, value]) => [
      name,
      TEXTS.includes(name) ? true : { from: before?.[name as keyof SettingsRow], to: value },
    ]),
  );
  await store.write([
    store.db.update(workspace).set(Object.fromEntries(changed)).where(sql`id = 1`),
    auditRow(store, { id: newId('aud'), at: now, what: 'settings.changed', result: 'done', by, about: null, facts, trace }),
  ]);
  return true;
}
