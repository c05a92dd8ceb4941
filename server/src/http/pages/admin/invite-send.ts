import type { Batch, NewBatch, Row } from '@doorstep/shared/invitation-batch';
import { findBatchReport, invite } from '../../../actions/invite.ts';
import { countPlans } from '../../../domain/invitation.ts';
import { CHUNK, findBatch } from '../../../store/invitation-batch.ts';
import type { Ctx } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { inviteResultPage } from '../../views/invite-result.ts';
import type { Typed } from '../../views/invite-rows.ts';
import { errorPageOf } from '../error-pages.ts';
import { page } from '../page.ts';
import { adminShellOf, conflictPage } from './admin-page.ts';
import { reachable } from './invite-form.ts';

const toTheList = { href: '/admin/invitations', text: 'See the invitations' };

/** Sends, and says what became of everybody who was chosen or typed. */
export async function send(c: Ctx, wanted: NewBatch, typed: Typed, key: string | null): Promise<Response> {
  const { deps, trace, now } = c.var;
  const { batch: good, places } = reachable(wanted);
  const result = await invite(deps, memberOf(c).id, good, key, trace, now);
  switch (result.outcome) {
    case 'invited': {
      if (result.batch.state === 'writing') return c.redirect(`/admin/invitations/batches/${result.batch.id}`, 303);
      const batch = withUnreachable(result.batch, places, typed);
      return page(c, inviteResultPage({ ...(await adminShellOf(c)), batch, typed, written: 0 }));
    }
    case 'other-body': {
      const sentence = 'The same review was sent before with other people or options. Nothing was sent now.';
      return conflictPage(c, 'These were sent already', sentence, toTheList);
    }
    case 'not-addresses':
      throw new Error('only addresses were handed over');
  }
}

/** The result tells of everybody who was typed, in that order: of those, too, to whom no mail could go. */
function withUnreachable(batch: Batch, places: number[], typed: Typed): Batch {
  const reached = new Set(places);
  const told = batch.rows.map((row) => ({ ...row, recipient: places[row.recipient]! }));
  const others = typed.flatMap(({ text }, place) => (reached.has(place) ? [] : [noAddress(text, place)]));
  const rows = [...told, ...others].sort((a, b) => a.recipient - b.recipient);
  const { invite, resend, refuse } = batch.counts;
  return { ...batch, rows, counts: { invite, resend, refuse: refuse + countPlans(others).refuse } };
}

const noAddress = (address: string, recipient: number): Row => ({
  recipient,
  address,
  directoryUserId: null,
  name: null,
  plan: 'refuse',
  because: 'not-an-address',
});

/** How far a long batch is: it is written by a job, whoever looks. */
export async function showBatch(c: Ctx, id: string): Promise<Response> {
  const { deps } = c.var;
  const [row, batch] = [await findBatch(deps.store, id), await findBatchReport(deps, id)];
  if (!row || !batch) return errorPageOf(c, 'not-found');
  const written = Math.min(row.nextPosition * CHUNK, batch.counts.invite + batch.counts.resend);
  return page(c, inviteResultPage({ ...(await adminShellOf(c)), batch, typed: [], written }));
}
