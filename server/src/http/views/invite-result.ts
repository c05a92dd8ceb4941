import type { Batch } from '@doorstep/shared/invitation-batch';
import { html } from 'hono/html';
import { countsText, resultWords, rowList, type Typed } from './invite-rows.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice } from './notice.ts';
import { count, figure } from './text.ts';

/** `typed` says how to call the rows' recipients. `written`: so many invitations are written so far. */
export type InviteResultModel = AdminShell & { batch: Batch; typed: Typed; written: number };

/** After sending: the truth of every row. Beyond 250 people the rest is written by a job, and only refused rows are listed. */
export function inviteResultPage(model: InviteResultModel): Html {
  const { counts, rows, state } = model.batch;
  const all = counts.invite + counts.resend;
  const content = html`<div class="wizard aside">${notice(all > 0 ? 'ok' : 'wait', 'send', countsText(counts, resultWords))}${
    state === 'writing' ? progress(model, all) : ''
  }${state === 'stopped' ? notice('wait', 'pause', 'The batch was stopped: those not written by then were not invited.') : ''}${rowList(rows, model.typed, resultWords, 'What happened')}
<div class="button-row"><a class="btn primary" href="/admin/invitations">See the invitations</a>
<a class="btn" href="/admin/invitations/new">Invite more people</a></div></div>`;
  return adminLayout(model, 'invitations', titleOf(model.batch, all), '', content);
}

function titleOf({ state }: Batch, all: number): string {
  if (state === 'writing') return 'Invitations are being written';
  return all === 0 ? 'Nothing was sent' : 'Invitations are on their way';
}

/** It goes on by itself: the page looks again, by script or without. */
function progress({ batch, written }: InviteResultModel, all: number): Html {
  return html`<noscript><meta http-equiv="refresh" content="5"></noscript><script src="/assets/again.js" defer></script>
<section class="card padded stack" aria-label="Progress"><p><b>${figure(written)} of ${count(all, 'invitation', 'invitations')}</b> written</p>
<progress max="${all}" value="${written}" aria-label="Invitations written"></progress>
<p class="small muted">You can leave this page: the rest goes on by itself, and is in the list as it is written.
<a href="/admin/invitations/batches/${encodeURIComponent(batch.id)}">Look again</a></p></section>`;
}
