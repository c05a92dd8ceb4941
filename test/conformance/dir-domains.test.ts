import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { txtOverHttps } from '@doorstep/server/txt-over-https';
import { DAY, HOUR, MINUTE } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DnsServer, startDnsServer } from './dns-server.ts';
import { countOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

const DOMAINS = '/admin/single-sign-on/domains';
let dns: DnsServer;
let workspace: Workspace;
beforeAll(async () => {
  dns = await startDnsServer();
  workspace = await openWorkspace({ environment: { DOORSTEP_DNS_SERVERS: dns.address } });
});
afterAll(async () => {
  await workspace.stop();
  await dns.stop();
});

const freshSam = () => workspace.administrator.signIn(`${workspace.url}/sign-in?fresh`, 'sam');
const post = (path: string, form: Record<string, string> = {}) => workspace.administrator.post(workspace.url + path, form);
const shown = async () => (await workspace.administrator.get(workspace.url + DOMAINS)).text;

/** Added by Sam, freshly signed in; answers what the record is to say. */
async function added(domain: string): Promise<string> {
  await freshSam();
  expect((await post(DOMAINS, { domain })).location).toBe(`${workspace.url}${DOMAINS}?done=domain-added`);
  const [row] = await workspace.sql(`SELECT token FROM domains WHERE domain = '${domain}'`);
  return `doorstep-domain=${row!.token}`;
}
const check = async (domain: string) => (await post(`${DOMAINS}/${domain}/check`)).location!.split('=')[1] ?? 'not yet';
const planOf = async (email: string) =>
  (await workspace.api('POST', '/invitation-batches/preview', { recipients: [{ email }] })).body.rows[0];

test('a domain is added, shown with its record, found by DNS, and its people are no guests from then on', async () => {
  const record = await added('branch.example');
  expect(await planOf('a@branch.example')).toMatchObject({ remark: 'guest' });
  const page = await shown();
  expect(page).toContain('_doorstep.branch.example');
  expect(page).toContain(record);
  dns.answer('_doorstep.branch.example', { records: [['v=spf1 -all'], [record]] });
  expect(await check('branch.example')).toBe('domain-verified');
  expect(await planOf('a@branch.example')).not.toHaveProperty('remark');
  expect(await countOf(workspace, "audit_events WHERE what = 'domain.verified'")).toBe(1);
  expect(await check('branch.example')).toBe('domain-verified');
  expect(await countOf(workspace, "audit_events WHERE what = 'domain.verified'")).toBe(1);
});

test('a record of several strings is one text (RFC 7208, 3.3)', async () => {
  const record = await added('split.example');
  dns.answer('_doorstep.split.example', { records: [[record.slice(0, 20), record.slice(20)]] });
  expect(await check('split.example')).toBe('domain-verified');
});

test('what was found stands beside what is expected, word for word, and nothing is given up', async () => {
  const record = await added('wrong.example');
  const steps = [
    { answer: 'no-such-name', says: 'There is no TXT record under this name yet' },
    { answer: { records: [['doorstep-domain=another'], ['v=spf1 include:x -all']] }, says: 'v=spf1 include:x -all' },
    { answer: { records: [[`"${record}"`]] }, says: `&quot;${record}&quot;` },
    { answer: { records: [['']] }, says: 'an empty record' },
    { answer: 'fails', says: 'ESERVFAIL' },
  ] as const;
  for (const { answer, says } of steps) {
    dns.answer(
      '_doorstep.wrong.example',
      typeof answer === 'string' ? answer : { records: answer.records.map((one) => [...one]) },
    );
    expect(await check('wrong.example')).toBe('not yet');
    const page = await shown();
    expect(page).toContain(says);
    expect(page).toContain('DNS may need up to a day; check again whenever you like');
    expect(page).toContain(record);
  }
  dns.answer('_doorstep.wrong.example', { records: [[record]] });
  expect(await check('wrong.example')).toBe('domain-verified');
});

test('a server that does not answer is told of as such', async () => {
  await added('silent.example');
  dns.answer('_doorstep.silent.example', 'silence');
  expect(await check('silent.example')).toBe('not yet');
  expect(await shown()).toContain('ETIMEOUT');
}, 60_000);

test('WEB-21: hostile records are shown, harm nothing and are bounded', async () => {
  await added('hostile.example');
  const long = Array.from({ length: 41 }, () => 'x'.repeat(250));
  const hostile = [
    ['<script>alert(1)</script>'],
    [Buffer.from('a\u0000b')],
    [Buffer.from('\u202eevil')],
    [Buffer.from([0xff, 0xfe, 0xd8, 0])],
  ];
  dns.answer('_doorstep.hostile.example', { records: [...hostile, long] });
  expect(await check('hostile.example')).toBe('not yet');
  const page = await shown();
  expect(page).toContain('&lt;script&gt;alert(1)');
  expect(page).not.toContain('<script>alert');
  expect(page).not.toContain('\u0000');
  expect(page).not.toContain('\u202e');
  expect(page).toContain('(10250 characters)');
  expect(page.length).toBeLessThan(80_000);
});

test('SES-13: to add a domain or to remove one needs a fresh sign-in; nobody but an administrator reaches the page', async () => {
  await added('kept.example');
  workspace.clock.advance(11 * MINUTE);
  expect((await post(DOMAINS, { domain: 'stale.example' })).status).toBe(403);
  expect((await post(`${DOMAINS}/kept.example/remove`, { confirmed: 'yes' })).status).toBe(403);
  expect(await countOf(workspace, "domains WHERE domain IN ('stale.example', 'kept.example')")).toBe(1);
  await freshSam();
  expect((await post(`${DOMAINS}/kept.example/remove`)).text).toContain('Remove kept.example?');
  expect((await post(`${DOMAINS}/kept.example/remove`, { confirmed: 'yes' })).location).toBe(
    `${workspace.url}${DOMAINS}?done=domain-removed`,
  );
  expect(await countOf(workspace, "domains WHERE domain = 'kept.example'")).toBe(0);
  expect((await fetch(workspace.url + DOMAINS)).status).toBe(401);
});

test('what is no domain, or is there already, is said beside the field and stays typed', async () => {
  await freshSam();
  for (const [domain, says] of [
    ['https://contoso.com', 'must be a domain alone'],
    ['branch.example', 'is in the list already'],
    ['\ud800\u0000x', 'must be a domain'],
  ]) {
    const page = await post(DOMAINS, { domain: domain! });
    expect(page.status).toBe(422);
    expect(page.text).toContain(says);
  }
});

test('once an hour, for 30 days, somebody looks without being asked', async () => {
  const record = await added('later.example');
  const looks = () => dns.asked.filter((name) => name === '_doorstep.later.example').length;
  await workspace.runJobs();
  const first = looks();
  await workspace.runJobs();
  workspace.clock.advance(30 * MINUTE);
  await workspace.runJobs();
  expect(looks()).toBe(first);
  dns.answer('_doorstep.silent.example', 'no-such-name');
  dns.answer('_doorstep.later.example', { records: [[record]] });
  for (let minute = 0; minute < 4; minute += 1) {
    workspace.clock.advance(minute === 0 ? HOUR : MINUTE);
    await workspace.runJobs();
  }
  expect(await countOf(workspace, "domains WHERE domain = 'later.example' AND verified_at IS NOT NULL")).toBe(1);
  await added('forgotten.example');
  workspace.clock.advance(31 * DAY);
  dns.asked.length = 0;
  await workspace.runJobs();
  expect(dns.asked).toEqual([]);
}, 60_000);

test('on the edge DNS is asked over HTTPS: records, no such name, an error, nonsense', async () => {
  const bodies: Record<string, string> = {
    good: JSON.stringify({
      Status: 0,
      Answer: [
        { name: 'good', type: 5, TTL: 1, data: 'elsewhere.' },
        { name: 'good', type: 16, TTL: 1, data: '"doorstep-domain=" "abc"' },
        { name: 'good', type: 16, TTL: 1, data: '"say \\"hi\\" \\\\ "' },
        { name: 'good', type: 16, TTL: 1, data: 'bare' },
      ],
    }),
    none: JSON.stringify({ Status: 3, Question: [{ name: 'none', type: 16 }] }),
    empty: JSON.stringify({ Status: 0 }),
    fails: JSON.stringify({ Status: 2 }),
    nonsense: '<html>',
  };
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://resolver');
    asked.push(`${request.headers.accept} ${url.searchParams.get('type')}`);
    response.setHeader('content-type', 'application/dns-json').end(bodies[url.searchParams.get('name')!]);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dns-query`;
  const resolve = txtOverHttps(fetch, at);
  expect(await resolve('good')).toEqual({ records: ['doorstep-domain=abc', 'say "hi" \\ ', 'bare'] });
  expect(await resolve('none')).toEqual({ records: [] });
  expect(await resolve('empty')).toEqual({ records: [] });
  expect(await resolve('fails')).toHaveProperty('problem');
  expect(await resolve('nonsense')).toHaveProperty('problem');
  expect(new Set(asked)).toEqual(new Set(['application/dns-json TXT']));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await resolve('good')).toHaveProperty('problem');
});
