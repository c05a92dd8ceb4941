import type { Draft, Step } from '../lib/draft.ts';
import type { Connection, Kept } from '../lib/kept.ts';
import { Frame } from './frame.tsx';
import { Icon } from './icon.tsx';
import { Result } from './result.tsx';
import { Review } from './review.tsx';
import { StepEmails } from './step-emails.tsx';
import { StepOptions } from './step-options.tsx';

const steps: [Step, string][] = [
  ['emails', 'E-mails'],
  ['options', 'Options'],
  ['review', 'Review'],
];

export type StepProps = {
  kept: Kept;
  to: Connection;
  draft: Draft;
  save: (draft: Draft) => void;
  go: (step: Step) => void;
  back: () => void;
};
type Props = { kept: Kept; to: Connection; draft: Draft; save: (draft: Draft | undefined) => void; leave: () => void };

/** One draft from the first address to what became of it. */
export function Wizard({ kept, to, draft, save, leave }: Props) {
  const end = () => {
    save(undefined);
    leave();
  };
  if (draft.sent) return <Result to={to} batch={draft.sent} draft={draft} end={end} leave={leave} />;
  const at = steps.findIndex(([step]) => step === draft.step);
  const isReachable = (index: number) => index <= at || (draft.people.length > 0 && draft.odd.length === 0);
  const go = (step: Step) => save({ ...draft, step });
  const back = () => (at === 0 ? leave() : go(steps[at - 1]![0]));
  const props = { kept, to, draft, save, go, back };
  const discard = !draft.sending && (
    <button type="button" class="btn quiet sm" onClick={end}>
      Discard draft
    </button>
  );
  return (
    <Frame title="Invite people" back={at === 0 ? 'Back to the start, the draft is kept' : 'Back'} leave={back} aside={discard}>
      <nav class="pad" aria-label="Steps">
        <ol class="steps">
          {steps.map(([step, name], index) => (
            <li class={index < at ? 'done' : ''} key={step}>
              <button
                type="button"
                aria-current={index === at ? 'step' : undefined}
                disabled={draft.sending !== undefined || !isReachable(index)}
                onClick={() => go(step)}
              >
                {index < at && <Icon name="check" />}
                {index < at && <span class="sr">Done: </span>}
                {name}
              </button>
            </li>
          ))}
        </ol>
      </nav>
      {draft.step === 'emails' && <StepEmails {...props} />}
      {draft.step === 'options' && <StepOptions {...props} />}
      {draft.step === 'review' && <Review {...props} />}
    </Frame>
  );
}
