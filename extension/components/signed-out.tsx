import { draftIn } from '../lib/draft.ts';
import type { Kept } from '../lib/kept.ts';
import { sizeOf } from '../lib/recipients.ts';
import { askToConnect } from '../lib/requests-of-popup.ts';
import { clock } from '../lib/words.ts';
import { focusFirst } from './focus-first.ts';
import { Mark } from './icon.tsx';
import { Avatar } from './person.tsx';
import { SignInState } from './sign-in-state.tsx';

/** The workspace ended the session: who was connected stays on show, nothing of the workspace does. */
export function SignedOut({ kept, useAnother }: { kept: Kept; useAnother: () => void }) {
  const { account, endedAt, workspace = '' } = kept;
  const draft = draftIn(kept);
  const size = draft && sizeOf(draft);
  const label = account?.name ?? account?.address ?? 'Administrator';
  return (
    <main>
      <div class="hero">
        <Mark hollow />
        <h1>You are signed out</h1>
        <p class="muted">The workspace ended this browser's connection{endedAt ? `. Seen at ${clock(endedAt)}.` : '.'}</p>
      </div>
      <div class="stack pad5">
        <SignInState signIn={kept.signIn} />
        <div class="card row padded">
          <Avatar id={account?.memberId ?? ''} label={label} />
          <span class="who">
            <b>{label}</b>
            <small>{[account?.address, account?.workspaceName].filter(Boolean).join(' · ')}</small>
          </span>
        </div>
        <button type="button" class="btn primary wide tall" ref={focusFirst} onClick={() => void askToConnect(workspace)}>
          Sign in again
        </button>
        <p class="hint center">
          {size && `Your draft for ${size} is kept. `}
          <button type="button" class="link" onClick={useAnother}>
            Use another workspace
          </button>
        </p>
      </div>
    </main>
  );
}
