import type { Role } from '@doorstep/shared/member';
import type { AuditRow } from '../../../store/audit.ts';
import type { IconName } from '../../views/icon.ts';
import { roleText } from '../../views/role.ts';
import { count } from '../../views/text.ts';
import { dayText } from '../../views/time.ts';

type Words = { icon: IconName; text: string };

/** Every code that an audit row can have, as the beginning of a sentence. */
const words: Record<string, Words> = {
  'member.signed-in': { icon: 'door', text: 'Signed in' },
  'session.ended': { icon: 'door', text: 'Signed out' },
  'member.role-changed': { icon: 'people', text: 'Role changed' },
  'member.suspended': { icon: 'pause', text: 'Suspended' },
  'member.resumed': { icon: 'check', text: 'Resumed' },
  'member.removed': { icon: 'minus', text: 'Removed' },
  'member.access-until-changed': { icon: 'clock', text: 'End of the access changed' },
  'member.access-ended': { icon: 'clock', text: 'Access ended' },
  'member.sessions-ended': { icon: 'shield', text: 'Signed out everywhere' },
  'invitations.sent': { icon: 'send', text: 'Invitations sent' },
  'invitations.stopped': { icon: 'pause', text: 'Sending of invitations stopped' },
  'invitation.redeemed': { icon: 'door', text: 'Invitation redeemed' },
  'invitation.resent': { icon: 'retry', text: 'Invitation sent again' },
  'invitation.revoked': { icon: 'minus', text: 'Invitation revoked' },
  'invitation.declined': { icon: 'x', text: 'Invitation declined' },
  'invitation.offered': { icon: 'info', text: 'Invitation offered at the sign-in' },
  'request.opened': { icon: 'door', text: 'Access requested' },
  'request.reason-given': { icon: 'info', text: 'Reason of the request written' },
  'request.changed': { icon: 'info', text: 'Request came back with an invitation' },
  'request.waiting': { icon: 'clock', text: 'Came back while the request is open' },
  'request.approved': { icon: 'check', text: 'Access request approved' },
  'request.denied': { icon: 'x', text: 'Access request denied' },
  'request.withdrawn': { icon: 'left', text: 'Access request withdrawn' },
  'request.expired': { icon: 'clock', text: 'Access request ran out' },
  'request.refused': { icon: 'x', text: 'Access request refused' },
  'browser.connected': { icon: 'shield', text: 'Browser connected' },
  'browser.disconnected': { icon: 'shield', text: 'Browser disconnected' },
  'mail.opened': { icon: 'mail', text: 'Mail opened in the preview' },
  'workspace.set-up': { icon: 'plus', text: 'Workspace set up' },
  'workspace.named': { icon: 'file', text: 'Workspace named' },
  'sign-in.refused': { icon: 'x', text: 'Sign-in refused' },
  'set-up.refused': { icon: 'key', text: 'Set-up link refused' },
  'key.refused': { icon: 'key', text: 'Invitation key refused' },
  'write.refused': { icon: 'warn', text: 'Change refused' },
  'page.refused': { icon: 'warn', text: 'Page of the administration refused' },
  'api.refused': { icon: 'warn', text: 'Request of a browser extension refused' },
};

/** What the audit can be filtered by. */
export const auditKinds = Object.entries(words).map(([what, { text }]) => ({ what, text }));

type Told = Pick<AuditRow, 'what' | 'facts'>;

export const auditIcon = ({ what }: Told): IconName => wordsOf(what).icon;

/** What happened, with the facts that a reader asks for next. */
export function auditSentence(row: Told): string {
  const { text } = wordsOf(row.what);
  const fact = factOf(row);
  return fact === null ? text : `${text}: ${fact}`;
}

/** Rows outlive the code that wrote them: an unknown code stands for itself. */
const wordsOf = (what: string): Words => (Object.hasOwn(words, what) ? words[what]! : { icon: 'info', text: what });

type Facts = { role?: Role; accessUntil?: number | null; invitations?: number; because?: string };

function factOf({ what, facts }: Told): string | null {
  const known = (facts ? JSON.parse(facts) : {}) as Facts;
  if (known.role && Object.hasOwn(roleText, known.role)) return roleText[known.role].word;
  if (what === 'member.access-until-changed') return known.accessUntil ? dayText(known.accessUntil) : 'no end';
  if (typeof known.invitations === 'number') return count(known.invitations, 'person', 'people');
  return typeof known.because === 'string' ? known.because.replaceAll('-', ' ').replace('sign in', 'sign-in') : null;
}
