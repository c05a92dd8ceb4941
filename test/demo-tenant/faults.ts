import type { Collection } from './graph/objects.ts';
import type { TokenClaims, TokenHeader } from './signing-keys.ts';

/**
 * Which key signs: ours; a stranger's under our `kid`; none (`alg` none, empty signature); an HMAC keyed with our public key's
 * PEM; a stranger's under a `kid` nobody published.
 */
export type TamperKey = 'ours' | 'foreign' | 'none' | 'hs256-with-public-key' | 'unknown-kid';

/** The token to send instead: signed by us from these parts, or sent as it stands (a string, or something that is no token). */
export type Tampered = { claims: TokenClaims; header: TokenHeader; key?: TamperKey } | { raw: unknown };

/** Gets copies it may change, and the honest token for those who damage the text itself. */
export type IdTokenTamper = (claims: TokenClaims, header: TokenHeader, honest: string) => Tampered;

/** A number is an HTTP status with Entra's error body. The rest says what comes instead of a token answer. */
export type TokenFault =
  | number
  | 'invalid_grant'
  | 'invalid_client'
  | 'expired-secret'
  | 'html'
  | 'redirect'
  | 'hang'
  | 'drip'
  | 'drop'
  | 'huge'
  | 'no-id-token'
  | 'id-token-is-access-token';

type Rewrite = (document: Record<string, unknown>) => unknown;

export interface PostmarkFault {
  /** HTTP status of every answer; with `errorCode` in the body when given. */
  status?: number;
  errorCode?: number;
  /** Never answers. */
  hang?: boolean;
  /** ErrorCode by recipient (lower case): others still get theirs. */
  forAddress?: Record<string, number>;
  /** Milliseconds before anything happens. */
  delayMs?: number;
  /** Accepts and records, then cuts the connection: the caller cannot know. */
  acceptThenDrop?: boolean;
}

/** What of Graph a permission opens. */
export type GraphPart = Collection | 'servicePrincipals';

/**
 * How Graph misbehaves. Numbers are statuses; `cut`: half the JSON, then the connection is closed; `garbage`: a page where JSON
 * should be; `repeat-page`: the next link leads to itself; `cycle`: two pages lead to each other; `endless`: empty pages with ever
 * new links; `gone` and `sync-state-not-found`: every token given out before is worth nothing from the first stroke on;
 * `foreign-next-link`: it leads to another host; `duplicate-page`: each page comes twice; `twice`: each object of a page does;
 * `shuffled`: objects in another order; `half-a-page`: half of the objects are left out and come in the next round.
 */
export type GraphFaultKind =
  | 401
  | 429
  | 500
  | 503
  | 'cut'
  | 'garbage'
  | 'hang'
  | 'repeat-page'
  | 'cycle'
  | 'endless'
  | 'gone'
  | 'sync-state-not-found'
  | 'foreign-next-link'
  | 'redirect'
  | 'duplicate-page'
  | 'twice'
  | 'shuffled'
  | 'half-a-page';

export interface GraphFaults {
  kind?: GraphFaultKind | undefined;
  /** So many requests to Graph go well first. Counting starts anew with every new object put here. */
  after?: number;
  /** So many requests are struck. Default: all. */
  for?: number;
  /** Requests to other parts neither count nor suffer. */
  on?: readonly GraphPart[];
  /** For 429 and 503: seconds, or a date so many seconds from now. Without it there is no header. */
  retryAfter?: number | { date: number };
  /** Of `sync-state-not-found`. Default 400. */
  status?: 400 | 404;
  /** Parts the application has no permission for: 403. */
  forbidden?: readonly GraphPart[];
  /** What the service principal says; who is kept out by it is for `unassigned`. */
  assignmentRequired?: boolean;
}

/** Switches of one demo tenant. All unset: everything works. They hold until unset. */
export interface Faults {
  idToken?: IdTokenTamper | undefined;
  token?: TokenFault | ((body: Record<string, unknown>) => unknown) | undefined;
  keys?: 'down' | 'hang' | Rewrite | undefined;
  discovery?: 'down' | 'hang' | 'other-issuer' | Rewrite | undefined;
  postmark?: PostmarkFault | undefined;
  graph?: GraphFaults | undefined;
  /** People, by key, who are not assigned while assignment is required (AADSTS50105): said on our page, or sent to the callback. */
  unassigned?: { keys: readonly string[]; isSentBack: boolean } | undefined;
}
