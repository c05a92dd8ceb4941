import type { FieldError } from '@doorstep/shared/problem';
import { html } from 'hono/html';
import { type IconName, icon } from './icon.ts';
import type { Html } from './layout.ts';
import { shown } from './text.ts';

export type HiddenField = readonly [name: string, value: string];

export type Field = {
  name: string;
  label: string;
  value: string;
  errors: FieldError[];
  hint?: string;
  isOptional?: boolean;
  type?: 'text' | 'date' | 'number' | 'password' | 'email';
  min?: string | number;
  max?: string | number;
  maxLength?: number;
  placeholder?: string;
  isMono?: boolean;
  /** What browsers may fill in; left out: nothing. */
  autocomplete?: 'email' | 'one-time-code' | 'username webauthn';
  /** Which keys a telephone shows. */
  inputMode?: 'numeric' | 'email';
};

type Unfilled = Omit<Field, 'value'>;

/** One line of typing, its label above, hint and errors below and named in `aria-describedby`. */
export const textField = (field: Field): Html => html`<div class="field">${label(field)}
<input class="input${field.isMono ? ' mono' : ''}" type="${field.type ?? 'text'}" value="${field.value}" autocomplete="${field.autocomplete ?? 'off'}"
${attribute('inputmode', field.inputMode)}${attribute('min', field.min)}${attribute('max', field.max)}${field.isMono ? html` autocapitalize="characters" spellcheck="false"` : ''}${common(field)}>${below(field)}</div>`;

export const textArea = (field: Field & { rows: number }): Html => html`<div class="field">${label(field)}
<textarea class="input" rows="${field.rows}"${common(field)}>
${field.value}</textarea>${below(field)}</div>`;

/** The last day of somebody's access: the same question wherever it is asked. */
export const accessUntilField = (label: string, value: string, errors: FieldError[]): Html =>
  textField({
    name: 'accessUntil',
    label,
    type: 'date',
    value,
    errors,
    isOptional: true,
    hint: 'The last day, in UTC. Empty: no end.',
  });

/** A choice of its own: on or off. What is not ticked is not sent. */
export const tickField = ({ isOn, ...field }: Omit<Field, 'value'> & { isOn: boolean }): Html => html`<div class="field">
<label class="line"><input type="checkbox" id="${field.name}" name="${field.name}" value="yes"${isOn ? html` checked` : ''}${described(field)}>${field.label}</label>${below(field)}</div>`;

/** `accept`: what the browser offers; the form needs `enctype="multipart/form-data"`. */
export const fileField = ({
  accept,
  ...field
}: Omit<Field, 'value'> & { accept: string }): Html => html`<div class="field">${label(field)}
<input class="input" type="file" accept="${accept}"${common(field)}>${below(field)}</div>`;

export type Choice = { value: string; text: string };
export const selectField = (
  field: Field & { choices: readonly Choice[]; isDisabled?: boolean },
): Html => html`<div class="field">${label(field)}
<select class="input" id="${field.name}" name="${field.name}"${field.isDisabled ? html` disabled` : ''}${described(field)}>
${options(field.choices, field.value)}</select>${below(field)}</div>`;

export const options = (choices: readonly Choice[], chosen: string): Html[] =>
  choices.map(({ value, text }) => html`<option value="${value}"${value === chosen ? html` selected` : ''}>${text}</option>`);

/** What went wrong, first on the page and focused, each entry leading to its field. */
export function errorSummary(errors: FieldError[], labels: Record<string, string>): Html | '' {
  if (errors.length === 0) return '';
  const title = errors.length === 1 ? 'One thing needs a look' : `${errors.length} things need a look`;
  const entries = errors.slice(0, 20).map((error) => {
    const name = fieldNamed(error);
    const text = sentence(Object.hasOwn(labels, name) ? labels[name] : undefined, error.detail);
    return html`<li>${Object.hasOwn(labels, name) ? html`<a href="#${name}">${text}</a>` : text}</li>`;
  });
  return html`<div class="banner bad" role="alert" tabindex="-1" autofocus>${icon('warn')}<div><h2>${title}</h2>
<ul>${entries}</ul></div></div>`;
}

export const hiddenFields = (fields: readonly HiddenField[]): Html[] =>
  fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);

export type PostButton = {
  action: string;
  text: string;
  look?: string;
  icon?: IconName;
  fields?: readonly HiddenField[];
  /** Said to screen readers after the text: whom it concerns, where several buttons read alike. */
  about?: string;
  isDisabled?: boolean;
};
/** A form that is nothing but its button. */
export const postButton = (button: PostButton): Html =>
  html`<form method="post" action="${button.action}">${hiddenFields(button.fields ?? [])}
<button class="${button.look ?? 'btn'}"${button.isDisabled ? html` disabled` : ''}>${button.icon ? icon(button.icon) : ''}${button.text}${
    button.about ? html`<span class="sr"> ${button.about}</span>` : ''
  }</button></form>`;

/** Details of the schemas are predicates ("must be ..."), those of handlers may be sentences. */
function sentence(label: string | undefined, detail: string): string {
  const said = shown(detail, 300);
  return label !== undefined && /^(must|is|has|may|cannot|needs) /.test(said) ? `${label} ${said}` : said;
}

/** `#/recipients/3/email` belongs to the field `recipients`. */
const fieldNamed = (error: FieldError) => error.pointer.split('/')[1] ?? '';
const errorsOf = (field: Unfilled) => field.errors.filter((error) => fieldNamed(error) === field.name);

const label = (field: Unfilled) =>
  html`<label for="${field.name}">${field.label}${field.isOptional ? html` <span class="count">optional</span>` : ''}</label>`;

function below(field: Unfilled): Html {
  const errors = errorsOf(field).slice(0, 5);
  return html`${field.hint ? html`<p class="hint" id="${field.name}-hint">${field.hint}</p>` : ''}${
    errors.length > 0
      ? html`<div id="${field.name}-error">${errors.map((error) => html`<p class="error">${icon('warn')}<span>${sentence(field.label, error.detail)}</span></p>`)}</div>`
      : ''
  }`;
}

function described(field: Unfilled): Html {
  const isInvalid = errorsOf(field).length > 0;
  const ids = [field.hint && `${field.name}-hint`, isInvalid && `${field.name}-error`].filter(Boolean).join(' ');
  return html`${ids ? html` aria-describedby="${ids}"` : ''}${isInvalid ? html` aria-invalid="true"` : ''}`;
}

/** The attributes that lines and areas of typing share. */
const common = (field: Unfilled): Html =>
  html` id="${field.name}" name="${field.name}"${attribute('maxlength', field.maxLength)}${attribute('placeholder', field.placeholder)}${
    field.isOptional ? '' : html` required`
  }${described(field)}`;
const attribute = (name: string, value: string | number | undefined) => (value === undefined ? '' : html` ${name}="${value}"`);
