import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { buildExtension, buildServer } from './build.ts';
import { findChromium } from './chromium.ts';
import { composeHero } from './hero.ts';
import { directoryScenes } from './scenes/directory-scenes.ts';
import { guestScenes } from './scenes/guest-scenes.ts';
import type { Moment } from './scenes/moments.ts';
import { scenes } from './scenes/scenes.ts';
import { type Stage, setStage } from './scenes/stage.ts';

/**
 * `npm run tour`: plays the scenes on a fresh workspace in a headless Chromium, tells each moment in a line, and renews the
 * pictures of the README. Leaves nothing behind but those.
 */
const PICTURES = fileURLToPath(new URL('../docs/pictures', import.meta.url));

/** What is told at a moment, and which pictures are taken of it. */
type Told = { line: string; picture?: string; inTheDark?: true };

const told: Record<Moment, Told> = {
  'set-up': { line: 'Sam opens the set-up link and names the workspace.', picture: 'set-up' },
  'first-administrator': { line: 'Sam signs in with Microsoft and is its first administrator.' },
  'connect-popup': { line: 'Sam opens the extension and types the address of the workspace.', picture: 'popup-connect' },
  'connect-window': { line: 'One press connects this browser.', picture: 'connect' },
  'nobody-waits': { line: 'The popup: nobody waits.' },
  addresses: { line: 'Sam invites Mia: an address, or a whole pasted list.', picture: 'popup-addresses' },
  options: { line: 'Role, how long the invitation holds, a note.', picture: 'popup-options' },
  plan: { line: 'The plan says what will happen before anything is sent.', picture: 'popup-plan' },
  sent: { line: 'Sent. The popup tells what becomes of the mail.', picture: 'popup-sent' },
  'invitation-mail': { line: 'The mail arrives, with a link, and an ID and key for those who type.', picture: 'mail-invitation' },
  invitation: {
    line: 'In another browser Mia opens the link: who invites, to what, until when.',
    picture: 'join',
    inTheDark: true,
  },
  redeemed: { line: 'Mia signs in with Microsoft and is in. Only now there is a member.', picture: 'welcome', inTheDark: true },
  door: { line: 'Ana has no invitation. She knocks at the door: she signs in.', picture: 'door', inTheDark: true },
  reason: { line: 'She says why.', picture: 'reason' },
  waiting: { line: 'And waits. The administrators have been told by mail.', picture: 'waiting', inTheDark: true },
  knocked: { line: 'The badge of the extension counts 1, the popup shows who it is.', picture: 'popup-home', inTheDark: true },
  request: { line: 'Everything needed to decide.', picture: 'popup-request', inTheDark: true },
  undo: { line: 'Sam approves, and could take it back for five seconds.', picture: 'popup-undo' },
  'let-in': { line: 'Ana’s page moves on by itself: she is in.' },
  'nobody-waits-again': { line: 'The badge is empty again.', picture: 'popup-nobody-waits' },
  'another-account': {
    line: 'Ben opens the link that was sent to Priya. It is not for him, and stays good.',
    picture: 'another-account',
  },
  'third-colleague-in': { line: 'Priya opens it and is in.' },
  'other-tenant': { line: 'Olga is from another tenant: refused.', picture: 'refused' },
  directory: { line: 'Sam connects the directory: people and groups are read, and kept in step.' },
  suggested: { line: 'Somebody new in the directory: one more person to invite.' },
  people: { line: 'The popup suggests whom to invite.', picture: 'popup-people', inTheDark: true },
  groups: { line: 'A whole group, nested ones included: what inviting it will do.', picture: 'popup-groups' },
  'group-plan': { line: 'One look, one press: four invitations.', picture: 'popup-group-plan' },
  person: { line: 'Owen of that group is in. Sam adds him to a user group.', picture: 'person' },
  'groups-got': { line: 'Owen has it at once, beside the one that follows the directory.' },
  'thrown-out': {
    line: 'Owen’s account is disabled in the directory: his open page is of no use any more.',
    picture: 'thrown-out',
  },
  settings: { line: 'Sam decides in the settings that every guest’s access has an end.', picture: 'admin-settings' },
  'guest-plan': { line: 'Sam invites Jo of another company: the plan says guest, and until when.', picture: 'popup-guest-plan' },
  'guest-join': { line: 'Jo opens the link: no account is needed, a code will be mailed.', picture: 'guest-join' },
  'guest-code': { line: 'Jo types the six digits of the mail.', picture: 'guest-code' },
  'passkey-offer': {
    line: 'Jo is in, and is offered a passkey for the next time.',
    picture: 'passkey-offer',
    inTheDark: true,
  },
  'guest-back': { line: 'Signed out, and back with the passkey alone: nothing was typed.', picture: 'guest-back' },
  'single-sign-on': { line: 'Sam opens Single sign-on.' },
  'force-sso': { line: 'Force SSO says who would lose access, before anything happens.', picture: 'force-sso', inTheDark: true },
  'guest-shut-out': { line: 'Switched on: Jo’s open page is of no use any more, and says why.', picture: 'guest-shut-out' },
  'guest-again': { line: 'Switched off: Jo’s passkey opens the door as before.' },
};

process.exit(
  await tour().catch((error: Error) => {
    console.error(`doorstep: ${error.message}`);
    return 1;
  }),
);

async function tour(): Promise<number> {
  const began = Date.now();
  const chromium = findChromium(console.log);
  await Promise.all([buildServer(), buildExtension()]);
  const stage = await setStage({ chromium, scale: 2, audience: tell });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stage.close().finally(() => process.exit(1)));
  try {
    for (const [at, scene] of [...scenes, ...directoryScenes, ...guestScenes].entries()) {
      console.log(`\n${letterOf(at)}  ${scene.title}`);
      await scene.play(stage);
    }
    await visitAdministration(stage);
    await composeHero(await stage.newcomer(), PICTURES);
  } finally {
    await stage.close();
  }
  console.log(`\nPlayed in ${Math.round((Date.now() - began) / 1000)} s. The pictures are in docs/pictures.`);
  return 0;
}

function letterOf(at: number): string {
  return String.fromCodePoint('a'.codePointAt(0)! + at);
}

async function tell(moment: Moment, page: Page): Promise<void> {
  const { line, picture, inTheDark } = told[moment];
  console.log(`   ${line}`);
  if (!picture) return;
  await photograph(page, picture, 'light');
  if (inTheDark) await photograph(page, `${picture}-dark`, 'dark');
}

/** The pages behind the toolbar, as the scenes have left them. */
async function visitAdministration({ administrator, workspace }: Stage): Promise<void> {
  console.log('\nSam looks at the administration.');
  const page = await administrator.newPage();
  await page.setViewportSize({ width: 1100, height: 680 });
  for (const room of [
    'users',
    'invitations',
    'invitations/new',
    'requests',
    'groups',
    'directory',
    'directory/rules',
    'single-sign-on',
    'single-sign-on/configure',
    'single-sign-on/break-glass',
    'single-sign-on/domains',
    'mail',
    'browsers',
    'audit',
  ]) {
    await page.goto(`${workspace.url}/admin/${room}`);
    await photograph(page, `admin-${room.replaceAll('/', '-')}`, 'light');
  }
  await photograph(page, 'admin-audit-dark', 'dark');
}

async function photograph(page: Page, name: string, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true, animations: 'disabled', caret: 'hide' });
  await page.emulateMedia({ colorScheme: 'light' });
}
