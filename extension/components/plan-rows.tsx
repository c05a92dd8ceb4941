import type { Found } from '@doorstep/shared/address-list';
import type { Row } from '@doorstep/shared/invitation-batch';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Avatar, Who } from './person.tsx';

const FIRST = 20;

/** People of a plan or a result, the first ones at once; `children` draws what is said about each. */
export function PlanRows({
  rows,
  people,
  children,
}: {
  rows: Row[];
  people: Found[];
  children: (row: Row) => ComponentChildren;
}) {
  const [shown, setShown] = useState(FIRST);
  return (
    <ul class="rows tight">
      {rows.slice(0, shown).map((row) => {
        const { address, name } = personOf(row, people);
        return (
          <li class="row" key={row.recipient}>
            <Avatar id={address} label={name ?? address} />
            <Who name={name} address={address} />
            {children(row)}
          </li>
        );
      })}
      {rows.length > shown && (
        <li class="row">
          <button type="button" class="link small" onClick={() => setShown(shown + 10 * FIRST)}>
            {(rows.length - shown).toLocaleString()} more
          </button>
        </li>
      )}
    </ul>
  );
}

const personOf = (row: Row, people: Found[]) => ({
  address: row.address ?? people[row.recipient]?.address ?? '',
  name: row.name ?? people[row.recipient]?.name,
});
