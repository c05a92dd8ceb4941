import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aBrowser, signInWindow } from '../testing/browser.ts';
import { me, problem, Workspace } from '../testing/workspace.ts';
import { connect } from './auth-flow.ts';
import { newDraft } from './draft.ts';
import { item, keep, readKept } from './kept.ts';

let workspace: Workspace;
beforeEach(async () => {
  aBrowser();
  workspace = await new Workspace().open();
  workspace.answers['POST /connect/token'] = () => ({
    status: 200,
    body: { access_token: 'the-token', token_type: 'Bearer', expires_in: 100 },
  });
  workspace.answers['GET /api/v1/me'] = () => ({ status: 200, body: me(workspace.origin) });
});
afterEach(() => workspace.close());

const landing = (facts: Record<string, string>) => `https://ours.chromiumapp.org/?${new URLSearchParams(facts)}`;
const approve = (url: URL) => landing({ code: 'the-code', state: url.searchParams.get('state')! });

test('connects by code and PKCE, and keeps the token with whose it is', async () => {
  let asked = new URL('http://nowhere');
  signInWindow((url) => {
    asked = url;
    return approve(url);
  });
  await connect(workspace.origin);
  expect(await readKept()).toMatchObject({ workspace: workspace.origin, token: 'the-token', account: { memberId: 'mem_sam' } });
  expect(asked.origin + asked.pathname).toBe(`${workspace.origin}/connect/authorize`);
  const form = new URLSearchParams(workspace.asked('POST /connect/token')[0]!.body);
  expect(form.get('redirect_uri')).toBe(asked.searchParams.get('redirect_uri'));
  expect(createHash('sha256').update(form.get('code_verifier')!).digest('base64url')).toBe(
    asked.searchParams.get('code_challenge'),
  );
  expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
});

test('EXT-10: a landing with another state, or at another place, is refused and its code not used', async () => {
  for (const landed of [
    landing({ code: 'stolen', state: 'of another flow' }),
    landing({ code: 'stolen' }),
    'https://ours.chromiumapp.org.evil.example/?code=stolen',
    'https://ours.chromiumapp.org/elsewhere?code=stolen',
  ]) {
    signInWindow((url) => landed.replace('of another flow', `${url.searchParams.get('state')}x`));
    await connect(workspace.origin);
    expect(await readKept(), landed).toEqual({ signIn: { workspace: workspace.origin, state: 'failed', why: 'not-ours' } });
  }
  expect(workspace.seen).toEqual([]);
});

test('EXT-10: two presses open one window, and each attempt has its own state and verifier', async () => {
  const states: string[] = [];
  signInWindow((url) => {
    states.push(url.searchParams.get('state')!, url.searchParams.get('code_challenge')!);
    return approve(url);
  });
  await Promise.all([connect(workspace.origin), connect(workspace.origin)]);
  expect(states).toHaveLength(2);
  await connect(workspace.origin);
  expect(new Set(states).size).toBe(4);
});

test('says why it failed', async () => {
  const outcomes: [() => string, string][] = [
    [() => { throw new Error('Authorization page could not be loaded.'); }, 'page-failed'], // biome-ignore format: one a line
    [() => { throw new Error('The user did not approve access.'); }, 'closed'], // biome-ignore format: one a line
  ];
  for (const [end, why] of outcomes) {
    signInWindow(end);
    await connect(workspace.origin);
    expect((await readKept()).signIn).toMatchObject({ state: 'failed', why });
  }
  signInWindow((url) => landing({ error: 'access_denied', state: url.searchParams.get('state')! }));
  await connect(workspace.origin);
  expect((await readKept()).signIn).toMatchObject({ state: 'failed', why: 'not-administrator' });
  signInWindow(approve);
  workspace.answers['GET /api/v1/me'] = () => problem('unavailable', 503);
  await connect(workspace.origin);
  expect(await readKept()).toEqual({ signIn: { workspace: workspace.origin, state: 'failed', why: 'no-answer' } });
  workspace.answers['POST /connect/token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
  await connect(workspace.origin);
  expect(await readKept()).toEqual({ signIn: { workspace: workspace.origin, state: 'failed', why: 'refused' } });
});

test('EXT-13: connecting to a workspace leaves nothing of another one, and drafts to their own member', async () => {
  const draft = newDraft();
  await keep({
    workspace: 'https://other.example',
    endedAt: 1,
    'draft https://other.example mem_sam': draft,
    ...item(`draft ${workspace.origin} mem_else`, draft),
  });
  signInWindow(approve);
  await connect(workspace.origin);
  expect(Object.keys(await readKept()).sort()).toEqual(['account', `draft ${workspace.origin} mem_else`, 'token', 'workspace']);
});
