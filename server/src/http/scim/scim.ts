import { Hono } from 'hono';
import type { Ctx, Env } from '../env.ts';
import { limitBody } from '../middleware/body-limit.ts';
import { refuse } from '../refuse.ts';
import { discovery } from './discovery.ts';
import { groups } from './groups.ts';
import { isScimJson, unsupportedType } from './read-scim.ts';
import { provisioningToken } from './scim-bearer.ts';
import { users } from './users.ts';

/** A wrong type is said first, whatever its size, as in the JSON API. What was not read must not stand in the way of the next request. */
const small = limitBody(1, (c) => (isScimJson(c) ? refuse(c, 'too-large') : unsupportedType(c, { Connection: 'close' })));

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** `/scim/v2`, where the identity provider writes people and groups: for its bearer token alone, no cookies, no browsers (CONTRACT.md, 7). */
export const scim = new Hono<Env>()
  .use(provisioningToken, small)
  .use((c, next) =>
    WITH_BODY.has(c.req.method) && isServed(c as Ctx) && !isScimJson(c as Ctx)
      ? Promise.resolve(unsupportedType(c as Ctx))
      : next(),
  )
  .route('/', discovery)
  .route('/Users', users)
  .route('/Groups', groups)
  .all('/*', (c) => c.notFound()); // what is unknown here must not go on to the pages

/** What is not served is told so first. */
const isServed = (c: Ctx): boolean => /\/(Users|Groups)(\/[^/]+)?$/.test(c.req.path);
