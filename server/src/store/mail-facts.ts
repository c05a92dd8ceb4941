import type { Why } from '@doorstep/shared/access-request';
import { isAddress } from '@doorstep/shared/email-address';
import type { Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import { eq, inArray, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { isGuest } from '../domain/guest.ts';
import { type AccessEndFacts, accessEndFacts } from './access-end.ts';
import { type AlertFacts, alertFacts } from './alert-facts.ts';
import { type SignOnAlertFacts, signOnAlertFacts } from './credential-trouble.ts';
import { type ExpiryFacts, expiryFacts } from './expiry.ts';
import { type CodeFacts, codeFacts } from './guest-code.ts';
import { isForGuest } from './own-domain.ts';
import { type DigestFacts, digestFacts, type ProposalFacts, proposalFacts } from './request-facts.ts';
import { accessRequests, invitations, members, outboxMessages } from './schema.ts';
import type { Store } from './store.ts';

type Person = { name: string | null; address: string | null };
/** What a mail says, as it is now. `to` is null when the recipient has no address. */
export type MailFacts =
  | ({ kind: 'invitation' } & InvitationFacts)
  | ({ kind: 'invitation-reminder' } & InvitationFacts)
  | ({
      kind: 'access-request' | 'request-unanswered';
      requestId: string;
      who: Person & { addressIsTrusted: boolean; guestOf: string | null };
    } & Addressed & {
        why: Why;
        invitedAddress: string | null;
        reason: string | null;
        question: string | null;
        answer: string | null;
        askedAt: Millis;
      })
  | ({ kind: 'approved'; reason: string | null; comeBefore: Millis | null; isGuest: boolean } & Addressed)
  | ({ kind: 'denied'; reason: string | null } & Addressed)
  | ({ kind: 'declined'; invited: Person; sentAt: Millis } & Addressed)
  | AlertFacts
  | ExpiryFacts
  | SignOnAlertFacts
  | AccessEndFacts
  | CodeFacts
  | DigestFacts
  | ProposalFacts;
type Addressed = { to: string | null };
type InvitationFacts = Addressed & {
  invitationId: string;
  generation: number;
  note: string | null;
  role: Role;
  name: string | null;
  /** Its address can be answered. */
  inviter: Person | null;
  expiresAt: Millis;
  accessUntil: Millis | null;
  /** Comes in by a mailed code. */
  isForGuest: boolean;
};
export type FactsOf<Kind extends MailFacts['kind']> = Extract<MailFacts, { kind: Kind }>;

/** By outbox id, one query for each sort of subject, whatever the number of mails; what has no subject any more is left out. */
export async function findMailFacts(store: Store, ids: readonly string[]): Promise<Map<string, MailFacts>> {
  const about = await Promise.all([
    invitationFacts(store, ids),
    requestFacts(store, ids),
    alertFacts(store, ids),
    expiryFacts(store, ids),
    signOnAlertFacts(store, ids),
    digestFacts(store, ids),
    proposalFacts(store, ids),
    accessEndFacts(store, ids),
    codeFacts(store, ids),
  ]);
  return new Map(about.flat());
}

type Pair = [id: string, facts: MailFacts];
const chosen = (ids: readonly string[]) => inArray(outboxMessages.id, sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`);

async function invitationFacts(store: Store, ids: readonly string[]): Promise<Pair[]> {
  const rows = await store.db
    .select({ mail: outboxMessages, invitation: invitations, inviter: members })
    .from(outboxMessages)
    .innerJoin(invitations, eq(invitations.id, outboxMessages.invitationId))
    .leftJoin(members, eq(members.id, invitations.inviterId))
    .where(chosen(ids));
  return Promise.all(
    rows.map(async ({ mail, invitation, inviter }): Promise<Pair> => {
      const { name, note, role, expiresAt, accessUntil, sentAt, address } = invitation;
      if (mail.kind === 'declined') {
        return [mail.id, { kind: 'declined', to: inviter?.address ?? null, invited: { name, address }, sentAt }];
      }
      const generation = mail.generation ?? invitation.generation;
      const facts = {
        invitationId: invitation.id,
        generation,
        name,
        note,
        role,
        inviter: answering(inviter),
        expiresAt,
        accessUntil,
        isForGuest: await isForGuest(store, invitation),
      };
      const kind = mail.kind === 'invitation-reminder' ? mail.kind : 'invitation';
      return [mail.id, { kind, to: address, ...facts }];
    }),
  );
}

/** Without an address that mail servers take, nobody can answer. */
const answering = (inviter: Person | null): Person | null =>
  inviter && { name: inviter.name, address: inviter.address && isAddress(inviter.address) ? inviter.address : null };

const reader = alias(members, 'reader');

async function requestFacts(store: Store, ids: readonly string[]): Promise<Pair[]> {
  const rows = await store.db
    .select({ mail: outboxMessages, request: accessRequests, invitation: invitations, readerAddress: reader.address })
    .from(outboxMessages)
    .innerJoin(accessRequests, eq(accessRequests.id, outboxMessages.requestId))
    .leftJoin(invitations, eq(invitations.id, accessRequests.invitationId))
    .leftJoin(reader, eq(reader.id, outboxMessages.memberId))
    .where(chosen(ids));
  return rows.map(({ mail, request, invitation, readerAddress }): Pair => {
    const reason = request.decisionReason;
    if (mail.kind === 'denied') return [mail.id, { kind: 'denied', to: request.address, reason }];
    if (mail.kind === 'approved') {
      return [
        mail.id,
        { kind: 'approved', to: request.address, reason, comeBefore: invitation?.expiresAt ?? null, isGuest: isGuest(request) },
      ];
    }
    const { id: requestId, why, reason: own, question, answer, askedAt } = request;
    const kind = mail.kind === 'request-unanswered' ? mail.kind : 'access-request';
    const facts = { requestId, who: request, why, reason: own, question, answer, askedAt };
    return [mail.id, { kind, to: readerAddress, ...facts, invitedAddress: invitation?.address ?? null }];
  });
}
