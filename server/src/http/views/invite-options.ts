import type { Language } from '@doorstep/shared/invitation';
import { MAX_EXPIRES_IN_DAYS, NOTE_LENGTH } from '@doorstep/shared/invitation-batch';
import { type OptionPreset, PRESET_NAME_LENGTH } from '@doorstep/shared/option-preset';
import { html } from 'hono/html';
import { accessUntilField, options, selectField, textArea, textField } from './form.ts';
import { type WizardModel, wizardPage } from './invite.ts';
import type { Html } from './layout.ts';
import { roleChoices } from './role.ts';
import { shown } from './text.ts';

/** `preset` is the one chosen, `presetName` the name typed for a new one. */
export type OptionsModel = WizardModel & { presets: OptionPreset[]; preset: string; presetName: string };

export const languageText: Record<Language | '', string> = {
  '': 'Theirs, or English',
  en: 'English',
  fr: 'French',
  de: 'German',
};

/** Step 3: what everybody gets. */
export function inviteOptionsPage(model: OptionsModel): Html {
  const { form, errors } = model;
  const role = selectField({ name: 'role', label: 'Role', value: form.role, errors, choices: roleChoices });
  const choices = Object.entries(languageText).map(([value, text]) => ({ value, text }));
  const language = selectField({ name: 'language', label: 'Language of the mail', value: form.language, errors, choices });
  const note = textArea({
    name: 'note',
    label: 'A personal note',
    value: form.note,
    errors,
    rows: 3,
    maxLength: NOTE_LENGTH,
    isOptional: true,
    hint: 'Stands in the mail, under your name.',
  });
  const days = textField({
    name: 'expiresInDays',
    label: 'Good for (days)',
    type: 'number',
    min: 1,
    max: MAX_EXPIRES_IN_DAYS,
    value: form.expiresInDays,
    errors,
    hint: `1 to ${MAX_EXPIRES_IN_DAYS}, from sending.`,
  });
  const until = accessUntilField('Access until', form.accessUntil, errors);
  const content = html`${choosePreset(model)}<div class="two">${role}${language}</div>${note}<div class="two">${days}${until}</div>${savePreset(model)}`;
  return wizardPage(model, 'options', content, ['role', 'language', 'note', 'expiresInDays', 'accessUntil']);
}

function choosePreset({ presets, preset }: OptionsModel): Html | '' {
  if (presets.length === 0) return '';
  const choices = [{ value: '', text: 'Choose one' }, ...presets.map(({ id, name }) => ({ value: id, text: shown(name, 60) }))];
  return html`<div class="field"><label for="preset">Saved options</label><div class="line wrap">
<select class="input short" id="preset" name="preset">${options(choices, preset)}</select>
<button class="btn" name="do" value="use-preset" formnovalidate>Use</button>
<button class="btn quiet" name="do" value="delete-preset" formnovalidate>Delete<span class="sr"> these saved options</span></button></div></div>`;
}

const savePreset = ({
  presetName,
  errors,
}: OptionsModel): Html => html`<details${presetName === '' ? '' : html` open`}><summary class="small">Save these options for next time</summary>
<div class="line wrap top-aligned">${textField({ name: 'presetName', label: 'Name', value: presetName, errors, isOptional: true, maxLength: PRESET_NAME_LENGTH, hint: 'For all administrators. The same name again takes the place of the old one.' })}
<button class="btn" name="do" value="save-preset" formnovalidate>Save</button></div></details>`;
