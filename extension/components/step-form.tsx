import type { ComponentChildren } from 'preact';
import { isEmpty, sizeOf } from '../lib/recipients.ts';
import { useCtrlEnter } from './use-key.ts';
import type { StepProps } from './wizard.tsx';

type Props = Pick<StepProps, 'draft' | 'go' | 'back'> & {
  /** The word of the button that goes on. */
  nextWord: string;
  next: () => void;
  /** Takes what is dropped anywhere on the step: a file, or a text. */
  take?: (text: string) => void;
  /** Live: what the step has come to. Left out: how many are chosen. */
  sum?: ComponentChildren;
  children: ComponentChildren;
};

/** A step: Enter goes on, Ctrl+Enter too. When somebody is chosen, *Review* leads straight to the plan. */
export function StepForm({ draft, go, back, nextWord, next, take, sum, children }: Props) {
  useCtrlEnter(next);
  const canSkip = !isEmpty(draft) && draft.odd.length === 0 && draft.typed.trim() === '' && draft.step !== 'groups';
  return (
    <form
      class="stepform"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        next();
      }}
      onDragOver={take && ((event) => event.preventDefault())}
      onDrop={take && ((event) => drop(event, take))}
    >
      <main class="body">{children}</main>
      <footer class="foot">
        <p class="footnote small" role="status">
          {sum ?? sizeOf(draft)}
        </p>
        <button type="button" class="btn" onClick={back}>
          Back
        </button>
        {canSkip && (
          <button type="button" class="btn last" onClick={() => go('review')}>
            Review
          </button>
        )}
        <button type="submit" class="btn primary">
          {nextWord}
        </button>
      </footer>
    </form>
  );
}

function drop(event: DragEvent, take: (text: string) => void): void {
  event.preventDefault();
  const [file] = event.dataTransfer?.files ?? [];
  if (file) void file.text().then(take);
  else take(event.dataTransfer?.getData('text') ?? '');
}
