import { type OptionPreset, PRESET_NAME_LENGTH } from '@doorstep/shared/option-preset';
import { useEffect, useState } from 'preact/hooks';
import { sentenceOf } from '../lib/call.ts';
import type { Draft } from '../lib/draft.ts';
import type { Connection } from '../lib/kept.ts';
import { asPreset, fromPreset, isAs } from '../lib/preset.ts';
import { createPreset, deletePreset, getPresets } from '../lib/wizard-api.ts';
import { focusFirst } from './focus-first.ts';

type Props = { to: Connection; draft: Draft; change: (part: Partial<Draft>) => void };

/** Options that administrators have saved under a name: choose, save, delete. */
export function Presets({ to, draft, change }: Props) {
  const [presets, setPresets] = useState<OptionPreset[]>([]);
  const [isNaming, setNaming] = useState(false);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    void getPresets(to).then((answer) => answer.outcome === 'ok' && setPresets(answer.value.items));
  }, []);
  const chosen = presets.find((preset) => isAs(draft, preset, Date.now()));
  const choose = (id: string) => {
    const preset = presets.find((one) => one.id === id);
    if (preset) change(fromPreset(preset, Date.now()));
  };
  const keep = async (name: string) => {
    const answer = await createPreset(to, asPreset(draft, name, Date.now()));
    setProblem(answer.outcome === 'ok' ? '' : sentenceOf(answer));
    if (answer.outcome !== 'ok') return;
    setPresets([...presets.filter((preset) => preset.name !== name), answer.value]);
    setNaming(false);
  };
  const remove = async ({ id }: OptionPreset) => {
    const answer = await deletePreset(to, id);
    const isGone = answer.outcome === 'ok' || (answer.outcome === 'refused' && answer.key === 'not-found');
    setProblem(isGone ? '' : sentenceOf(answer));
    if (isGone) setPresets(presets.filter((preset) => preset.id !== id));
  };
  return (
    <div class="field">
      <label for="preset">Preset</label>
      <div class="line">
        <select
          class="input"
          id="preset"
          disabled={presets.length === 0}
          value={chosen?.id ?? ''}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <option value="">{presets.length === 0 ? 'None saved yet' : 'None'}</option>
          {presets.map(({ id, name }) => (
            <option value={id} key={id}>
              {name}
            </option>
          ))}
        </select>
        {chosen ? (
          <button type="button" class="btn" onClick={() => void remove(chosen)}>
            Delete<span class="sr"> the preset {chosen.name}</span>
          </button>
        ) : (
          <button type="button" class="btn" aria-expanded={isNaming} onClick={() => setNaming(!isNaming)}>
            Save as…
          </button>
        )}
      </div>
      {isNaming && !chosen && <Naming keep={keep} close={() => setNaming(false)} />}
      <p class="error" role="alert">
        {problem}
      </p>
    </div>
  );
}

function Naming({ keep, close }: { keep: (name: string) => Promise<void>; close: () => void }) {
  const [name, setName] = useState('');
  const save = () => void (name.trim() && keep(name.trim()));
  return (
    <div class="line">
      <input
        class="input"
        ref={focusFirst}
        aria-label="Name of the preset"
        placeholder="Onboarding"
        maxLength={PRESET_NAME_LENGTH}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== 'Escape') return;
          event.preventDefault(); // neither goes on to the next step nor back
          if (event.key === 'Enter') save();
          else close();
        }}
      />
      <button type="button" class="btn" onClick={save}>
        Save
      </button>
    </div>
  );
}
