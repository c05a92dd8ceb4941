import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY, SECOND } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser, type BrowserResponse } from '../demo-tenant/sign-in-client.ts';
import {
  headingOf,
  invited,
  isMember,
  memberOf,
  opensLink,
  signInLinkOf,
  signsIn,
  somebody,
  stateOf,
  whatStands,
  withoutNonces,
} from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.stop());

test('INV-07: the key is in the mailed link only; the first answer leads to a clean address', async () => {
  const ivy = somebody(workspace);
  const { id, joinUrl, key } = await invited(workspace, ivy.address);
  const browser = new Browser();

  const first = await browser.get(joinUrl);
  expect([first.status, first.location]).toEqual([303, `${workspace.url}/join/${id}`]);
  expect(first.headers.get('referrer-policy')).toBe('no-referrer');
  expect(first.text).not.toContain(key);
  expect(first.setCookies.join()).not.toContain(key);
  const offer = await browser.follow(first);
  expect(offer.headers.get('referrer-policy')).toBe('same-origin');
  const started = await browser.get(signInLinkOf(offer));
  const cookies = browser.cookies.of(workspace.url).map(({ value }) => value);
  for (const text of [offer.text, started.location!, started.text, ...started.setCookies, ...cookies])
    for (const form of formsOf(key)) expect(text).not.toContain(form);
});

test('INV-12: after a resend only the newest link is good, and its seven days start again', async () => {
  const ivy = somebody(workspace);
  const { id, joinUrl } = await invited(workspace, ivy.address);
  workspace.clock.advance(6 * DAY);
  const resent = await workspace.api('POST', `/invitations/${id}/resend`);
  expect(resent.body).toMatchObject({ generation: 2, expiresAt: workspace.clock.now() + 7 * DAY });
  const newest = await workspace.joinUrlFor(ivy.address);
  workspace.clock.advance(7 * DAY - SECOND);
  await workspace.runJobs();
  await workspace.mailsTo(ivy.address); // the reminder of the newest one has left
  const before = await whatStands(workspace);

  const older = await new Browser().get(joinUrl, { follow: true });

  expect([older.status, headingOf(older)]).toEqual([410, 'A newer invitation was sent']);
  expect(await whatStands(workspace)).toEqual(before);
  await opensLink(newest, ivy.key);
  expect(await isMember(workspace, ivy)).toBe(true);
});

test('INV-13: a sign-in begun with an older key is refused as superseded when a newer one was sent meanwhile', async () => {
  const ivy = somebody(workspace);
  const { id, joinUrl } = await invited(workspace, ivy.address);
  const browser = new Browser();
  const offer = await browser.get(joinUrl, { follow: true });
  await workspace.api('POST', `/invitations/${id}/resend`);
  const before = await whatStands(workspace);

  const page = await browser.signIn(signInLinkOf(offer), ivy.key);

  expect([page.status, headingOf(page)]).toEqual([410, 'A newer invitation was sent']);
  expect(await whatStands(workspace)).toEqual(before);
  expect(await isMember(workspace, ivy)).toBe(false);
});

test('INV-20: unknown, wrong key, expired, revoked and used are one answer without the right key', async () => {
  const people = [somebody(workspace), somebody(workspace), somebody(workspace)];
  const [expired, revoked, used] = [
    await invited(workspace, people[0]!.address, { expiresInDays: 1 }),
    await invited(workspace, people[1]!.address),
    await invited(workspace, people[2]!.address),
  ];
  await opensLink(used.joinUrl, people[2]!.key);
  await workspace.api('POST', `/invitations/${revoked.id}/revoke`);
  workspace.clock.advance(DAY);
  const live = await invited(workspace, somebody(workspace).address);
  const wrong = '0'.repeat(30);

  const asked = [
    ...['inv_00000000000000000000000000', 'inv_x', 'nonsense', live.id, expired.id, revoked.id, used.id].map(
      (id) => `${id}?key=${wrong}`,
    ),
    `${live.id}?key=${used.key}`,
    `${live.id}?key=`,
    `${live.id}?key=${live.key.toLowerCase()}`,
    `${live.id}?key=01${live.key.slice(2, -1)}${live.key.endsWith('0') ? '1' : '0'}`,
    `${live.id}?key=02${live.key.slice(2)}`,
    live.id,
  ];
  const answers = await Promise.all(asked.map((path) => new Browser().get(`${workspace.url}/join/${path}`, { follow: true })));

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
  expect(new Set(answers.map(({ text }) => withoutNonces(text))).size).toBe(1);
  expect(new Set(answers.map(({ text }) => text.length)).size).toBe(1);
  expect(await stateOf(workspace, live.id)).toBe('pending');
});

test('INV-20: typed in, ID and key are answered just as uniformly, and fold as people type', async () => {
  const ivy = somebody(workspace);
  const { id, key } = await invited(workspace, ivy.address);
  const typed = async (form: { id: string; key: string }) => new Browser().post(`${workspace.url}/join`, form, { follow: true });

  const wrong = [await typed({ id, key: '0'.repeat(30) }), await typed({ id: 'inv_00000000000000000000000000', key })];
  expect(wrong.map(({ status }) => status)).toEqual([404, 404]);
  expect(withoutNonces(wrong[0]!.text)).toBe(withoutNonces(wrong[1]!.text));

  const grouped = key
    .replace(/.{5}(?=.)/g, '$&-')
    .replaceAll('0', 'o')
    .replaceAll('1', 'l')
    .toLowerCase();
  const right = await typed({ id: id.slice(4).toUpperCase(), key: ` ${grouped} ` });
  expect([right.status, right.url]).toEqual([200, `${workspace.url}/join/${id}`]);
});

test('INV-19: no answer to any role holds a key, a hash of it or a full link', async () => {
  const ivy = somebody(workspace);
  const { id } = await invited(workspace, ivy.address, { note: 'Welcome' });
  await workspace.api('POST', `/invitations/${id}/resend`);
  const member = await memberOf(workspace, somebody(workspace).key);
  const waiting = (await signsIn(workspace, somebody(workspace).key)).browser;
  const { browser: visitor } = await opensLink(await workspace.joinUrlFor(ivy.address), somebody(workspace).key);
  const administrator = (await signsIn(workspace, 'sam', workspace.administrator)).browser;
  const invitee = new Browser();
  await invitee.get(await workspace.joinUrlFor(ivy.address), { follow: true });

  const texts: string[] = [];
  for (const browser of [new Browser(), member, waiting, visitor, invitee, administrator])
    for (const path of pagesOf(id)) texts.push(allOf(await browser.get(workspace.url + path)));
  const [batch] = await workspace.sql('SELECT id FROM invitation_batches ORDER BY id DESC LIMIT 1');
  for (const path of apiOf(id, String(batch!.id))) texts.push((await workspace.api('GET', path)).text);
  for (const [path, body] of changesOf(id)) texts.push((await workspace.api('POST', path, body)).text);

  expect(texts.length).toBeGreaterThan(100);
  const keys = workspace.tenant.mails().flatMap(({ textBody }) => /key=([0-9A-Z]{30})/.exec(textBody)?.[1] ?? []);
  expect(keys.length).toBeGreaterThan(5);
  for (const form of keys.flatMap(formsOf)) expect(texts.some((text) => text.includes(form))).toBe(false);
  expect(texts.some((text) => /\/join\/[^"\s]*key=/.test(text))).toBe(false);
});

const pagesOf = (id: string) => [
  ...['/', `/sign-in?invitation=${id}`, '/join', `/join/${id}`, `/join/${id}?key=wrong`, '/waiting', '/waiting/state'],
  ...['/waiting/reason', '/welcome', '/setup', '/connect/authorize', '/healthz', '/readyz', '/nothing-here', '/sign-in/callback'],
  ...['users', 'invitations', 'requests', 'mail', 'browsers', 'audit', 'settings', `invitations/${id}`].map(
    (page) => `/admin/${page}`,
  ),
];
const apiOf = (id: string, batch: string) => [
  ...['/me', '/summary', '/members', '/connected-browsers', '/access-requests', '/audit', '/openapi.json', '/nothing'],
  ...['/invitations', '/invitations?q=person', '/invitations?state=x', `/invitations/${id}`, '/invitations/inv_x'],
  `/invitation-batches/${batch}`,
];
const changesOf = (id: string): [string, unknown][] => [
  ['/invitation-batches/preview', { recipients: [{ email: 'a@contoso.example' }] }],
  ['/invitation-batches', { recipients: [{ email: 'not an address' }] }],
  [`/invitations/${id}/resend`, {}],
  [`/invitations/${id}/resend`, { key: 'x' }],
  [`/invitations/${id}/revoke`, {}],
  [`/invitations/${id}/resend`, {}],
];

test('INV-34, ENT-49: no key that was ever mailed stands in database, WAL, outbox or log', async () => {
  const used = somebody(workspace);
  await opensLink((await invited(workspace, used.address)).joinUrl, used.key);
  await new Browser().get((await invited(workspace, somebody(workspace).address)).joinUrl, { follow: true });
  const keys = workspace.tenant.mails().flatMap(({ textBody }) => /key=([0-9A-Z]{30})/.exec(textBody)?.[1] ?? []);

  const files = readdirSync(workspace.dataDir).filter((name) => name !== 'secret');
  expect(files).toEqual(expect.arrayContaining(['doorstep.db', 'doorstep.db-wal']));
  const kept = [...files.map((name) => readFileSync(join(workspace.dataDir, name), 'latin1')), ...workspace.log];
  expect(kept.some((text) => text.includes(used.oid))).toBe(true);
  for (const form of keys.flatMap(formsOf)) expect(kept.some((text) => text.includes(form))).toBe(false);
});

test('ENT-48: the link has no # and survives being encoded once by a link rewriter', async () => {
  const ivy = somebody(workspace);
  const { joinUrl } = await invited(workspace, ivy.address);
  expect(joinUrl).not.toContain('#');
  const rewritten = decodeURIComponent(new URL(`https://safelinks.example/?url=${encodeURIComponent(joinUrl)}`).search.slice(5));
  expect((await new Browser().get(rewritten, { follow: true })).status).toBe(200);
});

/** The key as it was mailed and as somebody might have kept it. */
function formsOf(key: string): string[] {
  const hashes = [key, key.toLowerCase()].map((text) => createHash('sha256').update(text));
  const encoded = hashes.flatMap((hash) => {
    const digest = hash.digest();
    return [
      digest.toString('hex'),
      digest.toString('base64').slice(0, 43),
      digest.toString('base64url'),
      digest.toString('latin1'),
    ];
  });
  return [key, key.toLowerCase(), key.replace(/.{5}(?=.)/g, '$& '), key.replace(/.{5}(?=.)/g, '$&-'), ...encoded];
}

const allOf = ({ text, headers, location, setCookies }: BrowserResponse) =>
  [text, ...[...headers].flat(), location ?? '', ...setCookies].join('\n');
