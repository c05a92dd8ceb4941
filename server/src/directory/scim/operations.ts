import { readConditions } from './conditions.ts';
import { fitTo, isObject } from './fit.ts';
import { type Read, refused } from './refusal.ts';
import { type Attributes, inside, nameIn, type Shape, withoutSchema } from './shape.ts';

/** Where a PATCH operation works: `emails[type eq "work"].value`. Names are ours, the selector's values as the shape has them. */
export type Target = { attribute: string; selector?: Record<string, string | boolean>; sub?: string };
export type Operation = { op: 'add' | 'replace' | 'remove'; target: Target; value?: unknown };

const MOST_OPERATIONS = 1000;
const LONGEST_PATH = 1000;
const PATH = /^([a-z$][\w$-]*)(?:\[(.*)\])?(?:\.([a-z$][\w$-]*))?$/is;

/**
 * The operations of a PATCH in one dialect, checked against the shape before any is carried out, so that a wrong one leaves the resource whole
 * (RFC 7644, 3.5.2). Understands what Entra sends: `op` in any case, one value without a path whose keys are paths, removal by a list of values.
 */
export function readOperations(body: unknown, attributes: Attributes): Read<Operation[]> {
  const sent = isObject(body) ? Object.entries(body).find(([key]) => key.toLowerCase() === 'operations')?.[1] : undefined;
  if (!Array.isArray(sent) || sent.length === 0) return refused('invalidSyntax', 'A PATCH needs a list of Operations.');
  if (sent.length > MOST_OPERATIONS) {
    return { refusal: { status: 413, detail: `A PATCH has at most ${MOST_OPERATIONS} operations.` } };
  }
  return collect(sent, (one) => readOperation(one, attributes));
}

function readOperation(sent: unknown, attributes: Attributes): Read<Operation[]> {
  if (!isObject(sent)) return refused('invalidSyntax', 'An operation must be an object.');
  const { op, path, value } = lowerKeys(sent);
  const verb = typeof op === 'string' ? op.toLowerCase() : '';
  if (verb !== 'add' && verb !== 'replace' && verb !== 'remove')
    return refused('invalidSyntax', 'op must be add, replace or remove.');
  if (path !== undefined && path !== null && path !== '') {
    if (typeof path !== 'string') return refused('invalidPath', 'path must be a text.');
    return readAt(verb, path, value, attributes);
  }
  if (verb === 'remove') return refused('noTarget', 'A remove needs a path.');
  if (!isObject(value)) return refused('invalidValue', 'Without a path, value must be an object.');
  return collect(Object.entries(value), ([key, inner]) => readAt(verb, key, inner, attributes));
}

/** None for an attribute of which we keep nothing: it is ignored, as in whole bodies. */
function readAt(op: Operation['op'], path: string, value: unknown, attributes: Attributes): Read<Operation[]> {
  const read = readTarget(path, attributes);
  if ('refusal' in read) return read;
  if (read.value === null) return { value: [] };
  const target = read.value;
  const shape = shapeAt(target, attributes);
  const fitted = fitTo(shape, value, target.attribute);
  if (op === 'remove') return 'refusal' in fitted ? fitted : { value: removals(target, shape, fitted.value) };
  if ('refusal' in fitted) return fitted;
  return { value: [fitted.value === undefined ? { op: 'remove', target } : { op, target, value: fitted.value }] };
}

/** Entra removes members, and may remove addresses, by a list of values. A value beside a single attribute says nothing more. */
function removals(target: Target, shape: Shape, value: unknown): Operation[] {
  const isList = typeof shape === 'object' && 'many' in shape && Array.isArray(value);
  if (!isList) return [{ op: 'remove', target }];
  return (value as { value?: string }[]).map((item) => ({
    op: 'remove',
    target: { ...target, selector: { value: item.value ?? '' } },
  }));
}

function readTarget(path: string, attributes: Attributes): Read<Target | null> {
  if (path.length > LONGEST_PATH) return refused('invalidPath', `A path has at most ${LONGEST_PATH} characters.`);
  const own = withoutSchema(path);
  if (own === null) return { value: null };
  const [, outer, filter, inner] = PATH.exec(own) ?? [];
  if (outer === undefined) return refused('invalidPath', 'The path cannot be read.');
  if (outer.toLowerCase() === 'id') return refused('mutability', 'id cannot be changed.');
  const attribute = nameIn(attributes, outer);
  if (attribute === undefined) return { value: null };
  const sub = inner === undefined ? undefined : nameIn(inside(attributes[attribute]), inner);
  if (inner !== undefined && sub === undefined) return { value: null };
  if (filter === undefined) return { value: sub === undefined ? { attribute } : { attribute, sub } };
  const selector = readSelector(filter, attributes[attribute]!);
  if ('refusal' in selector) return selector;
  return { value: { attribute, selector: selector.value, ...(sub === undefined ? {} : { sub }) } };
}

/** Quotes, backslashes and colons would be syntax to the library that carries the operation out. */
const NOT_SELECTED_BY = /["\\:]/;

function readSelector(filter: string, shape: Shape): Read<Record<string, string | boolean>> {
  if (typeof shape === 'string' || !('many' in shape))
    return refused('invalidPath', 'Only attributes with many values are selected from.');
  const conditions = readConditions(filter);
  if ('refusal' in conditions) return conditions;
  const selector: Record<string, string | boolean> = {};
  for (const { attribute, value } of conditions.value) {
    const name = nameIn(shape.many, attribute);
    if (name === undefined) return refused('invalidFilter', 'The path selects by an attribute that is not kept.');
    const fitted = fitTo(shape.many[name]!, value, name);
    if ('refusal' in fitted) return fitted;
    if (NOT_SELECTED_BY.test(String(fitted.value)))
      return refused('invalidPath', 'The path selects by a value with characters that it cannot have.');
    selector[name] = fitted.value as string | boolean;
  }
  return { value: selector };
}

function shapeAt({ attribute, selector, sub }: Target, attributes: Attributes): Shape {
  const shape = attributes[attribute]!;
  if (sub !== undefined) return inside(shape)[sub]!;
  return selector === undefined ? shape : { one: inside(shape) };
}

const lowerKeys = (sent: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(sent).map(([key, value]) => [key.toLowerCase(), value]));

function collect<Item, Found>(items: readonly Item[], read: (item: Item) => Read<Found[]>): Read<Found[]> {
  const all: Found[] = [];
  for (const item of items) {
    const found = read(item);
    if ('refusal' in found) return found;
    for (const one of found.value) all.push(one);
  }
  return { value: all };
}
