import * as v from 'valibot';
import { optionsOfBatch } from './invitation-batch.ts';

export const PRESET_NAME_LENGTH = 60;

/** Options of the wizard under a name, for all administrators. `accessForDays` counts from sending: a fixed day would be over one day. */
export const NewOptionPreset = v.strictObject({
  name: v.pipe(
    v.string('must be a text'),
    v.trim(),
    v.minLength(1, 'must not be empty'),
    v.maxLength(PRESET_NAME_LENGTH, `must be at most ${PRESET_NAME_LENGTH} characters`),
  ),
  role: v.optional(v.picklist(['member', 'reader'], 'must be member or reader'), 'member'),
  language: optionsOfBatch.language,
  note: optionsOfBatch.note,
  expiresInDays: optionsOfBatch.expiresInDays,
  accessForDays: v.optional(
    v.nullable(
      v.pipe(
        v.number(),
        v.integer('must be a whole number of days'),
        v.minValue(1, 'must be at least 1 day'),
        v.maxValue(3650, 'must be at most 3650 days'),
      ),
    ),
    null,
  ),
});
export type NewOptionPreset = v.InferOutput<typeof NewOptionPreset>;

export const OptionPresetSchema = v.object({
  id: v.string(),
  name: v.string(),
  role: v.picklist(['member', 'reader']),
  language: v.nullable(v.string()),
  note: v.nullable(v.string()),
  expiresInDays: v.number(),
  accessForDays: v.nullable(v.number()),
});
export type OptionPreset = v.InferOutput<typeof OptionPresetSchema>;
