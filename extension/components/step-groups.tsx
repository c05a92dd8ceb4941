import { GROUP_NAME_LENGTH, type UserGroup } from '@doorstep/shared/user-group';
import { useState } from 'preact/hooks';
import { sentenceOf } from '../lib/call.ts';
import { withUserGroup } from '../lib/choice.ts';
import { createUserGroup, getUserGroups } from '../lib/wizard-api.ts';
import { countOf } from '../lib/words.ts';
import { Icon } from './icon.tsx';
import { PageEnd } from './page-end.tsx';
import { SearchBox } from './search-box.tsx';
import { StepForm } from './step-form.tsx';
import { type Pages, usePages } from './use-pages.ts';
import type { StepProps } from './wizard.tsx';

/** Step 4: custom groups to choose or to make; those that follow the directory are only shown. */
export function StepGroups({ to, draft, save, go, back }: StepProps) {
  const [query, setQuery] = useState('');
  const q = query.trim();
  const groups = usePages(q, (cursor) => getUserGroups(to, { q, cursor }));
  const custom = groups.items?.filter(({ kind }) => kind === 'custom') ?? [];
  const synced = groups.items?.filter(({ kind }) => kind === 'synced') ?? [];
  const chosen = draft.userGroups.length;
  const clear = () => {
    setQuery('');
    document.querySelector<HTMLElement>('.search input')?.focus(); // the button that was pressed goes
  };
  return (
    <StepForm
      draft={draft}
      go={go}
      back={back}
      nextWord="Review"
      next={() => go('review')}
      sum={chosen > 0 ? `${countOf(chosen, 'group', 'groups')} chosen` : 'No group chosen: they join without one.'}
    >
      <div class="tools first">
        <SearchBox label="Search user groups" placeholder="Search or name a new group" query={query} search={setQuery} isFirst />
      </div>
      <div class="section">
        <h2>
          Chosen here <span class="count">{chosen}</span>
        </h2>
      </div>
      <Custom groups={custom} draft={draft} save={save} />
      {q && !groups.isLooking && !custom.some(({ name }) => isSame(name, q)) && (
        <NewGroup to={to} name={q} draft={draft} save={save} groups={groups} clear={clear} />
      )}
      {groups.items && custom.length + chosen === 0 && !q && (
        <p class="hint">No group is there yet. Type a name above to make one.</p>
      )}
      <PageEnd pages={groups} />
      {synced.length > 0 && (
        <>
          <div class="section">
            <h2>Added automatically</h2>
            <span class="muted small">follows the directory</span>
          </div>
          <ul class="rows" aria-label="Added automatically">
            {synced.map(({ id, name, members }) => (
              <li class="row dim" key={id}>
                <Icon name="again" />
                <span class="who">
                  <b>{name}</b>
                  <small>{countOf(members, 'member', 'members')}</small>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </StepForm>
  );
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The chosen ones stay on top, whatever is searched for. */
function Custom({ groups, draft, save }: Pick<StepProps, 'draft' | 'save'> & { groups: UserGroup[] }) {
  const isChosen = (id: string) => draft.userGroups.some((group) => group.id === id);
  const members = new Map(groups.map((group) => [group.id, group.members]));
  return (
    <ul class="rows" aria-label="User groups">
      {[...draft.userGroups, ...groups.filter(({ id }) => !isChosen(id))].map((group) => (
        <li class="row" key={group.id}>
          <label class="pick">
            <input
              type="checkbox"
              checked={isChosen(group.id)}
              onChange={(event) => save(withUserGroup(draft, group, event.currentTarget.checked))}
            />
            <span class="who">
              <b>{group.name}</b>
              {members.has(group.id) && <small>{countOf(members.get(group.id)!, 'member', 'members')}</small>}
            </span>
          </label>
        </li>
      ))}
    </ul>
  );
}

type NewProps = Pick<StepProps, 'to' | 'draft' | 'save'> & { name: string; groups: Pages<UserGroup>; clear: () => void };

function NewGroup({ to, name, draft, save, groups, clear }: NewProps) {
  const [problem, setProblem] = useState('');
  const make = async () => {
    const answer = await createUserGroup(to, name.slice(0, GROUP_NAME_LENGTH));
    setProblem(answer.outcome === 'ok' ? '' : sentenceOf(answer));
    if (answer.outcome !== 'ok') return;
    save(withUserGroup(draft, answer.value, true));
    clear();
    groups.retry();
  };
  return (
    <>
      <button type="button" class="btn sm make" onClick={() => void make()}>
        <Icon name="plus" />
        <span class="cut">Make the group “{name}”</span>
      </button>
      <p class="error" role="alert">
        {problem}
      </p>
    </>
  );
}
