import type { Language } from '@doorstep/shared/invitation';
import { NOTE_LENGTH } from '@doorstep/shared/invitation-batch';
import { type Draft, edited, endOfDay, optionsOf } from '../lib/draft.ts';
import { focusFirst } from './focus-first.ts';
import { Presets } from './presets.tsx';
import { StepForm } from './step-form.tsx';
import { isGoodValidity, Validity } from './validity.tsx';
import type { StepProps } from './wizard.tsx';

type Change = (part: Partial<Draft>) => void;

const languageNames: Record<Language, string> = { en: 'English', fr: 'French', de: 'German' };

/** Step 3: what holds for everybody of the draft. */
export function StepOptions({ kept, to, draft, save, remember, go, back }: StepProps) {
  const change: Change = (part) => save(edited(draft, part));
  const isPast = (endOfDay(draft.accessEnds) ?? Number.POSITIVE_INFINITY) <= Date.now();
  const next = () => {
    if (!isGoodValidity(draft.days) || isPast) return;
    remember(draft.remembers ? optionsOf(draft) : undefined);
    go('groups');
  };
  return (
    <StepForm draft={draft} go={go} back={back} nextWord="Next: user groups" next={next}>
      <div class="stack roomy">
        <Presets to={to} draft={draft} change={change} />
        <RoleAndLanguage draft={draft} change={change} publicUrl={kept.account?.publicUrl ?? to.workspace} />
        <Validity draft={draft} change={change} />
        <Note draft={draft} change={change} />
        <AccessEnds draft={draft} change={change} isPast={isPast} />
        <label class="line top">
          <input
            type="checkbox"
            checked={draft.remembers}
            onChange={(event) => save({ ...draft, remembers: event.currentTarget.checked })}
          />
          <span>
            Remember these options<span class="hint block">The next invitation from this browser begins with them.</span>
          </span>
        </label>
      </div>
    </StepForm>
  );
}

const RoleAndLanguage = ({ draft, change, publicUrl }: { draft: Draft; change: Change; publicUrl: string }) => (
  <div class="stack tightly">
    <div class="two">
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
      </div>
      <div class="field">
        <label for="language">Language of the mail</label>
        <select
          class="input"
          id="language"
          value={draft.language ?? ''}
          onChange={(event) => change({ language: (event.currentTarget.value || null) as Draft['language'] })}
        >
          <option value="">Theirs, or English</option>
          {Object.entries(languageNames).map(([code, name]) => (
            <option value={code} key={code}>
              {name}
            </option>
          ))}
        </select>
      </div>
    </div>
    <p class="hint" id="role-hint">
      Administrators are invited on the{' '}
      <a href={`${publicUrl}/admin/invitations`} target="_blank" rel="noreferrer">
        Invitations page
      </a>
      .
    </p>
  </div>
);

const Note = ({ draft, change }: { draft: Draft; change: Change }) => (
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
);

const AccessEnds = ({ draft, change, isPast }: { draft: Draft; change: Change; isPast: boolean }) => (
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
);
