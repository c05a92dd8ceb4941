import type { SyncProblem } from '@doorstep/shared/directory';
import { html } from 'hono/html';
import { syncProblemText } from './directory-problems.ts';
import { postButton } from './form.ts';
import { icon } from './icon.ts';
import type { Html } from './layout.ts';
import { isolate } from './person.ts';
import { count, figure, shown } from './text.ts';

/** What the brake stopped: `suspends` are the first of the members, `suspendCount` all. `isReleased`: an administrator let it pass. */
export type StoppedRun = {
  id: string;
  problem: SyncProblem;
  isReleased: boolean;
  people: number;
  vanishing: number;
  known: number;
  vanishingGroups: number;
  suspends: { memberId: string; name: string | null }[];
  suspendCount: number;
  activeMembers: number;
};

/** The rehearsal: what would happen if it were applied. The last administrator stays whoever presses. */
export function stoppedCard(run: StoppedRun): Html {
  const { what, so } = syncProblemText[run.problem];
  return html`<section class="banner wait" aria-labelledby="stopped">${icon('pause')}<div class="grow stack">
<div><h2 id="stopped">The last round was stopped</h2><p>${what} ${so}</p></div>
<p>It would have suspended <b>${count(run.suspendCount, 'member', 'members')}</b> of ${figure(run.activeMembers)}; of ${count(run.known, 'person', 'people')} in the directory ${figure(run.people)} are said to have left or to be disabled, and ${figure(run.vanishing)} to have disappeared${run.vanishingGroups > 0 ? html`, and ${count(run.vanishingGroups, 'group', 'groups')} with them` : ''}.</p>
${names(run)}${apply(run)}</div></section>`;
}

function names({ suspends, suspendCount }: StoppedRun): Html | '' {
  if (suspends.length === 0) return '';
  const more = suspendCount - suspends.length;
  return html`<details><summary>Who it is</summary><ul>${suspends.map(
    ({ memberId, name }) =>
      html`<li><a href="/admin/users/${encodeURIComponent(memberId)}">${isolate(shown(name ?? 'Somebody', 80))}</a></li>`,
  )}${more > 0 ? html`<li>and ${count(more, 'more', 'more')}</li>` : ''}</ul></details>`;
}

function apply({ id, problem, isReleased }: StoppedRun): Html | '' {
  if (isReleased) return html`<p><b>An administrator let it pass:</b> the next round applies it.</p>`;
  if (problem === 'last-administrator-leaves') return '';
  return html`<div>${postButton({ action: '/admin/directory/apply', text: 'Apply anyway', look: 'btn danger', fields: [['run', id]] })}</div>`;
}
