import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { findSettings } from '../../../store/settings.ts';
import { openTestApp, type SomebodySignedIn, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
const PATH = '/admin/settings/logo';
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs('administrator');
});

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff, 0xe0];
const WEBP = [...Buffer.from('RIFF'), 1, 2, 3, 4, ...Buffer.from('WEBP')];
const bytes = (signature: readonly number[], size = 500) => {
  const all = Uint8Array.from({ length: size }, (_, at) => at); // every byte there is
  all.set(signature.slice(0, size));
  return all;
};

/** As a browser sends a chosen file. */
function upload(content: Uint8Array<ArrayBuffer> | string, { name = 'logo.png', type = 'image/png', field = 'logo' } = {}) {
  const body = new FormData();
  body.set(field, new File([content], name, { type }));
  return send(body);
}
const send = (body: BodyInit, headers: Record<string, string> = {}, as: { cookie: string } = sam, path = PATH) =>
  house.request(path, { as, method: 'POST', body, headers: { origin: house.deps.publicUrl, ...headers } });
const hash = async () => (await findSettings(house.store)).logoHash;
const door = async () => (await house.request('/')).text();

test.each([
  ['PNG', PNG, 'image/png'],
  ['JPEG', JPEG, 'image/jpeg'],
  ['WebP', WEBP, 'image/webp'],
])('a %s is shown at the door and in the top bar, from an address that may be kept for good', async (_, signature, type) => {
  const answer = await upload(bytes(signature), { name: 'whatever.txt', type: 'text/html' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/admin/settings?done=logo-changed']);
  const address = `/assets/logo?v=${await hash()}`;
  expect(await door()).toContain(`<img class="logo" src="${address}" alt=""`);
  expect(await (await house.request('/welcome', { as: sam })).text()).toContain(`src="${address}"`);

  const logo = await house.request(address);
  expect(new Uint8Array(await logo.arrayBuffer())).toEqual(bytes(signature));
  expect(Object.fromEntries(logo.headers)).toMatchObject({
    'content-type': type,
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  });
  for (const other of ['/assets/logo', '/assets/logo?v=other'])
    expect((await house.request(other)).headers.get('cache-control')).toBe('no-cache');
});

test('without a logo there is none: a letter at the door, 404 at its address; the same again when it was removed', async () => {
  const without = async () => {
    expect((await house.request('/assets/logo')).status).toBe(404);
    expect(await door()).toContain('<span class="logo" aria-hidden="true">C</span>');
    expect(await door()).not.toContain('<img');
  };
  await without();
  await upload(bytes(PNG));
  expect((await upload(bytes(PNG))).headers.get('location')).toBe('/admin/settings?done=settings-same');
  expect((await house.request(`${PATH}/remove`, { as: sam, form: {} })).headers.get('location')).toBe(
    '/admin/settings?done=logo-removed',
  );
  await without();
  expect((await house.request(`${PATH}/remove`, { as: sam, form: {} })).headers.get('location')).toBe(
    '/admin/settings?done=settings-same',
  );
  expect(
    await house.store.db.all(
      sql`SELECT what, by_member_id AS "by", facts FROM audit_events WHERE what LIKE 'workspace.logo%' ORDER BY id`,
    ),
  ).toEqual([
    { what: 'workspace.logo-changed', by: sam.memberId, facts: null },
    { what: 'workspace.logo-removed', by: sam.memberId, facts: null },
  ]);
});

test('WEB-20, WEB-21: what is no picture of the three kinds is refused whatever it is called, and the logo stays', async () => {
  await upload(bytes(PNG));
  const before = await hash();
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  const wrong = [
    await upload(svg, { name: 'logo.svg', type: 'image/svg+xml' }),
    await upload(svg),
    await upload('<html><script>alert(1)</script>'),
    await upload('GIF89a'),
    await upload(bytes([...Buffer.from('RIFF'), 0, 0, 0, 0, ...Buffer.from('WAVE')])),
    await upload(bytes(PNG, 7)),
    await upload(bytes([0, ...PNG])),
    await upload(''),
    await upload(bytes(PNG), { field: 'other' }),
    await upload(bytes(PNG, 100_001)),
    await send(new URLSearchParams({ logo: 'x' })),
    await send(new URLSearchParams()),
    await send('no boundary', { 'content-type': 'multipart/form-data' }),
    await send('--x\r\nbroken', { 'content-type': 'multipart/form-data; boundary=x' }),
  ];
  for (const answer of wrong) {
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('id="logo-error"');
  }
  const text = new FormData();
  text.set('logo', 'a text instead of a file');
  expect((await send(text)).status).toBe(422);
  expect(await hash()).toBe(before);
  expect((await upload(bytes(PNG, 100_000))).status).toBe(303);
});

test('WEB-08, WEB-21: more than a megabyte is 413; other bodies are 415; a form with a file goes nowhere else', async () => {
  expect((await upload(bytes(PNG, 1024 * 1024 + 1))).status).toBe(413);
  for (const type of ['application/json', 'text/plain', 'image/png', 'multipart/mixed; boundary=x'])
    expect((await send('{}', { 'content-type': type })).status).toBe(415);
  for (const path of ['/admin/settings/workspace', `${PATH}/remove`, '/admin/settings/logo/', '/sign-out', '/join'])
    expect((await send(new FormData(), {}, sam, path)).status).toBe(415);
});

test('REQ-05: a file that another site sends, or one without a session of an administrator, changes nothing', async () => {
  const file = () => {
    const body = new FormData();
    body.set('logo', new File([bytes(PNG)], 'logo.png'));
    return body;
  };
  expect((await send(file(), { origin: 'https://elsewhere.example' })).status).toBe(403);
  const mia = await house.signInAs('member');
  expect((await send(file(), {}, mia)).status).toBe(403);
  expect((await send(file(), {}, { cookie: '' })).status).toBe(401);
  expect(await hash()).toBeNull();
});
