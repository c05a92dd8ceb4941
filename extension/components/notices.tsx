import type { Notice } from '../lib/decisions.ts';
import type { Kept } from '../lib/kept.ts';
import { Icon } from './icon.tsx';
import type { Save } from './use-kept.ts';

/** What a decision came to when it came to something else than expected; stays until it has been read. */
export const Notices = ({ kept, save }: { kept: Kept; save: Save }) =>
  Object.keys(kept)
    .filter((key) => key.startsWith('notice ') && kept[key as `notice ${string}`])
    .map((key) => (
      <div class="banner wait" role="status" key={key}>
        <Icon name="warn" />
        <span class="grow">{(kept[key as `notice ${string}`] as Notice).text}</span>
        <button type="button" class="link" onClick={() => save({ [key]: undefined } as Kept)}>
          Got it
        </button>
      </div>
    ));
