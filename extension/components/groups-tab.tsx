import { useState } from 'preact/hooks';
import { withGroup } from '../lib/choice.ts';
import { getDirectoryGroups } from '../lib/wizard-api.ts';
import { countOf } from '../lib/words.ts';
import { DirectoryGroupRow } from './directory-group.tsx';
import { PageEnd } from './page-end.tsx';
import { SearchBox } from './search-box.tsx';
import { Skeleton } from './skeleton.tsx';
import { usePages } from './use-pages.ts';
import type { StepProps } from './wizard.tsx';

/** Groups of the directory; each opens in place and says what ticking it means. */
export function GroupsTab({ to, draft, save, count }: StepProps & { count: number | undefined }) {
  const [query, setQuery] = useState('');
  const q = query.trim();
  const groups = usePages(q, (cursor) => getDirectoryGroups(to, { q, cursor }));
  return (
    <>
      <div class="tools">
        <SearchBox
          label="Search groups"
          placeholder={count === undefined ? 'Search groups' : `Search ${countOf(count, 'group', 'groups')}`}
          query={query}
          search={setQuery}
        />
      </div>
      {!groups.items && !groups.problem && <Skeleton title="Looking up the groups" />}
      <ul class="rows" aria-label="Groups" aria-busy={groups.isLooking}>
        {groups.items?.map((group) => (
          <DirectoryGroupRow
            key={group.id}
            to={to}
            group={group}
            isTicked={draft.groups.some(({ id }) => id === group.id)}
            tick={(isTicked) => save(withGroup(draft, group, isTicked))}
          />
        ))}
      </ul>
      <PageEnd pages={groups} />
      {groups.items?.length === 0 && !groups.isLooking && (
        <p class="empty">{q ? `No group of the directory is called “${q}”.` : 'The directory has no groups.'}</p>
      )}
    </>
  );
}
