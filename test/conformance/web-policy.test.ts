import { CspEvaluator } from 'csp_evaluator/dist/evaluator.js';
import { Severity } from 'csp_evaluator/dist/finding.js';
import { CspParser } from 'csp_evaluator/dist/parser.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest } from '../demo-tenant/raw-request.ts';
import { authorization } from './extension-client.ts';
import { invited, signsIn } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
let joinPage: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
  await signsIn(workspace, 'ana');
  joinPage = (await invited(workspace, 'x@contoso.example')).joinUrl;
  await workspace.administrator.get(joinPage, { follow: true });
});
afterAll(() => workspace.stop());

const pages = () => [
  ...['/', '/join', '/nowhere', '/welcome', '/sign-in/callback', '/admin/users', '/admin/requests', '/admin/invitations'],
  ...['/admin/invitations/new', '/admin/browsers', '/admin/audit', new URL(joinPage).pathname],
  `/connect/authorize?${new URLSearchParams(authorization().query)}`,
];
async function look(path: string): Promise<{ policy: string; text: string }> {
  const cookie = workspace.administrator.cookies.header(url + path, 'GET', 'same-origin');
  const { headers, text } = await rawRequest(url + path, 'GET', { cookie });
  return { policy: headers.get('content-security-policy') ?? '', text };
}
const nonceOf = (policy: string): string => /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';

test('WEB-04: the policy of every page stands up to Google`s evaluator', async () => {
  for (const path of pages()) {
    const { policy } = await look(path);
    const findings = new CspEvaluator(new CspParser(policy).csp).evaluate();
    const grave = findings.filter(({ severity }) => severity <= Severity.MEDIUM || severity === Severity.SYNTAX);
    expect([path, grave.map(({ description }) => description)]).toEqual([path, []]);
  }
});

test('WEB-04: no inline script, no handler, no style without this answer`s nonce', async () => {
  for (const path of pages()) {
    const { policy, text } = await look(path);
    expect([path, policy]).toEqual([path, expect.not.stringMatching(/unsafe-|\*|data:|blob:/)]);
    expect(text).not.toMatch(/\son[a-z]+\s*=|javascript:|\sstyle\s*=/i);
    for (const [tag] of text.matchAll(/<script\b[^>]*>/g)) expect(tag).toMatch(/\ssrc="\/assets\//);
    for (const [tag] of text.matchAll(/<style\b[^>]*>/g)) expect(tag).toContain(`nonce="${nonceOf(policy)}"`);
    expect(nonceOf(policy).length).toBeGreaterThanOrEqual(22); // 128 bits
  }
});

test('WEB-04: the nonce is another one in every answer', async () => {
  const nonces = await Promise.all(Array.from({ length: 50 }, async () => nonceOf((await look('/')).policy)));
  expect(new Set(nonces).size).toBe(50);
});

test('WEB-04: no page loads from, posts to or names another host, but *Connect* the extension`s own', async () => {
  for (const path of pages()) {
    const { policy, text } = await look(path);
    const hosts = policy.match(/https?:\/\/[^\s;]+/g) ?? [];
    const isConnect = path.startsWith('/connect/authorize');
    expect([path, hosts]).toEqual([path, isConnect ? [new URL(authorization().query.redirect_uri!).origin] : []]);
    for (const [, address] of text.matchAll(/\s(?:src|action|formaction|data|poster)="([^"]*)"/g))
      expect(address).toMatch(/^\/(?!\/)/);
    for (const [tag] of text.matchAll(/<link\b[^>]*>/g)) expect(tag).toMatch(/href="\/(?!\/)|href="data:image/);
  }
});
