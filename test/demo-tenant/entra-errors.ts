import { randomUUID } from 'node:crypto';

/** What the token endpoint answers when it refuses (entra.md 1.9, 8.7). */
export interface EntraErrorBody {
  error: string;
  error_description: string;
  error_codes: number[];
  timestamp: string;
  trace_id: string;
  correlation_id: string;
  error_uri: string;
}

const SENTENCES: Record<number, string> = {
  50011: 'The redirect URI specified in the request does not match the redirect URIs configured for the application.',
  50027: 'JWT token is invalid or malformed.',
  50057: 'The user account is disabled.',
  50058: 'Session information is not sufficient for single-sign-on.',
  50105: 'The signed in user is not assigned to a role for the application.',
  54005: 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  65004: 'User declined to consent to access the app.',
  70000: "The provided value for the 'code' parameter is not valid.",
  70003: 'The app requested an unsupported grant type.',
  70008: 'The provided authorization code or refresh token has expired due to inactivity.',
  70011: "The provided value for the input parameter 'scope' is not valid.",
  90002: 'Tenant not found. Check to make sure you have the correct tenant ID.',
  90036: 'An unexpected, non-retryable error occurred.',
  90049: 'Too many requests. Wait and try again.',
  500112: 'The reply address does not match the reply address provided when requesting the authorization code.',
  501481: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  700021: "Client assertion application identifier does not match 'client_id' parameter.",
  700024: 'Client assertion is not within its valid time range, or its audience is not the token endpoint.',
  700027: 'Client assertion contains an invalid signature. [Reason - The key was not found.]',
  700016: 'Application was not found in the directory.',
  900144: 'The request body must contain a required parameter that is missing.',
  7000215: 'Invalid client secret provided.',
  7000222: 'The provided client secret keys are expired.',
  7000218: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  9002327: 'Tokens issued for this client-type may only be redeemed via cross-origin requests without client credentials.',
};

/** `now` in milliseconds. The description's first line is the code and the sentence; the rest is for support. */
export function entraError(error: string, code: number, origin: string, now: number): EntraErrorBody {
  const [trace, correlation] = [randomUUID(), randomUUID()];
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    error,
    error_description: [
      entraSentence(code),
      `Trace ID: ${trace}`,
      `Correlation ID: ${correlation}`,
      `Timestamp: ${timestamp}`,
    ].join('\r\n'),
    error_codes: [code],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `${origin}/error?code=${code}`,
  };
}

export function entraSentence(code: number): string {
  return `AADSTS${code}: ${SENTENCES[code] ?? 'The request failed.'}`;
}

/** Entra's number for what the provider found wrong with a token request; `detail` is the provider's own reason. */
export function tokenErrorCode(error: string, detail: string): number {
  if (error === 'invalid_client')
    return /not found/.test(detail) ? 700016 : /no client auth|missing/i.test(detail) ? 7000218 : 7000215;
  if (error === 'unsupported_grant_type') return 70003;
  if (error === 'invalid_request') return 900144;
  if (/consumed/.test(detail)) return 54005;
  if (/expired/.test(detail)) return 70008;
  if (/redirect_uri/.test(detail)) return 500112;
  if (/PKCE|code_verifier/.test(detail)) return 501481;
  return 70000;
}
