import { MINUTE } from '@doorstep/shared/time';
import { expect, test } from 'vitest';
import { SECRET, sendJson } from '../identity/testing/local-provider.ts';
import { useLocalProvider } from '../identity/testing/sign-in-run.ts';
import { createGraph } from './graph-client.ts';

const run = useLocalProvider();
const PAGE = '/users/delta';

/** Microsoft Graph on the provider's own port: whatever is no path of the provider is answered by `fetch` here. */
function graphWith(answer: (url: string, token: string | null) => Response) {
  const asked: string[] = [];
  run.remote.metadata.msgraph_host = new URL(run.remote.origin).host;
  run.remote.answers.token = (_request, response, body) => {
    asked.push(new URLSearchParams(body).get('scope') ?? '');
    sendJson(response, 200, { token_type: 'Bearer', access_token: `t${asked.length}`, expires_in: 3599 });
  };
  const port = {
    now: () => run.now,
    fetch: (async (url: string, init: RequestInit) =>
      String(url).includes('/v1.0/')
        ? answer(String(url), new Headers(init.headers).get('authorization'))
        : globalThis.fetch(url, init)) as typeof fetch,
  };
  const graph = createGraph(
    { clientId: 'c', credentials: [{ id: null, kind: 'secret', secret: SECRET }], origin: null },
    run.provider.services,
    port,
  );
  return { graph, asked };
}

const page = () => Response.json({ value: [] });

test('the token is asked for once by many, for Graph alone, and again shortly before its end', async () => {
  const { graph, asked } = graphWith(page);
  expect(await Promise.all(Array.from({ length: 20 }, () => graph.get(PAGE)))).toHaveLength(20);
  expect(asked).toEqual([`${run.remote.origin}/.default`]);
  run.now += 56 * MINUTE;
  await graph.get(PAGE);
  expect(asked).toHaveLength(1);
  run.now += 3 * MINUTE;
  await graph.get(PAGE);
  expect(asked).toHaveLength(2);
});

test('a token that Graph does not take is dropped, a new one tried once', async () => {
  const once = graphWith((_, token) => (token === 'Bearer t1' ? new Response(null, { status: 401 }) : page()));
  expect(await once.graph.get(PAGE)).toMatchObject({ outcome: 'page' });
  const ever = graphWith(() => new Response(null, { status: 401 }));
  expect(await ever.graph.get(PAGE)).toMatchObject({ outcome: 'unreachable' });
  expect(ever.asked).toHaveLength(2);
});

test('a link of another scheme, host, port or with a user in it never gets the token', async () => {
  const asked: string[] = [];
  const { graph } = graphWith((url) => {
    asked.push(url);
    return page();
  });
  const { host, port } = new URL(run.remote.origin);
  for (const link of [
    `https://${host}/v1.0/users/delta`,
    `http://localhost:${port}/v1.0/users/delta`,
    `http://127.0.0.1:1/v1.0/users/delta`,
    `http://${host}@evil.example/v1.0/`,
    `http://user@${host}/v1.0/`,
    'ftp://graph.example/',
    'nonsense',
  ]) {
    expect(await graph.get(link)).toEqual({ outcome: 'foreign-link' });
  }
  expect(asked).toEqual([]);
  expect(await graph.get(`http://${host}/v1.0/users/delta?$skiptoken=A`)).toMatchObject({ outcome: 'page' });
});

test('while the issuer cannot be asked a cursor is not called foreign: nothing of the place in a stream is lost', async () => {
  run.provider = run.providerFor('http://127.0.0.1:1/11111111-1111-4111-8111-111111111111/v2.0');
  const { graph } = graphWith(page);
  expect(await graph.get(`${run.remote.origin}/v1.0/users/delta?$deltatoken=A`)).toMatchObject({ outcome: 'unreachable' });
});

test('each status has its meaning; a cursor that is refused is worth nothing', async () => {
  const outcomeOf = async (status: number, from = PAGE, headers: Record<string, string> = {}) =>
    (await graphWith(() => new Response('{}', { status, headers })).graph.get(from)).outcome;
  const cursor = `${run.remote.origin}/v1.0/users/delta?$deltatoken=A`;
  expect(await outcomeOf(403)).toBe('denied');
  expect(await outcomeOf(410, cursor, { location: 'https://evil.example/' })).toBe('sync-state-lost');
  expect([await outcomeOf(400, cursor), await outcomeOf(404, cursor)]).toEqual(['sync-state-lost', 'sync-state-lost']);
  expect([await outcomeOf(400), await outcomeOf(404)]).toEqual(['garbage', 'garbage']);
  expect([await outcomeOf(429), await outcomeOf(503, PAGE, { 'retry-after': '7' })]).toEqual(['throttled', 'throttled']);
  expect([await outcomeOf(503), await outcomeOf(500)]).toEqual(['unreachable', 'unreachable']);
  expect(await outcomeOf(302, PAGE, { location: `${run.remote.origin}/v1.0/other` })).toBe('garbage');
});

test('ENT-79: an expired secret and a refused one are told apart, without a word of the provider', async () => {
  const refusing = async (code: number, error = 'invalid_client') => {
    const { graph } = graphWith(page);
    const content = { error, error_description: `AADSTS${code}: The secret of app 6e74 ${SECRET}` };
    run.remote.answers.token = (_request, response) => sendJson(response, 401, content);
    return await graph.get(PAGE);
  };
  expect(await refusing(7000222)).toEqual({ outcome: 'credentials-expired' });
  expect(await refusing(7000215)).toEqual({ outcome: 'credentials-refused', detail: 'invalid_client, AADSTS7000215' });
  expect(await refusing(90033, 'temporarily_unavailable')).toMatchObject({ outcome: 'unreachable' });
  expect(await refusing(7000215, 'invalid\ud800\u0000\nclient')).toMatchObject({ detail: 'invalid\ufffd client, AADSTS7000215' });
});

test('an issuer that names no Graph, or one that is not allowed, leaves it to the configuration', async () => {
  for (const host of [undefined, 7, 'graph.example/path', 'user@graph.example', '10.0.0.1']) {
    const { graph } = graphWith(page);
    run.remote.metadata.msgraph_host = host;
    run.provider = run.providerFor(run.remote.issuer);
    const fresh = createGraph(
      { clientId: 'c', credentials: [{ id: null, kind: 'secret', secret: SECRET }], origin: null },
      run.provider.services,
      {
        fetch,
        now: () => run.now,
      },
    );
    expect(await fresh.get(PAGE)).toMatchObject({
      outcome: 'unreachable',
      detail: expect.stringContaining('DOORSTEP_GRAPH_URL'),
    });
    expect(graph.isAlwaysOn).toBe(false);
  }
});
