import { describe, expect, test } from 'vitest';
import { type Answer, sendJson, startLocalProvider, tokensWith } from './testing/local-provider.ts';
import { useLocalProvider } from './testing/sign-in-run.ts';

const run = useLocalProvider();

describe('back channel', () => {
  const error =
    (status: number, content: unknown): Answer =>
    (_request, response) =>
      sendJson(response, status, content);
  const body =
    (content: string | Uint8Array): Answer =>
    (_request, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(content);

  test.each<[string, Answer, string]>([
    ['400 invalid_grant', error(400, { error: 'invalid_grant' }), 'already-used'],
    ['400 code redeemed', error(400, { error: 'invalid_grant', error_description: 'AADSTS54005: x' }), 'already-used'],
    ['400 conditional access', error(400, { error: 'invalid_grant', error_description: 'AADSTS50076: x' }), 'provider-refused'],
    [
      '401 invalid_client',
      error(401, { error: 'invalid_client', error_description: 'AADSTS7000222: expired' }),
      'credential-refused',
    ],
    ['403 without an error', error(403, {}), 'provider-unreachable'],
    ['400 with an error that is a number', error(400, { error: 7 }), 'provider-unreachable'],
    ['429', error(429, { error: 'slow_down' }), 'provider-unreachable'],
    ['500', error(500, { error: 'server_error' }), 'provider-unreachable'],
    ['503', error(503, {}), 'provider-unreachable'],
    ['HTML', body('<html>sorry</html>'), 'provider-unreachable'],
    ['a list', body('[]'), 'provider-unreachable'],
    ['null', body('null'), 'provider-unreachable'],
    ['nothing', body(''), 'provider-unreachable'],
    ['invalid UTF-8', body(new Uint8Array([0x7b, 0xff, 0x7d])), 'provider-unreachable'],
    ['10 MB', body('x'.repeat(10_000_000)), 'provider-unreachable'],
    [
      'a gzip bomb',
      async (_request, response) => {
        const { gzipSync } = await import('node:zlib');
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(10_000_000)));
      },
      'provider-unreachable',
    ],
    [
      'broken gzip',
      (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('no'),
      'provider-unreachable',
    ],
    ['a closed connection', (_request, response) => void response.destroy(), 'provider-unreachable'],
    [
      'a body that breaks off',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{');
        setTimeout(() => response.destroy(), 20);
      },
      'provider-unreachable',
    ],
    ['ENT-18: no id_token', error(200, { token_type: 'Bearer', access_token: 'a' }), 'token-not-valid'],
    ['id_token as number', error(200, tokensWith(7)), 'token-not-valid'],
    ['id_token null', error(200, tokensWith(null)), 'token-not-valid'],
    ['no token_type', error(200, { access_token: 'a', id_token: 'a.b.c' }), 'token-not-valid'],
    ['another token_type', error(200, { ...tokensWith('a.b.c'), token_type: 'mac' }), 'token-not-valid'],
  ])('OP-04, ENT-20: %s is refused after one request, and a new sign-in works', async (_, answer, because) => {
    const started = await run.start();
    run.remote.answers.token = answer;
    const result = await run.finish(started);
    expect(result).toMatchObject({ outcome: 'refused', because });
    expect(JSON.stringify(result)).not.toContain(started.attempt.verifier);
    expect(run.remote.callsTo('/token')).toBe(1);
    const again = await run.start();
    await run.willSignIn(again);
    expect(await run.finish(again)).toMatchObject({ outcome: 'signed-in' });
  });

  test('the number of the AADSTS message is kept for the operator', async () => {
    const started = await run.start();
    run.remote.answers.token = error(401, {
      error: 'invalid_client',
      error_description: 'AADSTS7000222: expired.\r\nTrace ID: x',
    });
    expect(await run.finish(started)).toMatchObject({
      code: '7000222',
      detail: 'invalid_client: AADSTS7000222: expired. Trace ID: x',
    });
  });

  test('OP-28: a redirect of the token endpoint is not followed, the other host hears nothing', async () => {
    const elsewhere = await startLocalProvider();
    for (const status of [301, 302, 303, 307, 308]) {
      run.remote.answers.token = (_request, response) =>
        void response.writeHead(status, { location: String(elsewhere.metadata.token_endpoint) }).end();
      expect(await run.finish(await run.start())).toMatchObject({ because: 'provider-unreachable' });
    }
    expect(elsewhere.calls).toEqual([]);
    await elsewhere.stop();
  });

  test('ENT-20, OP-04: a token endpoint that sends nothing, or one byte a second, is given up after 10 s', async () => {
    const silent: Answer = () => {};
    const dripping: Answer = (_request, response) => {
      const drops = setInterval(() => response.write(' '), 1000);
      response.on('close', () => clearInterval(drops));
    };
    const first = await run.start();
    const second = await run.start();
    const begun = performance.now();
    run.remote.answers.token = silent;
    const results = [run.finish(first)];
    await expect.poll(() => run.remote.callsTo('/token')).toBe(1);
    run.remote.answers.token = dripping;
    results.push(run.finish(second));
    for (const result of await Promise.all(results)) {
      expect(result).toMatchObject({ because: 'provider-unreachable', detail: 'no whole answer within 10 s' });
    }
    expect(performance.now() - begun).toBeLessThan(12_000);
  }, 15_000);
});
