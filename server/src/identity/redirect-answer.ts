import { aadstsCode, refusalOfError, refuse, type SignInRefusal } from './sign-in-result.ts';
import { sameText } from './tokens.ts';

/** What the browser brought back: the code, and whether the answer named its issuer (RFC 9207). */
export type RedirectAnswer = { code: string; namesIssuer: boolean };

/** What RFC 6749, 4.1.2, and RFC 9207 define: each may come once. */
const SINGLE = ['state', 'code', 'error', 'error_description', 'iss'];
const MAX_CODE_LENGTH = 8192;

/**
 * Checks the callback's parameters in the order of reference/entra.md 1.3: whose answer it is, then the error, then the
 * code. A missing `state` never equals anything, not even an empty attempt.
 */
export function readRedirect(params: URLSearchParams, state: string, issuer: string): RedirectAnswer | SignInRefusal {
  const twice = SINGLE.find((name) => params.getAll(name).length > 1);
  if (twice !== undefined) return refuse('unknown-attempt', `the redirect has ${twice} more than once`);
  const returned = params.get('state');
  if (!returned || !sameText(returned, state)) return refuse('unknown-attempt', 'state is missing or of another sign-in');
  const named = params.get('iss');
  if (named !== null && named !== issuer) return refuse('token-not-valid', 'the redirect names another issuer');
  const error = params.get('error');
  if (error !== null) return refusalOfRedirect(error, params.get('error_description') ?? '');
  const code = params.get('code');
  if (!code || code.length > MAX_CODE_LENGTH) return refuse('token-not-valid', 'the redirect has neither a code nor an error');
  return { code, namesIssuer: named !== null };
}

function refusalOfRedirect(error: string, description: string): SignInRefusal {
  return refusalOfError(error, description, aadstsCode(description));
}
