import type { Kept, SignInFailure } from '../lib/kept.ts';
import { askToConnect } from '../lib/requests-of-popup.ts';
import { Icon } from './icon.tsx';

const sentences: Record<SignInFailure, string> = {
  'not-administrator': 'Only administrators can connect a browser, and the account that signed in is none.',
  closed: 'The sign-in window was closed before it was done.',
  'page-failed': 'The sign-in window was closed by the browser, because a page in it failed or was interrupted.',
  'not-ours': 'The sign-in ended somewhere else than it began, so nothing was connected.',
  refused: 'The workspace did not accept this sign-in.',
  'no-answer': 'You signed in, but the workspace did not answer after that.',
};

/** What became of the last press on *Connect*: the popup was closed while it happened. */
export function SignInState({ signIn }: Pick<Kept, 'signIn'>) {
  if (!signIn) return null;
  const { workspace } = signIn;
  if (signIn.state === 'running')
    return (
      <p class="banner" role="status">
        Finish signing in in the window that has opened. Then open this again.
      </p>
    );
  return (
    <div class="banner bad" role="alert">
      <Icon name="warn" />
      <div class="grow">
        <p>{sentences[signIn.why]}</p>
        <p class="line acts wrap">
          <button type="button" class="btn sm" onClick={() => void askToConnect(workspace)}>
            Try again
          </button>
          <a class="btn sm" href={`${workspace}/sign-in`} target="_blank" rel="noreferrer">
            Sign in in a tab first
          </a>
        </p>
      </div>
    </div>
  );
}
