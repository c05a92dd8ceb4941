import { DAY } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { invite } from '../../../actions/invite.ts';
import { noTrace } from '../../../store/audit.ts';
import { countLeftBehind, findLeavers, findWhatTheyLeft, takeOver } from '../../../store/left-behind.ts';
import { findMember } from '../../../store/member.ts';
import { newId } from '../../../store/new-id.ts';
import { readPlansOf } from '../../../store/testing/query-plans.ts';
import { openTestApp, type SomebodySignedIn, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
let ann: SomebodySignedIn;
let jo: SomebodySignedIn;
let invitationId: string;
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs({ role: 'administrator', name: 'Sam' });
  ann = await house.signInAs({ role: 'administrator', name: 'Ann' });
  jo = await aGuestOf(ann, 'Jo');
  invitationId = await anInvitationOf(ann);
});

async function aGuestOf(sponsor: SomebodySignedIn, name: string): Promise<SomebodySignedIn> {
  const guest = await house.signInAs({ role: 'member', name });
  const { memberId } = guest;
  await house.store.write([
    house.store.db.run(sql`UPDATE members SET tenant_id = 'guest', sponsor_id = ${sponsor.memberId} WHERE id = ${memberId}`),
  ]);
  return guest;
}

async function anInvitationOf({ memberId }: SomebodySignedIn): Promise<string> {
  const recipients = [{ email: `eva-${newId('x')}@contoso.example` }];
  const batch = { recipients, role: 'member', language: null, note: null, expiresInDays: 7 } as const;
  const result = await invite(house.deps, memberId, { ...batch, recipients: [...recipients] }, null, noTrace, house.clock.now);
  return (result.outcome === 'invited' && result.batch.rows[0]?.invitationId) || 'none';
}

const leave = (how: string, who = ann) =>
  house.store.write([house.store.db.run(sql`UPDATE members SET ${sql.raw(how)} WHERE id = ${who.memberId}`)]);
const page = async () => (await house.request('/admin/left-behind', { as: sam })).text();
const press = (as: SomebodySignedIn, form: Record<string, string>) =>
  house.request('/admin/left-behind/take-over', { as, form: { from: ann.memberId, ...form } });
const sponsorOf = async (who: SomebodySignedIn) => (await findMember(house.store, who.memberId))!.sponsorId;
const inviters = async () =>
  (await house.store.db.all<{ id: string }>(sql`SELECT inviter_id AS id FROM invitations WHERE id = ${invitationId}`)).map(
    ({ id }) => id,
  );

test('whose sponsor is in office is nobody’s to-do', async () => {
  expect(await page()).toContain('Nothing is left behind');
  expect(await (await house.request('/admin/users', { as: sam })).text()).not.toContain('/admin/left-behind');
});

describe.each([
  ['suspended', "state = 'suspended'"],
  ['removed', "state = 'removed'"],
  ['demoted', "role = 'member'"],
  ['at the end of the access', 'access_until = 1'],
])('when an administrator leaves, %s', (_, how) => {
  test('guests and open invitations are a to-do of the others', async () => {
    await leave(how);
    const users = await (await house.request('/admin/users', { as: sam })).text();
    expect(users).toContain('1 guest and 1 open invitation of people who do not administer any more');
    const shown = await page();
    expect(shown).toContain('Ann');
    expect(shown).toContain('Jo');
    expect(shown).toContain(`/admin/invitations/${invitationId}/revoke`);
    expect(shown).toContain(`/admin/users/${jo.memberId}/end-now`);
  });
});

test('“Take over all” takes all, with an audit row each, and nothing is left', async () => {
  await leave("state = 'removed'");
  const answer = await press(sam, {});
  expect(answer.headers.get('location')).toBe('/admin/left-behind?done=taken-over');
  expect([await sponsorOf(jo), ...(await inviters())]).toEqual([sam.memberId, sam.memberId]);
  expect(await page()).toContain('Nothing is left behind');
  const audited = await house.store.db.all<{ about: string; facts: string }>(
    sql`SELECT about, facts FROM audit_events WHERE what = 'sponsor.taken-over' ORDER BY about`,
  );
  expect(audited).toEqual([invitationId, jo.memberId].map((about) => ({ about, facts: JSON.stringify({ from: ann.memberId }) })));
});

test('one is taken over alone; a second press says the same, a second administrator is told who has it', async () => {
  await leave("role = 'member'");
  expect((await press(sam, { only: jo.memberId })).status).toBe(303);
  expect((await press(sam, { only: jo.memberId })).status).toBe(303);
  const mia = await house.signInAs({ role: 'administrator', name: 'Mia' });
  const late = await press(mia, { only: jo.memberId });
  expect(late.status).toBe(409);
  expect(await late.text()).toContain('Sam answers for it now');
  expect(await inviters()).toEqual([ann.memberId]);
});

test('of two who take over in the same moment one wins', async () => {
  await leave("state = 'removed'");
  const mia = await house.signInAs({ role: 'administrator', name: 'Mia' });
  const statuses = (await Promise.all([press(sam, { only: invitationId }), press(mia, { only: invitationId })])).map(
    ({ status }) => status,
  );
  expect(statuses.toSorted()).toEqual([303, 409]);
});

test('nothing is taken from who is in office, and what makes no sense is not found', async () => {
  expect((await press(sam, {})).status).toBe(409);
  expect(await sponsorOf(jo)).toBe(ann.memberId);
  const senseless: Record<string, string>[] = [{ from: 'x' }, { only: 'mem_1' }, { only: '' }];
  for (const form of senseless) expect((await press(sam, form)).status).toBe(404);
});

test('a long list is taken over slice by slice, and the page shows a part of it with its number', async () => {
  await leave("state = 'removed'");
  await house.store.write([
    house.store.db.run(sql`
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450)
      INSERT INTO members (id, tenant_id, object_id, state, role, joined_at, state_at, attempt_id, sponsor_id)
      SELECT 'mem_' || i, 'guest', i, 'active', 'member', 0, 0, i, ${ann.memberId} FROM n`),
  ]);
  expect(await page()).toContain('448 more');
  const one = await (await house.request(`/admin/left-behind?of=${ann.memberId}`, { as: sam })).text();
  expect(one).toContain('not shown');
  const take = { by: sam.memberId, from: ann.memberId, only: null, auditId: newId('aud'), now: house.clock.now, trace: noTrace };
  expect(await takeOver(house.store, take)).toBe(452);
  expect(await countLeftBehind(house.store, house.clock.now)).toEqual({ guests: 0, invitations: 0 });
});

test('what has ended by itself is no to-do', async () => {
  await leave("state = 'removed'");
  expect(await findLeavers(house.store, house.clock.now + 8 * DAY)).toMatchObject([{ guests: 1, invitations: 0 }]);
  await house.store.write([
    house.store.db.run(sql`UPDATE members SET access_until = ${house.clock.now + DAY} WHERE id = ${jo.memberId}`),
  ]);
  expect(await findLeavers(house.store, house.clock.now + 8 * DAY)).toEqual([]);
});

test('OUT-20: the to-do is found by hops along the indexes of sponsors and inviters', async () => {
  await leave("state = 'removed'");
  const leavers = await findLeavers(house.store, house.clock.now);
  const plans = await readPlansOf(house.store, async (store) => {
    await findLeavers(store, house.clock.now);
    await findWhatTheyLeft(store, leavers, 3, house.clock.now);
  });
  const lines = plans.flat();
  expect(lines.filter((line) => /^SCAN (members|invitations|m|g|i|o)\b/.test(line) && !line.includes('USING'))).toEqual([]);
  expect(lines.join('\n')).toContain('INDEX members_sponsor (sponsor_id>?)');
  expect(lines.join('\n')).toContain('INDEX invitations_inviter (inviter_id>?)');
});
