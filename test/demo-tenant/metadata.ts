import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { discoveryDocument } from './discovery.ts';
import { entraError } from './entra-errors.ts';
import type { Faults } from './faults.ts';
import { NORTHWIND } from './people.ts';
import type { TenantState } from './tenant-state.ts';

const DAY_S = 86_400;

/** Discovery and keys: what a relying party reads before it trusts a token. */
export function metadataRoutes(state: TenantState): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const issuer = `${state.origin}/${state.tenantId}/v2.0`;

  app.get('/:tenant/v2.0/.well-known/openid-configuration', (c) => {
    if (c.req.param('tenant') !== state.tenantId) {
      return c.json(entraError('invalid_tenant', 90002, state.origin, state.now()), 400);
    }
    const document = discoveryDocument(state.origin, state.tenantId);
    const { discovery: fault } = state.faults;
    if (fault === 'other-issuer') return c.json({ ...document, issuer: `${state.origin}/${NORTHWIND}/v2.0` });
    return documentAnswer(document, fault);
  });

  app.get(`/${state.tenantId}/discovery/v2.0/keys`, () => documentAnswer(state.keys.jwks(issuer), state.faults.keys));

  return app;
}

function documentAnswer(document: Record<string, unknown>, fault: Faults['keys']): Response | Promise<Response> {
  if (fault === 'down')
    return new Response('<h1>Service Unavailable</h1>', { status: 503, headers: { 'content-type': 'text/html' } });
  if (fault === 'hang') return new Promise(() => {}); // Ends with the connection.
  const body = fault ? fault(structuredClone(document)) : document;
  return Response.json(body, { headers: { 'cache-control': `max-age=${DAY_S}, private` } });
}
