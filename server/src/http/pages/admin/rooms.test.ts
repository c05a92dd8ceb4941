import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Transport } from '../../../delivery/transport.ts';
import { openTestApp, type SomebodySignedIn, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs({ role: 'administrator', name: 'Sam Okafor' });
});

const get = (path: string) => house.request(path, { as: sam });
const ids = async (table: string) =>
  (await house.store.db.all<{ id: string }>(sql.raw(`SELECT id FROM ${table}`))).map(({ id }) => id);

describe('connected browsers', () => {
  test('are listed with whose they are, and disconnected after a question', async () => {
    const { token, origin } = await house.connectBrowser(sam.memberId);
    const me = () => house.request('/api/v1/me', { headers: { authorization: `Bearer ${token}`, origin } });
    const [id] = await ids('connected_browsers');
    const path = `/admin/browsers/${id}/disconnect`;
    const list = await (await get('/admin/browsers')).text();
    expect(list).toContain('Sam Okafor');
    expect(list).toContain('Chrome, Edge or Chromium');
    expect(await (await house.request(path, { as: sam, form: {} })).text()).toContain('Disconnect the browser of Sam Okafor?');
    expect((await me()).status).toBe(200);

    for (const _ of [1, 2]) {
      const answer = await house.request(path, { as: sam, form: { confirmed: 'yes' } });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/admin/browsers?done=disconnected']);
    }
    expect((await me()).status).toBe(401);
    expect(await (await get('/admin/browsers')).text()).toContain('No browser is connected yet');
  });
});

describe('the audit', () => {
  test('AUD-01: says who did what to whom, refusals too', async () => {
    const mia = await house.signInAs({ role: 'member', name: 'Mia Novák' });
    await house.request(`/admin/users/${mia.memberId}/suspend`, { as: sam, form: { confirmed: 'yes' } });
    await house.request(`/admin/users/${mia.memberId}/resume`, {
      as: sam,
      form: {},
      headers: { origin: 'https://evil.example' },
    });
    const text = await (await get('/admin/audit')).text();
    expect(text).toMatch(/Suspended[\s\S]*Sam Okafor[\s\S]*Mia Novák/);
    expect(text).toContain('Change refused: wrong origin');
    expect(text).toContain('Invitations sent: 1 person');
    expect(text).toContain('Workspace set up');
  });

  test('every code that was written has its words', async () => {
    const tom = await house.knockAs();
    await house.request(`/admin/requests/${tom.requestId}/approve`, { as: sam, form: { confirmed: 'yes' } });
    await house.connectBrowser(sam.memberId);
    await house.request('/sign-out/everywhere', { as: await house.signInAs('member'), form: {} });
    const text = await (await get('/admin/audit')).text();
    const codes = await house.store.db.all<{ what: string }>(sql`SELECT DISTINCT what FROM audit_events`);
    expect(codes.length).toBeGreaterThan(6);
    for (const { what } of codes) expect([what, text.includes(`<option value="${what}">`)]).toEqual([what, true]);
  });

  test('is filtered by what happened, and read page by page', async () => {
    const one = (at: number) => `('aud_${String(at).padStart(26, '0')}', ${at}, 'session.ended', 'done')`;
    await house.store.db.run(
      sql.raw(
        `INSERT INTO audit_events (id, at, what, result) VALUES ${Array.from({ length: 60 }, (_, at) => one(at)).join(',')}`,
      ),
    );
    const first = await (await get('/admin/audit?what=session.ended')).text();
    expect(first.match(/<td[^>]*>Signed out</g)).toHaveLength(50);
    expect(first).not.toMatch(/<td[^>]*>Workspace set up/);
    const next = /href="(\/admin\/audit\?[^"]*cursor=[^"]+)"/.exec(first)![1]!.replaceAll('&amp;', '&');
    expect((await (await get(next)).text()).match(/<td[^>]*>Signed out</g)).toHaveLength(10);
  });
});

describe('mail in preview', () => {
  const invite = () =>
    house.request('/admin/invitations/send', { as: sam, form: { recipients: 'jo@contoso.example', note: 'Hello <b>you</b>' } });
  const openings = () =>
    house.store.db.all<{ by: string; about: string }>(
      sql`SELECT by_member_id AS by, about FROM audit_events WHERE what = 'mail.opened'`,
    );

  test('lists what would have left, opens nothing by that', async () => {
    await invite();
    const text = await (await get('/admin/mail')).text();
    expect(text).toContain('jo@contoso.example');
    expect(text).not.toMatch(/[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}/);
    expect(await openings()).toEqual([]);
  });

  test('a mail is rendered when opened, which is written to the audit once', async () => {
    await invite();
    const [id] = await ids('outbox_messages');
    const text = await (await get(`/admin/mail/${id}`)).text();
    expect(text).toContain('jo@contoso.example');
    expect(text).toContain(`http://localhost:3000/join/`);
    expect(text).toContain(`src="/admin/mail/${id}/html"`);
    await get(`/admin/mail/${id}/html`);
    expect(await openings()).toEqual([{ by: sam.memberId, about: id }]);
    expect(await (await get('/admin/audit')).text()).toMatch(/<td[^>]*>Mail opened in the preview[\s\S]*jo@contoso\.example/);
  });

  test('AUD-06: no key of an opened mail stands in the database or the log', async () => {
    await invite();
    const [id] = await ids('outbox_messages');
    const text = await (await get(`/admin/mail/${id}`)).text();
    const key = /\?key=([0-9A-Za-z-]+)/.exec(text)![1]!;
    const audit = JSON.stringify(await house.store.db.all(sql`SELECT * FROM audit_events`));
    expect(key.length).toBeGreaterThan(20);
    expect(audit + house.log.join('\n')).not.toContain(key);
  });

  test('its HTML is a document that may load and run nothing', async () => {
    await invite();
    const [id] = await ids('outbox_messages');
    const answer = await get(`/admin/mail/${id}/html`);
    const policy = answer.headers.get('content-security-policy')!;
    for (const part of [
      "default-src 'none'",
      "style-src 'unsafe-inline'",
      'sandbox allow-popups',
      'frame-ancestors http://localhost:3000',
    ]) {
      expect(policy).toContain(part);
    }
    expect(policy).not.toContain('script');
    expect(answer.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toContain('Hello &lt;b&gt;you&lt;/b&gt;');
  });

  test('no mail is opened when mail really leaves: the room lists them', async () => {
    const transport: Transport = { name: 'smtp', mostAtOnce: 1, send: async () => [] };
    house = await openTestApp({ transport });
    sam = await house.signInAs('administrator');
    await invite();
    const [id] = await ids('outbox_messages');
    for (const path of [`/admin/mail/${id}`, `/admin/mail/${id}/html`])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    expect(await (await get('/admin/mail')).text()).not.toContain(`href="/admin/mail/${id}"`);
    expect(await openings()).toEqual([]);
  });
});
