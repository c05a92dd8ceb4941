import { MAX_RECIPIENTS } from '@doorstep/shared/invitation-batch';
import { useState } from 'preact/hooks';
import { edited } from '../lib/draft.ts';
import { withPasted } from '../lib/pasted.ts';
import { planOf } from '../lib/plan.ts';
import { isEmpty } from '../lib/recipients.ts';
import { countOf } from '../lib/words.ts';
import { Chips } from './chips.tsx';
import { EmailNotes } from './email-notes.tsx';
import { focusFirst } from './focus-first.ts';
import { Icon } from './icon.tsx';
import { StepForm } from './step-form.tsx';
import { useDirectory } from './step-organization.tsx';
import { useFindings } from './use-findings.ts';
import type { StepProps } from './wizard.tsx';

/** Step 2: one field that takes anything, and what the workspace knows about each address. */
export function StepEmails({ kept, to, draft, save, go, back }: StepProps) {
  const [problem, setProblem] = useState('');
  const findings = useFindings(to, draft);
  const directory = useDirectory(to);
  const take = (text: string) => {
    setProblem('');
    save(withPasted(draft, text));
  };
  const next = () => {
    const taken = draft.typed.trim() ? withPasted(draft, draft.typed) : draft;
    const refusal = taken.odd.length > 0 ? lookFirst(taken.odd.length) : whyNot(taken.people.length, isEmpty(taken));
    setProblem(refusal ?? '');
    save(refusal ? taken : { ...taken, step: 'options' });
    if (refusal) (document.querySelector<HTMLElement>('.notes button') ?? document.getElementById('emails'))?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if ([',', ';'].includes(event.key) && draft.typed.includes('@') && !draft.typed.includes('<')) {
      event.preventDefault();
      take(draft.typed);
    } else if (event.key === 'Enter' && draft.typed.trim() !== '' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      take(draft.typed);
    } else if (event.key === 'Backspace' && draft.typed === '' && draft.people.length > 0)
      save(edited(draft, { people: draft.people.slice(0, -1) }));
  };
  return (
    <StepForm
      draft={draft}
      go={go}
      back={back}
      nextWord="Next: options"
      next={next}
      take={take}
      sum={<Sum draft={draft} findings={findings} />}
    >
      {directory?.assignmentRequired && <AssignmentRequired publicUrl={kept.account?.publicUrl ?? to.workspace} />}
      <div class="field">
        <label for="emails">E-mail addresses</label>
        <div class="tokens">
          <Chips draft={draft} save={save} findings={findings} />
          <input
            id="emails"
            ref={focusFirst}
            autocomplete="off"
            spellcheck={false}
            aria-describedby="emails-hint emails-problem"
            placeholder={draft.people.length > 0 ? 'Add more' : 'mia@contoso.com'}
            value={draft.typed}
            onInput={(event) => save({ ...draft, typed: event.currentTarget.value })}
            onKeyDown={onKeyDown}
            onPaste={(event) => {
              event.preventDefault();
              take(`${draft.typed}${event.clipboardData?.getData('text') ?? ''}`);
            }}
          />
        </div>
        <p class="hint" id="emails-hint">
          Paste anything: Outlook, a sheet, a chat. Or drop a file.
        </p>
        <p class="error" id="emails-problem" role="alert">
          {problem}
        </p>
      </div>
      <EmailNotes draft={draft} save={save} findings={findings} />
    </StepForm>
  );
}

const lookFirst = (odd: number): string =>
  `${countOf(odd, 'entry needs', 'entries need')} a look first: use what is suggested, or remove it.`;

function whyNot(people: number, isNobody: boolean): string | undefined {
  if (isNobody) return 'Type or paste at least one address, or tick somebody in step 1.';
  return people > MAX_RECIPIENTS ? `At most ${MAX_RECIPIENTS.toLocaleString()} people at once.` : undefined;
}

/** "8 people: 6 new · 1 already in · 1 needs a look": of addresses alone; step 1 has said its own. */
function Sum({
  draft: { people, odd, folded },
  findings,
}: Pick<StepProps, 'draft'> & { findings: ReturnType<typeof useFindings> }) {
  const rows = people.flatMap(({ address }) => findings.get(address) ?? []);
  const plan = rows.length === people.length ? planOf(rows) : undefined;
  const facts = [
    plan && plan.invite + plan.resend > 0 && `${(plan.invite + plan.resend).toLocaleString()} to invite`,
    plan && plan.members > 0 && `${plan.members.toLocaleString()} already in`,
    folded > 0 && `${folded} twice, counted once`,
  ].filter(Boolean);
  return (
    <>
      <b>{countOf(plan?.people ?? people.length, 'person', 'people')}</b>
      {facts.length > 0 && ` · ${facts.join(' · ')}`}
      {odd.length > 0 && <span class="bad"> · {countOf(odd.length, 'needs a look', 'need a look')}</span>}
    </>
  );
}

const AssignmentRequired = ({ publicUrl }: { publicUrl: string }) => (
  <div class="banner wait" role="status">
    <Icon name="warn" />
    <span>
      Microsoft lets only people in who are assigned to this application. Assign those you invite, or they never reach the door.{' '}
      <a href={`${publicUrl}/admin/single-sign-on`} target="_blank" rel="noreferrer">
        How to
      </a>
    </span>
  </div>
);
