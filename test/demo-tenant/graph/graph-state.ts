import { randomBytes } from 'node:crypto';
import type { GraphFaultKind, GraphFaults } from '../faults.ts';
import type { Collection } from './objects.ts';
import type { TenantDirectory } from './tenant-directory.ts';

/** What Graph keeps between two requests. */
export interface GraphState {
  readonly directory: TenantDirectory;
  /** Objects on a page of a delta round. */
  pageSize: number;
  /** Member entries on a page of groups; undefined: as many as objects. */
  membersPerPage: number | undefined;
  /** Signs the tokens in links. */
  readonly secret: string;
  /** Access tokens given out, with the epoch milliseconds they end at. */
  readonly accessTokens: Map<string, number>;
  /** Links of an earlier generation are worth nothing. */
  readonly generation: Record<Collection, number>;
  resetBy: GraphFaultKind;
  /** The switch as it was met last, and how many requests it has seen. */
  seen: { fault: GraphFaults; kind: GraphFaultKind; count: number } | undefined;
  /** Of links that must never repeat. */
  serial: number;
}

export const DEFAULT_PAGE_SIZE = 100;

export function newGraphState(directory: TenantDirectory): GraphState {
  return {
    directory,
    pageSize: DEFAULT_PAGE_SIZE,
    membersPerPage: undefined,
    secret: randomBytes(16).toString('hex'),
    accessTokens: new Map(),
    generation: { users: 0, groups: 0, contacts: 0 },
    resetBy: 'gone',
    seen: undefined,
    serial: 0,
  };
}
