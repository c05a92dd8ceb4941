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

/** Switches of one demo tenant. All unset: everything works. They hold until unset. */
export interface Faults {
  idToken?: IdTokenTamper | undefined;
  token?: TokenFault | ((body: Record<string, unknown>) => unknown) | undefined;
  keys?: 'down' | 'hang' | Rewrite | undefined;
  discovery?: 'down' | 'hang' | 'other-issuer' | Rewrite | undefined;
  postmark?: PostmarkFault | undefined;
}
