import { MINUTE } from '@doorstep/shared/time';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { guestCodeOf } from '../../identity/guest-code.ts';
import { findOwnDomains } from '../../store/own-domain.ts';
import { openTestApp, type TestApp } from '../test-app.ts';

let app: TestApp;
beforeEach(async () => {
  app = await openTestApp();
});
afterEach(() => app.store.close());

const contoso = { role: 'administrator', address: 'sam@contoso.example', addressIsTrusted: true } as const;
const cookieOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0]!)
    .join('; ');
const codes = () => app.store.db.query.guestCodes.findMany();

test('the door has a way for guests once a domain of ours is known', async () => {
  expect(await (await app.request('/')).text()).not.toContain('href="/guest"');
  await app.signInAs(contoso);
  expect([...(await findOwnDomains(app.store))]).toEqual(['contoso.example']);
  expect(await (await app.request('/')).text()).toContain('<a class="btn quiet big" href="/guest">I am a guest</a>');
});

test('who asked in this browser sees a masked address and until when; anybody else is led to the beginning', async () => {
  await app.signInAs(contoso);
  const asked = await app.request('/guest', { form: { address: 'Jo.Berg@Fabrikam.example' } });
  expect(asked.status).toBe(303);
  expect(asked.headers.get('location')).toBe('/guest/code');
  expect(asked.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Lax$/);
  const page = await (await app.request('/guest/code', { as: { cookie: cookieOf(asked) } })).text();
  expect(page).toContain('j•••@fabrikam.example');
  expect(page).toContain('12:10 UTC');
  expect(page).not.toMatch(/jo\.berg/i);
  for (const path of ['/guest/code', '/guest/code/again']) {
    const strangers = await app.request(path, path.endsWith('again') ? { form: { x: '' } } : {});
    expect(strangers.headers.get('location')).toBe('/guest');
  }
  expect(await codes()).toMatchObject([{ address: 'jo.berg@fabrikam.example', invitationId: null }]);
});

test('a code that is guessed for an address of nobody lets nobody in', async () => {
  await app.signInAs(contoso);
  const cookie = cookieOf(await app.request('/guest', { form: { address: 'jo@fabrikam.example' } }));
  const [code] = await codes();
  const answer = await app.request('/guest/code', { as: { cookie }, form: { code: guestCodeOf(app.deps.keys, code!.id) } });
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('You are not invited yet');
});

test('a form of another site sends no code and takes none', async () => {
  await app.signInAs(contoso);
  const headers = { origin: 'https://evil.example' };
  for (const path of ['/guest', '/guest/code', '/guest/code/again', '/guest/again']) {
    const answer = await app.request(path, { form: { address: 'jo@fabrikam.example', code: '123456' }, headers });
    expect(answer.status).toBe(403);
  }
  expect(await codes()).toEqual([]);
});

test('a code that has run out says so and offers another to the same address', async () => {
  await app.signInAs(contoso);
  const cookie = cookieOf(await app.request('/guest', { form: { address: 'jo@fabrikam.example' } }));
  app.clock.now += 10 * MINUTE;
  const late = await app.request('/guest/code', { as: { cookie } });
  expect(late.status).toBe(410);
  expect(await late.text()).toContain('action="/guest/code/again"');
  const again = await app.request('/guest/code/again', { as: { cookie }, form: { x: '' } });
  expect(again.headers.get('location')).toBe('/guest/code');
  expect((await app.request('/guest/code', { as: { cookie: cookieOf(again) } })).status).toBe(200);
});

test('members have no business at the guests’ door', async () => {
  const sam = await app.signInAs(contoso);
  expect((await app.request('/guest', { as: sam })).headers.get('location')).toBe('/welcome');
});
