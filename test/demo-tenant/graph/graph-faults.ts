import type { GraphFaults, GraphPart } from '../faults.ts';
import type { TenantState } from '../tenant-state.ts';
import { graphRefusal } from './graph-errors.ts';
import type { GraphState } from './graph-state.ts';
import type { Collection } from './objects.ts';

/** Path under another host name of this same server: whoever follows a link or redirect there leaves a trace in `requests`. */
export function elsewhere(origin: string, path: string): string {
  const url = new URL(`/elsewhere${path}`, origin);
  url.hostname = url.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
  return url.href;
}

/** The switch if it strikes this request; the request is counted. */
export function strike(graph: GraphState, fault: GraphFaults | undefined, part: GraphPart): GraphFaults | undefined {
  if (fault?.kind === undefined || !isOn(fault, part)) return undefined;
  if (graph.seen?.fault !== fault || graph.seen.kind !== fault.kind) graph.seen = { fault, kind: fault.kind, count: 0 };
  const { after = 0, for: times = Number.POSITIVE_INFINITY } = fault;
  const strokes = graph.seen.count++ - after;
  if (strokes < 0 || strokes >= times) return undefined;
  if (strokes === 0) forgetTokens(graph, fault);
  return fault;
}

function isOn({ on }: GraphFaults, part: GraphPart): boolean {
  return on === undefined || on.includes(part);
}

/** `gone` and its like end every link given out so far; the ones given out from now on are good. */
function forgetTokens(graph: GraphState, fault: GraphFaults): void {
  if (fault.kind !== 'gone' && fault.kind !== 'sync-state-not-found') return;
  graph.resetBy = fault.kind;
  for (const part of ['users', 'groups', 'contacts'] as const) if (isOn(fault, part)) graph.generation[part]++;
}

/** The answer that comes instead of any reading; undefined when the fault is of another sort. */
export function faultAnswer(fault: GraphFaults, state: TenantState, path: string): Response | Promise<Response> | undefined {
  const now = state.now();
  switch (fault.kind) {
    case 401:
      return graphRefusal(401, 'InvalidAuthenticationToken', 'Access token has expired or is not yet valid.', now);
    case 429:
      return graphRefusal(429, 'TooManyRequests', 'Too many requests.', now, {
        ...retryAfter(fault, now),
        'x-ms-throttle-scope': 'Tenant_Application/ReadWrite/C/T',
      });
    case 500:
      return graphRefusal(500, 'InternalServerError', 'An internal server error occurred.', now);
    case 503:
      return graphRefusal(503, 'ServiceUnavailable', 'The service is unavailable.', now, retryAfter(fault, now));
    case 'garbage':
      return new Response('<!doctype html><title>Proxy</title><h1>Sign in to the network</h1>', {
        headers: { 'content-type': 'text/html' },
      });
    case 'hang':
      return new Promise(() => {}); // Ends with the connection.
    case 'redirect':
      return Response.redirect(elsewhere(state.origin, path), 307);
    default:
      return undefined;
  }
}

/** RFC 9110, 10.2.3: seconds or a date. */
function retryAfter({ retryAfter: wanted }: GraphFaults, now: number): Record<string, string> {
  if (wanted === undefined) return {};
  return { 'retry-after': typeof wanted === 'number' ? String(wanted) : new Date(now + wanted.date * 1000).toUTCString() };
}

/** What a link of before gets after a reset: 410 with where to begin anew, or 400/404 (entra.md 8.9). */
export function resetAnswer(state: TenantState, collection: Collection): Response {
  const now = state.now();
  if (state.graph.resetBy === 'sync-state-not-found') {
    const status = state.faults.graph?.status ?? 400;
    return graphRefusal(status, 'syncStateNotFound', 'The sync state generation is not found.', now);
  }
  const location = `${state.origin}/v1.0/${collection}/delta?$deltatoken=`;
  return graphRefusal(410, 'resyncRequired', 'Resync required. Replace the local state.', now, { location });
}
