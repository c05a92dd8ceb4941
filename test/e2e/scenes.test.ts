import type { Page, Response } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from '../chromium.ts';
import { CUSTOM_GROUP, directoryScenes, NEW_COLLEAGUE, OWEN } from '../scenes/directory-scenes.ts';
import { ask, column, secretsInMails, tracesOf } from '../scenes/evidence.ts';
import { GUEST_DAYS, guestScenes, JO } from '../scenes/guest-scenes.ts';
import { type Moment, moments } from '../scenes/moments.ts';
import { PRIYA, REASON, scenes, WORKSPACE_NAME } from '../scenes/scenes.ts';
import { type Stage, setStage } from '../scenes/stage.ts';
import { barriersOn } from './accessible.ts';

let stage: Stage;
const seen = new Set<Moment>();
/** What axe has found at the moments. */
const barriers: string[] = [];
/** Main-frame answers of the administrator's browser. */
const answers: { url: string; status: number }[] = [];

beforeAll(async () => {
  stage = await setStage({
    chromium: findChromium(console.log),
    audience: async (moment, page) => {
      seen.add(moment);
      await checks[moment]?.(page);
      await directoryChecks[moment]?.(page);
      await guestChecks[moment]?.(page);
      // the mailbox runs no scripts in mails, axe's neither
      if (moment !== 'invitation-mail') barriers.push(...(await barriersOn(page)).map((barrier) => `${moment}, ${barrier}`));
    },
  });
  stage.administrator.on('response', noteAnswer);
});
afterAll(() => stage?.close());

function noteAnswer(response: Response): void {
  if (response.request().isNavigationRequest()) answers.push({ url: response.url(), status: response.status() });
}

const rows = (sql: string) => ask(stage.workspace, sql);
const values = (sql: string) => column(stage.workspace, sql);
const activeMembers = () => values("SELECT name FROM members WHERE state = 'active' ORDER BY joined_at");
const invitationStates = () => values('SELECT state FROM invitations ORDER BY created_at');
const textOf = (page: Page) => page.locator('body').innerText();

/** What must be true at a moment: on the page, and in the database. */
const checks: Partial<Record<Moment, (page: Page) => Promise<void>>> = {
  'set-up': async () => {
    expect(await values('SELECT name FROM workspace')).toEqual([WORKSPACE_NAME]);
    expect(await activeMembers()).toEqual([]);
  },
  'first-administrator': async (page) => {
    expect(await page.title()).toContain(WORKSPACE_NAME);
    expect(page.url()).toBe(`${stage.workspace.url}/welcome`);
    expect(await rows('SELECT role, state FROM members')).toMatchObject([{ role: 'administrator', state: 'active' }]);
  },
  'connect-window': async (page) => {
    expect(await textOf(page)).toContain('Sam Okafor');
    expect(await values('SELECT id FROM connected_browsers')).toEqual([]);
  },
  'nobody-waits': async () => {
    expect(await values('SELECT origin FROM connected_browsers WHERE ended_at IS NULL')).toEqual([
      expect.stringMatching(/^chrome-extension:\/\/[a-p]{32}$/),
    ]);
    expect(await stage.badge()).toBe('');
    expect(answers.some(({ url }) => url.includes('/connect/authorize'))).toBe(true);
    expect(answers.filter(({ status }) => status >= 400)).toEqual([]); // Chromium would have closed the window
  },
  sent: async (page) => {
    expect(await textOf(page)).toContain('mia@contoso.example');
    expect(await invitationStates()).toEqual(['pending']);
    // the mail is there a moment before its row says so
    await expect.poll(() => values("SELECT kind FROM outbox_messages WHERE state = 'sent'")).toEqual(['invitation']);
  },
  invitation: async (page) => {
    expect(page.url()).not.toContain('key=');
    expect(await textOf(page)).toContain('mia@contoso.example');
    expect(await activeMembers()).toEqual(['Sam Okafor']);
  },
  redeemed: async () => {
    expect(await activeMembers()).toEqual(['Sam Okafor', 'Mia Novák']);
    expect(await invitationStates()).toEqual(['redeemed']);
  },
  waiting: async (page) => {
    expect(page.url()).toBe(`${stage.workspace.url}/waiting`);
    expect(await activeMembers()).not.toContain('Ana Lima');
    expect(await rows('SELECT state, why, reason, name FROM access_requests')).toMatchObject([
      { state: 'open', why: 'no-invitation', reason: REASON, name: 'Ana Lima' },
    ]);
  },
  knocked: async (page) => {
    expect(await stage.badge()).toBe('1');
    expect(await textOf(page)).toContain(REASON);
  },
  undo: async () => {
    expect(await stage.badge()).toBe('1'); // counted until the server has the answer
    expect(await values('SELECT state FROM access_requests')).toEqual(['open']);
  },
  'let-in': async (page) => {
    expect(page.url()).toBe(`${stage.workspace.url}/welcome`);
    expect(await activeMembers()).toContain('Ana Lima');
    expect(await values('SELECT state FROM access_requests')).toEqual(['approved']);
  },
  'nobody-waits-again': async () => {
    expect(await stage.badge()).toBe('');
  },
  'another-account': async (page) => {
    const text = await textOf(page);
    expect(text).toContain('ben@contoso.example');
    expect(text).toContain('p•••@contoso.example');
    expect(text).not.toContain(PRIYA.address);
    expect(await activeMembers()).not.toContain('Ben Walsh');
    expect((await invitationStates()).filter((state) => state === 'pending')).toHaveLength(1);
    expect(await values("SELECT name FROM access_requests WHERE name = 'Ben Walsh'")).toEqual([]);
  },
  'third-colleague-in': async () => {
    expect(await activeMembers()).toEqual(['Sam Okafor', 'Mia Novák', 'Ana Lima', PRIYA.name]);
    expect(await invitationStates()).not.toContain('pending');
  },
};

/** What must be true at a moment with the directory. */
const directoryChecks: Partial<Record<Moment, (page: Page) => Promise<void>>> = {
  directory: async (page) => {
    expect(await values('SELECT state FROM directory_runs WHERE mark = 1')).toEqual(['done']);
    expect(await textOf(page)).toContain('in step');
  },
  suggested: async () => {
    expect(await values(`SELECT standing FROM directory_users WHERE name = '${NEW_COLLEAGUE}'`)).toEqual(['invitation-required']);
  },
  'groups-got': async (page) => {
    const text = await textOf(page);
    expect(text).toContain('Finance');
    expect(text).toContain(CUSTOM_GROUP);
    expect(await values(`SELECT object_id IS NOT NULL FROM invitations WHERE address = '${OWEN.address}'`)).toEqual([1]);
  },
  'thrown-out': async (page) => {
    expect(await textOf(page)).not.toContain(CUSTOM_GROUP);
    expect(await rows(`SELECT state, suspended_by FROM members WHERE name = '${OWEN.name}'`)).toMatchObject([
      { state: 'suspended', suspended_by: 'directory' },
    ]);
  },
};

const DAY = 24 * 60 * 60 * 1000;
/** Jo's sessions that work: none while SSO is forced. */
const guestSessions = () =>
  values(`SELECT method FROM sessions WHERE member_id IN (SELECT id FROM members WHERE address = '${JO}')`);
const audited = (what: string) => values(`SELECT what FROM audit_events WHERE what = '${what}'`);

/** What must be true at a moment with a guest. */
const guestChecks: Partial<Record<Moment, (page: Page) => Promise<void>>> = {
  settings: async () => {
    expect(await rows('SELECT guest_days, guest_end_is_compulsory FROM workspace')).toMatchObject([
      { guest_days: GUEST_DAYS, guest_end_is_compulsory: 1 },
    ]);
  },
  'guest-plan': async (page) => {
    const row = page.getByRole('listitem').filter({ hasText: 'guest' });
    const address = await row.getByText(JO).boundingBox();
    expect(address!.width).toBeGreaterThan(100); // what is said beside it leaves it room
    expect(await values(`SELECT id FROM invitations WHERE address = '${JO}'`)).toEqual([]);
  },
  'guest-join': async (page) => {
    expect(page.url()).not.toContain('key=');
    const [invitation] = await rows(
      `SELECT state, object_id, access_until - created_at AS access FROM invitations WHERE address = '${JO}'`,
    );
    expect(invitation).toMatchObject({ state: 'pending', object_id: null });
    expect(Number(invitation!.access) / DAY).toBeLessThan(GUEST_DAYS + 1);
    expect(await values('SELECT id FROM guest_codes')).toEqual([]);
  },
  'guest-code': async () => {
    expect(await rows('SELECT address, wrong_tries FROM guest_codes')).toMatchObject([{ address: JO, wrong_tries: 0 }]);
    expect(await activeMembers()).not.toContain(JO);
  },
  'passkey-offer': async () => {
    expect(await rows(`SELECT tenant_id, role, state, guest_of FROM members WHERE address = '${JO}'`)).toMatchObject([
      { tenant_id: 'guest', role: 'member', state: 'active', guest_of: 'fabrikam.example' },
    ]);
    expect(await guestSessions()).toEqual(['code']);
    expect(await values('SELECT id FROM passkeys')).toEqual([]);
  },
  'guest-back': async (page) => {
    expect(page.url()).toBe(`${stage.workspace.url}/welcome`);
    expect(await textOf(page)).toContain(JO);
    expect(await guestSessions()).toEqual(['passkey']);
    expect(await values('SELECT id FROM guest_codes')).toHaveLength(1); // no other was asked for
  },
  'force-sso': async (page) => {
    expect(await textOf(page)).toContain('1 guest');
    expect(await values('SELECT forces_sso FROM workspace')).toEqual([0]);
    expect(await guestSessions()).toEqual(['passkey']);
  },
  'guest-shut-out': async () => {
    expect(await values('SELECT forces_sso FROM workspace')).toEqual([1]);
    expect(await guestSessions()).toEqual([]);
    expect(await values(`SELECT state FROM members WHERE address = '${JO}'`)).toEqual(['active']);
  },
  'guest-again': async (page) => {
    expect(await textOf(page)).toContain(JO);
    expect(await guestSessions()).toEqual(['passkey']);
    expect(await audited('force-sso.on')).toHaveLength(1);
  },
};

const recorded = async () => ({
  members: await rows('SELECT * FROM members'),
  requests: await rows('SELECT * FROM access_requests'),
  sessions: await rows('SELECT token_hash, kind, member_id FROM sessions'),
  invitations: await rows('SELECT * FROM invitations'),
});
const withoutSighting = (record: Awaited<ReturnType<typeof recorded>>) => ({
  ...record,
  members: record.members.map(({ last_seen_at: _, ...member }) => member),
});

const [setUp, redeem, knock, wrongAccount, otherTenant] = scenes;

test(`SES-16: ${setUp!.title}`, () => setUp!.play(stage));
test(`INV-26: ${redeem!.title}`, () => redeem!.play(stage));
test(`REQ-14: ${knock!.title}`, () => knock!.play(stage));
test(`INV-02: ${wrongAccount!.title}`, () => wrongAccount!.play(stage));

test(`ENT-11, ENT-59: ${otherTenant!.title}, and nothing is recorded but that`, async () => {
  const before = withoutSighting(await recorded());
  const events = (await values('SELECT id FROM audit_events')).length;
  await otherTenant!.play(stage);
  expect(withoutSighting(await recorded())).toEqual(before);
  const added = await rows(`SELECT what, result FROM audit_events ORDER BY at LIMIT -1 OFFSET ${events}`);
  expect(added).toMatchObject([{ what: 'sign-in.refused', result: 'refused' }]);
});

const [connect, group, leave] = directoryScenes;

test(`ENT-67: ${connect!.title}`, () => connect!.play(stage), 60_000);
test(`ENT-56: ${group!.title}`, () => group!.play(stage), 60_000);
test(`ENT-71, DIR-07: ${leave!.title}`, () => leave!.play(stage), 60_000);

const [inviteGuest, comeBack, force, undo] = guestScenes;

test(`${inviteGuest!.title}`, () => inviteGuest!.play(stage), 60_000);
test(`${comeBack!.title}`, () => comeBack!.play(stage), 60_000);
test(`DIR-01, DIR-02, DIR-03: ${force!.title}`, () => force!.play(stage), 60_000);
test(`DIR-02: ${undo!.title}`, () => undo!.play(stage), 60_000);

test('INV-34, AUD-06, EXT-05: after all that no key, token or cookie stands in the database or the log', async () => {
  const secrets = [...(await stage.secrets()), ...secretsInMails(stage.workspace)];
  expect(secrets.length).toBeGreaterThan(10);
  expect(secrets.filter((secret) => secret.length < 20)).toEqual([]);
  expect(await tracesOf(secrets, stage.workspace)).toEqual([]);
});

test('axe finds no barrier at any moment, in light and dark', () => {
  expect(barriers).toEqual([]);
});

test('every moment of the scenes has been seen', () => {
  expect([...seen].sort()).toEqual([...moments].sort());
});
