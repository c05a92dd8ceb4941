import { type FieldError, type Problem, ProblemSchema } from '@doorstep/shared/problem';
import { SECOND } from '@doorstep/shared/time';
import * as v from 'valibot';
import type { Connection } from './kept.ts';

/** What became of a request. `key` is the problem's name, `/problems/{key}`; `unreachable` also stands for an answer that is not ours. */
export type Answer<Value> =
  | { outcome: 'ok'; value: Value; etag: string | null }
  | { outcome: 'unchanged' }
  | { outcome: 'refused'; key: string; problem: Problem }
  | { outcome: 'ended' }
  | { outcome: 'unreachable' };

type Call = { body?: unknown; headers?: Record<string, string>; limit?: number };

/**
 * Every answer is parsed with the shared schema, so that no object can arrive where a text is drawn (EXT-03). An answer without a body is
 * `undefined` to its schema.
 */
export async function call<Schema extends v.GenericSchema>(
  { workspace, token }: Connection,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  schema: Schema,
  { body, headers, limit = 10 * SECOND }: Call = {},
): Promise<Answer<v.InferOutput<Schema>>> {
  try {
    const response = await fetch(`${workspace}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      credentials: 'omit',
      redirect: 'error', // nothing of this workspace goes to another host (EXT-07)
      cache: 'no-store',
      signal: AbortSignal.timeout(limit),
    });
    if (response.status === 304) return { outcome: 'unchanged' };
    const answer: unknown = response.status === 204 ? undefined : await response.json();
    if (response.ok) return { outcome: 'ok', value: v.parse(schema, answer), etag: response.headers.get('etag') };
    const problem = v.parse(ProblemSchema, answer);
    if (response.status === 401) return { outcome: 'ended' };
    return response.status >= 500
      ? { outcome: 'unreachable' }
      : { outcome: 'refused', key: problem.type.split('/').at(-1)!, problem };
  } catch {
    return { outcome: 'unreachable' };
  }
}

export const LONG = 60 * SECOND; // a plan of 100,000 rows

/** The query of a list, without what is empty. */
export const query = (facts: Record<string, string | number | null | undefined>): string => {
  const said = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return new URLSearchParams(said.map(([name, value]) => [name, String(value)])).toString();
};

/** Why an answer brought nothing, as a sentence that a person reads. */
export function sentenceOf(answer: Answer<unknown>): string {
  if (answer.outcome !== 'refused') return 'The workspace does not answer. Your draft is kept.';
  const { errors = [], detail, title } = answer.problem;
  const [first] = errors;
  return first ? `The ${fieldOf(first)} ${first.detail}.` : `${detail ?? title}.`;
}

/** The field of a refusal in words, of its pointer `#/recipients/0/email`. */
export const fieldOf = ({ pointer }: FieldError): string => pointer.slice(2).replaceAll('/', ' ');
