import { MAX_RECIPIENTS } from '@doorstep/shared/invitation-batch';
import { useState } from 'preact/hooks';
import { edited, type OddEntry, withPasted } from '../lib/draft.ts';
import { countOf } from '../lib/words.ts';
import { focusFirst } from './focus-first.ts';
import { Icon } from './icon.tsx';
import { useCtrlEnter } from './use-key.ts';
import type { StepProps } from './wizard.tsx';

/** More chips than these help nobody; all are counted, and the review says what will happen. */
const SHOWN = 60;
const SHOWN_ODD = 20;

export function StepEmails({ draft, save, back }: StepProps) {
  const [problem, setProblem] = useState('');
  const take = (text: string) => {
    setProblem('');
    save(withPasted(draft, text));
  };
  const next = () => {
    const taken = draft.typed.trim() ? withPasted(draft, draft.typed) : draft;
    const refusal = whyNot(taken.people.length, taken.odd.length);
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
  useCtrlEnter(next);
  return (
    <form
      class="stepform"
      onSubmit={(event) => {
        event.preventDefault();
        next();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const [file] = event.dataTransfer?.files ?? [];
        if (file) void file.text().then(take);
        else take(event.dataTransfer?.getData('text') ?? '');
      }}
    >
      <main class="body">
        <div class="field">
          <label for="emails">E-mail addresses</label>
          <div class="tokens">
            <Chips draft={draft} save={save} />
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
        <OddOnes draft={draft} save={save} />
      </main>
      <footer class="foot">
        <p class="footnote small" role="status">
          <b>{countOf(draft.people.length, 'person', 'people')}</b>
          {draft.folded > 0 && ` · ${draft.folded} twice, counted once`}
          {draft.odd.length > 0 && <span class="bad"> · {countOf(draft.odd.length, 'needs a look', 'need a look')}</span>}
        </p>
        <button type="button" class="btn" onClick={back}>
          Back
        </button>
        <button type="submit" class="btn primary">
          Next: options
        </button>
      </footer>
    </form>
  );
}

function whyNot(people: number, odd: number): string | undefined {
  if (odd > 0) return `${countOf(odd, 'entry needs', 'entries need')} a look first: use what is suggested, or remove it.`;
  if (people === 0) return 'Type or paste at least one address.';
  return people > MAX_RECIPIENTS ? `At most ${MAX_RECIPIENTS.toLocaleString()} people at once.` : undefined;
}

function Chips({ draft, save }: Pick<StepProps, 'draft' | 'save'>) {
  const hidden = draft.people.length - SHOWN;
  return (
    <ul aria-label="Addresses so far">
      {hidden > 0 && <li class="token">{hidden.toLocaleString()} earlier ones</li>}
      {draft.people.slice(-SHOWN).map(({ address, name }) => (
        <li class="token" key={address} title={address}>
          <span class="cut">{name ?? address}</span>
          <button
            type="button"
            aria-label={`Remove ${name ?? address}`}
            onClick={() => save(edited(draft, { people: draft.people.filter((person) => person.address !== address) }))}
          >
            <Icon name="x" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Every odd entry with a sentence and a way out. */
function OddOnes({ draft, save }: Pick<StepProps, 'draft' | 'save'>) {
  const without = (entry: OddEntry) => edited(draft, { odd: draft.odd.filter((other) => other !== entry) });
  return (
    <ul class="notes rows" hidden={draft.odd.length === 0}>
      {draft.odd.length > 1 && (
        <li class="between">
          <span>{countOf(draft.odd.length, 'entry', 'entries')} to look at</span>
          <button type="button" class="btn quiet sm" onClick={() => save(edited(draft, { odd: [] }))}>
            Remove all
          </button>
        </li>
      )}
      {draft.odd.slice(0, SHOWN_ODD).map((entry, index) => (
        <li key={`${index} ${entry.text}`}>
          <span class="bad">
            <Icon name="warn" />
          </span>
          <div class="grow">
            <p>
              <b class="bad">{entry.text.slice(0, 200)}</b> {entry.problem}.
            </p>
            <p class="line wrap">
              {entry.suggestion && (
                <button
                  type="button"
                  class="btn sm"
                  onClick={() => save({ ...withPasted(without(entry), entry.suggestion!), typed: draft.typed })}
                >
                  Use {entry.suggestion}
                </button>
              )}
              <button type="button" class="btn quiet sm" onClick={() => save({ ...without(entry), typed: entry.text })}>
                Correct
              </button>
              <button type="button" class="btn quiet sm" onClick={() => save(without(entry))}>
                Remove<span class="sr"> {entry.text.slice(0, 200)}</span>
              </button>
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
