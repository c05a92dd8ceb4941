import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { scimTokens } from './directory-schema.ts';
import { accessRequests, invitations, members, outboxMessages } from './schema.ts';

/**
 * Whether a row of `outbox_messages` is still worth sending, as a condition on that row. A revoked, expired, redeemed or resent invitation
 * (OUT-10, OUT-11), a request that somebody decided meanwhile, an administrator who is none any more: not.
 */
export const isStillWanted = (now: Millis): SQL => sql`CASE ${outboxMessages.kind}
  WHEN 'invitation' THEN EXISTS (SELECT 1 FROM ${invitations} WHERE ${invitations.id} = ${outboxMessages.invitationId}
    AND +${invitations.state} = 'pending' AND ${invitations.expiresAt} > ${now} AND ${invitations.generation} = ${outboxMessages.generation})
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
  WHEN 'declined' THEN ${hasActiveReader(now)}
  ELSE EXISTS (SELECT 1 FROM ${accessRequests} WHERE ${accessRequests.id} = ${outboxMessages.requestId}
    AND +${accessRequests.state} = ${outboxMessages.kind}) END`;

const hasActiveReader = (
  now: Millis,
): SQL => sql`EXISTS (SELECT 1 FROM ${members} WHERE ${members.id} = ${outboxMessages.memberId}
  AND ${members.state} = 'active' AND (${members.accessUntil} IS NULL OR ${members.accessUntil} > ${now}))`;
