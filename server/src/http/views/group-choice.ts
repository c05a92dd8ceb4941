import type { FieldError } from '@doorstep/shared/problem';
import { html } from 'hono/html';
import { type GroupName, groupChip } from './group-chips.ts';
import { icon } from './icon.ts';
import type { Html } from './layout.ts';

/** Sent along with the boxes, of which none may be ticked: no groups is another answer than no question. */
export const GROUPS_ASKED = 'groupsAsked';

/** Custom groups to tick, sent as `userGroupIds`. Nothing where there are none. */
export function groupChoice(
  label: string,
  groups: readonly GroupName[],
  chosen: readonly string[],
  errors: FieldError[],
): Html | '' {
  if (groups.length === 0) return '';
  const wrong = errors.filter(({ pointer }) => pointer.startsWith('#/userGroupIds')).slice(0, 5);
  return html`<fieldset class="field" id="userGroupIds"${wrong.length > 0 ? html` aria-describedby="userGroupIds-error"` : ''}>
<legend class="label">${label} <span class="count">optional</span></legend><input type="hidden" name="${GROUPS_ASKED}" value="yes">
<ul class="ticks">${groups.map((group) => tick(group, chosen.includes(group.id)))}</ul>${
    wrong.length === 0
      ? ''
      : html`<div id="userGroupIds-error">${wrong.map(({ detail }) => html`<p class="error">${icon('warn')}<span>One of them ${detail}</span></p>`)}</div>`
  }</fieldset>`;
}

const tick = (group: GroupName, isChosen: boolean) =>
  html`<li><label class="line"><input type="checkbox" name="userGroupIds" value="${group.id}"${isChosen ? html` checked` : ''}>${groupChip(group)}</label></li>`;
