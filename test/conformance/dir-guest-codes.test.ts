import { HOUR, MINUTE, SECOND } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import {
  asksByAddress,
  asksByLink,
  codeMailedTo,
  codeMailsTo,
  guestAddress,
  guestIn,
  isIn,
  otherThan,
  types,
} from './guest-story.ts';
import { auditCount, headingOf, invited, stateOf, withoutNonces } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.stop());

test('a guest comes in by link and code, leaves, and comes back by a code alone', async () => {
  const address = guestAddress();
  const { id, joinUrl } = await invited(workspace, address);
  const { browser, offer, page } = await asksByLink(joinUrl);
  expect(offer.text).toContain('A six-digit code is mailed to');
  expect(offer.text).toContain('g•••@fabrikam.example');
  expect(new URL(page.url).pathname).toBe('/guest/code');
  expect(page.text).toMatch(/inputmode="numeric"/);
  expect(page.text).toMatch(/autocomplete="one-time-code"/);
  expect(page.text).toContain('g•••@fabrikam.example');
  expect(page.text).not.toContain(address);

  const arrived = await types(workspace, browser, await codeMailedTo(workspace, address));
  expect(arrived.location).toBe(`${workspace.url}/welcome/passkeys?offer`);
  expect(await isIn(workspace, browser)).toBe(true);
  expect(await stateOf(workspace, id)).toBe('redeemed');
  const [member] = await workspace.sql(`SELECT * FROM members WHERE address = '${address}'`);
  expect(member).toMatchObject({ tenant_id: 'guest', guest_of: 'fabrikam.example', role: 'member', address_is_trusted: 1 });
  expect(member!.sponsor_id).toBe((await workspace.api('GET', '/me')).body.memberId);
  const [session] = await workspace.sql(`SELECT * FROM sessions WHERE member_id = '${member!.id}'`);
  expect(session!.method).toBe('code');
  expect(Number(session!.ends_at) - Number(session!.signed_in_at)).toBe(24 * HOUR);

  await browser.post(`${workspace.url}/sign-out`, {});
  expect(await isIn(workspace, browser)).toBe(false);
  const old = await codeMailedTo(workspace, address);
  const { page: again } = await asksByAddress(workspace, address, browser);
  expect(again.text).toContain('belongs to a guest of');
  const code = await codeMailedTo(workspace, address);
  expect(code).not.toBe(old);
  expect((await types(workspace, browser, code.replace(' ', '-'))).status).toBe(303);
  expect(await isIn(workspace, browser)).toBe(true);
  expect(await workspace.sql(`SELECT id FROM members WHERE address = '${address}'`)).toHaveLength(1);
});

test('the name of a guest is that of the invitation, and stays when they come back', async () => {
  const { address, memberId, id } = await guestIn(workspace);
  await workspace.sql(`UPDATE members SET name = 'Jo Berg' WHERE id = '${memberId}'`);
  const { browser } = await asksByAddress(workspace, address);
  await types(workspace, browser, await codeMailedTo(workspace, address));
  expect(await workspace.sql(`SELECT name FROM members WHERE id = '${memberId}'`)).toEqual([{ name: 'Jo Berg' }]);
  expect(await auditCount(workspace, 'guest-code.asked', id)).toBe(1);
  expect(await auditCount(workspace, 'guest-code.asked', memberId)).toBe(1);
});

test('DIR-04: each wrong code costs a try and says how many are left; after the fifth the right one is worth nothing', async () => {
  const address = guestAddress();
  const { id, joinUrl } = await invited(workspace, address);
  const { browser } = await asksByLink(joinUrl);
  const code = await codeMailedTo(workspace, address);
  for (const left of ['4 tries are', '3 tries are', '2 tries are', 'One try is']) {
    const wrong = await types(workspace, browser, otherThan(code));
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain(`That is not the code. ${left} left.`);
    expect(wrong.text).toContain('aria-invalid="true"');
  }
  const nonsense = await types(workspace, browser, 'abc');
  expect(nonsense.status).toBe(422);
  expect(nonsense.text).toContain('Please type the six digits');
  expect(nonsense.text).toContain('value="abc"');
  expect((await types(workspace, browser, otherThan(code))).status).toBe(410);
  const right = await types(workspace, browser, code);
  expect(headingOf(right)).toBe('That was the last try');
  expect(await isIn(workspace, browser)).toBe(false);
  expect(await stateOf(workspace, id)).toBe('pending');
});

test('DIR-04: a code used once is worth nothing a second time, also after the sign-out', async () => {
  const address = guestAddress();
  const { joinUrl } = await invited(workspace, address);
  const { browser } = await asksByLink(joinUrl);
  const thief = new Browser();
  const cookies = cookiesOf(browser);
  const code = await codeMailedTo(workspace, address);
  expect((await types(workspace, browser, code)).status).toBe(303);
  const again = () => thief.post(`${workspace.url}/guest/code`, { code }, { headers: { cookie: cookies } });
  expect(headingOf(await again())).toBe('This code has been used');
  await browser.post(`${workspace.url}/sign-out`, {});
  const late = await again();
  expect(late.status).toBe(410);
  expect(late.setCookies.some((cookie) => cookie.includes('session='))).toBe(false);
});

test('DIR-04: a code is dead after ten minutes, to the millisecond', async () => {
  const address = guestAddress();
  const { joinUrl } = await invited(workspace, address);
  const { browser } = await asksByLink(joinUrl);
  const code = await codeMailedTo(workspace, address);
  workspace.clock.advance(10 * MINUTE);
  const late = await types(workspace, browser, code);
  expect(late.status).toBe(410);
  expect(headingOf(late)).toBe('This code has run out');

  const next = await browser.post(`${workspace.url}/guest/code/again`, {});
  expect(next.location).toBe(`${workspace.url}/guest/code`);
  workspace.clock.advance(10 * MINUTE - 1);
  expect((await types(workspace, browser, await codeMailedTo(workspace, address))).status).toBe(303);
});

test('DIR-04: another browser gets nowhere with the right code, and a newer code of this browser ends the older', async () => {
  const address = guestAddress();
  const { joinUrl } = await invited(workspace, address);
  const { browser } = await asksByLink(joinUrl);
  const first = await codeMailedTo(workspace, address);
  const other = new Browser();
  expect((await types(workspace, other, first)).location).toBe(`${workspace.url}/guest`);
  expect(await isIn(workspace, other)).toBe(false);

  const { browser: second } = await asksByLink(joinUrl); // its own code, in its own browser
  const theirs = await codeMailedTo(workspace, address);
  expect((await types(workspace, second, first)).status).toBe(422);
  const cookies = cookiesOf(browser);
  await browser.post(`${workspace.url}/guest/code/again`, {});
  const stale = await new Browser().post(`${workspace.url}/guest/code`, { code: first }, { headers: { cookie: cookies } });
  expect(headingOf(stale)).toBe('This code has run out');
  expect((await types(workspace, second, theirs)).status).toBe(303);
});

test('DIR-04: an address gets five codes an hour, whatever browser asks by link or address; then a time is named', async () => {
  const address = guestAddress();
  const { joinUrl } = await invited(workspace, address);
  for (let time = 0; time < 3; time += 1) await asksByLink(joinUrl, new Browser());
  const { browser } = await asksByLink(joinUrl);
  await browser.post(`${workspace.url}/guest/code/again`, {});
  const mails = (await codeMailsTo(workspace, address)).length;
  expect(mails).toBeGreaterThanOrEqual(4); // of the last two of one browser the older may have been overtaken
  for (const ask of [() => asksByLink(joinUrl), () => asksByLink(joinUrl, browser), () => asksByAddress(workspace, address)]) {
    const { page } = await ask();
    expect(page.status).toBe(429);
    expect(page.headers.get('retry-after')).toBe('3600');
    expect(page.text).toContain('in 1 hour');
  }
  expect(await codeMailsTo(workspace, address)).toHaveLength(mails);
  expect((await types(workspace, browser, await codeMailedTo(workspace, address))).status).toBe(303); // the last one still works
  workspace.clock.advance(HOUR - 1);
  expect((await asksByAddress(workspace, address)).page.status).toBe(429);
  workspace.clock.advance(1);
  expect((await asksByAddress(workspace, address)).page.status).toBe(200);
});

test('DIR-04: ten wrong tries an hour are all an address has; no new code, cookie or browser resets them', async () => {
  const address = guestAddress();
  const { joinUrl } = await invited(workspace, address);
  const waits = await asksByLink(joinUrl);
  const code = await codeMailedTo(workspace, address);
  for (let round = 0; round < 2; round += 1) {
    const { browser } = await asksByLink(joinUrl);
    for (let time = 0; time < 5; time += 1) await types(workspace, browser, otherThan(await codeMailedTo(workspace, address)));
  }
  const right = await types(workspace, waits.browser, code); // a good code, never tried
  expect(right.status).toBe(429);
  expect(await isIn(workspace, waits.browser)).toBe(false);
  expect((await asksByLink(joinUrl)).page.status).toBe(429);
  workspace.clock.advance(HOUR + 10 * MINUTE - 1);
  expect((await asksByLink(joinUrl)).page.status).toBe(429);
  workspace.clock.advance(1);
  const { browser } = await asksByLink(joinUrl);
  expect((await types(workspace, browser, await codeMailedTo(workspace, address))).status).toBe(303);
});

test('DIR-04: the limits are the same for an address that nobody knows, page for page', async () => {
  const { address: known } = await guestIn(workspace);
  workspace.clock.advance(2 * HOUR);
  const stranger = guestAddress();
  for (let time = 0; time < 6; time += 1) {
    const pages = [await asksByAddress(workspace, known), await asksByAddress(workspace, stranger)];
    const [one, other] = pages.map(({ page }) => withoutNonces(page.text).replaceAll(/[a-z]•••/g, ''));
    expect(one).toBe(other);
    expect(pages.map(({ page }) => page.status)).toEqual(time < 5 ? [200, 200] : [429, 429]);
    if (time > 0) continue;
    for (let tried = 0; tried < 5; tried += 1) {
      const wrong = await Promise.all(pages.map(({ browser }) => types(workspace, browser, '000000')));
      expect(wrong[0]!.status).toBe(wrong[1]!.status);
    }
  }
});

test('DIR-04: of twenty right codes at once one makes the session and the member', async () => {
  const address = guestAddress();
  const { id, joinUrl } = await invited(workspace, address);
  const { browser } = await asksByLink(joinUrl);
  const code = await codeMailedTo(workspace, address);
  const answers = await Promise.all(Array.from({ length: 20 }, () => types(workspace, browser, code)));
  expect(answers.filter((answer) => answer.status === 303)).toHaveLength(1);
  expect(answers.filter((answer) => answer.status === 410)).toHaveLength(19);
  const [member] = await workspace.sql(`SELECT id FROM members WHERE address = '${address}'`);
  expect(await workspace.sql(`SELECT token_hash FROM sessions WHERE member_id = '${member!.id}'`)).toHaveLength(1);
  expect(await auditCount(workspace, 'invitation.redeemed', id)).toBe(1);
  expect(await auditCount(workspace, 'guest-code.used', id)).toBe(1);
});

test('DIR-04: of twenty wrong tries at once five count, and each of them is in the audit', async () => {
  const address = guestAddress();
  const { id, joinUrl } = await invited(workspace, address);
  const { browser } = await asksByLink(joinUrl);
  const code = await codeMailedTo(workspace, address);
  await Promise.all(Array.from({ length: 20 }, () => types(workspace, browser, otherThan(code))));
  expect(await workspace.sql(`SELECT wrong_tries FROM guest_codes WHERE address = '${address}'`)).toEqual([{ wrong_tries: 5 }]);
  expect(await auditCount(workspace, 'guest-code.refused', id)).toBe(5);
  expect((await types(workspace, browser, code)).status).toBe(410);
});

test('the mail of a code that was overtaken or is over before it leaves does not leave', async () => {
  const address = guestAddress();
  const { joinUrl } = await invited(workspace, address);
  workspace.nudges(false);
  const { browser } = await asksByLink(joinUrl);
  await browser.post(`${workspace.url}/guest/code/again`, {});
  const late = await asksByLink(joinUrl);
  workspace.nudges(true);
  expect(await codeMailsTo(workspace, address)).toHaveLength(2); // each browser's newest
  workspace.nudges(false);
  await late.browser.post(`${workspace.url}/guest/code/again`, {});
  workspace.clock.advance(10 * MINUTE);
  workspace.nudges(true);
  expect(await codeMailsTo(workspace, address)).toHaveLength(2);
});

test('DIR-04: of twenty codes asked for at once five are made and mailed', async () => {
  const { address } = await guestIn(workspace);
  workspace.clock.advance(2 * HOUR);
  const before = (await codeMailsTo(workspace, address)).length;
  await Promise.all(Array.from({ length: 20 }, () => asksByAddress(workspace, address)));
  expect((await codeMailsTo(workspace, address)).length - before).toBe(5);
});

test('neither code nor cookie stands in the database, in the log or in the audit; old rows go a day after their end', async () => {
  const address = guestAddress();
  const { joinUrl } = await invited(workspace, address);
  const { browser } = await asksByLink(joinUrl);
  const code = (await codeMailedTo(workspace, address)).replace(' ', '');
  const rows = JSON.stringify([
    await workspace.sql('SELECT * FROM guest_codes'),
    await workspace.sql("SELECT facts FROM audit_events WHERE what LIKE 'guest-code.%'"),
    await workspace.sql("SELECT * FROM outbox_messages WHERE kind = 'guest-code'"),
  ]);
  expect(rows).not.toMatch(new RegExp(`"${code}"|${code.slice(0, 3)} ${code.slice(3)}`));
  expect(workspace.log.join('\n')).not.toContain(code);
  expect(workspace.log.join('\n')).not.toContain(address);
  for (const { value } of browser.cookies.of(workspace.url)) expect(rows).not.toContain(value);
  const there = () => workspace.sql(`SELECT id FROM guest_codes WHERE address = '${address}'`);
  workspace.clock.advance(24 * HOUR + 10 * MINUTE - SECOND);
  await workspace.runJobs();
  expect(await there()).toHaveLength(1);
  workspace.clock.advance(2 * MINUTE);
  await workspace.runJobs();
  expect(await there()).toEqual([]);
});

const cookiesOf = (browser: Browser): string =>
  browser.cookies
    .of(workspace.url)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
