import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Planned } from '../lib/plan.ts';
import type { Named } from '../lib/recipients.ts';
import { Avatar, Who } from './person.tsx';

const FIRST = 20;

type Props = {
  people: Planned[];
  /** The recipients by their number, for what the workspace does not know: a name that was pasted. */
  names?: Named[];
  first?: number;
  size?: 'tight' | 'mini';
  children: (planned: Planned) => ComponentChildren;
};

/** People of a plan or a result, the first ones at once; `children` draws what is said about each. */
export function PlanRows({ people, names = [], first = FIRST, size = 'tight', children }: Props) {
  const [shown, setShown] = useState(first);
  return (
    <ul class={`rows tight ${size}`}>
      {people.slice(0, shown).map((planned, index) => {
        const { address, name } = personOf(planned, names);
        return (
          <li class="row" key={`${index} ${address}`}>
            <Avatar
              id={planned.row.directoryUserId ?? address ?? ''}
              label={name ?? address ?? '?'}
              size={size === 'mini' ? 'sm' : ''}
            />
            {size === 'mini' ? <span class="grow cut">{name ?? address}</span> : <Who name={name} address={address} />}
            {children(planned)}
          </li>
        );
      })}
      {people.length > shown && (
        <li class="row">
          <button type="button" class="link small" onClick={() => setShown(shown + 10 * FIRST)}>
            {(people.length - shown).toLocaleString()} more
          </button>
        </li>
      )}
    </ul>
  );
}

/** Somebody of a group has a row with the group's number, and so not its name. */
function personOf({ row, from }: Planned, names: Named[]) {
  const named = from ? undefined : names[row.recipient];
  return { address: row.address ?? named?.address ?? null, name: row.name ?? named?.name ?? null };
}
