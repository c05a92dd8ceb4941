import { Approval, Denial } from '@doorstep/shared/access-request';
import { NewBatch, Recipient } from '@doorstep/shared/invitation-batch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXTENSION_ORIGIN } from './extension-client.ts';
import { signsIn } from './stories.ts';
import { stateOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let requestPath: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  await signsIn(workspace, 'mia');
  requestPath = `/access-requests/${(await workspace.api('GET', '/access-requests')).body.items[0].id}`;
});
afterAll(() => workspace.stop());

const EMAIL = { email: 'x@contoso.example' };
const WRONG: Record<string, unknown[]> = {
  text: [0, 1.5, true, false, [], ['x'], {}, { length: 1 }, { toString: 'x' }, [['x']]],
  number: ['1', '', true, [], [1], {}, 1.5, '1e3', 1e308],
  object: ['x', 0, true, [], ['x'], { q: 1 }, { status: 'x' }, { other: 1 }],
  list: ['x', 0, true, {}, { length: 1, 0: EMAIL }, '[]', [[]], [0], ['x'], [true]],
};
/** Every field of every body, by what it must be; read from the schemas, so that a new field has to be put in here. */
const KINDS: Record<string, keyof typeof WRONG> = {
  ...{ recipients: 'list', userGroupIds: 'list', accessUntil: 'number', expiresInDays: 'number' },
  ...{ role: 'text', language: 'text', note: 'text', reason: 'text', email: 'text' },
  ...{ directoryUserId: 'text', directoryGroupId: 'text', directorySearch: 'object' },
};
/** A recipient has exactly one of these. */
const NAMES = new Set(['email', 'directoryUserId', 'directoryGroupId', 'directorySearch']);
type Case = { path: string; field: string; pointer: string; body: (value: unknown) => unknown };
const cases = (): Case[] => [
  ...Object.keys(NewBatch.entries).flatMap((field) =>
    ['/invitation-batches', '/invitation-batches/preview'].map((path) => ({
      path,
      field,
      pointer: `#/${field}`,
      body: (value: unknown) => ({ recipients: [EMAIL], [field]: value }),
    })),
  ),
  ...Object.keys(Recipient.entries).map((field) => ({
    path: '/invitation-batches',
    field,
    pointer: `#/recipients/0/${field}`,
    body: (value: unknown) => ({ recipients: [NAMES.has(field) ? { [field]: value } : { ...EMAIL, [field]: value }] }),
  })),
  ...Object.keys(Approval.entries).map((field) => ({
    path: `${requestPath}/approve`,
    field,
    pointer: `#/${field}`,
    body: (value: unknown) => ({ [field]: value }),
  })),
  ...Object.keys(Denial.entries).map((field) => ({
    path: `${requestPath}/deny`,
    field,
    pointer: `#/${field}`,
    body: (value: unknown) => ({ [field]: value }),
  })),
];

test('WEB-20: a value of another type in any field of any body: 422 with its pointer, nothing changed', async () => {
  const before = await stateOf(workspace);
  for (const { path, field, pointer, body } of cases()) {
    for (const value of WRONG[KINDS[field]!]!) {
      const { status, body: problem } = await workspace.api('POST', path, body(value));
      const what = `${path} ${field} = ${JSON.stringify(value)}`;
      expect([what, status]).toEqual([what, 422]);
      const pointers = problem.errors.map((error: { pointer: string }) => error.pointer);
      expect([what, pointers.every((one: string) => one.startsWith(pointer))]).toEqual([what, true]);
    }
  }
  expect(await stateOf(workspace)).toBe(before);
});

test('WEB-20: null where nothing may be absent is 422, where it may it says so', async () => {
  for (const field of ['recipients', 'role', 'expiresInDays', 'userGroupIds']) {
    expect([
      field,
      (await workspace.api('POST', '/invitation-batches/preview', { recipients: [EMAIL], [field]: null })).status,
    ]).toEqual([field, 422]);
  }
  for (const field of ['note', 'language', 'accessUntil']) {
    expect([
      field,
      (await workspace.api('POST', '/invitation-batches/preview', { recipients: [EMAIL], [field]: null })).status,
    ]).toEqual([field, 200]);
  }
});

test('WEB-20: a body that is no object, and fields that every object has, are 422', async () => {
  const before = await stateOf(workspace);
  const paths = ['/invitation-batches', '/invitation-batches/preview', `${requestPath}/approve`, `${requestPath}/deny`];
  for (const path of paths) {
    for (const text of ['null', '[]', '"x"', '0', 'true', '[{}]'])
      expect([path, text, (await workspace.api('POST', path, text)).status]).toEqual([path, text, 422]);
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'admin', 'id', 'state', '']) {
      const text = `{"recipients":[{"email":"x@contoso.example"}],${JSON.stringify(name)}:{"role":"administrator"}}`;
      const { status, body } = await workspace.api('POST', path, text);
      expect([path, name, status, body.errors?.length > 0]).toEqual([path, name, 422, true]);
    }
  }
  expect(({} as Record<string, unknown>).role).toBeUndefined();
  expect(await stateOf(workspace)).toBe(before);
});

test('WEB-20: query parameters: unknown, twice, of another form are 422', async () => {
  const bad = [
    'limit=0',
    'limit=201',
    'limit=-1',
    'limit=1e2',
    'limit=',
    'limit=x',
    'limit=1&limit=2',
    'limit[]=1',
    'nothing=1',
    '__proto__=1',
  ];
  const own: Record<string, string[]> = {
    '/invitations': [
      'state=open',
      'state=PENDING',
      'state[]=pending',
      `q=${'x'.repeat(201)}`,
      'q=a&q=b',
      'state=pending&state=expired',
    ],
    '/access-requests': ['state=pending', 'state=', 'q=x'],
    '/members': ['state=gone', 'q=a&q=b', 'role=administrator'],
    '/connected-browsers': ['state=open', 'q=x'],
  };
  for (const [path, queries] of Object.entries(own)) {
    for (const query of [...bad, ...queries, `cursor=${'x'.repeat(201)}`]) {
      const { status, body } = await workspace.api('GET', `${path}?${query}`);
      expect([path, query, status, body.errors?.length > 0]).toEqual([path, query, 422, true]);
    }
    expect((await workspace.api('GET', `${path}?cursor=%00'%20OR%201=1`)).status).toBeLessThan(500);
  }
});

const STRANGE: [string, string][] = [
  ['NUL', 'a\u0000b'],
  ['a lone surrogate', 'a\ud800b'],
  ['the other lone surrogate', '\udfff'],
  ['bidi overrides', 'safe\u202egpj.exe\u2066x\u2069'],
  ['a byte order mark', '\ufeffx'],
  ['zero width', 'a\u200b\u200db'],
  ['line separators', 'a\u2028b\u2029c\u0085d'],
  ['controls', 'a\u0007\u001b[31mb'],
  ['combining marks', `e${'\u0301'.repeat(500)}`],
  ['emoji', '\u{1f469}\u200d\u{1f4bb}'.repeat(100)],
];

test.each(STRANGE)('WEB-21: %s in a text: 422, or kept and shown as it is', async (_, text) => {
  const { api, administrator, url } = workspace;
  const noted = await api('POST', '/invitation-batches', { recipients: [EMAIL], note: text });
  expect([202, 422]).toContain(noted.status);
  if (noted.status === 202) {
    const id = noted.body.rows[0].invitationId;
    expect((await api('GET', `/invitations/${id}`)).body.note).toBe(text.trim() || null);
  }
  for (const field of ['language', 'role']) {
    expect((await api('POST', '/invitation-batches', { recipients: [EMAIL], [field]: text })).status).toBe(422);
  }
  for (const email of [text, `${text}@contoso.example`, `x@${text}.example`]) {
    expect([200, 422]).toContain((await api('POST', '/invitation-batches/preview', { recipients: [{ email }] })).status);
    expect([202, 422]).toContain((await api('POST', '/invitation-batches', { recipients: [{ email }] })).status); // a mark around it is trimmed
  }
  const q = encodeURIComponent([...text].slice(0, 50).join('').toWellFormed());
  expect([200, 422]).toContain((await api('GET', `/members?q=${q}`)).status);
  expect((await administrator.get(`${url}/admin/invitations?q=${q}`)).status).toBe(200);
});

test('WEB-21: overlong and broken UTF-8, a text of a megabyte and deep nesting never fail on our side', async () => {
  const call = (body: BodyInit) =>
    fetch(`${workspace.url}/api/v1/invitation-batches`, {
      method: 'POST',
      body,
      headers: { origin: EXTENSION_ORIGIN, authorization: `Bearer ${workspace.api.token}`, 'content-type': 'application/json' },
    });
  const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const bodies = [
    bytes('{"recipients":[{"email":"a@contoso.example"}],"note":"', [0xc0, 0xaf, 0xff, 0xed, 0xa0, 0x80], '"}'),
    bytes([0xff, 0xfe], '{}'),
    `{"recipients":[{"email":"${'x'.repeat(1_000_000)}@contoso.example"}]}`,
    JSON.stringify({ recipients: [EMAIL], note: 'x'.repeat(1_000_000) }),
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    `{"recipients":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`,
  ];
  for (const body of bodies) expect([202, 400, 422]).toContain((await call(body)).status);
});

test('WEB-21: names that the provider sends and reasons that people type stop nobody', async () => {
  const { api, tenant, url } = workspace;
  tenant.addPerson({ key: 'half', name: 'Half \ud800 \u0000 name', preferredUsername: '\udfff@contoso.example' });
  const { browser, page } = await signsIn(workspace, 'half');
  expect(page.url).toBe(`${url}/waiting`);
  expect((await browser.post(`${url}/waiting/reason`, { reason: 'before\u0000after \ud800' })).status).toBe(303);
  const [request] = (await api('GET', '/access-requests?state=open')).body.items;
  expect([request.name?.isWellFormed(), request.reason]).toEqual([true, 'beforeafter \ufffd']);
});
