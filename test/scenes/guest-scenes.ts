import type { Page } from 'playwright-core';
import { until } from '../until.ts';
import { addAuthenticator } from '../virtual-authenticator.ts';
import { signInAgain } from './directory-scenes.ts';
import { linkIn, type Scene } from './scenes.ts';
import type { Stage } from './stage.ts';

/** Of no domain of the demonstration tenant. */
export const JO = 'jo@fabrikam.example';
export const GUEST_DAYS = 30;

/** Jo's browser with its passkey, and Sam's page of the switch: the scenes hand them on. */
const guestPages = new WeakMap<Stage, Page>();
const switchPages = new WeakMap<Stage, Page>();

/** What follows the directory: somebody from elsewhere, and the door that shuts before them and opens again. */
export const guestScenes: Scene[] = [
  { title: 'somebody from elsewhere is invited, and the plan says so and until when', play: inviteGuest },
  { title: 'the guest comes in by a mailed code, makes a passkey, and comes back with nothing else', play: joinAndComeBack },
  { title: 'SSO is forced: who loses access is named before, and the guest’s open page is of no use any more', play: force },
  { title: 'SSO is forced no more, and the guest comes in by passkey as before', play: undo },
];

async function inviteGuest(stage: Stage): Promise<void> {
  await setGuestEnd(stage);
  const popup = await stage.openPopup();
  await popup.getByRole('button', { name: 'Invite people' }).click();
  await popup.getByRole('button', { name: 'Next: e-mails' }).click();
  await popup.getByLabel('E-mail addresses').fill(JO);
  await popup.getByLabel('E-mail addresses').press('Enter');
  await popup.getByRole('button', { name: `Remove ${JO}` }).waitFor();
  await popup.getByRole('button', { name: 'Review', exact: true }).click();
  await popup.getByText(/comes in by a mailed code, until/).waitFor();
  await stage.show('guest-plan', popup);
  await popup.getByRole('button', { name: 'Send 1 invitation' }).click();
  await popup.getByText('1 invitation on the way').waitFor();
  await popup.getByRole('button', { name: 'Done' }).click();
  await popup.close();
}

/** Nobody from elsewhere stays for ever. */
async function setGuestEnd({ workspace, administrator, show }: Stage): Promise<void> {
  const page = await administrator.newPage();
  await page.goto(`${workspace.url}/admin/settings`);
  await page.getByLabel('Every guest’s access has an end').check();
  await page.getByLabel('A guest’s access lasts at most (days)').fill(String(GUEST_DAYS));
  await page.getByRole('button', { name: 'Save guests' }).click();
  await page.getByRole('status').first().waitFor();
  await show('settings', page);
  await page.close();
}

async function joinAndComeBack(stage: Stage): Promise<void> {
  const mail = await mailTo(stage, 'key=');
  const jo = await stage.newcomer();
  guestPages.set(stage, jo);
  await addAuthenticator(jo);
  await jo.goto(linkIn(mail));
  await jo.getByText('A six-digit code is mailed to').waitFor();
  await stage.show('guest-join', jo);
  await jo.getByRole('button', { name: 'Send me a code' }).click();
  await jo.getByLabel('Six-digit code').fill(await codeMailed(stage));
  await stage.show('guest-code', jo);
  await jo.getByRole('button', { name: 'Come in' }).click();
  await jo.getByRole('heading', { name: 'Next time without a code' }).waitFor();
  await jo.getByRole('button', { name: 'Create a passkey' }).waitFor();
  await stage.show('passkey-offer', jo);
  await jo.getByRole('button', { name: 'Create a passkey' }).click();
  await jo.getByText('Your passkey is ready').waitFor();
  await jo.goto(`${stage.workspace.url}/welcome`);
  await jo.getByRole('main').getByRole('button', { name: 'Sign out', exact: true }).click();
  await comeInByPasskey(stage, jo);
  await stage.show('guest-back', jo);
}

/** From the door, without typing anything. */
async function comeInByPasskey({ workspace }: Stage, jo: Page): Promise<void> {
  await jo.goto(workspace.url);
  await jo.getByRole('link', { name: 'I am a guest' }).click();
  await jo.getByRole('link', { name: 'I have a passkey' }).click();
  await jo.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await jo.getByRole('heading', { name: 'You', exact: true }).waitFor();
}

/** As Jo would type it. */
async function codeMailed(stage: Stage): Promise<string> {
  const mail = await mailTo(stage, 'Your code: ');
  return /^Your code: (.+)$/m.exec(mail.textBody)![1]!;
}

const mailTo = ({ workspace }: Stage, words: string) =>
  until(`a mail to ${JO} with “${words}”`, () =>
    workspace.tenant.mails().find(({ to, textBody }) => to === JO && textBody.includes(words)),
  );

async function force(stage: Stage): Promise<void> {
  const page = await anotherDay(stage);
  switchPages.set(stage, page);
  await page.goto(`${stage.workspace.url}/admin/single-sign-on`);
  await stage.show('single-sign-on', page);
  await page.getByRole('link', { name: /^Force SSO/ }).click();
  await page.getByRole('link', { name: JO }).waitFor();
  await stage.show('force-sso', page);
  await page.getByRole('button', { name: 'Force SSO on all users' }).click();
  await signInAgain(stage, page);
  await page.getByText('Guests were signed out').waitFor();
  const jo = guestPages.get(stage)!; // as the scene before left it
  await jo.reload();
  await jo.getByText('Everybody signs in with Microsoft here now').waitFor();
  await stage.show('guest-shut-out', jo);
}

/** Sam signs out and in: what was a fresh sign-in for the directory is none any more. */
async function anotherDay({ workspace, administrator }: Stage): Promise<Page> {
  const page = await administrator.newPage();
  await page.goto(`${workspace.url}/welcome`);
  await page.getByRole('main').getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByText('signed out').first().waitFor();
  await page.goto(`${workspace.url}/sign-in`); // Microsoft has not forgotten Sam, and asks nothing
  await page.getByRole('heading', { name: 'You', exact: true }).waitFor();
  return page;
}

async function undo(stage: Stage): Promise<void> {
  const page = switchPages.get(stage)!; // fresh enough still
  await page.getByRole('button', { name: 'Stop forcing SSO' }).click();
  await page.getByRole('heading', { name: 'Stop forcing SSO?' }).waitFor();
  await page.getByRole('button', { name: 'Stop forcing SSO' }).click();
  await page.getByText('Guests can come in again').waitFor();
  await page.close();
  const jo = guestPages.get(stage)!;
  await comeInByPasskey(stage, jo);
  await stage.show('guest-again', jo);
}
