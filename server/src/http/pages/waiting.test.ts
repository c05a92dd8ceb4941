import { DAY, HOUR } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { openTestApp, type SomebodySignedIn, type SomebodyWaiting, type TestApp } from '../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
let tom: SomebodyWaiting;
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs('administrator');
  tom = await house.knockAs({ name: 'Tom Kerr' });
  await ask('Which team are you on?');
});

async function ask(question: string | null): Promise<void> {
  await house.store.write([house.store.db.run(sql`UPDATE workspace SET question = ${question}`)]);
}
const say = (form: Record<string, string>) => house.request('/waiting/reason', { as: tom, form });
const get = async (path: string, as: { cookie: string } = tom) => (await house.request(path, { as })).text();
const words = async () => (await house.store.db.all(sql`SELECT reason, question, answer FROM access_requests`))[0];

test('the workspace’s own question stands beside "why"; the answer is kept with the question as it was asked', async () => {
  expect(await get('/waiting/reason')).toContain('Which team are you on?');
  expect((await say({ reason: 'For the budget', answer: 'Finance\r\nin Prague' })).status).toBe(303);
  expect(await words()).toEqual({ reason: 'For the budget', question: 'Which team are you on?', answer: 'Finance\nin Prague' });
  for (const [path, as] of [
    ['/waiting', tom],
    ['/admin/requests', sam],
    [`/admin/requests/${tom.requestId}`, sam],
  ] as const) {
    expect(await get(path, as)).toContain('Which team are you on?');
    expect(await get(path, as)).toContain('in Prague');
  }
});

test('another question later asks anew; without a question an answer that was given stays', async () => {
  await say({ reason: '', answer: 'Finance' });
  await ask('Who sent you?');
  expect(await get('/waiting/reason')).not.toContain('Finance');
  await ask(null);
  expect(await get('/waiting/reason')).not.toContain('Who sent you?');
  await say({ reason: 'Later', answer: 'not asked' });
  expect(await words()).toEqual({ reason: 'Later', question: 'Which team are you on?', answer: 'Finance' });
  await ask('Who sent you?');
  await say({ reason: '', answer: '' });
  expect(await words()).toEqual({ reason: null, question: null, answer: null });
});

test.each([
  ['x'.repeat(1001), 'Please keep it to 1,000 characters.'],
  ['bell \u0007', 'Please type it without control characters.'],
])('an answer that is wrong is said beside its field, and nothing is lost', async (answer, sentence) => {
  const refused = await say({ reason: 'For the budget', answer });
  const page = await refused.text();
  expect([refused.status, page.match(new RegExp(sentence, 'g'))?.length]).toEqual([422, 2]);
  expect(page).toContain('For the budget');
  expect(page).toMatch(/id="answer"[^>]*aria-invalid="true"/);
  expect(await words()).toMatchObject({ reason: null, answer: null });
});

test('REQ-12: a hostile answer stays text wherever it is shown', async () => {
  await say({ answer: '</textarea><script>alert(1)</script>', reason: '"><img src=x onerror=alert(1)>' });
  for (const [path, as] of [
    ['/waiting', tom],
    ['/waiting/reason', tom],
    ['/admin/requests', sam],
    [`/admin/requests/${tom.requestId}`, sam],
  ] as const)
    expect(await get(path, as)).not.toMatch(/<script>alert|<img src=x/);
});

test('REQ-17: whose request ran out reads so, with a way to ask again', async () => {
  house.clock.now += DAY - HOUR;
  await house.store.db.run(sql`UPDATE access_requests SET expires_at = ${house.clock.now}`);
  const page = await get('/waiting');
  expect(page).toContain('Your request ran out');
  expect(page).toContain('href="/sign-in">Ask again</a>');
  expect((await (await house.request('/waiting/state', { as: tom })).json()) as unknown).toEqual({ state: 'expired' });
  expect((await say({ reason: 'too late' })).headers.get('location')).toBe('/waiting');
  expect(await words()).toMatchObject({ reason: null });
});

test('who waits is told how long it usually takes, once five were decided', async () => {
  await house.store.db.run(sql`UPDATE workspace SET decision_time = ${2 * HOUR}`);
  expect(await get('/waiting')).not.toContain('usually');
  for (let decided = 0; decided < 5; decided += 1) {
    const { requestId } = await house.knockAs();
    await house.request(`/admin/requests/${requestId}/deny`, { as: sam, form: { confirmed: 'yes' } });
  }
  expect(await get('/waiting')).toContain('Administrators usually answer within 2 hours.');
  expect(await get('/admin/requests', sam)).toContain('usually answered within 2 hours');
});
