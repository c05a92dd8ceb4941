import { type Millis, SECOND } from '@doorstep/shared/time';
import { fetchBounded, readJsonObject } from './bounded-fetch.ts';
import { createLastKnownGood, type Held, type Loaded } from './last-known-good.ts';
import { detailLine } from './plain-line.ts';

/** What we use of OpenID Connect Discovery 1.0, section 3. */
export type Metadata = {
  authorizationEndpoint: string;
  tokenEndpoint: string;
  jwksUri: string;
  endSessionEndpoint: string | null;
  /** Entra's own: origin of the Microsoft Graph that belongs to this cloud (reference/entra.md, 1.14). */
  graphOrigin: string | null;
  /** RFC 9207: its answers to the browser name their issuer. */
  namesIssuerInAnswers: boolean;
};
export type DiscoveryProblem = 'unreachable' | 'wrong-issuer';
export type ProviderStatus = { state: 'ready' | DiscoveryProblem | 'not-yet-asked'; detail?: string; since: Millis };

export type Discovery = {
  current: () => Promise<Held<Metadata, DiscoveryProblem>>;
  refetch: () => Promise<Held<Metadata, DiscoveryProblem>>;
  peek: () => Metadata | null;
  status: () => ProviderStatus;
};
export type Port = { fetch: typeof fetch; now: () => Millis };

const TIME_LIMIT = 5 * SECOND;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const IP_ADDRESS = /^(\[.*\]|\d{1,3}(\.\d{1,3}){3})$/;

/** The provider's own description, asked for when first needed and kept (see last-known-good.ts). */
export function createDiscovery(issuer: string, { fetch, now }: Port): Discovery {
  let status: ProviderStatus = { state: 'not-yet-asked', since: now() };
  const described = createLastKnownGood<Metadata, DiscoveryProblem>(async () => {
    const loaded = await load(issuer, fetch);
    status = nextStatus(status, loaded, now());
    return loaded;
  }, now);
  return { current: described.current, refetch: described.refetch, peek: described.peek, status: () => status };
}

/** `since` is the time of the change, not that of the latest look. */
function nextStatus(before: ProviderStatus, loaded: Loaded<Metadata, DiscoveryProblem>, now: Millis): ProviderStatus {
  const state = 'value' in loaded ? 'ready' : loaded.problem;
  const since = state === before.state ? before.since : now;
  return 'value' in loaded ? { state, since } : { state, detail: loaded.detail, since };
}

async function load(issuer: string, fetch: Port['fetch']): Promise<Loaded<Metadata, DiscoveryProblem>> {
  if (!isAllowedUrl(issuer, issuer)) return wrongIssuer('the configured issuer is neither https nor on loopback');
  if (tenantOf(issuer) === null) return wrongIssuer('the configured issuer does not name one tenant by its GUID');
  const answer = await fetchBounded(fetch, `${issuer}/.well-known/openid-configuration`, { headers: JSON_ONLY }, TIME_LIMIT);
  if ('problem' in answer) return unreachable(answer.problem);
  if (answer.status !== 200) return unreachable(`the discovery document was answered with status ${answer.status}`);
  const document = readJsonObject(answer.text);
  return document ? readMetadata(document, issuer) : unreachable('the discovery document is no JSON object');
}

const JSON_ONLY = { accept: 'application/json' };

function readMetadata(document: Record<string, unknown>, issuer: string): Loaded<Metadata, DiscoveryProblem> {
  if (document.issuer !== issuer) return wrongIssuer(`expected the issuer ${issuer}, found ${String(document.issuer)}`);
  const endpoint = (name: string) => (isAllowedUrl(document[name], issuer) ? (document[name] as string) : null);
  const authorizationEndpoint = endpoint('authorization_endpoint');
  const tokenEndpoint = endpoint('token_endpoint');
  const jwksUri = endpoint('jwks_uri');
  if (!authorizationEndpoint || !tokenEndpoint || !jwksUri) {
    return unreachable('the discovery document lacks an endpoint or names one that is not allowed (https only)');
  }
  const namesIssuerInAnswers = document.authorization_response_iss_parameter_supported === true;
  const endSessionEndpoint = endpoint('end_session_endpoint');
  const graphOrigin = readGraphOrigin(document.msgraph_host, issuer);
  return { value: { authorizationEndpoint, tokenEndpoint, jwksUri, endSessionEndpoint, graphOrigin, namesIssuerInAnswers } };
}

/** Only a host is named; its scheme is the issuer's. */
function readGraphOrigin(host: unknown, issuer: string): string | null {
  const origin = `${new URL(issuer).protocol}//${host}`;
  return typeof host === 'string' && isAllowedUrl(origin, issuer) && new URL(origin).origin === origin.toLowerCase()
    ? origin
    : null;
}

/** https; http only on loopback, and loopback only if the issuer is there too. IP addresses only as the issuer's own. */
function isAllowedUrl(value: unknown, issuer: string): boolean {
  if (typeof value !== 'string' || !URL.canParse(value) || !URL.canParse(issuer)) return false;
  const url = new URL(value);
  const home = new URL(issuer).hostname;
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  if (LOOPBACK.test(url.hostname)) return LOOPBACK.test(home) && /^https?:$/.test(url.protocol);
  if (IP_ADDRESS.test(url.hostname) && url.hostname !== home) return false;
  return url.protocol === 'https:';
}

/** The tenant that an Entra v2.0 issuer names by its GUID, in lower case; null for `common`, a domain name, another form. */
export function tenantOf(issuer: string): string | null {
  return /\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/v2\.0$/i.exec(issuer)?.[1]?.toLowerCase() ?? null;
}

const wrongIssuer = (detail: string) => ({ problem: 'wrong-issuer' as const, detail: detailLine(detail) });
const unreachable = (detail: string) => ({ problem: 'unreachable' as const, detail: detailLine(detail) });
