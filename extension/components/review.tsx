import type { Preview } from '@doorstep/shared/invitation-batch';
import { DAY } from '@doorstep/shared/time';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Draft } from '../lib/draft.ts';
import { peopleOf } from '../lib/plan.ts';
import { bodyOf } from '../lib/recipients.ts';
import { countOf, day } from '../lib/words.ts';
import { Frame } from './frame.tsx';
import { Icon } from './icon.tsx';
import { PlanSections } from './plan-sections.tsx';
import { Skeleton } from './skeleton.tsx';
import { Split } from './split.tsx';
import { useCtrlEnter } from './use-key.ts';
import { usePlan } from './use-plan.ts';
import type { StepProps } from './wizard.tsx';

/** The plan before sending, as the workspace sees it, and the one press that sends. */
export function Review({ to, draft, save, go, back, discard }: StepProps & { discard: ComponentChildren }) {
  const [plan, planAgain] = usePlan(to, draft.key, bodyOf(draft));
  const preview = plan && 'preview' in plan ? plan.preview : undefined;
  const mails = preview ? preview.counts.invite + preview.counts.resend : 0;
  const canSend = mails > 0 && !draft.sending;
  const send = () => canSend && save({ ...draft, failure: undefined, sending: Date.now() });
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (canSend) button.current?.focus();
  }, [canSend]);
  useCtrlEnter(send);
  return (
    <Frame title={<Title preview={preview} />} back="Back to user groups" leave={() => !draft.sending && back()} aside={discard}>
      <form
        class="stepform"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <main class="body">
          {draft.failure && (
            <div class="banner bad" role="alert">
              <Icon name="warn" />
              <span>{draft.failure}</span>
            </div>
          )}
          {!plan && <Skeleton title="Looking up what will happen" />}
          {plan && 'problem' in plan && (
            <div class="banner wait" role="alert">
              <Icon name="off" />
              <span class="grow">{plan.problem}</span>
              <button type="button" class="btn sm" onClick={planAgain}>
                Retry
              </button>
            </div>
          )}
          {preview && <Figures preview={preview} />}
          <p class="summary small">
            <span class="grow">{wordsOf(draft)}</span>
            <button type="button" class="link" onClick={() => go('options')}>
              Change
            </button>
          </p>
          {preview && <PlanSections preview={preview} draft={draft} />}
        </main>
        <footer class="foot">
          <button type="button" class="btn" disabled={draft.sending !== undefined} onClick={back}>
            Back
          </button>
          <button ref={button} type="submit" class="btn primary" disabled={!canSend} aria-busy={draft.sending !== undefined}>
            <Icon name="send" />
            {draft.sending ? 'Sending' : preview ? `Send ${countOf(mails, 'invitation', 'invitations')}` : 'Send'}
            <kbd>{navigator.userAgent.includes('Mac') ? '⌘' : 'Ctrl'} ⏎</kbd>
          </button>
          <p class="footnote small" role="status">
            {draft.sending && 'You can close this. Sending goes on, and the result is here when you come back.'}
          </p>
        </footer>
      </form>
    </Frame>
  );
}

function Title({ preview }: { preview: Preview | undefined }) {
  if (!preview) return <>Review</>;
  const { invite, resend, refuse } = preview.counts;
  const people = invite + resend + refuse - peopleOf(preview.rows).filter(({ row }) => row.because === 'duplicate').length;
  return (
    <>
      Review{' '}
      <span class="count">
        {countOf(people, 'person', 'people')}, {countOf(invite + resend, 'mail', 'mails')}
      </span>
    </>
  );
}

function Figures({ preview: { counts } }: { preview: Preview }) {
  return (
    <div class="planhead" role="status">
      <Split
        parts={[
          ['new', counts.invite],
          ['same', counts.resend],
          ['skip', counts.refuse],
        ]}
      />
      <dl class="figs">
        {Object.entries({ new: counts.invite, 'sent again': counts.resend, skipped: counts.refuse }).map(([word, count]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{count.toLocaleString()}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const mailWords = { en: 'mail in English', fr: 'mail in French', de: 'mail in German' };

/** The options and groups in a line. */
function wordsOf({ role, language, days, note, accessEnds, userGroups }: Draft): string {
  return [
    role === 'member' ? 'Member' : 'Reader',
    `until ${day(Date.now() + days * DAY)}`,
    language && mailWords[language],
    note.trim() && 'with a note',
    accessEnds && `access ends ${day(new Date(`${accessEnds}T12:00`).getTime())}`,
    userGroups.map(({ name }) => name).join(', '),
  ]
    .filter(Boolean)
    .join(' · ');
}
