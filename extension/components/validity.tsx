import { MAX_EXPIRES_IN_DAYS } from '@doorstep/shared/invitation-batch';
import { DAY } from '@doorstep/shared/time';
import { useState } from 'preact/hooks';
import type { Draft } from '../lib/draft.ts';
import { instant } from '../lib/words.ts';

const usual = [3, 7, 14];

export const isGoodValidity = (days: number): boolean => days >= 1 && days <= MAX_EXPIRES_IN_DAYS && Number.isInteger(days);

type Props = { draft: Draft; change: (part: Partial<Draft>) => void };

/** How long the invitation holds, with the day on which it would end. */
export function Validity({ draft: { days }, change }: Props) {
  const [wantsOther, setWantsOther] = useState(false);
  const isOther = wantsOther || !usual.includes(days);
  const isGood = isGoodValidity(days);
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
                setWantsOther(false);
                change({ days: count });
              }}
            />
            <span>{count} days</span>
          </label>
        ))}
        <label>
          <input type="radio" name="days" checked={isOther} onChange={() => setWantsOther(true)} />
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
