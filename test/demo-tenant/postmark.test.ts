import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DemoTenant, startDemoTenant } from './demo-tenant.ts';

let tenant: DemoTenant;

beforeAll(async () => {
  tenant = await startDemoTenant({ redirectUris: [] });
});
afterAll(() => tenant.stop());
afterEach(() => {
  tenant.faults.postmark = undefined;
});

const MESSAGE = {
  From: '"Contoso, the workspace" <door@contoso.example>',
  To: 'Mia Novák <mia@contoso.example>',
  Subject: 'You are invited',
  TextBody: 'Come in.',
  HtmlBody: '<html><head></head><body><a href="http://localhost:3000/i/1">Come in</a><script>alert(1)</script></body></html>',
  Headers: [{ Name: 'X-Auto-Response-Suppress', Value: 'All' }],
  Metadata: { outbox: 'ob_1' },
  Tag: 'invitation',
  MessageStream: 'outbound',
  SomethingNew: true,
};

function post(path: string, body: unknown, token: string | undefined = tenant.postmarkToken) {
  const headers = { 'content-type': 'application/json', accept: 'application/json', 'x-postmark-server-token': token };
  return fetch(tenant.postmarkUrl + path, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function search(query: Record<string, string>) {
  const url = `${tenant.postmarkUrl}/messages/outbound?${new URLSearchParams({ count: '50', offset: '0', ...query })}`;
  return (await fetch(url, { headers: { 'x-postmark-server-token': tenant.postmarkToken } })).json();
}

describe('one message', () => {
  test('is accepted, kept and shown', async () => {
    const answer = await post('/email', MESSAGE);
    expect(answer.status).toBe(200);
    const { MessageID, ...rest } = await answer.json();
    expect(rest).toMatchObject({ ErrorCode: 0, Message: 'OK', To: 'mia@contoso.example', SubmittedAt: expect.any(String) });
    expect(tenant.mails().at(-1)).toMatchObject({
      messageId: MessageID,
      to: 'mia@contoso.example',
      from: MESSAGE.From,
      subject: 'You are invited',
      textBody: 'Come in.',
      headers: { 'X-Auto-Response-Suppress': 'All' },
      metadata: { outbox: 'ob_1' },
      tag: 'invitation',
    });
    const list = await (await fetch(`${tenant.mailboxUrl}.json?to=MIA@contoso.example`)).json();
    expect(list[0].messageId).toBe(MessageID);
    const page = await (await fetch(`${tenant.mailboxUrl}/${MessageID}`)).text();
    expect(page).toContain('&quot;Contoso, the workspace&quot; &lt;door@contoso.example&gt;');
    expect(page).toContain('sandbox="allow-popups');
    expect(page).not.toContain('<script');
    const part = await fetch(`${tenant.mailboxUrl}/${MessageID}/html`);
    expect(part.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*sandbox/);
    expect(await part.text()).toContain('<head><base target="_blank"></head>');
  });

  const refusals: [string, number, object][] = [
    ['an invalid recipient', 300, { To: 'mia' }],
    ['a recipient with two dots', 300, { To: 'mia..novak@contoso.example' }],
    ['no recipient', 300, { To: '' }],
    ['51 recipients', 300, { To: Array.from({ length: 51 }, (_, i) => `p${i}@contoso.example`).join(',') }],
    ['an invalid sender', 300, { From: 'door' }],
    ['no body', 300, { TextBody: '', HtmlBody: null }],
    ['a line break in the subject', 300, { Subject: 'Hello\r\nBcc: eve@evil.example' }],
    ['metadata too long', 300, { Metadata: { key: 'v'.repeat(81) } }],
    ['an unknown stream', 1235, { MessageStream: 'nowhere' }],
    ['a field of another type', 403, { Subject: 7 }],
  ];

  test.each(refusals)('%s: 422 with ErrorCode %i, and nothing is kept', async (_, code, change) => {
    const before = tenant.mails().length;
    const answer = await post('/email', { ...MESSAGE, ...change });
    expect([answer.status, (await answer.json()).ErrorCode]).toEqual([422, code]);
    expect(tenant.mails()).toHaveLength(before);
  });

  test('what is no JSON is 402', async () => {
    const answer = await post('/email', '{');
    expect([answer.status, (await answer.json()).ErrorCode]).toEqual([422, 402]);
  });

  test('a wrong or missing token is 401 with code 10', async () => {
    const wrong = await post('/email', MESSAGE, 'wrong');
    const missing = await fetch(`${tenant.postmarkUrl}/email`, { method: 'POST', body: JSON.stringify(MESSAGE) });
    for (const answer of [wrong, missing]) expect([answer.status, (await answer.json()).ErrorCode]).toEqual([401, 10]);
  });

  test('the test token checks and keeps nothing', async () => {
    const before = tenant.mails().length;
    expect((await post('/email', MESSAGE, 'POSTMARK_API_TEST')).status).toBe(200);
    expect(tenant.mails()).toHaveLength(before);
  });
});

describe('a batch', () => {
  test('answers 200 in order although one message failed', async () => {
    tenant.faults.postmark = { forAddress: { 'ben@contoso.example': 406 } };
    const people = ['ana@contoso.example', 'Ben@Contoso.example', 'not an address'];
    const answer = await post(
      '/email/batch',
      people.map((To) => ({ ...MESSAGE, To })),
    );
    expect(answer.status).toBe(200);
    const results: { ErrorCode: number }[] = await answer.json();
    expect(results.map((result) => result.ErrorCode)).toEqual([0, 406, 300]);
    expect(tenant.mails().at(-1)?.to).toBe('ana@contoso.example');
  });

  test('takes 500 messages, not 501', async () => {
    const many = Array.from({ length: 501 }, (_, i) => ({ ...MESSAGE, To: `p${i}@contoso.example` }));
    const answer = await post('/email/batch', many);
    expect([answer.status, (await answer.json()).ErrorCode]).toEqual([422, 410]);
    expect(await (await post('/email/batch', many.slice(1))).json()).toHaveLength(500);
  });
});

describe('the search', () => {
  test('finds by metadata, recipient and tag, newest first, in windows', async () => {
    for (const outbox of ['ob_7', 'ob_8', 'ob_7'])
      await post('/email', { ...MESSAGE, To: 'jo@contoso.example', Metadata: { outbox } });
    const found = await search({
      metadata_outbox: 'ob_7',
      recipient: 'JO@contoso.example',
      tag: 'invitation',
      messagestream: 'outbound',
    });
    expect(found.TotalCount).toBe(2);
    expect(found.Messages[0]).toMatchObject({ Metadata: { outbox: 'ob_7' }, Recipients: ['jo@contoso.example'], Status: 'Sent' });
    expect(found.Messages[0].MessageID).toBe(tenant.mails().at(-1)?.messageId);
    const second = await search({ metadata_outbox: 'ob_7', count: '1', offset: '1' });
    expect(second.Messages).toEqual([found.Messages[1]]);
    expect((await search({ metadata_outbox: 'ob_9' })).TotalCount).toBe(0);
  });

  test.each<Record<string, string>>([{ count: '501' }, { count: '0' }, { count: '500', offset: '9501' }])(
    'refuses %j',
    async (query) => {
      expect((await search(query)).ErrorCode).toBe(300);
    },
  );
});

describe('Postmark in trouble', () => {
  test.each([
    [{ status: 500 }, 500, 0],
    [{ status: 429 }, 429, 429],
    [{ errorCode: 405 }, 422, 405],
    [{ status: 503, errorCode: 100 }, 503, 100],
  ])('%j answers %i', async (fault, status, code) => {
    tenant.faults.postmark = fault;
    const answer = await post('/email', MESSAGE);
    expect([answer.status, (await answer.json()).ErrorCode]).toEqual([status, code]);
  });

  test('hang: no answer', async () => {
    tenant.faults.postmark = { hang: true };
    const call = fetch(`${tenant.postmarkUrl}/email`, { method: 'POST', body: '{}', signal: AbortSignal.timeout(200) });
    await expect(call).rejects.toThrow(/timeout/);
  });

  test('delayMs: late', async () => {
    tenant.faults.postmark = { delayMs: 150 };
    const begun = performance.now();
    expect((await post('/email', MESSAGE)).status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThan(140);
  });

  test('acceptThenDrop: the caller sees a broken connection, the search finds the mail', async () => {
    tenant.faults.postmark = { acceptThenDrop: true };
    await expect(post('/email', { ...MESSAGE, Metadata: { outbox: 'ob_drop' } })).rejects.toThrow('fetch failed');
    expect((await search({ metadata_outbox: 'ob_drop' })).TotalCount).toBe(1);
  });
});

describe('pages', () => {
  test('the mailbox lists the newest first, narrows by address and escapes everything', async () => {
    await post('/email', { ...MESSAGE, To: 'first@contoso.example', Subject: 'one' });
    await post('/email', { ...MESSAGE, To: 'second@contoso.example', Subject: '<b>two</b>' });
    const page = await (await fetch(tenant.mailboxUrl)).text();
    expect(page.indexOf('&lt;b&gt;two')).toBeLessThan(page.indexOf('>one<'));
    expect(page).not.toContain('<b>two');
    const narrowed = await (await fetch(`${tenant.mailboxUrl}?to=first@contoso.example`)).text();
    expect(narrowed).not.toContain('two');
    expect((await fetch(`${tenant.mailboxUrl}/unknown`)).status).toBe(404);
  });

  test('the front page names itself and its people', async () => {
    const page = await (await fetch(tenant.origin)).text();
    expect(page).toContain('Demo tenant');
    for (const person of tenant.people) expect(page).toContain(person.name);
  });
});
