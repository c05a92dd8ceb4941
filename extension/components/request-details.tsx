import type { AccessRequest, Why } from '@doorstep/shared/access-request';
import { REASON_LENGTH } from '@doorstep/shared/access-request';
import type { Invitation } from '@doorstep/shared/invitation';
import { useEffect, useState } from 'preact/hooks';
import { getInvitation } from '../lib/api.ts';
import { type Decision, decide, decisionsIn } from '../lib/decisions.ts';
import { endOfDay } from '../lib/draft.ts';
import type { Connection, Kept } from '../lib/kept.ts';
import { day, guestWord, instant, span } from '../lib/words.ts';
import { Frame } from './frame.tsx';
import { GroupChoice } from './group-choice.tsx';
import { Icon } from './icon.tsx';
import { Avatar } from './person.tsx';
import { useCtrlEnter } from './use-key.ts';

const because: Record<Why, string> = {
  'no-invitation': 'Came without an invitation.',
  'address-not-proven': 'Opened an invitation, but the address is not proven.',
  'other-account': 'Opened an invitation that was meant for another account.',
  'invitation-expired': 'Asks for a new invitation; the old one expired.',
};

type Props = { kept: Kept; to: Connection; id: string; show: (id: string) => void; leave: () => void };

/** Everything needed to decide, and what approving will give. */
export function RequestDetails({ kept, to, id, show, leave }: Props) {
  const decided = new Set(decisionsIn(kept).map(({ requestId }) => requestId));
  const open = (kept.door?.requests ?? []).filter((request) => !decided.has(request.id));
  const at = open.findIndex((request) => request.id === id);
  const request = open[at];
  if (!request)
    return (
      <Frame title="Access request" leave={leave}>
        <main class="body empty">
          <h2>This request is not open any more</h2>
          <p>It was decided, or taken back.</p>
        </main>
      </Frame>
    );
  const next = open[(at + 1) % open.length]!;
  const aside = open.length > 1 && (
    <>
      <span class="muted small">
        {at + 1} of {open.length}
      </span>
      <button type="button" class="btn quiet icon" aria-label="Next request" onClick={() => show(next.id)}>
        <Icon name="down" />
      </button>
    </>
  );
  return (
    <Frame title="Access request" leave={leave} aside={aside}>
      <Answer request={request} to={to} isOffline={kept.pulse?.failing === true} leave={leave} />
    </Frame>
  );
}

type AnswerProps = { request: AccessRequest; to: Connection; isOffline: boolean; leave: () => void };

function Answer({ request, to, isOffline, leave }: AnswerProps) {
  const [role, setRole] = useState('');
  const [ends, setEnds] = useState('');
  const [userGroupIds, setUserGroupIds] = useState<string[]>([]);
  const [reason, setReason] = useState('');
  const name = request.name ?? request.address ?? 'this person';
  const first = request.name?.split(' ')[0] ?? name;
  const answer = (verdict: Decision['verdict']) => {
    const word = reason.trim() ? { reason: reason.trim() } : {};
    const grant = {
      ...(role && { role: role as 'member' | 'reader' }),
      ...(ends && { accessUntil: endOfDay(ends) }),
      ...(userGroupIds.length > 0 && { userGroupIds }),
    };
    void decide(request, verdict, verdict === 'approve' ? { ...grant, ...word } : word, Date.now());
    leave();
  };
  useCtrlEnter(() => !isOffline && answer('approve'));
  return (
    <>
      <main class="body">
        <div class="person">
          <Avatar id={request.id} label={name} size="lg" />
          <div class="grow">
            <p class="title">{name}</p>
            <p class="muted small cut">{request.address ?? 'no address'}</p>
          </div>
          {request.guestOf && <span class="chip">{guestWord(request)}</span>}
        </div>
        {request.answer && (
          <div>
            <p class="muted small">{request.question}</p>
            <blockquote>{request.answer}</blockquote>
          </div>
        )}
        {request.reason && <blockquote>{request.reason}</blockquote>}
        <Facts request={request} to={to} />
        <div class="stack roomy set">
          <div class="two">
            <div class="field">
              <label for="role">Role</label>
              <select class="input" id="role" value={role} onChange={(event) => setRole(event.currentTarget.value)}>
                <option value="">{request.invitationId ? 'As invited' : 'Member'}</option>
                {request.invitationId && <option value="member">Member</option>}
                <option value="reader">Reader</option>
              </select>
            </div>
            <div class="field">
              <label for="ends">
                Access ends <span class="count">optional</span>
              </label>
              <input class="input" id="ends" type="date" value={ends} onInput={(event) => setEnds(event.currentTarget.value)} />
            </div>
          </div>
          <GroupChoice to={to} chosen={userGroupIds} choose={setUserGroupIds} isInvited={request.invitationId !== null} />
          <div class="field">
            <label for="word">
              A word to {first} <span class="count">optional</span>
            </label>
            <textarea
              class="input"
              id="word"
              rows={2}
              maxLength={REASON_LENGTH}
              placeholder="Sent with either answer"
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </div>
        </div>
      </main>
      <footer class="foot">
        <button type="button" class="btn danger" disabled={isOffline} onClick={() => answer('deny')}>
          Deny
        </button>
        <button type="button" class="btn primary" disabled={isOffline} onClick={() => answer('approve')}>
          <Icon name="check" />
          Approve {first}
        </button>
      </footer>
    </>
  );
}

function Facts({ request, to }: { request: AccessRequest; to: Connection }) {
  const invitation = useInvitation(to, request.invitationId);
  return (
    <dl class="facts">
      {request.guestOf && (
        <>
          <dt>Comes from</dt>
          <dd>{request.guestOf}</dd>
        </>
      )}
      <dt>Waiting since</dt>
      <dd>
        <time dateTime={new Date(request.askedAt).toISOString()} title={instant(request.askedAt)}>
          {instant(request.askedAt)} ({span(Date.now() - request.askedAt)})
        </time>
      </dd>
      <dt>Why</dt>
      <dd>{because[request.why]}</dd>
      {invitation && (
        <>
          <dt>Invitation</dt>
          <dd>
            As {invitation.role}, to {invitation.address ?? invitation.name ?? 'somebody'}, sent
            {invitation.invitedBy?.name ? ` by ${invitation.invitedBy.name}` : ''} on {day(invitation.sentAt)}.
          </dd>
        </>
      )}
    </dl>
  );
}

function useInvitation(to: Connection, id: string | null): Invitation | undefined {
  const [invitation, setInvitation] = useState<Invitation>();
  useEffect(() => {
    if (id) void getInvitation(to, id).then((answer) => answer.outcome === 'ok' && setInvitation(answer.value));
  }, [id]);
  return invitation;
}
