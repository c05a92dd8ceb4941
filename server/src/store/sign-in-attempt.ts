import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import type { ShownIdentity } from '../domain/identity.ts';
import type { Trace } from './audit.ts';
import type { SignInMethod } from './schema.ts';
import type { Statement, Store } from './store.ts';

/** What a sign-in brings into a set-shaped command: who, and where the request came from. */
export type SignInFacts = ShownIdentity & Trace;

/** The session to begin if the attempt wins. */
export type NewSession = {
  tokenHash: string;
  /** The session the browser had before: it ends, whatever it was (SES-01). */
  endsSession: string | null;
  providerSessionId: string | null;
  /** Set when the sign-in was begun as a fresh one. */
  freshAt: Millis | null;
  /** Left out: at the identity provider. */
  method?: SignInMethod;
};

/** SQL: how the session of the attempt `a` begins. */
export const methodOf = sql`coalesce(a.value->>'method', 'provider')`;

/** `won` names the winners as `a`. */
export const endPriorSession = (store: Store, won: SQL): Statement =>
  store.db.run(sql`DELETE FROM sessions WHERE token_hash IN (SELECT a.value->>'endsSession' FROM ${won})`);
