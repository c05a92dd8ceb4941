import type { PostmarkMail } from '../demo-tenant/postmark-mail.ts';
import { Browser, type BrowserResponse } from '../demo-tenant/sign-in-client.ts';
import { invited } from './stories.ts';
import type { Workspace } from './workspace.ts';

let guests = 0;
/** An address of another organization that nobody has used. */
export const guestAddress = (): string => {
  guests += 1;
  return `guest${guests}@fabrikam.example`;
};

/** The mails with codes to this address, oldest first. */
export const codeMailsTo = async (workspace: Workspace, address: string): Promise<PostmarkMail[]> =>
  (await workspace.mailsTo(address)).filter((mail) => mail.subject.startsWith('Your code'));

/** The newest code mailed to this address, as the mail shows it. */
export async function codeMailedTo(workspace: Workspace, address: string): Promise<string> {
  const code = /Your code: (\d{3} \d{3})/.exec((await codeMailsTo(workspace, address)).at(-1)?.textBody ?? '')?.[1];
  if (!code) throw new Error(`no code was mailed to ${address}`);
  return code;
}

/** Six digits that are not this code. */
export const otherThan = (code: string): string => (code.replace(' ', '') === '111111' ? '222222' : '111111');

/** Opens the mailed link and presses *Send me a code*. */
export async function asksByLink(joinUrl: string, browser = new Browser(), form: Record<string, string> = {}) {
  const offer = await browser.get(joinUrl, { follow: true });
  const page = await browser.post(`${offer.url}/code`, form, { follow: true });
  return { browser, offer, page };
}

/** Types an address at `/guest`. */
export async function asksByAddress({ url }: Workspace, address: string, browser = new Browser()) {
  return { browser, page: await browser.post(`${url}/guest`, { address }, { follow: true }) };
}

export const types = ({ url }: Workspace, browser: Browser, code: string): Promise<BrowserResponse> =>
  browser.post(`${url}/guest/code`, { code });

/** Invited, in by the code, signed in. */
export async function guestIn(workspace: Workspace, address = guestAddress(), options: Record<string, unknown> = {}) {
  const invitation = await invited(workspace, address, options);
  const { browser } = await asksByLink(invitation.joinUrl);
  const arrived = await types(workspace, browser, await codeMailedTo(workspace, address));
  const [member] = await workspace.sql(`SELECT id, object_id FROM members WHERE address = '${address}'`);
  if (arrived.status !== 303 || !member) throw new Error(`${address} is not in: ${arrived.status}`);
  return { ...invitation, address, browser, arrived, memberId: String(member.id), objectId: String(member.object_id) };
}

/** Where the browser stands: in, or not. */
export const isIn = async ({ url }: Workspace, browser: Browser): Promise<boolean> =>
  (await browser.get(`${url}/welcome`)).status === 200;
