import { createHmac } from 'node:crypto';
import type { Collection } from './objects.ts';

/** Where a round stands. It travels in the token of the next link, with everything the query asked for. */
export interface Cursor {
  readonly collection: Collection;
  readonly select: readonly string[];
  /** First everything that is there, by place; in later rounds the changes, by position. */
  readonly phase: 'present' | 'changes';
  readonly at: number;
  /** Place within the group at `at`, when its members did not fit. */
  readonly memberAt: number;
  readonly until: number;
  /** Position in the changes where the next round begins. */
  readonly head: number;
  /** Places are read from the last to the first. */
  readonly isReversed?: true;
}

/** A cursor and what makes its token this one: tokens of another epoch or generation are refused. */
export interface Token {
  readonly cursor: Cursor;
  readonly epoch: number;
  readonly generation: number;
  /** What a switch put there: the page before (for a cycle), a serial number (for links without end), a second serving. */
  readonly previous?: Cursor;
  readonly serial?: number;
  readonly isAgain?: true;
}

/** Opaque to whoever gets it; nobody else can make one. */
export function writeToken(token: Token, secret: string): string {
  const text = Buffer.from(JSON.stringify(token)).toString('base64url');
  return `${text}.${signature(text, secret)}`;
}

/** Undefined when it is not one of ours. */
export function readToken(text: string, secret: string): Token | undefined {
  const [payload = '', signed] = text.split('.');
  return signed === signature(payload, secret) ? JSON.parse(Buffer.from(payload, 'base64url').toString()) : undefined;
}

function signature(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url').slice(0, 16);
}
