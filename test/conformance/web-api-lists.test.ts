import { BatchSchema } from '@doorstep/shared/invitation-batch';
import { DAY, MINUTE } from '@doorstep/shared/time';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiAnswer } from './extension-client.ts';
import { invited, memberOf, signsIn } from './stories.ts';
import { countOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

// CONTRACT.md, 5: lists, filters, Idempotency-Key, and the ETag of what the badge polls.

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.stop());

const batch = (email: string, more = {}) => ({ recipients: [{ email }], ...more });
const summary = async (etag?: string) => {
  const { status, headers, body } = await workspace.api('GET', '/summary', undefined, etag ? { 'if-none-match': etag } : {});
  return { status, body, etag: headers.get('etag')! };
};

test('a list is newest first, in pages that miss and repeat nobody', async () => {
  const recipients = Array.from({ length: 7 }, (_, at) => ({ email: `page-${at}@contoso.example` }));
  await workspace.api('POST', '/invitation-batches', { recipients });
  const all = (await workspace.api('GET', '/invitations')).body;
  expect([all.items.length, all.nextCursor]).toEqual([7, null]);
  const seen: string[] = [];
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null; pages += 1) {
    expect(pages).toBeLessThan(4);
    const page: ApiAnswer['body'] = (await workspace.api('GET', `/invitations?limit=3${cursor && `&cursor=${cursor}`}`)).body;
    seen.push(...page.items.map(({ id }: { id: string }) => id));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(all.items.map(({ id }: { id: string }) => id));
  expect([...seen].sort().reverse()).toEqual(seen);
  expect((await workspace.api('GET', '/invitations?limit=7')).body.nextCursor).toBeNull();
});

test('states filter, q finds the beginning of any word of name or address, in any ASCII case', async () => {
  const { api, clock } = workspace;
  await memberOf(workspace, 'mia');
  const { id } = await invited(workspace, 'gone@fabrikam.example');
  await api('POST', `/invitations/${id}/revoke`);
  const short = (await api('POST', '/invitation-batches', batch('short@contoso.example', { expiresInDays: 1 }))).body.rows[0]
    .invitationId;
  clock.advance(DAY);
  const count = async (query: string, path = '/invitations') => (await api('GET', `${path}?${query}`)).body.items.length;
  expect(await count('state=redeemed')).toBe(1);
  expect(await count('state=revoked')).toBe(1);
  expect(await count('state=declined')).toBe(0);
  expect((await api('GET', '/invitations?state=expired')).body.items).toMatchObject([
    { id: short, state: 'pending', expired: true },
  ]);
  expect(await count('state=pending&q=short')).toBe(0);
  for (const q of ['page', 'PAGE-1', 'page-1@CONTOSO', 'contoso'])
    expect([q, await count(`state=pending&q=${q}`)]).toEqual([q, expect.any(Number)]);
  expect([await count('q=age-1'), await count('q=page-1')]).toEqual([0, 1]);
  expect([await count('q=mia', '/members'), await count('q=nov', '/members'), await count('q=ovak', '/members')]).toEqual([
    1, 1, 0,
  ]);
  for (const q of ['%', '_', "'", '\\', '*', '"'])
    expect([q, await count(`q=${encodeURIComponent(q)}`, '/members')]).toEqual([q, 0]);
  expect(await count('state=suspended', '/members')).toBe(0);
  expect((await api('POST', `/invitations/${short}/resend`)).body).toMatchObject({ expired: false, generation: 2 });
});

test('Idempotency-Key: the same body again says what the first call made, another body 422', async () => {
  const { api } = workspace;
  const headers = { 'idempotency-key': 'draft-1' };
  const first = await api('POST', '/invitation-batches', batch('once@contoso.example'), headers);
  const mails = await countOf(workspace, 'outbox_messages');
  const again = await api('POST', '/invitation-batches', batch('once@contoso.example'), headers);
  expect([first.status, again.status, again.body.id]).toEqual([202, 200, first.body.id]);
  expect(again.headers.get('location')).toBe(`/api/v1/invitation-batches/${first.body.id}`);
  expect((await api('GET', `/invitation-batches/${first.body.id}`)).body).toEqual(again.body);
  v.parse(BatchSchema, again.body);
  const other = await api('POST', '/invitation-batches', batch('other@contoso.example'), headers);
  expect([other.status, other.body.type]).toEqual([422, '/problems/idempotency-key-reused']);
  expect(await countOf(workspace, 'outbox_messages')).toBe(mails);
  expect(await countOf(workspace, "invitations WHERE address = 'other@contoso.example'")).toBe(0);
  for (const key of ['x'.repeat(201), 'a b', '\u00e9']) {
    expect((await api('POST', '/invitation-batches', batch('x@contoso.example'), { 'idempotency-key': key })).status).toBe(422);
  }
});

test('Idempotency-Key: ten first calls at once make one batch and one mail (EXT-12)', async () => {
  const { api } = workspace;
  const headers = { 'idempotency-key': 'draft-2' };
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => api('POST', '/invitation-batches', batch('ten@contoso.example'), headers)),
  );
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(answers.filter(({ status }) => ![200, 202, 409].includes(status))).toEqual([]);
  expect(new Set(answers.flatMap(({ body }) => body.id ?? [])).size).toBe(1);
  expect(await workspace.sql("SELECT generation FROM invitations WHERE address = 'ten@contoso.example'")).toEqual([
    { generation: 1 },
  ]);
});

test('Idempotency-Key: forgotten after 24 hours', async () => {
  const { api, clock } = workspace;
  const headers = { 'idempotency-key': 'draft-3' };
  const first = await api('POST', '/invitation-batches', batch('daily@contoso.example'), headers);
  clock.advance(DAY);
  const next = await api('POST', '/invitation-batches', batch('daily@contoso.example'), headers);
  expect([next.status, next.body.rows[0].plan, next.body.id === first.body.id]).toEqual([202, 'resend', false]);
});

test('the ETag of /summary changes exactly when another field does', async () => {
  const { api, clock } = workspace;
  let last = await summary();
  expect((await summary(last.etag)).status).toBe(304);
  clock.advance(MINUTE);
  expect(await summary(last.etag)).toMatchObject({ status: 304, body: null });
  expect((await summary()).body).toEqual({ ...last.body, asOf: clock.now() });
  const changes: [string, () => Promise<unknown>, boolean][] = [
    ['an invitation', () => api('POST', '/invitation-batches', batch('etag@contoso.example')), true],
    ['the same sent again', () => api('POST', '/invitation-batches', batch('etag@contoso.example')), false],
    ['a knock', () => signsIn(workspace, 'ben'), true],
    ['the same person again', () => signsIn(workspace, 'ben'), false],
    ['a refused stranger', () => signsIn(workspace, 'olga'), false],
    [
      'a denial',
      async () => {
        await api('POST', `/access-requests/${(await api('GET', '/access-requests?state=open')).body.items[0].id}/deny`);
        await workspace.runJobs(); // which measure the time that it took
      },
      true,
    ],
    ['a member who signs in', () => signsIn(workspace, 'mia'), false],
    ['a new member', () => memberOf(workspace, 'ana'), true],
  ];
  for (const [what, change, isSeen] of changes) {
    await change();
    const now = await summary();
    expect([what, now.etag !== last.etag]).toEqual([what, isSeen]);
    const { asOf: _, ...fields } = now.body;
    const { asOf: __, ...before } = last.body;
    expect([what, JSON.stringify(fields) !== JSON.stringify(before)]).toEqual([what, isSeen]);
    expect((await summary(last.etag)).status).toBe(isSeen ? 200 : 304);
    last = now;
  }
  expect(last.body).toMatchObject({
    openAccessRequests: 0,
    invitationRequired: 0,
    members: 3,
    oldestOpenRequestAt: null,
    directory: null,
  });
});
