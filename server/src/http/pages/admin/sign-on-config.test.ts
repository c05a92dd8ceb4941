import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { addCredential, saveDraft } from '../../../actions/sign-on-config.ts';
import { noTrace } from '../../../store/audit.ts';
import { newId } from '../../../store/new-id.ts';
import { findSignOnConfig, recordTest } from '../../../store/sign-on-config.ts';
import { openTestApp, type SomebodySignedIn, TENANT, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
const HOME = '/admin/single-sign-on';
const OTHER = '22222222-2222-4222-8222-222222222222';
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs({ role: 'administrator', isFresh: true });
});

const press = (path: string, form: Record<string, string> = {}) => house.request(HOME + path, { as: sam, form });
const actor = () => ({ by: sam.memberId, now: house.clock.now, trace: noTrace });

async function testedDraft(tenantId: string) {
  const typed = { issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`, tenantId, clientId: 'client' };
  const draft = (await saveDraft(house.deps, typed, actor()))!;
  await addCredential(house.deps, draft.id, { kind: 'secret', secret: 'secret', expiresAt: house.clock.now + 1e9 }, actor());
  const { credentials } = await findSignOnConfig(house.store);
  const outcome = {
    isGood: true,
    test: '{"outcome":"good","claims":{},"graph":{"outcome":"none","said":""}}',
    auditId: newId('aud'),
  };
  const tested = { signOnId: draft.id, attemptId: draft.attemptId, credentialId: credentials[0]!.id };
  await recordTest(house.store, { ...tested, ...actor(), ...outcome });
  return { ...draft, credentialId: credentials[0]!.id };
}

test('switching to another tenant asks first and counts whom it makes a stranger', async () => {
  await house.signInAs('member');
  const draft = await testedDraft(OTHER);
  const question = await press('/switch-on', { id: draft.id });
  expect(await question.text()).toContain('2 members belong');
  expect((await press('/switch-on', { id: draft.id, confirmed: 'yes' })).headers.get('location')).toBe(`${HOME}?done=sign-on-on`);
  const again = await testedDraft(TENANT);
  await press('/switch-on', { id: again.id, confirmed: 'yes' });
  expect(await house.store.db.all(sql`SELECT tenant_id AS tenant, state FROM single_sign_on ORDER BY created_at, id`)).toEqual([
    { tenant: OTHER, state: 'off' },
    { tenant: TENANT, state: 'on' },
  ]);
});

test('a draft that was changed after its test, or whose credential has ended, is not switched on', async () => {
  const draft = await testedDraft(TENANT);
  await press('/draft', { tenant: OTHER, clientId: 'client' });
  expect((await press('/switch-on', { id: draft.id })).status).toBe(409);
  expect(await findSignOnConfig(house.store)).toMatchObject({ credentials: [{ tenantId: OTHER, testedAt: null }] });

  const tested = await testedDraft(TENANT);
  await house.store.write([house.store.db.run(sql`UPDATE client_credentials SET ended_at = 1`)]);
  expect((await press('/switch-on', { id: tested.id, confirmed: 'yes' })).status).toBe(409);
});

test('of many who add at once, two credentials come in; of many who switch on, one does', async () => {
  const draft = await testedDraft(TENANT);
  const given = { kind: 'secret', secret: 'secret', expiresAt: house.clock.now + 1e9 } as const;
  const added = await Promise.all(Array.from({ length: 6 }, () => addCredential(house.deps, draft.id, given, actor())));
  expect(added.filter(Boolean)).toHaveLength(1);
  const pressed = await Promise.all(Array.from({ length: 4 }, () => press('/switch-on', { id: draft.id, confirmed: 'yes' })));
  expect(pressed.filter(({ status }) => status === 303)).toHaveLength(1);
});

test('a discarded draft takes its credentials along', async () => {
  await testedDraft(TENANT);
  expect((await press('/discard')).status).toBe(303);
  expect(await findSignOnConfig(house.store)).toEqual({ draft: null, on: null, credentials: [] });
  expect(await house.store.db.all(sql`SELECT 1 FROM client_credentials WHERE ended_at IS NULL`)).toEqual([]);
});

test('whoever is no administrator any more changes nothing', async () => {
  await house.store.write([house.store.db.run(sql`UPDATE members SET role = 'member'`)]);
  expect(await saveDraft(house.deps, { issuer: 'x', tenantId: TENANT, clientId: 'c' }, actor())).toBeNull();
  expect(await saveDraft(house.deps, { issuer: 'x', tenantId: TENANT, clientId: 'c' }, { ...actor(), by: null })).not.toBeNull();
});

test('of what people sign in with, the last one that works is not ended: neither by a day typed wrong nor for one that is refused', async () => {
  const draft = await testedDraft(TENANT);
  await press('/switch-on', { id: draft.id, confirmed: 'yes' });
  const end = async (id: string) => (await press(`/credentials/${id}/end`, { confirmed: 'yes' })).status;
  const set = (change: string, id: string) =>
    house.store.write([house.store.db.run(sql`UPDATE client_credentials SET ${sql.raw(change)} WHERE id = ${id}`)]);
  await set('expires_at = 1', draft.credentialId);
  expect(await end(draft.credentialId)).toBe(409);

  const given = { kind: 'secret', secret: 'other', expiresAt: house.clock.now + 1e9 } as const;
  await addCredential(house.deps, draft.id, given, actor());
  const other = (await findSignOnConfig(house.store)).credentials.find(({ id }) => id !== draft.credentialId)!;
  await set(`tested_at = 1, refused_at = 2, refused_code = '7000222'`, other.id);
  expect(await end(draft.credentialId)).toBe(409);
  await set('refused_at = NULL, refused_code = NULL', other.id);
  expect(await end(draft.credentialId)).toBe(303);
});

test('who loses the office on the way to Microsoft and back records no test', async () => {
  const typed = { issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`, tenantId: TENANT, clientId: 'client' };
  const draft = (await saveDraft(house.deps, typed, actor()))!;
  await addCredential(house.deps, draft.id, { kind: 'secret', secret: 'secret', expiresAt: house.clock.now + 1e9 }, actor());
  const [one] = (await findSignOnConfig(house.store)).credentials;
  const tested = { signOnId: draft.id, attemptId: draft.attemptId, credentialId: one!.id, isGood: true };
  const outcome = { test: '{"outcome":"good","claims":{},"graph":{"outcome":"none","said":""}}', auditId: newId('aud') };
  const ana = await house.signInAs('member');
  for (const by of [ana.memberId, null]) {
    expect(await recordTest(house.store, { ...tested, ...outcome, ...actor(), by })).toBe(false);
  }
  expect(await findSignOnConfig(house.store)).toMatchObject({ draft: { testedAt: null }, credentials: [{ testedAt: null }] });
});
