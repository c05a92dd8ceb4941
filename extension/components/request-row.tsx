import type { AccessRequest } from '@doorstep/shared/access-request';
import type { Decision } from '../lib/decisions.ts';
import { guestWord } from '../lib/words.ts';
import { Icon } from './icon.tsx';
import { Ago, Avatar } from './person.tsx';

type Props = {
  request: AccessRequest;
  /** Why nothing can be pressed: it is decided, or the workspace does not answer. */
  closed: 'decided' | 'offline' | undefined;
  decide: (verdict: Decision['verdict']) => void;
  show: () => void;
};

export function RequestRow({ request, closed, decide, show }: Props) {
  const name = request.name ?? request.address ?? 'Without a name';
  const facts = [request.name && request.address, request.reason && `“${request.reason}”`].filter(Boolean).join(' · ');
  const isOff = closed !== undefined;
  return (
    <li class={closed === 'decided' ? 'request gone' : 'request'}>
      <Avatar id={request.id} label={name} />
      <div class="grow">
        <div class="line base">
          <b class="cut">{name}</b>
          {request.guestOf && (
            <span class="chip cut">
              {guestWord(request)} of {request.guestOf}
            </span>
          )}
          <span class="push muted small">
            <Ago at={request.askedAt} />
          </span>
        </div>
        <p class="muted small cut">{facts}</p>
        <div class="line acts">
          <button type="button" class="btn sm ok" disabled={isOff} onClick={() => decide('approve')}>
            <Icon name="check" />
            Approve<span class="sr"> {name}</span>
          </button>
          <button type="button" class="btn sm" disabled={isOff} onClick={() => decide('deny')}>
            Deny<span class="sr"> {name}</span>
          </button>
          {closed === 'decided' ? (
            <span class="muted small">decided</span>
          ) : (
            <button type="button" class="quietlink" onClick={show}>
              Details<span class="sr"> of {name}</span>
            </button>
          )}
        </div>
      </div>
    </li>
  );
}
