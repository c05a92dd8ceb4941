import type { Ctx } from '../env.ts';

/**
 * Every answer of the JSON API is made here, with all its headers at once: the polled ones are to cost next to nothing, and headers that are
 * added one by one cost more than all the rest.
 */
export function answer(c: Ctx, status: number, body: unknown, headers?: Record<string, string>): Response {
  const text = body === null ? null : JSON.stringify(body);
  const type = text === null ? undefined : { 'Content-Type': 'application/json' };
  return new Response(text, { status, headers: { ...c.get('apiHeaders'), ...type, ...headers } });
}
