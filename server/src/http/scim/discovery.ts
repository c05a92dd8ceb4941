import { type Context, Hono } from 'hono';
import { resourceTypes, schemas, serviceProviderConfig } from '../../directory/scim/schemas.ts';
import type { Ctx, Env } from '../env.ts';
import { listOf, scimAnswer, scimBase, scimError } from './scim-answer.ts';

/** What this service can do (RFC 7644, 4). */
export const discovery = new Hono<Env>()
  .get('/ServiceProviderConfig', (c) => scimAnswer(c, 200, serviceProviderConfig(scimBase(c.var.deps.publicUrl))))
  .get('/ResourceTypes', (c) => list(c, resourceTypes))
  .get('/ResourceTypes/:id', (c) => one(c, resourceTypes))
  .get('/Schemas', (c) => list(c, schemas))
  .get('/Schemas/:id', (c) => one(c, schemas));

type Documents = (base: string) => (Record<string, unknown> & { id: string })[];

/** RFC 7644, 4: a filter is refused, not ignored. */
function list(c: Context<Env>, documents: Documents): Response {
  if (c.req.query('filter') !== undefined) return scimError(c as Ctx, { status: 403, detail: 'Nothing is filtered here.' });
  const all = documents(scimBase(c.var.deps.publicUrl));
  return scimAnswer(c as Ctx, 200, listOf(all, all.length, 1));
}

function one(c: Context<Env>, documents: Documents): Response {
  const wanted = c.req.param('id')?.toLowerCase();
  const found = documents(scimBase(c.var.deps.publicUrl)).find(({ id }) => id.toLowerCase() === wanted);
  return found ? scimAnswer(c as Ctx, 200, found) : scimError(c as Ctx, { status: 404, detail: 'There is no such description.' });
}
