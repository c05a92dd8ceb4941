import type { Draft, Options, Step } from '../lib/draft.ts';
import { steps } from '../lib/draft.ts';
import type { Connection, Kept } from '../lib/kept.ts';
import { isEmpty } from '../lib/recipients.ts';
import { Frame } from './frame.tsx';
import { Icon } from './icon.tsx';
import { Result } from './result.tsx';
import { Review } from './review.tsx';
import { StepEmails } from './step-emails.tsx';
import { StepGroups } from './step-groups.tsx';
import { StepOptions } from './step-options.tsx';
import { StepOrganization } from './step-organization.tsx';

export type StepProps = {
  kept: Kept;
  to: Connection;
  draft: Draft;
  save: (draft: Draft) => void;
  /** Keeps options for the next draft, or forgets them. */
  remember: (options: Options | undefined) => void;
  go: (step: Step) => void;
  back: () => void;
};
type Props = Pick<StepProps, 'kept' | 'to' | 'draft' | 'remember'> & {
  save: (draft: Draft | undefined) => void;
  leave: () => void;
};

/** One draft from the first tick to what became of it. */
export function Wizard({ kept, to, draft, save, remember, leave }: Props) {
  const end = () => {
    save(undefined);
    leave();
  };
  if (draft.sent) return <Result to={to} batch={draft.sent} draft={draft} end={end} leave={leave} />;
  const at = steps.indexOf(draft.step);
  const go = (step: Step) => save({ ...draft, step });
  const back = () => (at === 0 ? leave() : go(steps[at - 1]!));
  const props = { kept, to, draft, save, remember, go, back };
  const discard = !draft.sending && (
    <button type="button" class="btn quiet sm" onClick={end}>
      Discard draft
    </button>
  );
  if (draft.step === 'review') return <Review {...props} discard={discard} />;
  return (
    <Frame title="Invite people" back={at === 0 ? 'Back to the start, the draft is kept' : 'Back'} leave={back} aside={discard}>
      <Stepper draft={draft} go={go} />
      {draft.step === 'organization' && <StepOrganization {...props} />}
      {draft.step === 'emails' && <StepEmails {...props} />}
      {draft.step === 'options' && <StepOptions {...props} />}
      {draft.step === 'groups' && <StepGroups {...props} />}
    </Frame>
  );
}

const names: [Step, string][] = [
  ['organization', 'Organization'],
  ['emails', 'E-mails'],
  ['options', 'Options'],
  ['groups', 'Groups'],
];

/** Back to any step; on beyond the e-mails when there is somebody to invite and nothing odd is left. */
function Stepper({ draft, go }: Pick<StepProps, 'draft' | 'go'>) {
  const at = steps.indexOf(draft.step);
  const isReachable = (index: number) => index <= Math.max(at, 1) || (!isEmpty(draft) && draft.odd.length === 0);
  return (
    <nav class="pad" aria-label="Steps">
      <ol class="steps">
        {names.map(([step, name], index) => (
          <li class={index < at ? 'done' : ''} key={step}>
            <button
              type="button"
              aria-current={index === at ? 'step' : undefined}
              disabled={!isReachable(index)}
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
  );
}
