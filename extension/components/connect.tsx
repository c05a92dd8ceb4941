import { useState } from 'preact/hooks';
import type { Kept } from '../lib/kept.ts';
import { askToConnect } from '../lib/requests-of-popup.ts';
import { answersAsDoorstep, readWorkspaceUrl } from '../lib/workspace-url.ts';
import { focusFirst } from './focus-first.ts';
import { Icon, Mark } from './icon.tsx';
import { SignInState } from './sign-in-state.tsx';

export function Connect({ kept }: { kept: Kept }) {
  const [typed, setTyped] = useState(kept.signIn?.workspace ?? kept.workspace ?? '');
  const [problem, setProblem] = useState('');
  const [isAsking, setAsking] = useState(false);
  const connect = async () => {
    const read = readWorkspaceUrl(typed);
    if ('problem' in read) return setProblem(read.problem);
    setAsking(true);
    const answers = await answersAsDoorstep(read.origin);
    setAsking(false);
    if (!answers) return setProblem(`No Doorstep answers at ${read.origin}. Is the address right, and are you online?`);
    await askToConnect(read.origin);
  };
  return (
    <main>
      <div class="hero">
        <Mark />
        <h1>Connect to your workspace</h1>
        <p class="muted">Invite people and answer those who knock, from any page.</p>
      </div>
      <form
        class="stack pad5"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isAsking) void connect();
        }}
      >
        <SignInState signIn={kept.signIn} />
        <div class="field">
          <label for="workspace">Workspace address</label>
          <input
            class="input"
            id="workspace"
            type="url"
            ref={focusFirst}
            spellcheck={false}
            placeholder="https://"
            value={typed}
            aria-invalid={problem !== ''}
            aria-describedby="workspace-problem"
            onInput={(event) => {
              setTyped(event.currentTarget.value);
              setProblem('');
            }}
          />
          <p class="error" id="workspace-problem" role="alert">
            {problem && <Icon name="warn" />}
            <span>{problem}</span>
          </p>
        </div>
        <button type="submit" class="btn primary wide tall" aria-busy={isAsking}>
          {isAsking ? 'Looking for the workspace' : 'Connect'}
        </button>
        <p class="hint center">You will sign in with Microsoft. Not sure of the address? It is in your invitation mail.</p>
      </form>
    </main>
  );
}
