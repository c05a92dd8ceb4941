import { isObject } from '../../directory/scim/fit.ts';
import { type Projection, readProjection } from '../../directory/scim/projection.ts';
import { type Read, refused } from '../../directory/scim/refusal.ts';
import { MOST_RESULTS } from '../../directory/scim/schemas.ts';
import type { Ctx } from '../env.ts';
import { scimError } from './scim-answer.ts';

const TYPES = ['application/scim+json', 'application/json'];

export const isScimJson = (c: Ctx): boolean =>
  TYPES.includes(c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '');

export const unsupportedType = (c: Ctx, headers: Record<string, string> = {}): Response =>
  scimError(c, { status: 415, detail: 'The body must be application/scim+json.' }, headers);

/** An object; what is in it is read by those who know its shape. */
export async function readScimBody(c: Ctx): Promise<Read<Record<string, unknown>>> {
  try {
    const body: unknown = JSON.parse(await c.req.text());
    return isObject(body) ? { value: body } : refused('invalidSyntax', 'The body must be a JSON object.');
  } catch (error) {
    if (error instanceof SyntaxError) return refused('invalidSyntax', 'The body is not JSON.');
    throw error;
  }
}

/** RFC 7644, 3.4.2.4: `startIndex` counts from 1, a `count` below 0 is 0; what is no number is as if it were not there. */
export type Listing = { startIndex: number; count: number; filter: string | undefined; projection: Projection };

export function readListing(c: Ctx): Listing {
  const startIndex = Math.max(1, whole(c.req.query('startIndex')) ?? 1);
  const count = Math.min(MOST_RESULTS, Math.max(0, whole(c.req.query('count')) ?? MOST_RESULTS));
  return { startIndex, count, filter: c.req.query('filter'), projection: projectionIn(c) };
}

export const projectionIn = (c: Ctx): Projection => readProjection(c.req.query('attributes'), c.req.query('excludedAttributes'));

const whole = (text: string | undefined): number | null =>
  text !== undefined && /^[+-]?\d{1,9}$/.test(text.trim()) ? Number(text) : null;
