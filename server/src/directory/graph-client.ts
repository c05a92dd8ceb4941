import { type Millis, SECOND } from '@doorstep/shared/time';
import { type BoundedAnswer, fetchBounded, readJsonObject } from '../identity/bounded-fetch.ts';
import { detailLine } from '../identity/plain-line.ts';
import type { Services } from '../identity/provider.ts';
import { type Credentials, createGraphTokens, type GraphToken, noGraph, type Port } from './graph-token.ts';
import { readRetryAfter } from './retry-after.ts';

/** `origin` is null where the issuer's own metadata names it. */
export type GraphConfig = Credentials & { origin: string | null };

export type GraphAnswer =
  | { outcome: 'page'; page: Record<string, unknown> }
  /** No request before `until`; null: Graph named no time. */
  | { outcome: 'throttled'; until: Millis | null }
  /** The cursor is worth nothing any more: all is to be read anew. */
  | { outcome: 'sync-state-lost' }
  | { outcome: 'denied' }
  | { outcome: 'foreign-link' }
  | { outcome: 'garbage'; detail: string }
  | Exclude<GraphToken, { outcome: 'token' }>;

export type Graph = {
  /** One GET: `/path` below `/v1.0`, or a link that an earlier answer named. Never throws for others' sake. */
  get: (pathOrLink: string) => Promise<GraphAnswer>;
  /** Whether a link may get our token: scheme and host are those of the Graph in use. */
  isOurs: (link: string) => Promise<boolean>;
  /** The application's own entry in the tenant is named by it. */
  clientId: string;
  /** The configuration names it: read without anybody's connecting it. */
  isAlwaysOn: boolean;
};

const TIME_LIMIT = 30 * SECOND;
/** The longest pages seen have some megabytes (a thousand members of many groups). */
const MOST_BYTES = 32 * 1024 * 1024;

/** Microsoft Graph, read with the sign-in's own client. The token goes to that one origin only, whatever links an answer names. */
export function createGraph(config: GraphConfig, where: () => Promise<Services>, port: Port): Graph {
  const originOf = (services: Services) => config.origin ?? ('problem' in services ? null : services.graphOrigin);
  const scopeOf = (services: Services) => (originOf(services) === null ? null : `${originOf(services)}/.default`);
  const tokens = createGraphTokens(config, where, scopeOf, port);
  const origin = async () => config.origin ?? originOf(await where());

  async function isOurs(link: string): Promise<boolean> {
    const ours = await origin();
    if (ours === null || !URL.canParse(link)) return false;
    const url = new URL(link);
    return url.origin === ours && url.username === '' && url.password === '';
  }

  async function get(pathOrLink: string): Promise<GraphAnswer> {
    const isLink = !pathOrLink.startsWith('/');
    if ((await origin()) === null) return noOrigin(await where()); // as long as nobody knows whose a link is, it is not foreign
    if (isLink && !(await isOurs(pathOrLink))) return { outcome: 'foreign-link' };
    const first = await request(pathOrLink, isLink);
    return 'retry' in first ? await second(pathOrLink, isLink) : first;
  }

  /** Graph did not take the token: once more with a new one (reference/entra.md, 2.4). */
  async function second(pathOrLink: string, isLink: boolean): Promise<GraphAnswer> {
    const answer = await request(pathOrLink, isLink);
    return 'retry' in answer ? unreachable('Microsoft Graph did not take a new token (401)') : answer;
  }

  async function request(pathOrLink: string, isLink: boolean): Promise<GraphAnswer | { retry: true }> {
    const token = await tokens.current();
    if (token.outcome !== 'token') return token;
    const url = isLink ? pathOrLink : `${await origin()}/v1.0${pathOrLink}`;
    const headers = { authorization: `Bearer ${token.token}`, accept: 'application/json', 'x-ms-throttle-priority': 'low' };
    const answer = await fetchBounded(port.fetch, url, { headers }, TIME_LIMIT, MOST_BYTES);
    if ('problem' in answer) return unreachable(answer.problem);
    if (answer.status !== 401) return readAnswer(answer, isLink);
    tokens.drop(token.token);
    return { retry: true };
  }

  function readAnswer(answer: Exclude<BoundedAnswer, { problem: string }>, isCursor: boolean): GraphAnswer {
    const { status, headers } = answer;
    if (status === 200) return readPage(answer.text);
    if (status === 403) return { outcome: 'denied' };
    // the Location of a 410 is the same query without what was selected: not followed, we know where we began
    if (status === 410 || (isCursor && (status === 400 || status === 404))) return { outcome: 'sync-state-lost' };
    const until = readRetryAfter(headers.get('retry-after'), port.now());
    if (status === 429 || (status === 503 && until !== null)) return { outcome: 'throttled', until };
    const detail = `Microsoft Graph answered with status ${status}`;
    return status >= 500 ? unreachable(detail) : { outcome: 'garbage', detail };
  }

  return { get, isOurs, clientId: config.clientId, isAlwaysOn: config.origin !== null };
}

function readPage(text: string): GraphAnswer {
  const page = readJsonObject(text);
  return page ? { outcome: 'page', page } : { outcome: 'garbage', detail: 'Microsoft Graph answered with no JSON object' };
}

const noOrigin = (services: Services): GraphAnswer => ('problem' in services ? unreachable(services.problem) : noGraph);
const unreachable = (detail: string): GraphAnswer => ({ outcome: 'unreachable', detail: detailLine(detail) });
