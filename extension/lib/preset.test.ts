import type { OptionPreset } from '@doorstep/shared/option-preset';
import { DAY } from '@doorstep/shared/time';
import { expect, test } from 'vitest';
import { endOfDay, newDraft } from './draft.ts';
import { asPreset, fromPreset, isAs } from './preset.ts';

const now = new Date('2026-11-23T10:00').getTime();
const auditors: OptionPreset = {
  id: 'pre_1',
  name: 'Auditors',
  role: 'reader',
  language: 'de',
  note: null,
  expiresInDays: 14,
  accessForDays: 90,
};

test('a preset counts access in days from now, and comes back as it was saved', () => {
  const draft = { ...newDraft(), ...fromPreset(auditors, now) };
  expect(endOfDay(draft.accessEnds)! - now).toBeGreaterThanOrEqual(90 * DAY);
  expect({ id: 'pre_1', ...asPreset(draft, 'Auditors', now) }).toEqual(auditors);
  expect(isAs(draft, auditors, now)).toBe(true);
  expect(isAs({ ...draft, note: 'Hello' }, auditors, now)).toBe(false);
});

test('a language that this version does not know is the choice of the person', () => {
  expect(fromPreset({ ...auditors, language: 'xx' }, now).language).toBeNull();
});
