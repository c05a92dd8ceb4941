import type { Connection } from '../lib/kept.ts';
import { getUserGroups } from '../lib/wizard-api.ts';
import { PageEnd } from './page-end.tsx';
import { usePages } from './use-pages.ts';

type Props = { to: Connection; chosen: string[]; choose: (ids: string[]) => void; isInvited: boolean };

/** Custom user groups to give with an approval; folded, and not there where the workspace has none. */
export function GroupChoice({ to, chosen, choose, isInvited }: Props) {
  const groups = usePages('', (cursor) => getUserGroups(to, { q: '', cursor }));
  const custom = groups.items?.filter(({ kind }) => kind === 'custom') ?? [];
  if (custom.length === 0) return null;
  return (
    <details class="fold">
      <summary>
        <b>User groups</b>
        <span class="count">{chosen.length > 0 ? chosen.length : isInvited ? 'as invited' : 'none'}</span>
      </summary>
      <ul class="rows mini" aria-label="User groups">
        {custom.map(({ id, name }) => (
          <li class="row" key={id}>
            <label class="pick">
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                onChange={({ currentTarget: { checked } }) =>
                  choose(checked ? [...chosen, id] : chosen.filter((other) => other !== id))
                }
              />
              <span class="grow cut">{name}</span>
            </label>
          </li>
        ))}
      </ul>
      <PageEnd pages={groups} />
    </details>
  );
}
