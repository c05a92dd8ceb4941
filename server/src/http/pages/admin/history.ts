import { type AuditRow, findAuditEvents } from '../../../store/audit.ts';
import { findSubjects } from '../../../store/audit-subject.ts';
import { findInvitations, type InvitationRow } from '../../../store/invitation.ts';
import type { MemberRow } from '../../../store/member.ts';
import type { Ctx } from '../../env.ts';
import type { HistoryLine } from '../../views/member.ts';
import { nameOf } from '../../views/text.ts';
import { auditIcon, auditSentence } from './audit-words.ts';

const LINES = 50;

/** What was done to and by somebody, and the invitations they came with, newest first. */
export async function historyOf(c: Ctx, member: MemberRow): Promise<HistoryLine[]> {
  const { store } = c.var.deps;
  const [events, invitations] = await Promise.all([
    findAuditEvents(store, { about: member.id, limit: LINES }),
    findInvitations(store, { memberId: member.id, limit: LINES }, c.var.now),
  ]);
  const subjects = await findSubjects(
    store,
    events.map((event) => event.about).filter((id) => id !== null && id !== member.id),
  );
  const happened = events.map((event) => {
    const subject = event.about === null ? undefined : subjects.get(event.about);
    return eventLine(event, member.id, subject ? nameOf(subject) : null);
  });
  return [...happened, ...invitations.map(invitationLine)].sort((a, b) => b.at - a.at).slice(0, LINES);
}

const eventLine = (event: AuditRow, memberId: string, subject: string | null): HistoryLine => ({
  icon: auditIcon(event),
  text: subject === null ? auditSentence(event) : `${auditSentence(event)} · ${subject}`,
  at: event.at,
  by: event.byMemberId === memberId ? null : event.byName,
});

const invitationLine = (invitation: InvitationRow): HistoryLine => ({
  icon: 'send',
  text: invitation.accessRequestId
    ? 'Invited by an approval'
    : invitation.admissionRuleId
      ? 'Invited by an admission rule'
      : 'Invited',
  at: invitation.sentAt,
  by: invitation.inviterName,
});
