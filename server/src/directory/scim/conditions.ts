import { type Filter, parse } from 'scim2-parse-filter';
import { type Read, refused } from './refusal.ts';
import { withoutSchema } from './shape.ts';

/** `attribute` in lower case and dotted: `emails.value`. */
export type Condition = { attribute: string; value: string | boolean };

const LONGEST = 1000;
const NOT_SERVED = 'Only "eq" is served, joined by "and".';

/**
 * What a filter asks for, as a list of things that must all be so (RFC 7644, 3.4.2.2). The parser calls itself for every bracket and never
 * gives up: its input is bounded, so its stack is too.
 */
export function readConditions(text: string): Read<Condition[]> {
  if (text.length > LONGEST) return refused('invalidFilter', `A filter has at most ${LONGEST} characters.`);
  if (!text.isWellFormed() || text.includes('\0')) return refused('invalidFilter', 'The filter holds what is no character.');
  try {
    return conditionsOf(parse(text), '');
  } catch {
    return refused('invalidFilter', 'The filter cannot be read.');
  }
}

function conditionsOf(filter: Filter, within: string): Read<Condition[]> {
  if (filter.op === 'and' && 'filters' in filter) return all(filter.filters, within);
  if (filter.op === '[]' && 'valFilter' in filter) {
    const attribute = withoutSchema(filter.attrPath);
    return attribute === null || within !== '' ? unknown() : conditionsOf(filter.valFilter, `${attribute.toLowerCase()}.`);
  }
  if (filter.op !== 'eq' || !('compValue' in filter)) return refused('invalidFilter', NOT_SERVED);
  const attribute = withoutSchema(filter.attrPath);
  const value = comparedWith(filter.compValue);
  if (attribute === null || value === null) return unknown();
  return { value: [{ attribute: within + attribute.toLowerCase(), value }] };
}

function all(filters: readonly Filter[], within: string): Read<Condition[]> {
  const conditions: Condition[] = [];
  for (const filter of filters) {
    const read = conditionsOf(filter, within);
    if ('refusal' in read) return read;
    conditions.push(...read.value);
  }
  return { value: conditions };
}

const unknown = () => refused('invalidFilter', 'The filter names an attribute or a value that is not served.');

const comparedWith = (value: boolean | null | number | string): string | boolean | null => {
  if (typeof value === 'string') return decoded(value);
  return typeof value === 'boolean' ? value : null;
};

const CONTROL = /\p{Cc}/u;

/**
 * The parser doubles every backslash that is not followed by a quote, for clients that do not escape: a right JSON text is decoded once more. No
 * name has a control character: `CONTOSO\bea` was not escaped.
 */
function decoded(text: string): string {
  if (!text.includes('\\')) return text;
  try {
    const value: unknown = JSON.parse(`"${text.replaceAll('"', '\\"')}"`);
    return typeof value === 'string' && value.isWellFormed() && !CONTROL.test(value) ? value : text;
  } catch {
    return text;
  }
}
