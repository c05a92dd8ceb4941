import { DAY, HOUR } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { authorization } from './extension-client.ts';
import { asksByAddress, asksByLink, codeMailedTo, codeMailsTo, guestAddress, guestIn, isIn, types } from './guest-story.ts';
import {
  auditCount,
  headingOf,
  invited,
  isMember,
  memberOf,
  opensLink,
  removes,
  signInLinkOf,
  somebody,
  stateOf,
  withoutNonces,
} from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.stop());

const codesOf = (address: string) => workspace.sql(`SELECT * FROM guest_codes WHERE address = '${address}'`);
const changes = async (text: string): Promise<void> => {
  await workspace.sql(text);
  workspace.deps.store.memory.forget();
};

test('MAIL-09: nobody gets a code who asked for nothing, and the answer is the same for everybody', async () => {
  const [strangers, invitedOnly] = [guestAddress(), guestAddress()];
  const [suspended, removed, ended, active] = await Promise.all([1, 2, 3, 4].map(() => guestIn(workspace)));
  await invited(workspace, invitedOnly);
  await changes(`UPDATE members SET state = 'suspended' WHERE id = '${suspended!.memberId}'`);
  await removes(workspace, removed!.memberId);
  await changes(`UPDATE members SET access_until = ${workspace.clock.now()} WHERE id = '${ended!.memberId}'`);
  workspace.clock.advance(HOUR);

  const asked = [active!, suspended!, removed!, ended!].map(({ address }) => address).concat(strangers, invitedOnly);
  const before = await Promise.all(asked.map(async (address) => (await codeMailsTo(workspace, address)).length));
  const answers = await Promise.all(asked.map((address) => new Browser().post(`${workspace.url}/guest`, { address })));
  const pages = await Promise.all(asked.map((address) => asksByAddress(workspace, address)));
  const after = await Promise.all(asked.map(async (address) => (await codeMailsTo(workspace, address)).length));

  expect(after.map((mails, at) => mails - before[at]!)).toEqual([2, 0, 0, 0, 0, 0]);
  for (const answer of answers) {
    expect(answer.status).toBe(303);
    expect(answer.location).toBe(`${workspace.url}/guest/code`);
    expect(answer.setCookies.map((cookie) => cookie.length)).toEqual(answers[0]!.setCookies.map((cookie) => cookie.length));
  }
  const shown = pages.map(({ page }) => withoutNonces(page.text));
  for (const text of shown) expect(text).toBe(shown[0]);
  expect((await workspace.mailsTo(strangers)).length).toBe(0);
});

test('MAIL-09: an invited address gets a code only for whoever holds the key of its mail', async () => {
  const address = guestAddress();
  const { id } = await invited(workspace, address);
  const without = await new Browser().post(`${workspace.url}/join/${id}/code`, {});
  expect(without.status).toBe(404);
  expect(await codesOf(address)).toEqual([]);
  expect(await codeMailsTo(workspace, address)).toEqual([]);
});

test('an address of our own domain is sent to Microsoft, by link and by hand, and nothing is written', async () => {
  const { page } = await asksByAddress(workspace, 'Anybody@Contoso.example');
  expect(page.status).toBe(403);
  expect(headingOf(page)).toBe('Sign in with Microsoft');
  expect(page.text).toContain('href="/sign-in"');
  const ivy = somebody(workspace);
  const { id, joinUrl } = await invited(workspace, ivy.address);
  const { offer, page: refused } = await asksByLink(joinUrl);
  expect(offer.text).not.toContain('Send me a code');
  expect(refused.status).toBe(403);
  expect(refused.text).toContain(`href="/sign-in?invitation=${id}"`);
  expect(await codesOf('anybody@contoso.example')).toEqual([]);
  expect(await codesOf(ivy.address)).toEqual([]);
});

test.each([
  ['', 'Please type your e-mail address.'],
  ['jo', 'This address has no @.'],
  ['jo@fab rikam.example', 'This address has a space inside.'],
  ['jo@localhost', 'This address has no dot in the domain.'],
  [`${'x'.repeat(300)}@fabrikam.example`, 'This address is too long for an address.'],
  ['jo\u0000@fabrikam.example\u0007', null],
  ['"<script>"@fabrikam.example', null],
])('WEB-21: what is no address is said beside the field and kept: %j', async (typed, sentence) => {
  const { page } = await asksByAddress(workspace, typed);
  expect(page.status).toBe(422);
  expect(page.text).toContain('aria-invalid="true"');
  if (sentence) expect(page.text).toContain(sentence);
  expect(page.text).not.toContain('<script>');
});

test('ENT-04: the other button of a guest’s invitation leads to Microsoft, which asks for the account; a proven address is let in', async () => {
  const { joinUrl, id } = await invited(workspace, 't.kerr@fabrikam.example');
  const browser = new Browser();
  const offer = await browser.get(joinUrl, { follow: true });
  expect(offer.text).toContain('Send me a code');
  expect(offer.text).toContain('I have a Microsoft account of');
  const started = new URL((await browser.get(signInLinkOf(offer))).location!);
  expect(started.searchParams.get('prompt')).toBe('select_account');
  expect(started.searchParams.has('login_hint')).toBe(false);
  const { page } = await opensLink(joinUrl, 'tom');
  expect(page.url).toBe(`${workspace.url}/welcome`);
  expect(await stateOf(workspace, id)).toBe('redeemed');
  const { browser: guest } = await asksByAddress(workspace, 't.kerr@fabrikam.example');
  expect(await codeMailsTo(workspace, 't.kerr@fabrikam.example')).toEqual([]); // Tom is a person of the tenant, not that guest
  expect(await isIn(workspace, guest)).toBe(false);
});

test('another Microsoft account does not redeem a guest’s invitation; it stays good for the code', async () => {
  const address = guestAddress();
  const { joinUrl, id } = await invited(workspace, address);
  const { page } = await opensLink(joinUrl, somebody(workspace).key);
  expect(page.status).toBe(403);
  expect(await stateOf(workspace, id)).toBe('pending');
  const { browser } = await asksByLink(joinUrl);
  expect((await types(workspace, browser, await codeMailedTo(workspace, address))).status).toBe(303);
});

test('an invitation that is bound to an account of the tenant is for Microsoft alone, also between the code and its use', async () => {
  const address = guestAddress();
  const { joinUrl, id } = await invited(workspace, address);
  const { browser } = await asksByLink(joinUrl);
  const code = await codeMailedTo(workspace, address);
  const bound = somebody(workspace);
  await changes(`UPDATE invitations SET tenant_id = '${workspace.deps.tenantId}', object_id = '${bound.oid}' WHERE id = '${id}'`);
  expect((await asksByLink(joinUrl)).page.status).toBe(403);
  const late = await types(workspace, browser, code);
  expect(late.status).toBe(403);
  expect(await stateOf(workspace, id)).toBe('pending');
  expect(await isIn(workspace, browser)).toBe(false);
});

test('an invitation that is withdrawn, sent again or used between the code and its use says so, with a way for guests', async () => {
  const [withdrawn, newer] = [guestAddress(), guestAddress()];
  const links = [await invited(workspace, withdrawn), await invited(workspace, newer)];
  const [one, other] = await Promise.all(links.map(({ joinUrl }) => asksByLink(joinUrl)));
  await workspace.api('POST', `/invitations/${links[0]!.id}/revoke`, {});
  await workspace.api('POST', `/invitations/${links[1]!.id}/resend`, {});
  const another = await one!.browser.post(`${workspace.url}/guest/code/again`, {});
  expect([another.status, headingOf(another)]).toEqual([410, 'This invitation was withdrawn']);
  expect(await codeMailsTo(workspace, withdrawn)).toHaveLength(1);
  const gone = await types(workspace, one!.browser, await codeMailedTo(workspace, withdrawn));
  expect([gone.status, headingOf(gone)]).toEqual([410, 'This invitation was withdrawn']);
  const older = await types(workspace, other!.browser, await codeMailedTo(workspace, newer));
  expect([older.status, headingOf(older)]).toEqual([410, 'A newer invitation was sent']);
  for (const page of [gone, older]) expect(page.text).not.toContain('href="/sign-in"');
  const { browser, joinUrl } = await guestIn(workspace);
  const used = await browser.get(joinUrl, { follow: true });
  expect([used.status, headingOf(used)]).toEqual([410, 'This invitation has been used']);
  expect(used.text).toContain('href="/guest"');
  const out = await browser.post(`${workspace.url}/sign-out`, {});
  expect(out.text).not.toContain('Microsoft');
});

test('DIR-01: no code makes an administrator', async () => {
  const address = guestAddress();
  const { joinUrl, id } = await invited(workspace, address);
  const { browser } = await asksByLink(joinUrl);
  await changes(`UPDATE invitations SET role = 'administrator' WHERE id = '${id}'`);
  expect((await asksByLink(joinUrl)).page.status).toBe(403);
  const refused = await types(workspace, browser, await codeMailedTo(workspace, address));
  expect(refused.status).toBe(403);
  expect(headingOf(refused)).toBe('Guests cannot come in');
  expect(await stateOf(workspace, id)).toBe('pending');
});

test('a guest whose domain has become ours is sent to Microsoft, with a code in hand too', async () => {
  const { address } = await guestIn(workspace, 'kim@tailspin.example');
  const { browser } = await asksByAddress(workspace, address);
  const code = await codeMailedTo(workspace, address);
  await changes(
    `INSERT INTO domains (domain, token, added_at, added_by, verified_at) VALUES ('tailspin.example', 't', 1, 'x', 1)`,
  );
  const late = await types(workspace, browser, code);
  expect(headingOf(late)).toBe('Sign in with Microsoft');
  expect(await isIn(workspace, browser)).toBe(false);
  expect(headingOf((await asksByAddress(workspace, address)).page)).toBe('Sign in with Microsoft');
});

test.each([
  ['suspended', "state = 'suspended'", 'Your membership is suspended'],
  ['removed', "state = 'removed'", 'You are no longer a member'],
  ['ended', 'access_until = 1', 'Your access has ended'],
])('a guest who is %s between the code and its use is refused', async (_, change, heading) => {
  const { address, memberId } = await guestIn(workspace);
  const { browser } = await asksByAddress(workspace, address);
  const code = await codeMailedTo(workspace, address);
  await changes(`UPDATE members SET ${change}, state_at = ${workspace.clock.now()} WHERE id = '${memberId}'`);
  const refused = await types(workspace, browser, code);
  expect(refused.status).toBe(403);
  expect(headingOf(refused)).toBe(heading);
  expect(refused.text).not.toContain('/sign-in?account=other');
  expect(await isIn(workspace, browser)).toBe(false);
});

test('DIR-01: while SSO is forced no code is sent or taken, and each page says why; afterwards everything is as before', async () => {
  const { address } = await guestIn(workspace);
  const { browser } = await asksByAddress(workspace, address);
  const code = await codeMailedTo(workspace, address);
  const pending = guestAddress();
  const { joinUrl } = await invited(workspace, pending);
  expect((await new Browser().get(`${workspace.url}/`)).text).toContain('I am a guest');
  await changes('UPDATE workspace SET forces_sso = 1');
  const rows = await workspace.sql('SELECT * FROM guest_codes ORDER BY id');
  const { url } = workspace;
  for (const answer of [
    await browser.get(`${url}/guest`),
    await browser.get(`${url}/guest/code`),
    await types(workspace, browser, code),
    await types(workspace, browser, '000000'),
    await browser.post(`${url}/guest/code/again`, {}),
    await browser.post(`${url}/guest`, { address: guestAddress() }),
    (await asksByLink(joinUrl)).page,
  ]) {
    expect(answer.status).toBe(403);
    expect(headingOf(answer)).toBe('Guests cannot come in');
  }
  const offer = await new Browser().get(joinUrl, { follow: true });
  expect(offer.text).toContain('takes only people who come in by its organization’s sign-in');
  expect(offer.text).not.toContain('Send me a code');
  expect((await new Browser().get(`${url}/`)).text).not.toContain('I am a guest');
  expect(await workspace.sql('SELECT * FROM guest_codes ORDER BY id')).toEqual(rows);
  await changes('UPDATE workspace SET forces_sso = 0');
  expect((await types(workspace, browser, code)).status).toBe(303);
});

test('a guest finds every door of administrators shut, and connects no browser', async () => {
  const { browser } = await guestIn(workspace);
  expect((await browser.get(`${workspace.url}/admin/users`)).status).toBe(403);
  const asked = `${workspace.url}/connect/authorize?${new URLSearchParams(authorization().query)}`;
  const page = await browser.get(asked);
  expect(page.text).not.toContain('>Connect<');
  expect((await browser.post(`${workspace.url}/connect/authorize`, authorization().query)).location ?? '').not.toContain('code=');
});

test('a guest whose invitation has ended asks for a new one by a code, waits, is approved and comes in by a code', async () => {
  const address = guestAddress();
  const { id, joinUrl } = await invited(workspace, address);
  workspace.clock.advance(7 * DAY);
  const late = await new Browser().get(joinUrl, { follow: true });
  expect(late.status).toBe(410);
  expect(late.text).toContain(`action="/join/${id}/code"`);
  expect((await asksByLink(joinUrl)).page.status).toBe(410); // not without asking
  expect(await codesOf(address)).toEqual([]);

  const { browser, page } = await asksByLink(joinUrl, new Browser(), { ask: 'yes' });
  expect(page.status).toBe(200);
  const waits = await types(workspace, browser, await codeMailedTo(workspace, address));
  expect(waits.location).toBe(`${workspace.url}/waiting`);
  const [request] = await workspace.sql(`SELECT * FROM access_requests WHERE address = '${address}'`);
  expect(request).toMatchObject({ tenant_id: 'guest', state: 'open', why: 'invitation-expired', invitation_id: id });
  expect((await browser.get(`${workspace.url}/waiting`)).status).toBe(200);
  expect((await browser.post(`${workspace.url}/guest/again`, {}, { follow: true })).status).toBe(200);

  const sent = (await codeMailsTo(workspace, address)).length;
  const { api, administrator } = await again();
  const { status, text } = await api('POST', `/access-requests/${request!.id}/approve`, {});
  expect([status, text]).toEqual([200, text]);
  const approved = await browser.get(`${workspace.url}/waiting`);
  expect(headingOf(approved)).toBe('You can come in');
  expect(await codeMailsTo(workspace, address)).toHaveLength(sent); // opening a page mails nothing
  const mail = (await workspace.mailsTo(address)).find(({ subject }) => subject.startsWith('You can come in'))!;
  expect(mail.textBody).toContain(`${workspace.url}/guest`);
  expect(mail.textBody).not.toContain('/sign-in');

  expect((await browser.post(`${workspace.url}/guest/again`, {})).location).toBe(`${workspace.url}/guest/code`);
  expect((await types(workspace, browser, await codeMailedTo(workspace, address))).status).toBe(303);
  expect(await isIn(workspace, browser)).toBe(true);
  expect(await stateOf(workspace, id)).toBe('redeemed');
  expect(await auditCount(workspace, 'invitation.redeemed', id)).toBe(1);
  const older = await new Browser().get(joinUrl, { follow: true });
  expect(headingOf(older)).toBe('This invitation has been used');
  expect((await administrator.get(`${workspace.url}/welcome`)).status).toBe(200);

  /** Sam's session does not last a week. */
  async function again() {
    await workspace.administrator.signIn(`${workspace.url}/sign-in`, 'sam');
    return workspace;
  }
});

test('an approved guest whose browser forgot everything comes in by address; a denied one gets no code', async () => {
  const [yes, no] = [guestAddress(), guestAddress()];
  const requests: string[] = [];
  const links = [(await invited(workspace, yes)).joinUrl, (await invited(workspace, no)).joinUrl];
  workspace.clock.advance(7 * DAY);
  for (const [at, address] of [yes, no].entries()) {
    const { browser } = await asksByLink(links[at]!, new Browser(), { ask: 'yes' });
    await types(workspace, browser, await codeMailedTo(workspace, address));
    requests.push(String((await workspace.sql(`SELECT id FROM access_requests WHERE address = '${address}'`))[0]!.id));
  }
  await workspace.api('POST', `/access-requests/${requests[0]}/approve`, {});
  await workspace.api('POST', `/access-requests/${requests[1]}/deny`, {});
  expect((await new Browser().get(links[0]!, { follow: true })).url).toBe(`${workspace.url}/guest`); // the older link leads on
  const { browser } = await asksByAddress(workspace, yes);
  expect((await types(workspace, browser, await codeMailedTo(workspace, yes))).status).toBe(303);
  expect(await isIn(workspace, browser)).toBe(true);
  await asksByAddress(workspace, no);
  expect(await codeMailsTo(workspace, no)).toHaveLength(1);
});

test('MAIL-05, MAIL-06, MAIL-07: the mail with the code says who, where and until when in both parts, and carries no link', async () => {
  const { address } = await guestIn(workspace);
  const [mail] = await codeMailsTo(workspace, address);
  expect(mail!.subject).toBe('Your code for Contoso Vault');
  expect(mail!.from).toMatch(/Contoso Vault.*<door@contoso\.example>/);
  expect(mail!.headers['Auto-Submitted']).toBe('auto-generated');
  expect(mail!.headers['Reply-To']).toBeUndefined();
  expect(Object.values(mail!.metadata).join()).not.toMatch(/\d{6}|@/);
  const html = mail!.htmlBody
    .replaceAll('\u2060', '')
    .replaceAll('&nbsp;', ' ')
    .replace(/<\/?b>/g, '');
  for (const part of [mail!.textBody, html]) {
    expect(part).toContain('Contoso Vault');
    expect(part).toContain(new URL(workspace.url).host);
    expect(part).toMatch(/\b\d{3} \d{3}\b/);
    expect(part).toMatch(/10 minutes: until .* UTC/);
    expect(part).toContain('nobody gets in without this code');
    expect(part).not.toMatch(/https?:\/\//);
  }
  expect(mail!.htmlBody).not.toMatch(/<img|<link|href=|src=|url\(/i);
});

test('a member by Microsoft is no guest: no code comes for their address', async () => {
  const ivy = somebody(workspace);
  await memberOf(workspace, ivy.key);
  expect(await isMember(workspace, ivy)).toBe(true);
  expect(headingOf((await asksByAddress(workspace, ivy.address)).page)).toBe('Sign in with Microsoft');
  expect(await codeMailsTo(workspace, ivy.address)).toEqual([]);
});
