import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import type { GraphFaults, GraphPart } from '../faults.ts';
import type { TenantState } from '../tenant-state.ts';
import { isAccepted } from './access-token.ts';
import { deltaAnswer } from './delta-answer.ts';
import { readDeltaQuery } from './delta-query.ts';
import { graphRefusal } from './graph-errors.ts';
import { faultAnswer, resetAnswer, strike } from './graph-faults.ts';
import type { Collection } from './objects.ts';

type Env = { Bindings: HttpBindings };

/** Microsoft Graph as far as a directory sync needs it (entra.md 2): three delta queries and the service principal. */
export function graphRoutes(state: TenantState): Hono<Env> {
  const app = new Hono<Env>();

  for (const collection of ['users', 'groups', 'contacts'] as const)
    app.get(`/v1.0/${collection}/delta`, async (c) => {
      const fault = strike(state.graph, state.faults.graph, collection);
      return (await refused(c, state, fault, collection)) ?? delta(c, state, fault, collection);
    });

  app.get('/v1.0/:resource', async (c) => {
    const fault = strike(state.graph, state.faults.graph, 'servicePrincipals');
    return (await refused(c, state, fault, 'servicePrincipals')) ?? servicePrincipal(c, state);
  });

  app.all('/v1.0/*', (c) => {
    const message = `Resource not found for the segment '${c.req.path.split('/')[2]}'.`;
    return graphRefusal(400, 'BadRequest', message, state.now());
  });

  return app;
}

/** By the switch, for want of a token, or of a permission. */
async function refused(
  c: Context<Env>,
  state: TenantState,
  fault: GraphFaults | undefined,
  part: GraphPart,
): Promise<Response | undefined> {
  const instead = fault && (await faultAnswer(fault, state, c.req.path));
  if (instead) return instead;
  if (!isAccepted(c.req.header('authorization'), state))
    return graphRefusal(401, 'InvalidAuthenticationToken', 'Access token is empty, malformed or expired.', state.now());
  if (!state.faults.graph?.forbidden?.includes(part)) return undefined;
  return graphRefusal(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.', state.now());
}

function delta(c: Context<Env>, state: TenantState, fault: GraphFaults | undefined, collection: Collection): Response {
  const { graph } = state;
  const query = readDeltaQuery(graph, collection, new URL(c.req.url).searchParams, fault);
  if (query.outcome === 'refused') return graphRefusal(400, query.code, query.message, state.now());
  if (query.outcome === 'reset') return resetAnswer(state, collection);
  const isMinimal = /\breturn=minimal\b/.test(c.req.header('prefer') ?? '');
  const body = JSON.stringify(deltaAnswer(state, query.token, isMinimal, fault));
  if (fault?.kind === 'cut') return cutInHalf(c, body);
  const applied: Record<string, string> = isMinimal ? { 'preference-applied': 'return=minimal' } : {};
  return new Response(body, { headers: { 'content-type': CONTENT_TYPE, 'cache-control': 'no-cache', ...applied } });
}

const CONTENT_TYPE = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** The length of all is announced, half of it is sent. */
function cutInHalf(c: Context<Env>, body: string): Response {
  const bytes = Buffer.from(body);
  const { outgoing } = c.env;
  outgoing.writeHead(200, { 'content-type': CONTENT_TYPE, 'content-length': String(bytes.length) });
  outgoing.write(bytes.subarray(0, bytes.length / 2), () => outgoing.destroy());
  return RESPONSE_ALREADY_SENT;
}

/** `servicePrincipals(appId='...')`: whether only assigned people may sign in (entra.md 2.6). */
function servicePrincipal(c: Context<Env>, state: TenantState): Response {
  const appId = /^servicePrincipals\(appId='([^']*)'\)$/.exec(c.req.param('resource') ?? '')?.[1];
  if (appId === undefined)
    return graphRefusal(400, 'BadRequest', `Resource not found for the segment '${c.req.param('resource')}'.`, state.now());
  if (appId.toLowerCase() !== state.clientId.toLowerCase())
    return graphRefusal(404, 'Request_ResourceNotFound', `Resource '${appId}' does not exist.`, state.now());
  const object: Record<string, unknown> = {
    id: '7d4e9c52-3a10-4a6e-9b7b-5a3f0c1d2e88',
    appId: state.clientId,
    displayName: 'Doorstep',
    appRoleAssignmentRequired: state.faults.graph?.assignmentRequired ?? false,
  };
  const select = c.req.query('$select')?.split(',') ?? Object.keys(object);
  return Response.json(Object.fromEntries(select.flatMap((name) => (name in object ? [[name, object[name]]] : []))));
}
