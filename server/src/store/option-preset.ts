import type { OptionPreset } from '@doorstep/shared/option-preset';
import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import type { Trace } from './audit.ts';
import { changedRows, rowsOf, type Store } from './store.ts';

export type PresetOptions = Omit<OptionPreset, 'id' | 'name'>;
export type OptionPresetRow = { id: string; name: string; options: PresetOptions };

type Change = { id: string; by: string; auditId: string; now: Millis; trace: Trace };
export type NewPreset = Change & { name: string; options: PresetOptions };

export const MOST_PRESETS = 100;

/** By name. */
export async function findOptionPresets(store: Store): Promise<OptionPresetRow[]> {
  const rows = await store.db.all<{ id: string; name: string; options: string }>(
    sql`SELECT id, name, options FROM option_presets ORDER BY lower(name)`,
  );
  return rows.map((row) => ({ ...row, options: JSON.parse(row.options) as PresetOptions }));
}

/** Saves these options under that name, instead of what was saved under it before; null when there are too many presets. */
export async function savePreset(store: Store, preset: NewPreset): Promise<OptionPresetRow | null> {
  const { id, name, options, by, now } = preset;
  const saved = sql`FROM option_presets AS p WHERE lower(p.name) = lower(${name}) AND p.created_at = ${now} AND p.options = ${JSON.stringify(options)}`;
  const results = await store.write([
    store.db.run(sql`
      INSERT INTO option_presets (id, name, options, created_by, created_at)
      SELECT ${id}, ${name}, ${JSON.stringify(options)}, ${by}, ${now}
      WHERE (SELECT count(*) FROM option_presets WHERE lower(name) <> lower(${name})) < ${MOST_PRESETS}
      ON CONFLICT (lower(name)) DO UPDATE SET name = excluded.name, options = excluded.options, created_by = excluded.created_by,
        created_at = excluded.created_at`),
    store.db.run(audit(preset, 'option-preset.saved', sql`p.id ${saved}`)),
    store.db.all(sql`SELECT p.id ${saved}`),
  ]);
  const [row] = rowsOf<{ id: string }>(results[2]);
  return row ? { id: row.id, name, options } : null;
}

/** False when there is none of that id. */
export async function deletePreset(store: Store, change: Change): Promise<boolean> {
  const results = await store.write([
    store.db.run(audit(change, 'option-preset.deleted', sql`p.id FROM option_presets AS p WHERE p.id = ${change.id}`)),
    store.db.run(sql`DELETE FROM option_presets WHERE id = ${change.id}`),
  ]);
  return changedRows(results[1]) > 0;
}

/** `about`: SQL that ends a SELECT with the id of the preset, none when nothing was changed. */
const audit = ({ auditId, now, by, trace }: Change, what: string, about: ReturnType<typeof sql>) => sql`
  INSERT INTO audit_events (id, at, what, result, by_member_id, request_id, client_address, about)
  SELECT ${auditId}, ${now}, ${what}, 'done', ${by}, ${trace.requestId}, ${trace.clientAddress}, ${about}`;
