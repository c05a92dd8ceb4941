import type { Member } from '@doorstep/shared/member';
import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { accessUntilField, errorSummary, hiddenFields, postButton } from './form.ts';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { sponsorLink } from './left-behind.ts';
import { notice } from './notice.ts';
import { memberChip, personHead } from './person.ts';
import { count, nameOf, shown } from './text.ts';
import { day, exact } from './time.ts';

/** `guestDays`: how long a guest's access is renewed for. `refusal`: why nothing can be renewed; null when it can. */
export type RenewModel = AdminShell & {
  member: Member;
  guestDays: number;
  renewedUntil: Millis;
  refusal: string | null;
  accessUntil: string;
  errors: FieldError[];
};

/** `/admin/users/{member id}/renew`: where the mail "Is Jo still needed?" leads. */
export function renewPage(model: RenewModel): Html {
  const { member } = model;
  const name = nameOf(member);
  const path = `/admin/users/${encodeURIComponent(member.id)}`;
  return adminLayout(
    model,
    'users',
    `Is ${name} still needed?`,
    '',
    html`<p><a class="back" href="${path}">${icon('left')}${name}</a></p>${errorSummary(model.errors, { accessUntil: 'Access until' })}
<div class="narrow card padded stack">${personHead(member, html`${memberChip(member)}`)}
<dl class="facts"><dt>${isOver(model) ? 'Access ended' : 'Access until'}</dt><dd>${member.accessUntil === null ? 'no end' : exact(member.accessUntil)}</dd>${
      member.sponsor === null ? '' : html`<dt>Sponsor</dt><dd>${sponsorLink(member.sponsor)}</dd>`
    }</dl>
${model.refusal === null ? renewal(model, path) : notice('wait', 'info', shown(model.refusal, 300))}
${model.member.accessUntil === null || isOver(model) ? '' : html`<p class="small muted">Not needed? Do nothing, and the access ends by itself.</p>`}
${isOver(model) || member.state === 'removed' ? '' : html`<div class="button-row">${postButton({ action: `${path}/end-now`, text: 'End now', look: 'btn danger', about: name })}</div>`}</div>`,
  );
}

const isOver = ({ member: { accessUntil }, now }: RenewModel) => accessUntil !== null && accessUntil <= now;

function renewal(model: RenewModel, path: string): Html {
  const { member, guestDays, renewedUntil } = model;
  const seen = hiddenFields([['seen', String(member.accessUntil ?? '')]]);
  if (member.isGuest && (member.accessUntil ?? Number.POSITIVE_INFINITY) >= renewedUntil)
    return html`<p>Nothing is to be renewed: the access already lasts ${count(guestDays, 'day', 'days')} or longer.</p>`;
  if (member.isGuest)
    return html`<form class="button-row" method="post" action="${path}/renew">${seen}
<button class="btn primary">${icon('retry')}Renew for ${count(guestDays, 'day', 'days')}</button><span class="small muted">until ${day(renewedUntil)}</span></form>`;
  return html`<form class="stack" method="post" action="${path}/renew">${seen}${accessUntilField('Access until', model.accessUntil, model.errors)}
<div><button class="btn primary">${icon('retry')}Renew</button></div></form>`;
}
