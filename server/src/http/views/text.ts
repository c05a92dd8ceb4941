import { atFirstUse } from '@doorstep/shared/at-first-use';

/** Controls, and the marks that turn or override the reading direction: a name must not rearrange the words around it (ENT-23, WEB-21). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const HALF_A_CHARACTER = /[\ud800-\udbff]$/;

/** Foreign text as it may be shown: nothing invisible, no broken characters, at most `length` code units. Escaping is the template's. */
export function shown(text: string, length = 200): string {
  const visible = text.replace(INVISIBLE, '').toWellFormed();
  if (visible.length <= length) return visible;
  return `${visible.slice(0, length).replace(HALF_A_CHARACTER, '')}…`;
}

type Named = { name: string | null; address?: string | null };

/** The name, else the address, else a word: rows of people whose data were erased still read as sentences. */
export const nameOf = (person: Named | null): string => shown(person?.name || person?.address || 'Somebody', 80);

/** "1 person", "12 people": the number in the reader's grouping. */
export const count = (number: number, one: string, many: string): string => `${figure(number)} ${number === 1 ? one : many}`;

const grouped = atFirstUse(() => new Intl.NumberFormat('en'));
export const figure = (number: number): string => grouped().format(number);

/** `path` with the parameters that have a value. */
export function link(path: string, parameters: Record<string, string | null | undefined>): string {
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
