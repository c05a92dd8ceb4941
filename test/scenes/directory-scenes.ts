import type { Page } from 'playwright-core';
import { until } from '../until.ts';
import { linkIn, pickAccount, type Scene } from './scenes.ts';
import type { Stage } from './stage.ts';

/** In Finance – Treasury, which is nested in Finance. */
export const OWEN = { name: 'Owen Doyle', address: 'owen@contoso.example' };
export const NEW_COLLEAGUE = 'Ida Holm';
export const CUSTOM_GROUP = 'Budget readers';

/** Owen's page, which stays open until he is thrown out of it. */
const opened = new WeakMap<Stage, Page>();

/** What follows the five stories: the directory, as a newcomer meets it. */
export const directoryScenes: Scene[] = [
  { title: 'the directory is connected, and what is suggested counts up with a change there', play: connectAndWatch },
  { title: 'a nested group is invited in five clicks, and somebody of it comes in with both user groups', play: inviteGroup },
  { title: 'whoever is disabled in the directory is thrown out of an open page', play: throwOut },
];

async function connectAndWatch(stage: Stage): Promise<void> {
  const { workspace, administrator } = stage;
  const page = await administrator.newPage();
  await page.goto(`${workspace.url}/admin/directory`);
  await page.getByRole('button', { name: 'Connect directory' }).click();
  await signInAgain(stage, page);
  await page.getByText('in step').waitFor();
  await stage.show('directory', page);
  await page.goto(`${workspace.url}/admin/users`);
  const before = await suggested(page);
  await addColleague(stage);
  await syncNow(stage, page);
  await page.goto(`${workspace.url}/admin/users`);
  await until('one more person to invite', async () => {
    await page.reload();
    return (await suggested(page)) === before + 1;
  });
  await stage.show('suggested', page);
  await page.close();
}

/** The press waits on this page while the sign-in runs in another tab. */
export async function signInAgain({ administrator }: Stage, page: Page): Promise<void> {
  const opening = administrator.waitForEvent('page');
  await page.getByRole('link', { name: 'Sign in again' }).click();
  const tab = await opening;
  await pickAccount(tab, 'Sam Okafor');
  await tab.getByText('That was fresh enough').waitFor();
  await tab.close();
  await page.getByRole('button', { name: 'Send again' }).click();
}

/** The number on the widget. */
async function suggested(page: Page): Promise<number> {
  const widget = await page
    .getByRole('link', { name: /Invitation required/ })
    .first()
    .innerText();
  return Number(/\d[\d,.]*/.exec(widget)?.[0].replace(/\D/g, ''));
}

/** On the demo tenant's own page, as a newcomer would. */
async function addColleague({ workspace, administrator }: Stage): Promise<void> {
  const page = await administrator.newPage();
  await page.goto(`${workspace.tenant.origin}/directory`);
  await page.getByLabel('Name').first().fill(NEW_COLLEAGUE);
  await page.getByRole('button', { name: 'Add a colleague' }).click();
  await page.getByText(NEW_COLLEAGUE).first().waitFor();
  await page.close();
}

async function syncNow({ workspace }: Stage, page: Page): Promise<void> {
  const rounds = async () => page.locator('table tbody tr').count();
  await page.goto(`${workspace.url}/admin/directory`);
  const before = await rounds();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await until('the round that was asked for', async () => {
    await page.goto(`${workspace.url}/admin/directory`);
    return (await rounds()) > before && (await page.getByText('in step').isVisible());
  });
}

async function inviteGroup(stage: Stage): Promise<void> {
  await makeUserGroups(stage);
  const popup = await stage.openPopup();
  await popup.getByRole('button', { name: /Invitation required/ }).click();
  await popup.getByRole('checkbox').first().waitFor();
  await stage.show('people', popup);
  await popup.getByRole('tab', { name: /Groups/ }).click();
  await popup.getByRole('checkbox', { name: /finance@contoso.example/ }).check();
  await popup
    .getByText(/to invite/)
    .first()
    .waitFor();
  await stage.show('groups', popup);
  await popup.getByRole('button', { name: 'Review', exact: true }).click();
  const send = popup.getByRole('button', { name: /^Send \d+ invitations/ });
  await send.waitFor();
  await stage.show('group-plan', popup);
  await send.click(); // the fifth click
  await popup.getByText(/invitations on the way/).waitFor();
  await popup.getByRole('button', { name: 'Done' }).click();
  await popup.getByRole('button', { name: 'Invite people' }).waitFor(); // the draft is gone
  await popup.close();
  await redeemAndGetGroups(stage);
}

/** A synced user group that follows Finance, and a custom one. */
async function makeUserGroups({ workspace, administrator }: Stage): Promise<void> {
  const page = await administrator.newPage();
  await page.goto(`${workspace.url}/admin/groups?directory=Finance`);
  await page.getByRole('listitem').filter({ hasText: 'finance@contoso.example' }).getByRole('button').click();
  await page.getByRole('heading', { name: 'Finance', exact: true }).waitFor();
  await page.goto(`${workspace.url}/admin/groups`);
  await page.getByLabel('Name', { exact: true }).fill(CUSTOM_GROUP);
  await page.getByRole('button', { name: 'Make the group' }).click();
  await page.getByRole('heading', { name: CUSTOM_GROUP }).waitFor();
  await page.close();
}

async function redeemAndGetGroups(stage: Stage): Promise<void> {
  const { workspace, administrator } = stage;
  const mail = await until(`a mail to ${OWEN.address}`, () => workspace.tenant.mails().find(({ to }) => to === OWEN.address));
  const owen = await stage.newcomer();
  await owen.goto(linkIn(mail));
  await owen.getByRole('link', { name: 'Sign in with Microsoft' }).click();
  await pickAccount(owen, OWEN.name);
  await owen.getByText('You are in, Owen.').waitFor();
  await owen.getByText('Finance', { exact: true }).waitFor();
  const page = await administrator.newPage();
  await page.goto(`${workspace.url}/admin/users?q=Owen`);
  await page.getByRole('link', { name: OWEN.name }).click();
  await page
    .getByLabel(/Add to|group/i)
    .last()
    .selectOption({ label: CUSTOM_GROUP });
  await page.getByRole('button', { name: /^Add/ }).click();
  await page.getByRole('link', { name: CUSTOM_GROUP }).waitFor();
  await stage.show('person', page);
  await page.close();
  await owen.reload();
  await owen.getByText(CUSTOM_GROUP).waitFor();
  await stage.show('groups-got', owen);
  opened.set(stage, owen);
}

async function throwOut(stage: Stage): Promise<void> {
  const { workspace, administrator } = stage;
  const owen = opened.get(stage)!; // as the scene before left it
  const page = await administrator.newPage();
  await page.goto(`${workspace.tenant.origin}/directory?search=Owen`);
  const row = page.getByRole('row', { name: new RegExp(OWEN.name) });
  await row.getByRole('button', { name: 'Disable' }).click();
  await row.getByRole('button', { name: 'Enable' }).waitFor();
  await syncNow(stage, page);
  await owen.reload();
  await owen
    .getByRole('link', { name: /Sign in/ })
    .first()
    .waitFor();
  await stage.show('thrown-out', owen);
  await page.close();
}
