import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Ctx, Env } from '../env.ts';
import { refuse } from '../refuse.ts';

const MEGABYTE = 1024 * 1024;
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS']);

const tooLarge = (c: Ctx) => refuse(c, 'too-large');

/** 413 beyond that. What only reads has no body of interest: asking for one would cost a read more than everything else here. */
export function limitBody(megabytes: number, refuseLarge = tooLarge): MiddlewareHandler<Env> {
  const limit = bodyLimit({ maxSize: megabytes * MEGABYTE, onError: (c) => refuseLarge(c as Ctx) });
  return (c, next) => (WITHOUT_BODY.has(c.req.method) ? next() : limit(c, next));
}
