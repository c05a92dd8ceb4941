import { type Read, refused } from './refusal.ts';
import { type Attributes, inside, nameIn, type Shape, withoutSchema } from './shape.ts';

type Many = Extract<Shape, { many: Attributes }>;
type Fitted = { value: unknown };
/** Longer ones are no names and no addresses. */
const LONGEST = 1000;
const NOTHING: Fitted = { value: undefined };

/**
 * A value as the shape has it, in the dialect that Entra sends: names in any case, with their schema or dotted, "True" and "False" for booleans,
 * one value where a list belongs and the other way round. What is null or empty is unassigned: undefined (RFC 7643, 2.5). `what` names the
 * attribute in the sentence of a refusal.
 */
export function fitTo(shape: Shape, sent: unknown, what: string): Read<unknown> {
  if (sent === null || sent === undefined) return NOTHING;
  if (shape === 'text') return fitText(only(sent), what);
  if (shape === 'truth') return fitTruth(only(sent), what);
  return 'one' in shape ? fitObject(shape.one, sent, what) : fitList(shape, sent, what);
}

/** Entra wraps single values: `[{"$ref": null, "value": "x"}]`. */
function only(sent: unknown): unknown {
  const first = Array.isArray(sent) && sent.length === 1 ? sent[0] : sent;
  return isObject(first) && 'value' in first ? first.value : first;
}

/** Of a lone surrogate SQLite's JSON functions would make bytes that end the process; NUL would cut the text (WEB-21). */
function fitText(sent: unknown, what: string): Read<string | undefined> {
  if (sent === null) return { value: undefined };
  if (typeof sent !== 'string') return refused('invalidValue', `${what} must be a text.`);
  if (sent.length > LONGEST) return refused('invalidValue', `${what} must have at most ${LONGEST} characters.`);
  if (!sent.isWellFormed() || sent.includes('\0')) return refused('invalidValue', `${what} holds what is no character.`);
  return { value: sent.trim() || undefined };
}

function fitTruth(sent: unknown, what: string): Read<boolean | undefined> {
  if (sent === null || sent === '') return { value: undefined };
  if (typeof sent === 'boolean') return { value: sent };
  const word = typeof sent === 'string' ? sent.toLowerCase() : '';
  if (word !== 'true' && word !== 'false') return refused('invalidValue', `${what} must be true or false.`);
  return { value: word === 'true' };
}

export function fitObject(attributes: Attributes, sent: unknown, what: string): Read<Record<string, unknown> | undefined> {
  if (!isObject(sent)) return refused('invalidValue', `${what} must be an object.`);
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(sent)) {
    const [name, sub] = keptName(attributes, key);
    if (name === undefined) continue;
    const fitted = fitTo(attributes[name]!, sub === undefined ? value : { [sub]: value }, name);
    if ('refusal' in fitted) return fitted;
    if (fitted.value === undefined) continue;
    kept[name] = sub === undefined || !isObject(kept[name]) ? fitted.value : { ...kept[name], ...(fitted.value as object) };
  }
  return { value: Object.keys(kept).length === 0 ? undefined : kept };
}

/** `name.givenName` as a key names a part of `name`. */
function keptName(attributes: Attributes, key: string): [name?: string, sub?: string] {
  const [outer = '', inner] = (withoutSchema(key) ?? '').split('.', 2);
  const name = nameIn(attributes, outer);
  if (name === undefined || inner === undefined) return [name];
  const sub = nameIn(inside(attributes[name]), inner);
  return sub === undefined ? [] : [name, sub];
}

function fitList({ many, most = Infinity }: Many, sent: unknown, what: string): Read<unknown[] | undefined> {
  const items: unknown[] = Array.isArray(sent) ? sent : [sent];
  if (items.length > most) return refused('invalidValue', `${what} has at most ${most} values.`);
  const kept: unknown[] = [];
  for (const item of items) {
    const fitted = fitObject(many, typeof item === 'string' ? { value: item } : item, what);
    if ('refusal' in fitted) return fitted;
    if (fitted.value !== undefined) kept.push(fitted.value);
  }
  return { value: kept.length === 0 ? undefined : kept };
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
