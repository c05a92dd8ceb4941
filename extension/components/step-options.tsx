import { MAX_EXPIRES_IN_DAYS, NOTE_LENGTH } from '@doorstep/shared/invitation-batch';
import { DAY } from '@doorstep/shared/time';
import { useState } from 'preact/hooks';
import { type Draft, edited, endOfDay } from '../lib/draft.ts';
import { instant } from '../lib/words.ts';
import { focusFirst } from './focus-first.ts';
import { useCtrlEnter } from './use-key.ts';
import type { StepProps } from './wizard.tsx';

const usual = [3, 7, 14];

export function StepOptions({ kept, to, draft, save, go, back }: StepProps) {
  const change = (part: Partial<Draft>) => save(edited(draft, part));
  const isPast = (endOfDay(draft.accessEnds) ?? Number.POSITIVE_INFINITY) <= Date.now();
  const isGood = draft.days >= 1 && draft.days <= MAX_EXPIRES_IN_DAYS && Number.isInteger(draft.days) && !isPast;
  const next = () => isGood && go('review');
  useCtrlEnter(next);
  return (
    <form
      class="stepform"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        next();
      }}
    >
      <main class="body">
        <div class="stack roomy">
          <div class="field">
            <label for="role">Role</label>
            <select
              class="input"
              id="role"
              ref={focusFirst}
              aria-describedby="role-hint"
              value={draft.role}
              onChange={(event) => change({ role: event.currentTarget.value as Draft['role'] })}
            >
              <option value="member">Member</option>
              <option value="reader">Reader</option>
            </select>
            <p class="hint" id="role-hint">
              Administrators are invited on the{' '}
              <a href={`${kept.account?.publicUrl ?? to.workspace}/admin/invitations`} target="_blank" rel="noreferrer">
                Invitations page
              </a>
              .
            </p>
          </div>
          <Validity draft={draft} change={change} />
          <div class="field">
            <label for="note">
              Personal note <span class="count">optional</span>
            </label>
            <textarea
              class="input"
              id="note"
              rows={4}
              maxLength={NOTE_LENGTH}
              aria-describedby="note-hint"
              value={draft.note}
              onInput={(event) => change({ note: event.currentTarget.value })}
            />
            <p class="hint between" id="note-hint">
              <span>Plain text, goes above the key.</span>
              <span>
                {draft.note.length} of {NOTE_LENGTH.toLocaleString()}
              </span>
            </p>
          </div>
          <div class="field">
            <label for="ends">
              Access ends <span class="count">optional</span>
            </label>
            <input
              class="input"
              id="ends"
              type="date"
              aria-invalid={isPast}
              aria-describedby="ends-problem"
              value={draft.accessEnds}
              onInput={(event) => change({ accessEnds: event.currentTarget.value })}
            />
            <p class={isPast ? 'error' : 'hint'} id="ends-problem">
              {isPast ? 'This day is over. Choose a later one, or none.' : 'Empty: never.'}
            </p>
          </div>
        </div>
      </main>
      <footer class="foot">
        <button type="button" class="btn" onClick={back}>
          Back
        </button>
        <button type="submit" class="btn primary">
          Next: review
        </button>
      </footer>
    </form>
  );
}

function Validity({ draft: { days }, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const [isOther, setOther] = useState(!usual.includes(days));
  const isGood = days >= 1 && days <= MAX_EXPIRES_IN_DAYS && Number.isInteger(days);
  return (
    <fieldset class="stack tightly">
      <legend class="label">The invitation holds for</legend>
      <div class="seg">
        {usual.map((count) => (
          <label key={count}>
            <input
              type="radio"
              name="days"
              checked={!isOther && days === count}
              onChange={() => {
                setOther(false);
                change({ days: count });
              }}
            />
            <span>{count} days</span>
          </label>
        ))}
        <label>
          <input type="radio" name="days" checked={isOther} onChange={() => setOther(true)} />
          <span>Other…</span>
        </label>
      </div>
      {isOther && (
        <p class="line">
          <input
            class="input days"
            type="number"
            min={1}
            max={MAX_EXPIRES_IN_DAYS}
            aria-label="Days"
            aria-invalid={!isGood}
            aria-describedby="days-hint"
            value={days || ''}
            onInput={(event) => change({ days: event.currentTarget.valueAsNumber || 0 })}
          />
          days
        </p>
      )}
      <p class={isGood ? 'hint' : 'error'} id="days-hint">
        {isGood
          ? `Sent now, it holds until ${instant(Date.now() + days * DAY)}.`
          : `From 1 to ${MAX_EXPIRES_IN_DAYS} whole days.`}
      </p>
    </fieldset>
  );
}
