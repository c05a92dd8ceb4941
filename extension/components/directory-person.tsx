import type { DirectoryUser } from '@doorstep/shared/directory';
import { useState } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';
import { Avatar, Who } from './person.tsx';

type Props = {
  user: DirectoryUser;
  isTicked: boolean;
  /** Ticked as part of a search that has more than is on show: unticked there only. */
  isFixed?: boolean;
  isNew?: boolean;
  tick: (user: DirectoryUser, isTicked: boolean) => void;
  /** Answers whether the workspace has taken it. */
  suggest: (user: DirectoryUser, verb: 'dismiss' | 'suggest') => Promise<boolean>;
};

/** One person of the directory: to tick, or why not. */
export function DirectoryPerson({ user, isTicked, isFixed = false, isNew = false, tick, suggest }: Props) {
  const state = stateOf(user);
  const name = user.name ?? user.address ?? 'somebody without a name';
  return (
    <li class={`row ${state ? 'dim' : ''}`}>
      <label class="pick">
        <input
          type="checkbox"
          checked={isTicked}
          disabled={isFixed || (state !== undefined && !state.canBeTicked)}
          onChange={(event) => tick(user, event.currentTarget.checked)}
        />
        <Avatar id={user.id} label={name} />
        <Who name={user.name} address={user.address} />
      </label>
      {isNew && <span class="chip">new today</span>}
      {user.guestOf !== null && !state && <span class="chip">tenant guest</span>}
      {state?.word && (
        <span class={`state ${state.icon === 'check' ? 'ok' : ''}`}>
          <Icon name={state.icon} />
          {state.word}
        </span>
      )}
      <Suggestion user={user} name={name} suggest={suggest} />
    </li>
  );
}

/** *Never suggest* and its undo are one button, so that the focus stays where it was. */
function Suggestion({ user, name, suggest }: Pick<Props, 'user' | 'suggest'> & { name: string }) {
  const [hasFailed, setFailed] = useState(false);
  if (user.standing !== 'dismissed' && user.standing !== 'invitation-required') return null;
  const isDismissed = user.standing === 'dismissed';
  const press = () => void suggest(user, isDismissed ? 'suggest' : 'dismiss').then((isTaken) => setFailed(!isTaken));
  return (
    <>
      {hasFailed && (
        <span class="state bad" role="alert">
          no answer
        </span>
      )}
      <button
        type="button"
        class={isDismissed ? 'btn quiet sm' : 'btn quiet icon sm aside'}
        aria-label={isDismissed ? `Suggest again: ${name}` : `Never suggest ${name}`}
        title={isDismissed ? undefined : 'Never suggest'}
        onClick={press}
      >
        {isDismissed ? 'Suggest again' : <Icon name="x" />}
      </button>
    </>
  );
}

/** Nothing for somebody who is suggested. */
function stateOf({ status, standing }: DirectoryUser): { word: string; icon: IconName; canBeTicked: boolean } | undefined {
  if (standing === 'member') return { word: 'member', icon: 'check', canBeTicked: false };
  if (status === 'disabled') return { word: 'disabled', icon: 'pause', canBeTicked: false };
  if (status === 'gone') return { word: 'gone', icon: 'pause', canBeTicked: false };
  if (standing === 'invited') return { word: 'invited', icon: 'mail', canBeTicked: false };
  if (standing === 'dismissed') return { word: '', icon: 'off', canBeTicked: true }; // its button says it
  return standing === 'out-of-scope' ? { word: 'not suggested', icon: 'off', canBeTicked: true } : undefined;
}
