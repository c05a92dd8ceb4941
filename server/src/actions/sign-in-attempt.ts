import type { AuditId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import type { Identity } from '../domain/identity.ts';
import { policy } from '../domain/policy.ts';
import type { SignInDecision } from '../domain/sign-in.ts';
import { hashToken, newToken } from '../identity/tokens.ts';
import type { Trace } from '../store/audit.ts';
import { newId } from '../store/new-id.ts';
import type { SignInMethod } from '../store/schema.ts';
import { beginOtherSession } from '../store/session.ts';
import type { Deps } from './deps.ts';
import { identityFacts } from './sign-in-identity.ts';

/** What the browser brought along: all of it verified or sealed before. */
export type SignInAttempt = {
  presented: { invitationId: string; generation: number; asksForNew: boolean } | null;
  setsUp: boolean;
  isFresh: boolean;
  inConnectWindow: boolean;
  /** Hash of the session that the browser had: it ends with this sign-in. */
  endsSession: string | null;
  providerSessionId: string | null;
  /** Left out: at the identity provider. */
  method?: SignInMethod;
};

/** A new session for whoever comes in: its token is random, its hash is what is kept. */
export function beginning(
  who: Identity,
  attempt: Pick<SignInAttempt, 'endsSession' | 'providerSessionId' | 'isFresh' | 'method'>,
  trace: Trace,
  now: Millis,
) {
  const token = newToken();
  const { trustedAddresses: _, ...shown } = who; // read anew whenever they are needed
  const facts = {
    ...shown,
    ...trace,
    auditId: newId('aud'),
    tokenHash: hashToken(token),
    endsSession: attempt.endsSession,
    providerSessionId: attempt.providerSessionId,
    freshAt: attempt.isFresh ? now : null,
    method: attempt.method,
    now,
  };
  return { token, facts };
}

type Beginning = ReturnType<typeof beginning>;

/** For the page of who has knocked, as long as it may be open. */
export const beginWaiting = (
  deps: Deps,
  requestId: string,
  begun: Beginning,
  { inConnectWindow }: Pick<SignInAttempt, 'inConnectWindow'>,
  trace: Trace,
): Promise<boolean> =>
  beginOtherSession(
    deps.store,
    {
      ...begun.facts,
      kind: 'waiting',
      who: begun.facts,
      requestId,
      invitationId: null,
      inConnectWindow,
      endsAt: begun.facts.now + policy.waitingSession,
    },
    { id: begun.facts.auditId as AuditId, what: 'request.waiting', result: 'done', by: null, about: requestId, trace },
  );

/** Ten minutes for the page it lands on and its buttons, nothing else. */
export const beginVisit = (
  deps: Deps,
  decision: Extract<SignInDecision, { outcome: 'accept' | 'someone-else' }>,
  begun: Beginning,
  { inConnectWindow }: Pick<SignInAttempt, 'inConnectWindow'>,
  trace: Trace,
): Promise<boolean> =>
  beginOtherSession(
    deps.store,
    {
      ...begun.facts,
      kind: 'visitor',
      who: begun.facts,
      requestId: null,
      invitationId: decision.invitation.id,
      inConnectWindow,
      endsAt: begun.facts.now + policy.visitorSession,
    },
    {
      id: begun.facts.auditId as AuditId,
      what: decision.outcome === 'accept' ? 'invitation.offered' : 'sign-in.refused',
      result: decision.outcome === 'accept' ? 'done' : 'refused',
      by: null,
      about: decision.invitation.id,
      facts: { because: decision.outcome, ...identityFacts(begun.facts) },
      trace,
    },
  );
