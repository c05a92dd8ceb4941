import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DemoTenant, startDemoTenant } from '../demo-tenant.ts';
import type { GraphFaultKind } from '../faults.ts';
import { CALLBACK } from '../relying-party.ts';
import type { DeltaAnswer } from './delta-answer.ts';
import { accessToken, askGraph, deltaUrl, readRound } from './graph-client.ts';

let tenant: DemoTenant;
let token: string;

beforeAll(async () => {
  tenant = await startDemoTenant({ redirectUris: [CALLBACK], pageSize: 5 });
  token = await accessToken(tenant);
});
afterAll(() => tenant.stop());
afterEach(() => {
  tenant.faults.graph = undefined;
});

const first = () => deltaUrl(tenant, 'users', 'id,displayName');
const ask = (url = first()) => askGraph(url, token);
const page = async (url = first()) => (await (await ask(url)).json()) as DeltaAnswer;
const ids = async () => (await readRound(first(), token)).objects.map(({ id }) => id);
const next = async (url = first()) => (await page(url))['@odata.nextLink']!;

describe('instead of an answer', () => {
  test.each<[GraphFaultKind, string]>([
    [401, 'InvalidAuthenticationToken'],
    [429, 'TooManyRequests'],
    [500, 'InternalServerError'],
    [503, 'ServiceUnavailable'],
  ])('%s with Graph’s body', async (kind, code) => {
    tenant.faults.graph = { kind };
    const answer = await ask();
    expect([answer.status, await answer.json()]).toMatchObject([kind, { error: { code } }]);
  });

  test('Retry-After in seconds, as a date, or not at all', async () => {
    tenant.faults.graph = { kind: 429, retryAfter: 7 };
    expect((await ask()).headers.get('retry-after')).toBe('7');
    tenant.faults.graph = { kind: 503, retryAfter: { date: 60 } };
    const date = Date.parse((await ask()).headers.get('retry-after')!);
    expect(Math.abs(date - Date.now() - 60_000)).toBeLessThan(5000);
    tenant.faults.graph = { kind: 429 };
    expect((await ask()).headers.has('retry-after')).toBe(false);
  });

  test('after and for say which requests are struck', async () => {
    tenant.faults.graph = { kind: 500, after: 1, for: 2 };
    const statuses: number[] = [];
    for (let request = 0; request < 4; request++) statuses.push((await ask()).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
  });

  test('on leaves the other parts alone', async () => {
    tenant.faults.graph = { kind: 500, on: ['groups'] };
    expect([(await ask()).status, (await ask(deltaUrl(tenant, 'groups', 'id'))).status]).toEqual([200, 500]);
  });

  test('forbidden parts say so', async () => {
    tenant.faults.graph = { forbidden: ['users'] };
    const answer = await ask();
    expect([answer.status, await answer.json()]).toMatchObject([403, { error: { code: 'Authorization_RequestDenied' } }]);
    expect((await ask(deltaUrl(tenant, 'groups', 'id'))).status).toBe(200);
  });

  test('half the JSON, then nothing', async () => {
    tenant.faults.graph = { kind: 'cut' };
    const answer = await ask();
    await expect(answer.text()).rejects.toThrow();
  });

  test('a page where JSON should be', async () => {
    tenant.faults.graph = { kind: 'garbage' };
    expect((await ask()).headers.get('content-type')).toBe('text/html');
  });

  test('silence', async () => {
    tenant.faults.graph = { kind: 'hang' };
    const wait = fetch(first(), { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(200) });
    await expect(wait).rejects.toThrow('timeout');
  });
});

describe('links', () => {
  test('to itself', async () => {
    tenant.faults.graph = { kind: 'repeat-page' };
    const link = await next();
    expect(await next(link)).toBe(link);
    tenant.faults.graph = undefined;
    expect((await readRound(link, token)).objects).toHaveLength(tenant.directory.users.present);
  });

  test('in a circle', async () => {
    tenant.faults.graph = { kind: 'cycle' };
    const links = [await next()];
    for (let hop = 0; hop < 3; hop++) links.push(await next(links.at(-1)));
    expect(links[0]).toBe(links[2]);
    expect(links[1]).toBe(links[3]);
    expect(links[0]).not.toBe(links[1]);
  });

  test('without end', async () => {
    tenant.faults.graph = { kind: 'endless' };
    const links = [await next()];
    for (let hop = 0; hop < 5; hop++) links.push(await next(links.at(-1)));
    expect(new Set(links).size).toBe(6);
    expect((await page(links[3])).value).toEqual([]);
  });

  test('to another host, and redirects there: whoever follows is seen', async () => {
    tenant.faults.graph = { kind: 'foreign-next-link' };
    const link = await next();
    expect(new URL(link).host).not.toBe(new URL(tenant.origin).host);
    await ask(link);
    expect(tenant.requests.at(-1)).toMatchObject({ kind: 'elsewhere', isAuthorized: true });
    tenant.faults.graph = { kind: 'redirect' };
    const answer = await ask();
    expect([answer.status, new URL(answer.headers.get('location')!).pathname]).toEqual([307, '/elsewhere/v1.0/users/delta']);
  });

  test('worth nothing from one moment on, and good again from then', async () => {
    const { deltaLink } = await readRound(first(), token);
    const middle = await next();
    tenant.faults.graph = { kind: 'gone' };
    const answer = await ask(deltaLink);
    expect([answer.status, answer.headers.get('location')]).toEqual([410, `${tenant.origin}/v1.0/users/delta?$deltatoken=`]);
    expect((await ask(middle)).status).toBe(410);
    expect(await ids()).toHaveLength(tenant.directory.users.present);
  });

  test('in the middle of a round', async () => {
    tenant.faults.graph = { kind: 'sync-state-not-found', status: 404, after: 2 };
    const third = await next(await next());
    const answer = await ask(third);
    expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'syncStateNotFound' } }]);
  });
});

describe('pages', () => {
  test('each twice, or each object twice: nobody is missing', async () => {
    const all = await ids();
    for (const kind of ['duplicate-page', 'twice'] as const) {
      tenant.faults.graph = { kind };
      const seen = await ids();
      expect(seen).toHaveLength(2 * all.length);
      expect(new Set(seen)).toEqual(new Set(all));
    }
  });

  test('in another order', async () => {
    const all = await ids();
    tenant.faults.graph = { kind: 'shuffled' };
    const seen = await ids();
    expect(seen).not.toEqual(all);
    expect(seen.toSorted()).toEqual(all.toSorted());
  });

  test('half of them: the rest comes in the next round', async () => {
    const all = await ids();
    tenant.faults.graph = { kind: 'half-a-page' };
    const half = await readRound(first(), token);
    expect(half.objects.length).toBeLessThan(all.length);
    tenant.faults.graph = undefined;
    const rest = await readRound(half.deltaLink, token);
    expect([...half.objects, ...rest.objects].map(({ id }) => id).toSorted()).toEqual(all.toSorted());
  });
});
