import type { Preview, Refusal, Row } from '@doorstep/shared/invitation-batch';
import { DAY } from '@doorstep/shared/time';
import { useEffect, useRef, useState } from 'preact/hooks';
import { previewBatch } from '../lib/api.ts';
import { bodyOf, type Draft } from '../lib/draft.ts';
import type { Connection } from '../lib/kept.ts';
import { countOf, day } from '../lib/words.ts';
import { Icon } from './icon.tsx';
import { PlanRows } from './plan-rows.tsx';
import { Skeleton } from './skeleton.tsx';
import { Split } from './split.tsx';
import { useCtrlEnter } from './use-key.ts';
import type { StepProps } from './wizard.tsx';

type Planned = { preview: Preview } | { problem: string } | undefined;

/** The plan before sending, as the workspace sees it, and the one press that sends. */
export function Review({ to, draft, save, go, back }: StepProps) {
  const [planned, planAgain] = usePlan(to, draft);
  const preview = planned && 'preview' in planned ? planned.preview : undefined;
  const mails = preview ? preview.counts.invite + preview.counts.resend : 0;
  const canSend = mails > 0 && !draft.sending;
  const send = () => canSend && save({ ...draft, failure: undefined, sending: Date.now() });
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (canSend) button.current?.focus();
  }, [canSend]);
  useCtrlEnter(send);
  return (
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
        {!planned && <Skeleton title="Looking up what will happen" />}
        {planned && 'problem' in planned && (
          <div class="banner wait" role="alert">
            <Icon name="off" />
            <span class="grow">{planned.problem}</span>
            <button type="button" class="btn sm" onClick={planAgain}>
              Retry
            </button>
          </div>
        )}
        {preview && <Figures preview={preview} />}
        <p class="summary small">
          <span class="grow">{optionsOf(draft)}</span>
          <button type="button" class="link" onClick={() => go('options')}>
            Change
          </button>
        </p>
        {preview && <Sections preview={preview} draft={draft} />}
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
  );
}

function usePlan(to: Connection, draft: Draft): [Planned, () => void] {
  const [planned, setPlanned] = useState<Planned>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isStale = false;
    setPlanned(undefined);
    void previewBatch(to, bodyOf(draft)).then((answer) => {
      if (isStale || answer.outcome === 'unchanged' || answer.outcome === 'ended') return;
      if (answer.outcome === 'ok') setPlanned({ preview: answer.value });
      else if (answer.outcome === 'refused')
        setPlanned({ problem: `${answer.problem.errors?.[0]?.detail ?? answer.problem.detail ?? answer.problem.title}.` });
      else setPlanned({ problem: 'The workspace does not answer. Your draft is kept.' });
    });
    return () => {
      isStale = true;
    };
  }, [draft.key, round]);
  return [planned, () => setRound(round + 1)];
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

function optionsOf({ role, days, note, accessEnds }: Draft): string {
  const parts = [role === 'member' ? 'Member' : 'Reader', `until ${day(Date.now() + days * DAY)}`];
  if (note.trim()) parts.push('with a note');
  if (accessEnds) parts.push(`access ends ${day(new Date(`${accessEnds}T12:00`).getTime())}`);
  return parts.join(' · ');
}

const sections: [Row['plan'], string, boolean][] = [
  ['invite', 'New', true],
  ['resend', 'Sent again', true],
  ['refuse', 'Skipped', true],
];

const Sections = ({ preview: { rows, counts }, draft }: { preview: Preview; draft: Draft }) =>
  sections
    .filter(([plan]) => counts[plan] > 0)
    .map(([plan, title, isOpen]) => (
      <details class="fold" open={isOpen} key={plan}>
        <summary>
          <b>{title}</b>
          <span class="count">{counts[plan].toLocaleString()}</span>
        </summary>
        <PlanRows rows={rows.filter((row) => row.plan === plan)} people={draft.people}>
          {(row) => (
            <span class="muted small">{row.because ? refusalWords[row.because] : plan === 'resend' ? 'new key' : ''}</span>
          )}
        </PlanRows>
      </details>
    ));

export const refusalWords: Record<Refusal, string> = {
  'not-an-address': 'not an address',
  'already-member': 'member already',
  suspended: 'suspended: resume instead',
  'disabled-in-directory': 'disabled in the directory',
  'guests-not-allowed': 'guests are not allowed',
  duplicate: 'here twice',
  'not-expandable': 'its members cannot be read',
};
