import type { GraphFaults } from '../faults.ts';
import { type Cursor, readToken, type Token } from './cursor.ts';
import { firstRound, nextRound } from './delta-page.ts';
import type { GraphState } from './graph-state.ts';
import { type Collection, DEFAULT_PROPERTIES, isProperty } from './objects.ts';

/** `reset`: the link is of another time, everything has to be read again. */
export type DeltaQuery =
  | { readonly outcome: 'read'; readonly token: Token }
  | { readonly outcome: 'reset' }
  | { readonly outcome: 'refused'; readonly code: string; readonly message: string };

/** What users and groups do not take in a delta query (entra.md 2.3), and what nobody here needs. */
const UNSUPPORTED = ['$top', '$orderby', '$expand', '$filter', '$search', '$skip'];

/** Which page is asked for: the first of a first round, of a later round, or the one a link leads to. */
export function readDeltaQuery(
  graph: GraphState,
  collection: Collection,
  query: URLSearchParams,
  fault: GraphFaults | undefined,
): DeltaQuery {
  const unsupported = UNSUPPORTED.find((name) => query.has(name));
  if (unsupported)
    return refused('Request_UnsupportedQuery', `The query option '${unsupported}' is not supported by a delta query.`);
  const text = query.get('$skiptoken') || query.get('$deltatoken');
  if (!text) return begin(graph, collection, query.get('$select'), fault);
  const token = readToken(text, graph.secret);
  if (token?.cursor.collection !== collection) return refused('BadRequest', 'The token is badly formed.');
  if (token.epoch !== graph.directory.epoch || token.generation !== graph.generation[collection]) return { outcome: 'reset' };
  const cursor = query.has('$skiptoken') ? token.cursor : nextRound(graph.directory, token.cursor);
  return { outcome: 'read', token: { ...token, cursor } };
}

function begin(graph: GraphState, collection: Collection, select: string | null, fault: GraphFaults | undefined): DeltaQuery {
  const properties = select === null ? DEFAULT_PROPERTIES[collection] : select.split(',').map((name) => name.trim());
  const unknown = properties.find((name) => !isProperty(collection, name));
  if (unknown !== undefined) return refused('BadRequest', `Could not find a property named '${unknown}'.`);
  const cursor: Cursor = firstRound(graph.directory, collection, properties);
  const ordered = fault?.kind === 'shuffled' ? { ...cursor, isReversed: true as const } : cursor;
  return {
    outcome: 'read',
    token: { cursor: ordered, epoch: graph.directory.epoch, generation: graph.generation[collection] },
  };
}

function refused(code: string, message: string): DeltaQuery {
  return { outcome: 'refused', code, message };
}
