import { foldAddress } from '@doorstep/shared/email-address';
import type { Row } from '@doorstep/shared/invitation-batch';
import { useState } from 'preact/hooks';
import { edited, type OddEntry } from '../lib/draft.ts';
import { withPasted } from '../lib/pasted.ts';
import { findingOf, isWhole, needsALook, peopleOf } from '../lib/plan.ts';
import { countOf } from '../lib/words.ts';
import { iconOf } from './chips.tsx';
import { Icon } from './icon.tsx';
import { PlanRows } from './plan-rows.tsx';
import { PlanWord } from './plan-word.tsx';
import type { StepProps } from './wizard.tsx';

const SHOWN = 20;

type Props = Pick<StepProps, 'draft' | 'save'> & { findings: Map<string, Row> };

/** Below the field: every odd entry and every address that is more, or less, than a new person, with a sentence and a way out. */
export function EmailNotes({ draft, save, findings }: Props) {
  const ticked = new Set(draft.picked.map(({ address }) => address && foldAddress(address)));
  const twice = draft.people.filter(({ address }) => ticked.has(foldAddress(address)));
  const told = draft.people.flatMap(({ address }) => {
    const row = findings.get(address);
    return row && findingOf(row) ? [{ address, row }] : [];
  });
  const urgent = told.toSorted((one, other) => Number(needsALook(other.row)) - Number(needsALook(one.row)));
  return (
    <ul class="notes rows" hidden={draft.odd.length + told.length + twice.length === 0}>
      {draft.odd.length > 1 && (
        <li class="between">
          <span>{countOf(draft.odd.length, 'entry', 'entries')} to look at</span>
          <button type="button" class="btn quiet sm" onClick={() => save(edited(draft, { odd: [] }))}>
            Remove all
          </button>
        </li>
      )}
      {draft.odd.slice(0, SHOWN).map((entry, index) => (
        <OddNote key={`${index} ${entry.text}`} entry={entry} draft={draft} save={save} />
      ))}
      {urgent.slice(0, SHOWN).map(({ address, row }) => (
        <FindingNote key={address} address={address} row={row} />
      ))}
      {twice.length > 0 && (
        <li>
          <Icon name="copy" />
          <p class="muted small">
            {twice.length === 1 ? `${twice[0]!.address} is` : `${twice.length.toLocaleString()} of them are`} ticked in step 1.
            Counted once.
          </p>
        </li>
      )}
    </ul>
  );
}

function OddNote({ entry, draft, save }: Pick<Props, 'draft' | 'save'> & { entry: OddEntry }) {
  const without = edited(draft, { odd: draft.odd.filter((other) => other !== entry) });
  return (
    <li>
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
              onClick={() => save({ ...withPasted(without, entry.suggestion!), typed: draft.typed })}
            >
              Use {entry.suggestion}
            </button>
          )}
          <button type="button" class="btn quiet sm" onClick={() => save({ ...without, typed: entry.text })}>
            Correct
          </button>
          <button type="button" class="btn quiet sm" onClick={() => save(without)}>
            Remove<span class="sr"> {entry.text.slice(0, 200)}</span>
          </button>
        </p>
      </div>
    </li>
  );
}

function FindingNote({ address, row }: { address: string; row: Row }) {
  const [isOpen, setOpen] = useState(false);
  const { what, so } = findingOf(row)!;
  const isBad = needsALook(row);
  const people = isWhole(row) ? peopleOf([row]) : [];
  return (
    <li>
      <span class={isBad ? 'bad' : 'muted'}>
        <Icon name={iconOf(row)!} />
      </span>
      <div class="grow">
        <p>
          <b class={isBad ? 'bad' : ''}>{address}</b> {what}.
        </p>
        <p class="muted small">
          {so}{' '}
          {people.length > 0 && (
            <button type="button" class="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {isOpen ? 'Hide them' : 'Show them'}
            </button>
          )}
        </p>
        {isOpen && (
          <PlanRows people={people} first={8} size="mini">
            {(planned) => <PlanWord row={planned.row} />}
          </PlanRows>
        )}
      </div>
    </li>
  );
}
