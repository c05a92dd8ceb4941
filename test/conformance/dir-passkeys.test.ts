import { MINUTE } from '@doorstep/shared/time';
import { beforeEach, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { makePasskey, usePasskey } from '../soft-authenticator.ts';
import { addsPasskey, guestOf, optionsOn, PASSKEYS, signsInByPasskey } from './passkey-story.ts';
import { headingOf, memberOf } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

// Passkeys of guests, from the offer to the door, with an authenticator in software that can lie. test/e2e has a real browser's.

const JO = 'jo@fabrikam.example';
let workspace: Workspace;
let jo: Browser;
beforeEach(async () => {
  workspace = await openWorkspace();
  jo = await guestOf(workspace, JO);
  return () => workspace.stop();
});

const kept = () => workspace.sql('SELECT id, counter, name, is_backed_up, last_used_at FROM passkeys');
const sessions = async () => (await workspace.sql("SELECT count(*) AS n FROM sessions WHERE tenant_id = 'guest'"))[0]!.n;
const refusals = async () =>
  (await workspace.sql("SELECT facts FROM audit_events WHERE what = 'sign-in.refused'")).map(
    ({ facts }) => JSON.parse(facts as string).because as string,
  );

test('a guest makes a passkey, and comes back with it alone, without typing anything', async () => {
  const { passkey, page } = await addsPasskey(workspace, jo);
  expect(page).toMatchObject({ status: 303, location: `${workspace.url}${PASSKEYS}?done=passkey-added` });
  expect(await kept()).toEqual([{ id: passkey.id, counter: 1, name: 'Passkey', is_backed_up: 1, last_used_at: null }]);
  expect((await jo.get(page.location!)).text).toContain('synced');

  const back = await signsInByPasskey(workspace, passkey);
  expect(back.page).toMatchObject({ status: 303, location: `${workspace.url}/welcome` });
  expect((await back.browser.get(`${workspace.url}/welcome`)).text).toContain(JO);
  expect(await workspace.sql("SELECT method, fresh_at FROM sessions WHERE method = 'passkey'")).toEqual([
    { method: 'passkey', fresh_at: null },
  ]);
  expect(await kept()).toMatchObject([{ counter: 2, last_used_at: workspace.clock.now() }]);
  expect(await workspace.sql("SELECT what FROM audit_events WHERE what LIKE 'passkey.%' OR what LIKE 'break-glass.%'")).toEqual([
    { what: 'passkey.added' },
  ]);
});

test('what is asked for is a discoverable passkey of this host with user verification, and no attestation', async () => {
  const options = optionsOn(await jo.get(workspace.url + PASSKEYS)) as unknown as Record<string, unknown>;
  expect(options).toMatchObject({
    rp: { id: 'localhost', name: 'Contoso Vault' },
    user: { name: JO },
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    attestation: 'none',
    excludeCredentials: [],
  });
  const { passkey } = await addsPasskey(workspace, jo);
  expect(optionsOn(await jo.get(workspace.url + PASSKEYS))).toMatchObject({ excludeCredentials: [{ id: passkey.id }] });
  const asked = optionsOn(await new Browser().get(`${workspace.url}/sign-in/passkey`));
  expect(asked).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
  expect(asked).not.toHaveProperty('allowCredentials');
});

test('an answer of another origin, host, challenge, ceremony, or without user verification makes no passkey', async () => {
  const lies = [
    { origin: 'https://evil.example' },
    { rpId: 'evil.example' },
    { challenge: 'A'.repeat(43) },
    { type: 'webauthn.get' },
    { flags: 0x01 },
  ];
  for (const lie of lies) {
    const { page } = await addsPasskey(workspace, jo, lie);
    expect([page.status, page.text.includes('could not be checked')], JSON.stringify(lie)).toEqual([403, true]);
  }
  for (const credential of ['', 'null', '{}', '[]', '{"id":1}', '\ud800', '{'.repeat(5000)]) {
    const { challenge } = optionsOn(await jo.get(workspace.url + PASSKEYS));
    expect((await jo.post(workspace.url + PASSKEYS, { challenge, credential })).status, credential.slice(0, 10)).toBe(403);
  }
  expect(await kept()).toEqual([]);
});

test('an answer of another origin, host, challenge, ceremony, owner, or without user verification signs nobody in', async () => {
  const { passkey } = await addsPasskey(workspace, jo);
  const other = await guestOf(workspace, 'kim@fabrikam.example');
  const kims = (await addsPasskey(workspace, other)).passkey;
  const before = await sessions();
  const lies = [
    { origin: 'https://evil.example' },
    { rpId: 'evil.example' },
    { challenge: 'A'.repeat(43) },
    { type: 'webauthn.create' },
    { flags: 0x01 },
    { userHandle: kims.userHandle },
  ];
  const answers: string[] = [];
  for (const lie of lies) {
    const { page } = await signsInByPasskey(workspace, passkey, lie);
    expect(page.status, JSON.stringify(lie)).toBe(403);
    answers.push(sentenceOn(page));
  }
  const stolen = await signsInByPasskey(workspace, { ...passkey, privateKey: kims.privateKey });
  const unknown = await signsInByPasskey(workspace, { ...passkey, id: 'A'.repeat(43) });
  answers.push(sentenceOn(stolen.page), sentenceOn(unknown.page));
  expect(new Set(answers).size).toBe(1); // nobody learns which passkeys are known here
  expect(await sessions()).toBe(before);
  expect(await kept()).toMatchObject([{ last_used_at: null }, { last_used_at: null }]);
  expect(await refusals()).toEqual([...Array(7).fill('passkey-not-verified'), 'passkey-unknown']);
});

test('an answer is worth one sign-in, in the browser that was asked, for five minutes', async () => {
  const { passkey } = await addsPasskey(workspace, jo);
  const { browser, sent } = await signsInByPasskey(workspace, passkey);
  const another = new Browser();
  expect((await browser.post(`${workspace.url}/sign-in/passkey`, sent)).status).toBe(403);
  expect((await another.post(`${workspace.url}/sign-in/passkey`, sent)).status).toBe(403);

  const late = new Browser();
  const options = optionsOn(await late.get(`${workspace.url}/sign-in/passkey`));
  const kept = late.cookies.of(workspace.url).map(({ name, value }) => `${name}=${value}; Path=/`);
  const answer = { challenge: options.challenge, credential: usePasskey(passkey, options, workspace.url) };
  workspace.clock.advance(5 * MINUTE);
  const page = await late.post(`${workspace.url}/sign-in/passkey`, answer);
  expect([page.status, page.text.includes('longer than 5 minutes')]).toEqual([403, true]);
  workspace.clock.advance(-4 * MINUTE);
  late.cookies.store(workspace.url, kept); // the cookie put back: in time, and not spent
  expect((await late.post(`${workspace.url}/sign-in/passkey`, answer)).status).toBe(303);
  late.cookies.store(workspace.url, kept); // once more: spent
  expect((await late.post(`${workspace.url}/sign-in/passkey`, answer)).status).toBe(403);
});

test('a new passkey is only for the member who was asked for it', async () => {
  const kim = await guestOf(workspace, 'kim@fabrikam.example');
  const options = optionsOn(await jo.get(workspace.url + PASSKEYS));
  kim.cookies.store(
    workspace.url,
    jo.cookies
      .of(workspace.url)
      .filter(({ name }) => name.includes('passkey'))
      .map(({ name, value }) => `${name}=${value}; Path=/`),
  );
  const { answer } = makePasskey(options, workspace.url);
  const page = await kim.post(workspace.url + PASSKEYS, { challenge: options.challenge, credential: answer });
  expect(page.status).toBe(403);
  expect(await kept()).toEqual([]);
});

test('a counter that goes back is refused and written down; authenticators without one always say 0', async () => {
  const { passkey } = await addsPasskey(workspace, jo, { counter: 10 });
  for (const counter of [10, 9, 1, 0]) {
    expect((await signsInByPasskey(workspace, passkey, { counter })).page.status, String(counter)).toBe(403);
  }
  expect(await refusals()).toEqual(Array(4).fill('passkey-counter'));
  expect((await signsInByPasskey(workspace, passkey, { counter: 11 })).page.status).toBe(303);

  const without = (await addsPasskey(workspace, jo, { counter: 0 })).passkey;
  for (let time = 0; time < 2; time += 1) {
    expect((await signsInByPasskey(workspace, without, { counter: 0 })).page.status).toBe(303);
  }
});

test('a passkey is kept once, whoever brings it again', async () => {
  const { passkey } = await addsPasskey(workspace, jo);
  const kim = await guestOf(workspace, 'kim@fabrikam.example');
  for (const browser of [jo, kim]) {
    const { page } = await addsPasskey(workspace, browser, { id: passkey.id, counter: 7 });
    expect([page.status, page.text.includes('known already')]).toEqual([409, true]);
  }
  expect(await kept()).toMatchObject([{ id: passkey.id, counter: 1 }]);
  expect((await signsInByPasskey(workspace, passkey)).page.status).toBe(303);
});

test('a member has ten passkeys at most, also when the eleventh was begun before', async () => {
  const options = optionsOn(await jo.get(workspace.url + PASSKEYS));
  const { answer } = makePasskey(options, workspace.url);
  const challenges = jo.cookies.of(workspace.url).map(({ name, value }) => `${name}=${value}; Path=/`);
  for (let at = 0; at < 10; at += 1) await addsPasskey(workspace, jo);
  jo.cookies.store(workspace.url, challenges);
  const late = await jo.post(workspace.url + PASSKEYS, { challenge: options.challenge, credential: answer });
  expect([late.status, late.text.includes('as many passkeys')]).toEqual([409, true]);
  expect((await jo.get(workspace.url + PASSKEYS)).text).not.toContain('data-options');
  expect(await kept()).toHaveLength(10);
});

test('renaming keeps what was typed and says what is wrong; removing asks first, and what is removed opens nothing', async () => {
  const { passkey } = await addsPasskey(workspace, jo);
  const { url } = workspace;
  const wrong = await jo.post(`${url}${PASSKEYS}/rename`, { passkey: passkey.id, name: 'x'.repeat(61) });
  expect([wrong.status, wrong.text.includes('must have 1 to 60 characters'), wrong.text.includes('x'.repeat(61))]).toEqual([
    422,
    true,
    true,
  ]);
  expect((await jo.post(`${url}${PASSKEYS}/rename`, { passkey: passkey.id, name: 'My phone' })).status).toBe(303);
  expect(await kept()).toMatchObject([{ name: 'My phone' }]);

  const asked = await jo.post(`${url}${PASSKEYS}/remove`, { passkey: passkey.id });
  expect([asked.status, headingOf(asked)]).toEqual([200, 'Remove My phone?']);
  expect(await kept()).toHaveLength(1);
  expect((await jo.post(`${url}${PASSKEYS}/remove`, { passkey: passkey.id, confirmed: 'yes' })).status).toBe(303);
  expect(await kept()).toEqual([]);
  expect((await signsInByPasskey(workspace, passkey)).page.status).toBe(403);
});

test('nobody renames or removes a passkey of somebody else', async () => {
  const { passkey } = await addsPasskey(workspace, jo);
  const kim = await guestOf(workspace, 'kim@fabrikam.example');
  for (const path of ['rename', 'remove']) {
    const form = { passkey: passkey.id, name: 'Kim was here', confirmed: 'yes' };
    expect((await kim.post(`${workspace.url}${PASSKEYS}/${path}`, form)).status, path).toBe(404);
  }
  expect(await kept()).toMatchObject([{ name: 'Passkey' }]);
});

test('people of the tenant have no passkeys: there is no such page for them, nor a link to it', async () => {
  const mia = await memberOf(workspace, 'mia');
  for (const browser of [mia, workspace.administrator]) {
    expect((await browser.get(workspace.url + PASSKEYS)).status).toBe(404);
    expect((await browser.post(workspace.url + PASSKEYS, {})).status).toBe(404);
    expect((await browser.get(`${workspace.url}/welcome`)).text).not.toContain(PASSKEYS);
  }
  expect((await jo.get(`${workspace.url}/welcome`)).text).toContain(PASSKEYS);
  expect((await new Browser().get(workspace.url + PASSKEYS)).status).toBe(401);
});

test('DIR-01: while SSO is forced, a guest with a passkey is told why and gets no session', async () => {
  const { passkey } = await addsPasskey(workspace, jo);
  await workspace.deps.store.write([workspace.deps.store.db.run('UPDATE workspace SET forces_sso = 1')]);
  const before = await sessions();
  const { page } = await signsInByPasskey(workspace, passkey);
  expect([page.status, headingOf(page)]).toEqual([403, 'Guests cannot come in']);
  expect(await sessions()).toBe(before);
  await workspace.deps.store.write([workspace.deps.store.db.run('UPDATE workspace SET forces_sso = 0')]);
  expect((await signsInByPasskey(workspace, passkey)).page.status).toBe(303);
});

test('who was suspended, removed, or whose access has ended does not come in by a passkey', async () => {
  const { passkey } = await addsPasskey(workspace, jo);
  const { id } = (await workspace.sql("SELECT id FROM members WHERE tenant_id = 'guest'"))[0]!;
  const { administrator, url, clock } = workspace;
  await administrator.post(`${url}/admin/users/${id}/suspend`, { confirmed: 'yes' });
  expect(headingOf((await signsInByPasskey(workspace, passkey)).page)).toBe('Your membership is suspended');
  await administrator.post(`${url}/admin/users/${id}/resume`, {});
  expect((await signsInByPasskey(workspace, passkey)).page.status).toBe(303);

  const day = new Date(clock.now() + 2 * 24 * 60 * MINUTE).toISOString().slice(0, 10);
  expect((await administrator.post(`${url}/admin/users/${id}/access-until`, { accessUntil: day })).status).toBe(303);
  clock.advance(4 * 24 * 60 * MINUTE);
  expect(headingOf((await signsInByPasskey(workspace, passkey)).page)).toBe('Your access has ended');
});

test('the passkeys of a guest who was removed are gone: who has the address later starts anew with a code', async () => {
  const { passkey } = await addsPasskey(workspace, jo);
  const { id } = (await workspace.sql("SELECT id FROM members WHERE tenant_id = 'guest'"))[0]!;
  const { administrator, url, clock } = workspace;
  await administrator.post(`${url}/admin/users/${id}/remove`, { confirmed: 'yes' });
  expect(await workspace.sql('SELECT id FROM passkeys')).toEqual([]);
  clock.advance(MINUTE);
  const again = await guestOf(workspace, JO);
  expect((await again.get(`${url}/welcome`)).status).toBe(200);
  expect((await signsInByPasskey(workspace, passkey)).page.status).toBe(403);
});

test('a passkey of another workspace opens nothing here, even with its own answer', async () => {
  const elsewhere = await openWorkspace();
  try {
    const ann = await guestOf(elsewhere, JO);
    const { passkey } = await addsPasskey(elsewhere, ann);
    expect((await signsInByPasskey(workspace, passkey)).page.status).toBe(403);
    expect(await sessions()).toBe(1);
  } finally {
    await elsewhere.stop();
  }
});

const sentenceOn = ({ text }: { text: string }): string => /<div class="grow">(.*?)<\/div>/s.exec(text)?.[1] ?? '';
