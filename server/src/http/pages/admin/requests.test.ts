import { DAY } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { NOON, openTestApp, type SomebodySignedIn, type SomebodyWaiting, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
let tom: SomebodyWaiting;
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs({ role: 'administrator', name: 'Sam Okafor' });
  tom = await house.knockAs({ name: 'Tom Kerr', address: 'tom@contoso.example' });
});

const post = (verb: 'approve' | 'deny', form: Record<string, string> = { confirmed: 'yes' }, as = sam, who = tom) =>
  house.request(`/admin/requests/${who.requestId}/${verb}`, { as, form });
const get = async (path: string, as = sam) => (await house.request(path, { as })).text();
const requestRow = async (who = tom) =>
  (
    await house.store.db.all<Record<string, unknown>>(
      sql`SELECT state, decided_by AS by, decision_reason AS reason FROM access_requests WHERE id = ${who.requestId}`,
    )
  )[0];
const invitation = async () =>
  (
    await house.store.db.all(
      sql`SELECT state, role, access_until AS accessUntil FROM invitations WHERE access_request_id = ${tom.requestId}`,
    )
  )[0];
const decisionMails = async () =>
  (await house.store.db.all(sql`SELECT id FROM outbox_messages WHERE kind IN ('approved', 'denied')`)).length;

describe('an access request on pages', () => {
  test('is listed, opened, and after the decision listed below', async () => {
    expect(await get('/admin/requests')).toContain('Tom Kerr');
    expect(await get(`/admin/requests/${tom.requestId}`)).toContain('Signed in without an invitation.');
    await post('deny', { reason: 'Not this year', confirmed: 'yes' });
    const list = await get('/admin/requests');
    expect(list).toContain('Nobody is waiting');
    expect(list).toContain('Not this year');
  });

  test('is approved after a question that says with what', async () => {
    const form = { role: 'reader', accessUntil: '2026-12-31', reason: 'Welcome' };
    const asked = await (await post('approve', form)).text();
    expect(asked).toContain('Tom Kerr comes in as Reader, until the end of 31 Dec 2026 (UTC).');
    expect(await requestRow()).toMatchObject({ state: 'open' });

    const answer = await post('approve', { ...form, confirmed: 'yes' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/admin/requests?done=approved']);
    expect(await requestRow()).toEqual({ state: 'approved', by: sam.memberId, reason: 'Welcome' });
    expect(await invitation()).toEqual({ state: 'pending', role: 'reader', accessUntil: Date.UTC(2027, 0, 1) - 1 });
  });

  test('is approved from the list as a member without an end', async () => {
    expect(await (await post('approve', {})).text()).toContain('comes in as Member, without an end');
    expect((await post('approve')).status).toBe(303);
    expect(await invitation()).toEqual({ state: 'pending', role: 'member', accessUntil: null });
  });

  test('is denied with a word after a question', async () => {
    expect(await (await post('deny', { reason: 'Ask Ana first' })).text()).toContain('They read: Ask Ana first');
    expect(await requestRow()).toMatchObject({ state: 'open' });
    await post('deny', { reason: 'Ask Ana first', confirmed: 'yes' });
    expect(await requestRow()).toEqual({ state: 'denied', by: sam.memberId, reason: 'Ask Ana first' });
    expect(await invitation()).toBeUndefined();
  });

  test('REQ-08: is decided once: the same again by the same person changes nothing, anything else is 409 with who decided', async () => {
    const ann = await house.signInAs({ role: 'administrator', name: 'Ann Lee' });
    await post('deny');
    expect((await post('deny')).status).toBe(303);
    expect(await decisionMails()).toBe(1);
    for (const answer of [await post('approve'), await post('approve', {}, ann), await post('deny', undefined, ann)]) {
      const text = await answer.text();
      expect(answer.status).toBe(409);
      expect(text).toContain('Already decided');
      expect(text).toContain('Sam Okafor');
    }
    expect(await requestRow()).toMatchObject({ state: 'denied', by: sam.memberId });
    expect(await decisionMails()).toBe(1);
  });

  test('REQ-08: withdrawn or run out, it is decided by nobody', async () => {
    await house.request('/waiting/withdraw', { as: tom, form: {} });
    expect((await post('approve')).status).toBe(409);
    expect(await requestRow()).toMatchObject({ state: 'withdrawn' });
    const ana = await house.knockAs();
    house.clock.now = NOON + 31 * DAY;
    sam = await house.signInAs('administrator');
    expect((await post('approve', undefined, sam, ana)).status).toBe(409);
    expect(await get(`/admin/requests/${ana.requestId}`)).toContain('ran out');
  });

  test('REQ-06: of two administrators who answer differently in the same moment, one wins', async () => {
    const ann = await house.signInAs('administrator');
    const answers = await Promise.all([post('approve'), post('deny', undefined, ann)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, 409]);
    expect(await decisionMails()).toBe(1);
  });

  test('SES-13: approving somebody as administrator needs a fresh sign-in; what was typed waits', async () => {
    const form = { role: 'administrator', accessUntil: '', reason: 'Welcome' };
    const answer = await post('approve', { ...form, confirmed: 'yes' });
    const text = await answer.text();
    expect(answer.status).toBe(403);
    expect(text).toContain('make Tom Kerr an administrator');
    expect(text).toContain('name="reason" value="Welcome"');
    expect(await requestRow()).toMatchObject({ state: 'open' });
    const ann = await house.signInAs({ role: 'administrator', isFresh: true });
    expect((await post('approve', { ...form, confirmed: 'yes' }, ann)).status).toBe(303);
    expect(await invitation()).toMatchObject({ role: 'administrator' });
  });

  test('nobody decides an own request', async () => {
    const ann = await house.signInAs({ role: 'administrator', name: 'Ann Lee' });
    const { objectId } = ann.who;
    await house.store.db.run(sql`UPDATE access_requests SET object_id = ${objectId} WHERE id = ${tom.requestId}`);
    for (const verb of ['approve', 'deny'] as const) {
      const answer = await post(verb, undefined, ann);
      expect([verb, answer.status]).toEqual([verb, 403]);
      expect(await answer.text()).toContain('This is your own request');
    }
    expect(await requestRow()).toMatchObject({ state: 'open' });
  });

  test('what is wrong stands beside its field, and what was typed stays', async () => {
    const wrong: [Record<string, string>, string][] = [
      [{ role: 'owner' }, 'Role must be one of'],
      [{ accessUntil: '2026-11-22' }, 'must be a day that has not passed'],
      [{ reason: 'x'.repeat(1001) }, 'must be at most 1000 characters'],
    ];
    for (const [form, words] of wrong) {
      const answer = await post('approve', { role: 'reader', accessUntil: '', reason: 'Kept word', ...form, confirmed: 'yes' });
      const text = await answer.text();
      expect([form, answer.status]).toEqual([form, 422]);
      expect(text).toContain(words);
      if (!('reason' in form)) expect(text).toContain('Kept word');
    }
    const denial = await post('deny', { reason: `Kept ${'x'.repeat(1000)}` });
    expect(denial.status).toBe(422);
    expect(await denial.text()).toMatch(/Kept x+<\/textarea><p class="error">/);
    expect(await requestRow()).toMatchObject({ state: 'open' });
  });

  test('somebody without an address is told by the waiting page alone, and the page says so', async () => {
    const kim = await house.knockAs({ name: 'Kim', address: null });
    const answer = await post('deny', undefined, sam, kim);
    expect(answer.headers.get('location')).toBe(`/admin/requests/${kim.requestId}?done=denied`);
    expect(await get(answer.headers.get('location')!)).toContain('Nobody was mailed');
  });
});
