import type { Invitation } from '@doorstep/shared/invitation';
import type { Millis } from '@doorstep/shared/time';
import { useState } from 'preact/hooks';
import { resend } from '../lib/api.ts';
import { lookAtDoor } from '../lib/door.ts';
import type { Connection } from '../lib/kept.ts';
import { Icon, type IconName } from './icon.tsx';
import { Ago, Who } from './person.tsx';

type Shown = { word: string; icon: IconName; tone: '' | 'ok' | 'bad' | 'wait'; isStuck?: boolean };

/** What an invitation has come to, in a word; `isStuck` is what sending again can help. */
export function stateOf(invitation: Invitation, now: Millis): Shown {
  if (invitation.state === 'redeemed') return { word: 'joined', icon: 'door', tone: 'ok' };
  if (invitation.state === 'revoked') return { word: 'revoked', icon: 'pause', tone: '' };
  if (invitation.state === 'declined') return { word: 'declined', icon: 'x', tone: 'bad' };
  if (invitation.expired || invitation.expiresAt <= now) return { word: 'expired', icon: 'clock', tone: '', isStuck: true };
  switch (invitation.delivery) {
    case null:
      return { word: 'approved', icon: 'check', tone: '' };
    case 'queued':
      return { word: 'waits', icon: 'clock', tone: '' };
    case 'sent':
      return { word: 'sent', icon: 'send', tone: '' };
    case 'delivered':
      return { word: 'delivered', icon: 'check', tone: '' };
    case 'bounced':
      return { word: 'bounced', icon: 'bounce', tone: 'bad', isStuck: true };
    case 'failed':
      return { word: 'failed', icon: 'warn', tone: 'bad', isStuck: true };
    case 'uncertain':
      return { word: 'unsure', icon: 'warn', tone: 'wait', isStuck: true };
  }
}

export const InvitationState = ({ invitation }: { invitation: Invitation }) => {
  const { word, icon, tone } = stateOf(invitation, Date.now());
  return (
    <span class={`state ${tone}`}>
      <Icon name={icon} />
      {word}
    </span>
  );
};

type Props = { invitation: Invitation; to: Connection; isOffline: boolean; say: (text: string) => void };

export function InvitationRow({ invitation, to, isOffline, say }: Props) {
  const [isBusy, setBusy] = useState(false);
  const label = invitation.name ?? invitation.address ?? 'this person';
  const sendAgain = async () => {
    setBusy(true);
    const answer = await resend(to, invitation.id);
    say(
      answer.outcome === 'ok'
        ? `The invitation goes to ${label} again; the older mail stops working.`
        : `Not sent again to ${label}: ${answer.outcome === 'refused' ? (answer.problem.detail ?? answer.problem.title) : 'the workspace does not answer'}.`,
    );
    await lookAtDoor(Date.now(), true);
    setBusy(false);
  };
  return (
    <li class="row">
      <Who name={invitation.name} address={invitation.address} />
      <InvitationState invitation={invitation} />
      {stateOf(invitation, Date.now()).isStuck ? (
        <button type="button" class="btn sm" disabled={isBusy || isOffline} onClick={() => void sendAgain()}>
          Resend<span class="sr"> to {label}</span>
        </button>
      ) : (
        <span class="muted small age">
          <Ago at={invitation.sentAt} />
        </span>
      )}
    </li>
  );
}
