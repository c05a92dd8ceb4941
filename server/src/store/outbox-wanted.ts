import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { isAccessEnding } from './access-end.ts';
import { isAlertWanted } from './credential-trouble.ts';
import { scimTokens } from './directory-schema.ts';
import { isCredentialEnding } from './expiry.ts';
import { isCodeGood } from './guest-code.ts';
import { accessRequests, invitations, members, outboxMessages } from './schema.ts';

/**
 * Whether a row of `outbox_messages` is still worth sending, as a condition on that row. A revoked, expired, redeemed or resent invitation
 * (OUT-10, OUT-11), a request that somebody decided meanwhile, an administrator who is none any more: not.
 */
export const isStillWanted = (now: Millis): SQL => sql`CASE ${outboxMessages.kind}
  WHEN 'invitation' THEN ${isInvitationGood(now)}
  WHEN 'invitation-reminder' THEN ${isInvitationGood(now)}
  WHEN 'access-request' THEN ${hasActiveReader(now)} AND EXISTS (SELECT 1 FROM ${members}
      WHERE ${members.id} = ${outboxMessages.memberId} AND ${members.role} = 'administrator')
    AND EXISTS (SELECT 1 FROM ${accessRequests} WHERE ${accessRequests.id} = ${outboxMessages.requestId}
      AND +${accessRequests.state} = 'open' AND ${accessRequests.expiresAt} > ${now})
  WHEN 'directory-alert' THEN ${hasActiveReader(now)} AND EXISTS (SELECT 1 FROM ${members}
      WHERE ${members.id} = ${outboxMessages.memberId} AND ${members.role} = 'administrator')
  WHEN 'token-expires' THEN ${hasActiveReader(now)} AND EXISTS (SELECT 1 FROM ${members}
      WHERE ${members.id} = ${outboxMessages.memberId} AND ${members.role} = 'administrator')
    AND EXISTS (SELECT 1 FROM ${scimTokens} WHERE ${scimTokens.id} = ${outboxMessages.aboutId}
      AND ${scimTokens.endedAt} IS NULL AND ${scimTokens.expiresAt} > ${now})
  WHEN 'credential-expires' THEN ${hasActiveReader(now)} AND EXISTS (SELECT 1 FROM ${members}
      WHERE ${members.id} = ${outboxMessages.memberId} AND ${members.role} = 'administrator')
    AND ${isCredentialEnding(sql`${outboxMessages.aboutId}`, now)}
  WHEN 'sign-on-alert' THEN ${hasActiveReader(now)} AND EXISTS (SELECT 1 FROM ${members}
      WHERE ${members.id} = ${outboxMessages.memberId} AND ${members.role} = 'administrator') AND ${isAlertWanted(mail.aboutId)}
  WHEN 'access-ends' THEN ${isAccessEnding(mail, now)}
  WHEN 'still-needed' THEN ${hasActiveReader(now)} AND EXISTS (SELECT 1 FROM ${members}
      WHERE ${members.id} = ${outboxMessages.memberId} AND ${members.role} = 'administrator')
    AND ${isAccessEnding(mail, now)}
  WHEN 'request-unanswered' THEN ${hasActiveReader(now)} AND EXISTS (SELECT 1 FROM ${members}
      WHERE ${members.id} = ${outboxMessages.memberId} AND ${members.role} = 'administrator')
    AND EXISTS (SELECT 1 FROM ${accessRequests} WHERE ${accessRequests.id} = ${outboxMessages.requestId}
      AND +${accessRequests.state} = 'open' AND ${accessRequests.expiresAt} > ${now})
  WHEN 'requests-digest' THEN ${hasActiveReader(now)} AND EXISTS (SELECT 1 FROM ${members}
      WHERE ${members.id} = ${outboxMessages.memberId} AND ${members.role} = 'administrator')
    AND EXISTS (SELECT 1 FROM ${accessRequests} WHERE ${accessRequests.state} = 'open' AND ${accessRequests.askedAt} > 0
      AND ${accessRequests.expiresAt} > ${now})
  WHEN 'administrator-proposed' THEN ${hasActiveReader(now)} AND EXISTS (SELECT 1 FROM ${members}
      WHERE ${members.id} = ${outboxMessages.memberId} AND ${members.role} = 'administrator')
    AND EXISTS (SELECT 1 FROM ${members} WHERE ${members.id} = ${outboxMessages.aboutId} AND ${members.proposedAt} = ${outboxMessages.createdAt})
  WHEN 'declined' THEN ${hasActiveReader(now)}
  WHEN 'guest-code' THEN ${isCodeGood(mail.aboutId, now)}
  ELSE EXISTS (SELECT 1 FROM ${accessRequests} WHERE ${accessRequests.id} = ${outboxMessages.requestId}
    AND +${accessRequests.state} = ${outboxMessages.kind}) END`;

const isInvitationGood = (
  now: Millis,
): SQL => sql`EXISTS (SELECT 1 FROM ${invitations} WHERE ${invitations.id} = ${outboxMessages.invitationId}
    AND +${invitations.state} = 'pending' AND ${invitations.expiresAt} > ${now} AND ${invitations.generation} = ${outboxMessages.generation})`;

const mail = {
  id: sql`${outboxMessages.id}`,
  kind: sql`${outboxMessages.kind}`,
  memberId: sql`${outboxMessages.memberId}`,
  aboutId: sql`${outboxMessages.aboutId}`,
};

const hasActiveReader = (
  now: Millis,
): SQL => sql`EXISTS (SELECT 1 FROM ${members} WHERE ${members.id} = ${outboxMessages.memberId}
  AND ${members.state} = 'active' AND (${members.accessUntil} IS NULL OR ${members.accessUntil} > ${now}))`;
