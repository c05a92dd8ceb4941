import { languages } from '@doorstep/shared/invitation';
import { NewOptionPreset, type OptionPreset } from '@doorstep/shared/option-preset';
import { DAY, type Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import * as v from 'valibot';
import { newId } from '../../../store/new-id.ts';
import { deletePreset, findOptionPresets, MOST_PRESETS, savePreset } from '../../../store/option-preset.ts';
import { fieldErrors } from '../../api/read-body.ts';
import type { Ctx } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { optionPresetShown } from '../../shown.ts';
import { type InviteForm, named } from '../../views/invite.ts';
import { notice } from '../../views/notice.ts';
import { dateFieldValue } from '../../views/time.ts';
import { readLastDay } from './day-field.ts';
import type { Fields } from './invite-form.ts';
import { showStep } from './invite-steps.ts';

/** What a button of the third step does; null when it is none of this step. */
export function pressedInOptions(c: Ctx, form: InviteForm, fields: Fields, verb: string): Promise<Response> | null {
  if (verb === 'use-preset') return usePreset(c, form, fields.get('preset') ?? '');
  if (verb === 'delete-preset') return removePreset(c, form, fields.get('preset') ?? '');
  return verb === 'save-preset' ? keepPreset(c, form, (fields.get('presetName') ?? '').trim()) : null;
}

async function usePreset(c: Ctx, form: InviteForm, id: string): Promise<Response> {
  const preset = await presetAt(c, id);
  if (!preset) return showStep(c, 'options', form);
  const said = notice('ok', 'check', html`The options of ${named(preset.name)} are in the form.`);
  return showStep(c, 'options', { ...form, ...optionsOf(preset, c.var.now) }, { said, presetName: preset.name });
}

/** A language that this version does not know is the person's own. */
const optionsOf = (preset: OptionPreset, now: Millis): Partial<InviteForm> => ({
  role: preset.role,
  language: languages.find((language) => language === preset.language) ?? '',
  note: preset.note ?? '',
  expiresInDays: String(preset.expiresInDays),
  accessUntil: preset.accessForDays === null ? '' : dateFieldValue(now + preset.accessForDays * DAY),
});

async function keepPreset(c: Ctx, form: InviteForm, name: string): Promise<Response> {
  const day = readLastDay(form.accessUntil, c.var.now);
  const ends = 'at' in day ? day.at : null;
  const read = v.safeParse(NewOptionPreset, {
    name,
    role: form.role,
    language: form.language || null,
    note: form.note.trim() || null,
    expiresInDays: Number(form.expiresInDays),
    accessForDays: ends === null ? null : Math.max(1, Math.floor((ends - c.var.now) / DAY)),
  });
  const errors = read.success
    ? []
    : fieldErrors(read.issues).map((error) => ({ ...error, pointer: error.pointer.replace('#/name', '#/presetName') }));
  if ('problem' in day) errors.push({ pointer: '#/accessUntil', detail: day.problem });
  if (!read.success || errors.length > 0) return showStep(c, 'options', form, { errors, presetName: name });
  const { name: _, expiresInDays = c.var.deps.settings.invitationDays, ...rest } = read.output;
  const options = { ...rest, expiresInDays };
  const saved = await savePreset(c.var.deps.store, { ...change(c, newId('pre')), name, options });
  if (saved) return showStep(c, 'options', form, { said: notice('ok', 'check', html`Saved as ${named(name)}.`) });
  const detail = `cannot be taken: there are ${MOST_PRESETS} saved options, delete some first`;
  return showStep(c, 'options', form, { errors: [{ pointer: '#/presetName', detail }], presetName: name });
}

async function removePreset(c: Ctx, form: InviteForm, id: string): Promise<Response> {
  const preset = await presetAt(c, id);
  if (!preset) return showStep(c, 'options', form);
  await deletePreset(c.var.deps.store, change(c, id));
  return showStep(c, 'options', form, {
    said: notice('ok', 'check', html`${named(preset.name)} was deleted. The form is as it was.`),
  });
}

async function presetAt(c: Ctx, id: string): Promise<OptionPreset | undefined> {
  return (await findOptionPresets(c.var.deps.store)).map(optionPresetShown).find((preset) => preset.id === id);
}

const change = (c: Ctx, id: string) => ({ id, by: memberOf(c).id, auditId: newId('aud'), now: c.var.now, trace: c.var.trace });
