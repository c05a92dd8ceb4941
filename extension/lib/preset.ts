import { languages } from '@doorstep/shared/invitation';
import type { NewOptionPreset, OptionPreset } from '@doorstep/shared/option-preset';
import { DAY, type Millis } from '@doorstep/shared/time';
import { type Draft, dayOf, endOfDay } from './draft.ts';

/** The options of a preset, for a draft that is made `now`. A language that this version does not know is the person's own. */
export const fromPreset = (preset: OptionPreset, now: Millis): Partial<Draft> => ({
  role: preset.role,
  language: languages.find((language) => language === preset.language) ?? null,
  days: preset.expiresInDays,
  note: preset.note ?? '',
  accessEnds: preset.accessForDays === null ? '' : dayOf(now + preset.accessForDays * DAY),
});

/** The draft's options under a name; a last day becomes the number of days until then. */
export const asPreset = (draft: Draft, name: string, now: Millis): NewOptionPreset => {
  const ends = endOfDay(draft.accessEnds);
  return {
    name,
    role: draft.role,
    language: draft.language,
    note: draft.note.trim() || null,
    expiresInDays: draft.days,
    accessForDays: ends === null ? null : Math.max(1, Math.floor((ends - now) / DAY)),
  };
};

/** Whether the draft says what the preset would make of it. */
export const isAs = (draft: Draft, preset: OptionPreset, now: Millis): boolean =>
  Object.entries(fromPreset(preset, now)).every(([key, value]) => draft[key as keyof Draft] === value);
