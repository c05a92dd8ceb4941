import { MINUTE } from '@doorstep/shared/time';
import { seal, unseal } from '../../identity/sealed.ts';
import type { Ctx } from '../env.ts';
import type { HiddenField } from '../views/form.ts';
import type { MailWay } from '../views/mail-form.ts';
import { type MailFields, type ReadMail, secretFieldOf } from './mail-form.ts';

const KEPT_FOR = 30 * MINUTE;
/** Sealed for its way: a token of Postmark can never be sent to a mail server as a password. */
const purposeOf = (way: MailWay) => `typed mail secret ${way}`;

/** The form as hidden fields, for the page that asks for a fresh sign-in: what must not be shown again waits sealed. */
export async function fieldsToKeep(c: Ctx, { way, typed }: ReadMail, form: MailFields): Promise<HiddenField[]> {
  const text = form.get(secretFieldOf(way)) ?? '';
  const fields: HiddenField[] = [['way', way], ...Object.entries(typed)];
  if (text === '') return fields;
  return [...fields, ['kept', await seal(c.var.deps.keys, purposeOf(way), { text }, c.var.now + KEPT_FOR)]];
}

/** The form, with the secret that waited where none was typed. */
export async function withKeptSecret(c: Ctx, way: MailWay, form: MailFields): Promise<MailFields> {
  const kept = form.get('kept');
  const field = secretFieldOf(way);
  if (!kept || form.get(field)) return form;
  const opened = await unseal<{ text: string }>(c.var.deps.keys, purposeOf(way), kept, c.var.now);
  return opened ? { get: (name) => (name === field ? opened.text : form.get(name)) } : form;
}
