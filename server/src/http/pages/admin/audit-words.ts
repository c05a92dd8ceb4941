import type { Role } from '@doorstep/shared/member';
import type { AuditRow } from '../../../store/audit.ts';
import type { IconName } from '../../views/icon.ts';
import { roleText } from '../../views/role.ts';
import { effectText, type RuleEffect } from '../../views/rules.ts';
import { count } from '../../views/text.ts';
import { dayText } from '../../views/time.ts';
import { settingsSentence } from './settings-words.ts';

type Words = { icon: IconName; text: string };

/** Every code that an audit row can have, as the beginning of a sentence. */
const words: Record<string, Words> = {
  'member.signed-in': { icon: 'door', text: 'Signed in' },
  'directory.connected': { icon: 'plus', text: 'Directory connected' },
  'directory.disconnected': { icon: 'minus', text: 'Directory disconnected' },
  'directory.sync-wanted': { icon: 'retry', text: 'Directory sync asked for' },
  'directory.losses-released': { icon: 'warn', text: 'Stopped losses of the directory let pass' },
  'directory.alerted': { icon: 'warn', text: 'Administrators told of the directory' },
  'session.ended': { icon: 'door', text: 'Signed out' },
  'member.role-changed': { icon: 'people', text: 'Role changed' },
  'member.suspended': { icon: 'pause', text: 'Suspended' },
  'member.resumed': { icon: 'check', text: 'Resumed' },
  'member.removed': { icon: 'minus', text: 'Removed' },
  'member.access-until-changed': { icon: 'clock', text: 'End of the access changed' },
  'sponsor.taken-over': { icon: 'people', text: 'Taken over from who left' },
  'member.access-ended': { icon: 'clock', text: 'Access ended' },
  'member.sessions-ended': { icon: 'shield', text: 'Signed out everywhere' },
  'user-group.made': { icon: 'plus', text: 'User group made' },
  'user-group.followed': { icon: 'retry', text: 'Directory group followed' },
  'user-group.renamed': { icon: 'people', text: 'User group renamed' },
  'user-group.deleted': { icon: 'minus', text: 'User group deleted' },
  'user-group.replaced': { icon: 'people', text: 'User group replaced by another' },
  'user-group.member-added': { icon: 'plus', text: 'Added to a user group' },
  'user-group.member-removed': { icon: 'minus', text: 'Taken out of a user group' },
  'member.admitted': { icon: 'door', text: 'Let in by an admission rule' },
  'rule.made': { icon: 'plus', text: 'Admission rule made' },
  'rule.changed': { icon: 'info', text: 'Admission rule changed' },
  'rule.switched-on': { icon: 'check', text: 'Admission rule switched on' },
  'rule.switched-off': { icon: 'pause', text: 'Admission rule switched off' },
  'rule.deleted': { icon: 'minus', text: 'Admission rule deleted' },
  'directory.scope-changed': { icon: 'search', text: 'Who is suggested changed' },
  'invitations.sent': { icon: 'send', text: 'Invitations sent' },
  'invitations.stopped': { icon: 'pause', text: 'Sending of invitations stopped' },
  'invitation.redeemed': { icon: 'door', text: 'Invitation redeemed' },
  'invitation.resent': { icon: 'retry', text: 'Invitation sent again' },
  'invitation.revoked': { icon: 'minus', text: 'Invitation revoked' },
  'invitation.declined': { icon: 'x', text: 'Invitation declined' },
  'directory-user.dismissed': { icon: 'minus', text: 'Not suggested any more' },
  'directory-user.suggested-again': { icon: 'plus', text: 'Suggested again' },
  'option-preset.saved': { icon: 'file', text: 'Options saved' },
  'option-preset.deleted': { icon: 'minus', text: 'Saved options deleted' },
  'invitation.offered': { icon: 'info', text: 'Invitation offered at the sign-in' },
  'request.opened': { icon: 'door', text: 'Access requested' },
  'request.reason-given': { icon: 'info', text: 'Reason of the request written' },
  'request.changed': { icon: 'info', text: 'Request came back with an invitation' },
  'request.waiting': { icon: 'clock', text: 'Came back while the request is open' },
  'request.approved': { icon: 'check', text: 'Access request approved' },
  'request.denied': { icon: 'x', text: 'Access request denied' },
  'request.withdrawn': { icon: 'left', text: 'Access request withdrawn' },
  'request.expired': { icon: 'clock', text: 'Access request ran out' },
  'request.escalated': { icon: 'clock', text: 'Administrators told that nobody answered' },
  'administrator.proposed': { icon: 'people', text: 'Proposed as administrator' },
  'administrator.confirmed': { icon: 'check', text: 'Confirmed as administrator' },
  'administrator.declined': { icon: 'x', text: 'Proposal as administrator turned down' },
  'request.refused': { icon: 'x', text: 'Access request refused' },
  'browser.connected': { icon: 'shield', text: 'Browser connected' },
  'browser.disconnected': { icon: 'shield', text: 'Browser disconnected' },
  'mail.opened': { icon: 'mail', text: 'Mail opened in the preview' },
  'mail.drafted': { icon: 'mail', text: 'Mail configuration drafted' },
  'mail.tested': { icon: 'mail', text: 'Mail configuration tested' },
  'mail.switched-on': { icon: 'send', text: 'Mail configuration switched on' },
  'workspace.set-up': { icon: 'plus', text: 'Workspace set up' },
  'workspace.named': { icon: 'file', text: 'Workspace named' },
  'settings.changed': { icon: 'gear', text: 'Settings changed' },
  'workspace.logo-changed': { icon: 'file', text: 'Logo uploaded' },
  'workspace.logo-removed': { icon: 'minus', text: 'Logo removed' },
  'member.request-mails-changed': { icon: 'mail', text: 'Own mails about access requests chosen' },
  'directory-user.provisioned': { icon: 'plus', text: 'Person provisioned' },
  'directory-user.changed': { icon: 'people', text: 'Person changed by the provider' },
  'directory-user.enabled': { icon: 'check', text: 'Person activated by the provider' },
  'directory-user.disabled': { icon: 'pause', text: 'Person deactivated by the provider' },
  'directory-user.deleted': { icon: 'minus', text: 'Person deleted by the provider' },
  'directory-group.provisioned': { icon: 'plus', text: 'Directory group provisioned' },
  'directory-group.changed': { icon: 'people', text: 'Directory group changed by the provider' },
  'directory-group.deleted': { icon: 'minus', text: 'Directory group deleted by the provider' },
  'provisioning.refused': { icon: 'warn', text: 'Deactivation by the provider refused' },
  'provisioning.stopped': { icon: 'pause', text: 'Provisioning stopped' },
  'assignment.forgotten': { icon: 'info', text: 'Whether assignment is required forgotten' },
  'scim-token.made': { icon: 'key', text: 'Provisioning token made' },
  'scim-token.ended': { icon: 'key', text: 'Provisioning token ended' },
  'passkey.added': { icon: 'key', text: 'Passkey added' },
  'passkey.removed': { icon: 'key', text: 'Passkey removed' },
  'break-glass.added': { icon: 'key', text: 'Added to the break-glass list' },
  'break-glass.removed': { icon: 'key', text: 'Taken off the break-glass list' },
  'break-glass.used': { icon: 'warn', text: 'Break-glass used' },
  'force-sso.on': { icon: 'shield', text: 'SSO forced on all users' },
  'force-sso.off': { icon: 'door', text: 'SSO not forced any more' },
  'domain.added': { icon: 'plus', text: 'Domain added' },
  'domain.verified': { icon: 'check', text: 'Domain shown to be ours' },
  'domain.removed': { icon: 'minus', text: 'Domain removed' },
  'sign-on.drafted': { icon: 'shield', text: 'Single sign-on drafted' },
  'sign-on.tested': { icon: 'shield', text: 'Single sign-on tested' },
  'sign-on.switched-on': { icon: 'shield', text: 'Single sign-on switched on' },
  'sign-on.discarded': { icon: 'minus', text: 'Draft of single sign-on discarded' },
  'sign-on.expiry-noted': { icon: 'clock', text: 'End of the environment’s client secret noted' },
  'client-credential.added': { icon: 'key', text: 'Client secret or certificate added' },
  'client-credential.ended': { icon: 'key', text: 'Client secret or certificate ended' },
  'client-credential.refused': { icon: 'warn', text: 'Client secret or certificate refused by the provider' },
  'client-credential.taken': { icon: 'check', text: 'Client secret or certificate works again' },
  'sign-in.refused': { icon: 'x', text: 'Sign-in refused' },
  'set-up.refused': { icon: 'key', text: 'Set-up link refused' },
  'guest-code.asked': { icon: 'mail', text: 'Code of a guest asked for' },
  'guest-code.used': { icon: 'key', text: 'Code of a guest used' },
  'guest-code.refused': { icon: 'x', text: 'Wrong code of a guest' },
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

type Facts = {
  effect?: RuleEffect;
  suggests?: string;
  role?: Role;
  accessUntil?: number | null;
  invitations?: number;
  because?: string;
  domain?: string;
};

function factOf({ what, facts }: Told): string | null {
  const known = (facts ? JSON.parse(facts) : {}) as Facts;
  if (what === 'settings.changed') return settingsSentence(known as Parameters<typeof settingsSentence>[0]);
  if (known.effect) return effectText[known.effect](known.role ? roleText[known.role].word : '').toLowerCase();
  if (typeof known.domain === 'string') return known.domain;
  if (known.suggests) return known.suggests === 'groups' ? 'people of rules' : 'everybody';
  if (known.role && Object.hasOwn(roleText, known.role)) return roleText[known.role].word;
  if (what === 'member.access-until-changed') return known.accessUntil ? dayText(known.accessUntil) : 'no end';
  if (typeof known.invitations === 'number') return count(known.invitations, 'person', 'people');
  return typeof known.because === 'string' ? known.because.replaceAll('-', ' ').replace('sign in', 'sign-in') : null;
}
