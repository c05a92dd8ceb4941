import type { UserGroupKind } from '@doorstep/shared/user-group';
import { html } from 'hono/html';
import { icon } from './icon.ts';
import type { Html } from './layout.ts';
import { isolate } from './person.ts';
import { count, shown } from './text.ts';

export type GroupName = { id: string; kind: UserGroupKind; name: string };

/** Groups beside a person, the first `most` by name; synced ones are told apart by a sign and a word. */
export function groupChips(groups: readonly GroupName[], most = groups.length): Html | '' {
  if (groups.length === 0) return '';
  const more = groups.length - most;
  return html`<span class="line g6 wrap">${groups.slice(0, most).map(groupChip)}${
    more > 0 ? html`<span class="small muted">and ${count(more, 'other', 'others')}</span>` : ''
  }</span>`;
}

export const groupChip = ({ kind, name }: GroupName): Html =>
  html`<span class="chip">${kind === 'synced' ? html`${icon('retry')}<span class="sr">synced: </span>` : ''}${isolate(shown(name, 60))}</span>`;

/** Those of `groups` that `ids` name, in the order of `groups`. */
export const groupsNamed = (groups: readonly GroupName[], ids: readonly string[]): GroupName[] =>
  groups.filter(({ id }) => ids.includes(id));
