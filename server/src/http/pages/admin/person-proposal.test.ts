import { HOUR } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { openTestApp, type SomebodySignedIn, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
let ana: SomebodySignedIn;
let mia: SomebodySignedIn;
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs({ role: 'administrator', name: 'Sam Okafor', isFresh: true });
  ana = await house.signInAs({ role: 'administrator', name: 'Ana Silva', isFresh: true });
  mia = await house.signInAs({ role: 'member', name: 'Mia Berg' });
  await house.store.write([house.store.db.run(sql`UPDATE workspace SET needs_two_approvals = 1`)]);
});

const path = () => `/admin/users/${mia.memberId}`;
const press = (verb: string, as: SomebodySignedIn, form: Record<string, string> = {}) =>
  house.request(`${path()}/${verb}`, { as, form });
const propose = (as = sam) => press('role', as, { role: 'administrator' });
const get = async (at: string, as: SomebodySignedIn) => (await house.request(at, { as })).text();
const role = async () =>
  (await house.store.db.all<{ role: string }>(sql`SELECT role FROM members WHERE id = ${mia.memberId}`))[0]!.role;

test('the first approval proposes, is shown as a to-do with a filter, and the second confirms', async () => {
  expect(await get('/admin/users', ana)).not.toContain('second approval');
  const proposed = await propose();
  expect([proposed.status, proposed.headers.get('location')]).toEqual([303, `${path()}?done=administrator-proposed`]);
  expect((await propose()).headers.get('location')).toBe(`${path()}?done=administrator-proposed`);
  expect(await role()).toBe('member');
  expect(await get('/admin/users', ana)).toContain('1 person waits for a second approval');
  const filtered = await get('/admin/users?proposed=yes', ana);
  expect(filtered).toContain('Mia Berg');
  expect(filtered).not.toMatch(/class="name" href="[^"]*"><bdi>Ana Silva/);

  const own = await get(path(), sam);
  expect(own).toContain('Take back');
  expect(own).not.toContain('confirm-administrator');
  const other = await get(path(), ana);
  expect(other).toContain('Sam Okafor</bdi> proposed');
  expect((await press('confirm-administrator', ana)).headers.get('location')).toBe(`${path()}?done=administrator-confirmed`);
  expect(await role()).toBe('administrator');
  expect((await press('confirm-administrator', ana)).headers.get('location')).toBe(`${path()}?done=administrator-confirmed`);
});

test('who proposed does not confirm, nor the person, nor who is no administrator; each reads why', async () => {
  await propose();
  const own = await press('confirm-administrator', sam);
  expect([own.status, await own.text()]).toEqual([403, expect.stringContaining('You proposed this yourself')]);
  expect((await press('confirm-administrator', mia)).status).toBe(403);
  expect((await press('decline-administrator', mia)).status).toBe(403);
  expect(await role()).toBe('member');
});

test('SES-13: the second approval needs a fresh sign-in', async () => {
  await propose();
  house.clock.now += HOUR;
  const asked = await press('confirm-administrator', ana);
  expect([asked.status, await asked.text()]).toEqual([403, expect.stringContaining('Please sign in once more')]);
  expect(await role()).toBe('member');
});

test('it is turned down or taken back, and then it is not there any more', async () => {
  for (const by of [ana, sam]) {
    await propose();
    expect((await press('decline-administrator', by)).headers.get('location')).toBe(`${path()}?done=administrator-declined`);
    const late = await press('confirm-administrator', ana);
    expect([late.status, await late.text()]).toEqual([409, expect.stringContaining('not proposed any more')]);
    expect((await press('decline-administrator', ana)).status).toBe(409);
  }
  expect(await role()).toBe('member');
});
