import type { VerifiedClaims } from './claims.ts';
import { detailLine } from './plain-line.ts';

/** Every way in which a sign-in at the provider can end for us. The people's pages are chosen by `because`. */
export type SignInResult = { outcome: 'signed-in'; claims: VerifiedClaims } | SignInRefusal;

export type SignInRefusal = {
  outcome: 'refused';
  because: RefusalReason;
  /** For log and audit: one line of at most 200 characters without token or secret. */
  detail: string;
  /** Number of the AADSTS message, which operators look up. */
  code?: string;
  /** Who it was, where the provider has proven that and only the tenant is the wrong one. */
  identity?: { tenantId: string; objectId: string };
};

export type RefusalReason =
  | 'cancelled'
  | 'not-assigned'
  | 'provider-refused'
  /** What the application proves itself by: nothing that the person could mend. */
  | 'credential-refused'
  | 'unknown-attempt'
  | 'already-used'
  | 'provider-unreachable'
  | 'token-not-valid'
  | 'clock'
  | 'other-tenant'
  | 'personal-account'
  | 'sign-in-too-old';

export function refuse(
  because: RefusalReason,
  detail: string,
  facts: Pick<SignInRefusal, 'code' | 'identity'> = {},
): SignInRefusal {
  return { outcome: 'refused', because, detail: detailLine(detail), ...facts };
}

/** What the provider's error (of the redirect or the token endpoint) means; the numbers are explained in entra.md 1.9. */
export function refusalOfError(error: string, description: string, code: string | undefined): SignInRefusal {
  return refuse(reasonOfError(error, code), `${error}: ${description}`, code === undefined ? {} : { code });
}

const NOT_ASSIGNED = '50105';
const DECLINED = '65004';
/** Redeemed before, expired, for another redirect URI, PKCE mismatch: starting again helps. */
const CODE_IS_SPENT = ['54005', '70000', '70008', '501481', '9002313'];

function reasonOfError(error: string, code: string | undefined): RefusalReason {
  if (code === NOT_ASSIGNED) return 'not-assigned';
  if (code === DECLINED || (error === 'access_denied' && code === undefined)) return 'cancelled';
  if (error === 'server_error' || error === 'temporarily_unavailable') return 'provider-unreachable';
  if (error === 'invalid_grant' && (code === undefined || CODE_IS_SPENT.includes(code))) return 'already-used';
  return error === 'invalid_client' ? 'credential-refused' : 'provider-refused';
}

/** The number out of `AADSTS50105: ...`. */
export function aadstsCode(description: string): string | undefined {
  return /^\s*AADSTS(\d{4,8})\b/.exec(description)?.[1];
}
