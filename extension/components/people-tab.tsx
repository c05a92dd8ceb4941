import type { DirectoryUser } from '@doorstep/shared/directory';
import { useState } from 'preact/hooks';
import { coverOf, withAllBut, withoutSearch, withPerson, withSearch } from '../lib/choice.ts';
import { getDirectoryUsers, suggestOrNot } from '../lib/wizard-api.ts';
import { countOf } from '../lib/words.ts';
import { DirectoryPerson } from './directory-person.tsx';
import { PageEnd } from './page-end.tsx';
import { SearchBox } from './search-box.tsx';
import { Skeleton } from './skeleton.tsx';
import { type Pages, usePages } from './use-pages.ts';
import type { StepProps } from './wizard.tsx';

type Props = StepProps & { count: number | undefined; isFirst: boolean };

/** Those for whom an invitation is required first; below them everybody else, marked with why not. */
export function PeopleTab({ kept, to, draft, save, count, isFirst }: Props) {
  const [query, setQuery] = useState('');
  const q = query.trim();
  const required = usePages(q, (cursor) => getDirectoryUsers(to, { q, status: 'invitation-required', cursor }));
  const all = usePages(q, (cursor) => getDirectoryUsers(to, { q, cursor }));
  const others = all.items?.filter(({ standing }) => standing !== 'invitation-required');
  const isWhole = coverOf(draft, q) !== undefined;
  const tick = (user: DirectoryUser, isTicked: boolean) =>
    save(!isTicked && isWhole ? withAllBut(draft, q, required.items ?? [], user) : withPerson(draft, user, isTicked));
  const suggest = (pages: Pages<DirectoryUser>) => async (user: DirectoryUser, verb: 'dismiss' | 'suggest') => {
    const answer = await suggestOrNot(to, user.id, verb);
    if (answer.outcome === 'ok') pages.replace(answer.value);
    return answer.outcome === 'ok';
  };
  const isTicked = ({ id }: DirectoryUser) => draft.picked.some((person) => person.id === id);
  const news = new Set(required.items?.filter(isNewToday).map(({ id }) => id));
  const isNews = news.size < (required.items?.length ?? 0); // when all are new, the word says nothing
  const canBeSplit = isWhole && !required.hasMore && coverOf(draft, q)?.q === q;
  return (
    <>
      <div class="tools">
        <SearchBox
          label="Search people"
          placeholder={count === undefined ? 'Search people' : `Search ${countOf(count, 'person', 'people')}`}
          query={query}
          search={setQuery}
          isFirst={isFirst}
        />
      </div>
      <PickAll
        draft={draft}
        save={save}
        q={q}
        required={required}
        total={q || !kept.door ? undefined : kept.door.summary.invitationRequired}
      />
      {!required.items && !required.problem && <Skeleton title="Looking up who is not invited yet" />}
      <ul class="rows" aria-label="Invitation required" aria-busy={required.isLooking}>
        {required.items?.map((user) => (
          <DirectoryPerson
            key={user.id}
            user={user}
            isTicked={isTicked(user) || (isWhole && user.standing === 'invitation-required')}
            isFixed={isWhole && !canBeSplit}
            isNew={isNews && news.has(user.id)}
            tick={tick}
            suggest={suggest(required)}
          />
        ))}
      </ul>
      <PageEnd pages={required} />
      {others && others.length > 0 && (
        <>
          <div class="section">
            <h2>Others</h2>
          </div>
          <ul class="rows" aria-label="Others" aria-busy={all.isLooking}>
            {others.map((user) => (
              <DirectoryPerson key={user.id} user={user} isTicked={isTicked(user)} tick={tick} suggest={suggest(all)} />
            ))}
          </ul>
        </>
      )}
      {all.items && <PageEnd pages={{ ...all, problem: '' }} />}
      {required.items?.length === 0 && others?.length === 0 && !required.isLooking && (
        <p class="empty">{q ? `Nobody in the directory is called “${q}”.` : 'The directory has nobody yet.'}</p>
      )}
    </>
  );
}

const isNewToday = ({ firstSeenAt }: DirectoryUser): boolean =>
  new Date(firstSeenAt).toDateString() === new Date().toDateString();

/** *Invitation required 37*: one tick for all that match, also those beyond the first page. */
function PickAll({
  draft,
  save,
  q,
  required,
  total,
}: Pick<Props, 'draft' | 'save'> & { q: string; required: Pages<DirectoryUser>; total: number | undefined }) {
  if (!required.items) return null;
  const known = required.items.filter(({ standing }) => standing === 'invitation-required');
  const count = required.hasMore ? total : known.length;
  const cover = coverOf(draft, q);
  const ticked = cover ? known.length : known.filter(({ id }) => draft.picked.some((person) => person.id === id)).length;
  const isMixed = !cover && ticked > 0;
  if (known.length === 0 && !required.isLooking) return q ? null : <p class="hint section">Everybody is invited or in.</p>;
  const word = count?.toLocaleString() ?? `${known.length.toLocaleString()}+`;
  return (
    <div class="section pickall">
      <label class="line">
        <input
          type="checkbox"
          class={isMixed ? 'is-mixed' : ''}
          checked={cover !== undefined}
          indeterminate={isMixed}
          disabled={required.isLooking || (cover !== undefined && cover.q !== q)}
          aria-describedby="ticked"
          onChange={(event) =>
            save(event.currentTarget.checked ? withSearch(draft, q, count ?? null, known) : withoutSearch(draft, q))
          }
        />
        <b>
          Invitation required <span class="count">{word}</span>
        </b>
      </label>
      <span class="muted small" id="ticked">
        {cover ? 'all ticked' : ticked > 0 ? `${ticked.toLocaleString()} ticked, newest first` : 'newest first'}
      </span>
    </div>
  );
}
