import { MINUTE, type Millis } from '@doorstep/shared/time';
import { requestsAreIsolated } from '../identity/last-known-good.ts';
import { type ClientOnly, requestClientToken } from '../identity/oauth-client.ts';
import { detailLine } from '../identity/plain-line.ts';
import type { Services } from '../identity/provider.ts';
import { aadstsCode } from '../identity/sign-in-result.ts';

export type GraphToken =
  | { outcome: 'token'; token: string }
  | { outcome: 'credentials-refused'; detail: string }
  | { outcome: 'credentials-expired' }
  | { outcome: 'unreachable'; detail: string };

export type GraphTokens = {
  /** A token that is still good for a while; asks only when there is none. */
  current: () => Promise<GraphToken>;
  /** Graph did not take this one: it is not used again. */
  drop: (token: string) => void;
};

export type Credentials = ClientOnly;
export type Port = { fetch: typeof fetch; now: () => Millis };

export const noGraph = {
  outcome: 'unreachable',
  detail: 'the issuer names no Microsoft Graph: set DOORSTEP_GRAPH_URL',
} as const;

const SECRET_EXPIRED = '7000222';
/** A token that ends on its way is refused: it counts as ended so long before. */
const MARGIN = 2 * MINUTE;

/** Tokens of the application itself, kept until shortly before their end, one request at a time (reference/entra.md, 2.1). */
export function createGraphTokens(
  credentials: Credentials,
  where: () => Promise<Services>,
  scopeOf: (services: Services) => string | null,
  port: Port,
): GraphTokens {
  let kept: { token: string; until: Millis } | null = null;
  let asking: Promise<GraphToken> | null = null;

  async function ask(): Promise<GraphToken> {
    const services = await where();
    const scope = scopeOf(services);
    if ('problem' in services) return { outcome: 'unreachable', detail: services.problem };
    if (scope === null) return noGraph;
    const answer = await requestClientToken(port, credentials, services.tokenEndpoint, scope);
    if (answer.outcome === 'unreachable') return answer;
    if (answer.outcome === 'refused') return refusedToken(answer.error.code, answer.error.description ?? '');
    kept = { token: answer.token, until: port.now() + answer.lasts - MARGIN };
    return { outcome: 'token', token: answer.token };
  }

  async function current(): Promise<GraphToken> {
    if (kept !== null && port.now() < kept.until) return { outcome: 'token', token: kept.token };
    if (asking !== null && !requestsAreIsolated()) return await asking;
    const question: Promise<GraphToken> = ask().finally(() => {
      if (asking === question) asking = null;
    });
    asking = question;
    return await question;
  }

  function drop(token: string): void {
    if (kept?.token === token) kept = null;
  }

  return { current, drop };
}

/** The description may name the application; its code is enough to look it up. */
function refusedToken(error: string, description: string): GraphToken {
  const code = aadstsCode(description);
  if (code === SECRET_EXPIRED) return { outcome: 'credentials-expired' };
  if (error === 'temporarily_unavailable') return { outcome: 'unreachable', detail: 'the token endpoint is busy' }; // Entra's word, not the secret's fault
  return { outcome: 'credentials-refused', detail: detailLine(code === undefined ? error : `${error}, AADSTS${code}`) };
}
