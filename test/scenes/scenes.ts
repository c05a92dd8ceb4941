import type { Page } from 'playwright-core';
import type { PostmarkMail } from '../demo-tenant/postmark-mail.ts';
import { until } from '../until.ts';
import type { Stage } from './stage.ts';

export const WORKSPACE_NAME = 'Contoso Vault';
export const REASON = 'New in finance, Sam’s team';
/** The third colleague: one of those behind the search of the sign-in page. */
export const PRIYA = { key: 'priya', name: 'Priya Raman', address: 'priya@contoso.example' };

/** A person's walk through one of the five stories; each throws when something expected does not come. */
export type Scene = { title: string; play(stage: Stage): Promise<void> };

export const scenes: Scene[] = [
  { title: 'the set-up link makes the first administrator, who connects the extension', play: setUpAndConnect },
  {
    title: 'an invitation from the popup is redeemed in another browser, and only then there is a member',
    play: inviteAndRedeem,
  },
  { title: 'somebody knocks, the badge counts, Approve in the popup moves the waiting page on', play: knockAndApprove },
  { title: 'somebody else with the link is refused, and the invitation still works for its addressee', play: wrongAccount },
  { title: 'a person of another tenant is refused', play: otherTenant },
];

async function setUpAndConnect(stage: Stage): Promise<void> {
  const { workspace, administrator } = stage;
  const page = await administrator.newPage();
  await page.goto(workspace.setUpLink);
  await page.getByLabel('Name of the workspace').fill(WORKSPACE_NAME);
  await page.getByRole('button', { name: 'Save the name' }).click();
  await page.getByRole('link', { name: 'Sign in with Microsoft' }).waitFor();
  await stage.show('set-up', page);
  await page.getByRole('link', { name: 'Sign in with Microsoft' }).click();
  await pickAccount(page, 'Sam Okafor');
  await page.getByText('You are the first administrator.').waitFor();
  await stage.show('first-administrator', page);
  await connect(stage);
}

async function connect(stage: Stage): Promise<void> {
  const popup = await stage.openPopup();
  await popup.getByLabel('Workspace address').fill(stage.workspace.url);
  await stage.show('connect-popup', popup);
  const opening = stage.administrator.waitForEvent('page');
  await popup.getByRole('button', { name: 'Connect' }).click();
  const window = await opening;
  await window.getByRole('heading', { name: 'Connect this browser?' }).waitFor();
  await stage.show('connect-window', window);
  await window.getByRole('button', { name: 'Connect' }).click();
  await popup.getByText('Nobody is waiting').waitFor();
  await stage.show('nobody-waits', popup);
  await popup.close();
}

async function inviteAndRedeem(stage: Stage): Promise<void> {
  const mail = await invite(stage, 'mia@contoso.example', true);
  const page = await stage.newcomer();
  await page.goto(`${stage.workspace.tenant.origin}/mailbox/${mail.messageId}/html`);
  await stage.show('invitation-mail', page);
  await page.goto(linkIn(mail)); // the mailbox shows mails in a frame of their own; a mail program opens the link in a tab
  await page.getByRole('heading', { name: 'invited you to' }).waitFor();
  await stage.show('invitation', page);
  await page.getByRole('link', { name: 'Sign in with Microsoft' }).click();
  await pickAccount(page, 'Mia Novák');
  await page.getByText('You are in, Mia.').waitFor();
  await stage.show('redeemed', page);
}

async function knockAndApprove(stage: Stage): Promise<void> {
  const ana = await stage.newcomer();
  await ana.goto(stage.workspace.url);
  await stage.show('door', ana);
  await ana.getByRole('link', { name: 'Sign in with Microsoft' }).click();
  await pickAccount(ana, 'Ana Lima');
  await ana.getByRole('link', { name: 'Say why' }).click();
  await ana.getByLabel('Why would you like to come in?').fill(REASON);
  await stage.show('reason', ana);
  await ana.getByRole('button', { name: 'Add to my request' }).click();
  await ana.getByText(REASON).waitFor();
  await stage.show('waiting', ana);
  await approve(stage, 'Ana Lima');
  await ana.getByText('You are in, Ana.').waitFor();
  await stage.show('let-in', ana);
  const popup = await stage.openPopup();
  await popup.getByText('Nobody is waiting').waitFor();
  await until('an empty badge', async () => (await stage.badge()) === '');
  await stage.show('nobody-waits-again', popup);
  await popup.close();
}

async function approve(stage: Stage, name: string): Promise<void> {
  const popup = await stage.openPopup();
  await popup.getByRole('button', { name: `Approve ${name}` }).waitFor();
  await until('1 on the badge', async () => (await stage.badge()) === '1');
  await stage.show('knocked', popup);
  await popup.getByRole('button', { name: `Details of ${name}` }).click();
  await popup.getByRole('heading', { name: 'Access request' }).waitFor();
  await stage.show('request', popup);
  await popup.keyboard.press('Escape');
  await popup.getByRole('button', { name: `Approve ${name}` }).click();
  await popup.getByText(`${name} may come in.`).waitFor();
  await stage.show('undo', popup);
  await popup.close(); // the background sends it when the time to undo is over, popup or not
}

async function wrongAccount(stage: Stage): Promise<void> {
  // the same person as in the directory, only not behind the search of the sign-in page
  const { oid } = stage.workspace.tenant.colleagues.find(({ key }) => key === PRIYA.key)!;
  stage.workspace.tenant.addPerson({ key: PRIYA.key, name: PRIYA.name, oid });
  const mail = await invite(stage, PRIYA.address, false);
  const ben = await stage.newcomer();
  await ben.goto(linkIn(mail));
  await ben.getByRole('link', { name: 'Sign in with Microsoft' }).click();
  await pickAccount(ben, 'Ben Walsh');
  await ben.getByRole('heading', { name: 'That is another account' }).waitFor();
  await stage.show('another-account', ben);
  const priya = await stage.newcomer();
  await priya.goto(linkIn(mail));
  await priya.getByRole('link', { name: 'Sign in with Microsoft' }).click();
  await pickAccount(priya, PRIYA.name);
  await priya.getByText('You are in, Priya.').waitFor();
  await stage.show('third-colleague-in', priya);
}

async function otherTenant(stage: Stage): Promise<void> {
  const olga = await stage.newcomer();
  await olga.goto(stage.workspace.url);
  await olga.getByRole('link', { name: 'Sign in with Microsoft' }).click();
  await pickAccount(olga, 'Olga Stern');
  await olga.getByRole('heading', { name: 'That account is from somewhere else' }).waitFor();
  await stage.show('other-tenant', olga);
}

/** Invites one address in the popup and answers the mail that arrives. `isShown`: the audience sees each step. */
async function invite(stage: Stage, address: string, isShown: boolean): Promise<PostmarkMail> {
  const popup = await stage.openPopup();
  const show = async (moment: Parameters<Stage['show']>[0]) => isShown && (await stage.show(moment, popup));
  await popup.getByRole('button', { name: 'Invite people' }).click();
  await popup.getByLabel('E-mail addresses').fill(address);
  await popup.getByLabel('E-mail addresses').press('Enter');
  await popup.getByRole('button', { name: `Remove ${address}` }).waitFor();
  await show('addresses');
  await popup.getByRole('button', { name: 'Next: options' }).click();
  await popup.getByLabel('Personal note').fill('Welcome to the vault! Questions? Just reply to this mail.');
  await show('options');
  await popup.getByRole('button', { name: 'Next: user groups' }).click();
  await popup.getByRole('button', { name: 'Review', exact: true }).click();
  const send = popup.getByRole('button', { name: 'Send 1 invitation' });
  await send.waitFor();
  await show('plan');
  await send.click();
  await popup.getByText('1 invitation on the way').waitFor();
  const mail = await until(`a mail to ${address}`, () => stage.workspace.tenant.mails().find(({ to }) => to === address));
  await show('sent');
  await popup.getByRole('button', { name: 'Done' }).click();
  await popup.close();
  return mail;
}

/** The demo tenant's sign-in page, as Microsoft's would be. */
export async function pickAccount(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).click();
}

/** The link of an invitation, as it stands in the mail. */
export function linkIn({ textBody }: PostmarkMail): string {
  const [link] = /^http\S+\/join\/\S+\?key=\S+$/m.exec(textBody) ?? [];
  if (!link) throw new Error('The mail has no link to join.');
  return link;
}
