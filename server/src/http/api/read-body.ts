import type { FieldError } from '@doorstep/shared/problem';
import * as v from 'valibot';
import type { Ctx } from '../env.ts';
import { problem } from './problem.ts';

type Read<T> = { value: T } | { refusal: Response };

/** Type (415), size (413, by the route), JSON (400), fields (422), in this order. An absent body counts as `{}` where nothing is compulsory. */
export async function readBody<Schema extends v.GenericSchema>(
  c: Ctx,
  schema: Schema,
  isOptional = false,
): Promise<Read<v.InferOutput<Schema>>> {
  if (isOptional && c.req.header('content-type') === undefined && !(await c.req.text())) return check(c, schema, {});
  if (!isJson(c)) return { refusal: problem(c, 'unsupported-type') };
  try {
    return check(c, schema, JSON.parse(await c.req.text()));
  } catch (error) {
    if (error instanceof SyntaxError) return { refusal: problem(c, 'not-json') };
    throw error;
  }
}

export const isJson = (c: Ctx): boolean =>
  c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json';

/** The query string, where an unknown or repeated parameter is as wrong as a bad value. */
export function readQuery<Schema extends v.GenericSchema>(c: Ctx, schema: Schema): Read<v.InferOutput<Schema>> {
  const queries = c.req.queries();
  return check(
    c,
    schema,
    Object.fromEntries(Object.entries(queries).map(([name, values]) => [name, values.length === 1 ? values[0] : values])),
  );
}

function check<Schema extends v.GenericSchema>(c: Ctx, schema: Schema, value: unknown): Read<v.InferOutput<Schema>> {
  const refused = (errors: FieldError[]) => ({ refusal: problem(c, 'invalid-fields', { errors }) });
  const parsed = v.safeParse(schema, value, { abortPipeEarly: true });
  if (!parsed.success) return refused(fieldErrors(parsed.issues));
  const list = listForObject(value, parsed.output, '#');
  if (list !== null) return refused([{ pointer: list, detail: 'must be an object' }]);
  const broken = brokenText(parsed.output, '#');
  return broken === null ? { value: parsed.output } : refused([{ pointer: broken, detail: 'holds what is no character' }]);
}

/** Where a list was given and an object read, null if nowhere: to valibot, as to JavaScript, a list is an object. */
function listForObject(given: unknown, read: unknown, pointer: string): string | null {
  if (typeof read !== 'object' || read === null) return null;
  if (Array.isArray(given) !== Array.isArray(read)) return pointer;
  for (const [key, inner] of Object.entries(read)) {
    const list = listForObject((given as Record<string, unknown>)[key] ?? inner, inner, `${pointer}/${key}`);
    if (list !== null) return list;
  }
  return null;
}

/**
 * Where a text has a lone surrogate or NUL, null if nowhere. JSON can carry both (RFC 8259, 8.2). Of a surrogate SQLite's json_each would make
 * bytes that are no UTF-8 and end the whole process when libSQL reads them; NUL would cut the text (WEB-21). The schema has bounded the depth.
 */
function brokenText(value: unknown, pointer: string): string | null {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0') ? null : pointer;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const broken = brokenText(inner, `${pointer}/${key}`);
    if (broken !== null) return broken;
  }
  return null;
}

const MOST_ERRORS = 100;

/** One entry per wrong field: a JSON Pointer (RFC 6901) and a sentence of ours that never repeats what was sent. */
export const fieldErrors = (issues: readonly v.BaseIssue<unknown>[]): FieldError[] =>
  issues.slice(0, MOST_ERRORS).map((issue) => ({ pointer: pointerTo(issue), detail: sentence(issue) }));

const pointerTo = (issue: v.BaseIssue<unknown>): string =>
  `#${(issue.path ?? []).map((step) => `/${String(step.key).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;

function sentence(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' && issue.expected === 'never') return 'is not a field of this request';
  if (issue.type === 'strict_object' && issue.received === 'undefined') return 'is missing';
  if (issue.kind === 'schema' && issue.message.startsWith('Invalid')) return `must be ${expectation(issue)}`;
  return issue.message;
}

const words: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  strict_object: 'an object',
};
const expectation = (issue: v.BaseIssue<unknown>): string => words[issue.type] ?? 'of another type';
