import { isAddress } from '@doorstep/shared/email-address';
import { guestCodeOf, showCode } from '../identity/guest-code.ts';
import { invitationKey, showId, showKey } from '../identity/invitation-key.ts';
import type { Keys } from '../identity/root-key.ts';
import { type FactsOf, findMailFacts, type MailFacts } from '../store/mail-facts.ts';
import type { Store } from '../store/store.ts';
import { findWorkspaceName } from '../store/workspace.ts';
import { accessEndsMail } from './mails/access-ends.ts';
import { accessRequestMail, requestUnansweredMail } from './mails/access-request.ts';
import { administratorProposedMail } from './mails/administrator-proposed.ts';
import { approvedMail } from './mails/approved.ts';
import { credentialExpiresMail } from './mails/credential-expires.ts';
import { declinedMail } from './mails/declined.ts';
import { deniedMail } from './mails/denied.ts';
import { directoryAlertMail } from './mails/directory-alert.ts';
import { guestCodeMail } from './mails/guest-code.ts';
import { invitationMail } from './mails/invitation.ts';
import { invitationReminderMail } from './mails/invitation-reminder.ts';
import type { House, Mail } from './mails/layout.ts';
import { plainName } from './mails/plain.ts';
import { requestsDigestMail } from './mails/requests-digest.ts';
import { signOnAlertMail } from './mails/sign-on-alert.ts';
import { stillNeededMail } from './mails/still-needed.ts';
import { tokenExpiresMail } from './mails/token-expires.ts';
import type { Mailbox, RenderedMail } from './transport.ts';

export type RenderDeps = {
  store: Store;
  keys: Pick<Keys, 'invitation' | 'guest'>;
  /** Without a slash at the end. */
  publicUrl: string;
  /** The address mails come from; the name beside it is the workspace's. */
  from: string;
};
/** `because` is a sentence for the administrators. */
export type Rendering = { mail: RenderedMail } | { refused: string };

/** Mails as they are now, by outbox id. Keys are derived here and live no longer than the mail. */
export async function renderMails(deps: RenderDeps, ids: readonly string[]): Promise<Map<string, Rendering>> {
  const [facts, workspaceName] = await Promise.all([findMailFacts(deps.store, ids), findWorkspaceName(deps.store)]);
  const house = { workspaceName, publicUrl: deps.publicUrl };
  return new Map(ids.map((id) => [id, renderOne(deps, house, id, facts.get(id))]));
}

/** One that cannot be written must not keep its neighbours from leaving (OUT-15). */
function renderOne(deps: RenderDeps, house: House, id: string, facts: MailFacts | undefined): Rendering {
  if (!facts) return { refused: 'What it was about is gone.' };
  if (!facts.to) return { refused: 'The recipient has no address.' };
  if (!isAddress(facts.to)) return { refused: 'The recipient is not an address that mail servers take.' };
  try {
    return { mail: envelope(deps, house, id, facts.to, facts) };
  } catch {
    return { refused: 'The mail could not be written.' };
  }
}

function envelope(deps: RenderDeps, house: House, id: string, to: string, facts: MailFacts): RenderedMail {
  return {
    id,
    to,
    messageId: `<${id}@${deps.from.slice(deps.from.lastIndexOf('@') + 1)}>`,
    from: { name: plainName(house.workspaceName), address: deps.from },
    replyTo: 'inviter' in facts ? replyTo(facts.inviter) : undefined,
    headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834: answering machines stay silent
    metadata: { m: id, g: String('generation' in facts ? facts.generation : 0) },
    ...write(deps, house, facts),
  };
}

/** Invitations are answered by their inviter; mails about requests by nobody (DESIGN.md, section 4). */
function replyTo(inviter: FactsOf<'invitation'>['inviter']): Mailbox | undefined {
  if (!inviter?.address) return undefined;
  return { name: plainName(inviter.name || inviter.address), address: inviter.address };
}

function write(deps: RenderDeps, house: House, facts: MailFacts): Mail {
  switch (facts.kind) {
    case 'invitation':
    case 'invitation-reminder':
      return writeInvitation(deps, house, facts);
    case 'access-request':
      return accessRequestMail(house, facts);
    case 'request-unanswered':
      return requestUnansweredMail(house, facts);
    case 'requests-digest':
      return requestsDigestMail(house, facts);
    case 'administrator-proposed':
      return administratorProposedMail(house, facts);
    case 'approved':
      return approvedMail(house, facts);
    case 'denied':
      return deniedMail(house, facts);
    case 'declined':
      return declinedMail(house, facts);
    case 'directory-alert':
      return directoryAlertMail(house, facts.alert);
    case 'token-expires':
      return tokenExpiresMail(house, facts);
    case 'guest-code':
      return guestCodeMail(house, { ...facts, shownCode: showCode(guestCodeOf(deps.keys, facts.codeId)) });
    case 'credential-expires':
      return credentialExpiresMail(house, facts);
    case 'sign-on-alert':
      return signOnAlertMail(house, facts);
    case 'access-ends':
      return accessEndsMail(house, facts);
    case 'still-needed':
      return stillNeededMail(house, facts);
  }
}

function writeInvitation({ keys }: RenderDeps, house: House, facts: FactsOf<'invitation' | 'invitation-reminder'>): Mail {
  const key = invitationKey(keys, facts.invitationId, facts.generation);
  if (facts.kind === 'invitation-reminder') return invitationReminderMail(house, { ...facts, key });
  return invitationMail(house, { ...facts, key, shownKey: showKey(key), shownId: showId(facts.invitationId) });
}
