import { createHash } from 'node:crypto';
import type { GraphFaults } from '../faults.ts';
import type { TenantState } from '../tenant-state.ts';
import { type Token, writeToken } from './cursor.ts';
import { type DeltaObject, type DeltaPage, deltaPage } from './delta-page.ts';
import { elsewhere } from './graph-faults.ts';
import type { GraphState } from './graph-state.ts';
import type { Collection, Member, MemberKind } from './objects.ts';

export interface DeltaAnswer {
  '@odata.context': string;
  '@odata.nextLink'?: string;
  '@odata.deltaLink'?: string;
  value: DeltaObject[];
}

/** The page of that token as Graph words it, bent as the switch wants it. */
export function deltaAnswer(state: TenantState, token: Token, isMinimal: boolean, fault: GraphFaults | undefined): DeltaAnswer {
  const { graph } = state;
  const { collection, select } = token.cursor;
  const size = { objects: graph.pageSize, members: graph.membersPerPage ?? graph.pageSize };
  const page = deltaPage(graph.directory, token.cursor, size, isMinimal);
  const next = nextToken(graph, token, page, fault);
  const link = `${state.origin}/v1.0/${collection}/delta?${next ? '$skiptoken' : '$deltatoken'}=`;
  const text = writeToken(next ?? plain(token), graph.secret);
  const href =
    fault?.kind === 'foreign-next-link' ? elsewhere(state.origin, `/${collection}/delta?$skiptoken=${text}`) : link + text;
  return {
    '@odata.context': `${state.origin}/v1.0/$metadata#${collection}(${select.join(',')})`,
    [next || fault?.kind === 'foreign-next-link' ? '@odata.nextLink' : '@odata.deltaLink']: href,
    value: objects(graph, collection, page.value, fault),
  };
}

/** Undefined: the round is over, and the delta link begins the next one. */
function nextToken(graph: GraphState, token: Token, page: DeltaPage, fault: GraphFaults | undefined): Token | undefined {
  const { cursor } = token;
  switch (fault?.kind) {
    case 'repeat-page':
      return plain(token);
    case 'cycle':
      return { ...plain(token), cursor: token.previous ?? page.next ?? { ...cursor, at: cursor.until }, previous: cursor };
    case 'endless':
      return { ...plain(token), serial: ++graph.serial };
    case 'duplicate-page':
      if (!token.isAgain) return { ...plain(token), isAgain: true };
  }
  return page.next && { ...plain(token), cursor: page.next };
}

/** Without what a switch put into it. */
function plain({ cursor, epoch, generation }: Token): Token {
  return { cursor, epoch, generation };
}

function objects(graph: GraphState, collection: Collection, value: DeltaObject[], fault: GraphFaults | undefined): DeltaObject[] {
  switch (fault?.kind) {
    case 'endless':
      return [];
    case 'twice':
      return value.flatMap((object) => [object, object]);
    case 'shuffled':
      return value.toSorted((one, other) => (lot(one.id) < lot(other.id) ? -1 : 1));
    case 'half-a-page':
      for (const left of value.filter((_, place) => place % 2 === 1))
        graph.directory.sendAgain(collection, left.id, membersOf(left));
      return value.filter((_, place) => place % 2 === 0);
    default:
      return value;
  }
}

/** The same order every time, and none anybody would expect. */
function lot(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

function membersOf(object: DeltaObject): Member[] {
  const entries = object['members@delta'] ?? [];
  return entries.map((entry) => ({ id: entry.id, kind: entry['@odata.type'].split('.').at(-1) as MemberKind }));
}
