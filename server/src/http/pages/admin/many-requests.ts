import { type DecisionOutcome, MOST_DECIDED, REASON_LENGTH } from '@doorstep/shared/access-request';
import type { MemberId } from '@doorstep/shared/ids';
import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import { Hono } from 'hono';
import { allowedEnd, termsOnApproval, type Verdict } from '../../../actions/decide-request.ts';
import { decideRequests } from '../../../actions/decide-requests.ts';
import { type AccessRequestRow, findAccessRequestsById } from '../../../store/access-request.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { DECIDE_MANY, manyConfirmPage, type OneAsked } from '../../views/many-requests.ts';
import { roleText } from '../../views/role.ts';
import { count, link, nameOf } from '../../views/text.ts';
import { dayText } from '../../views/time.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, recordRefusedWrite } from './admin-page.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';
import { lines } from './invite-form.ts';
import { counted } from './many-outcome.ts';
import { showRequests } from './requests.ts';

type Asked = { ids: string[]; verdict: 'approve' | 'deny'; reason: string };

/** Many requests decided at once: asked with the names of all, then one command, and how many it decided. */
export const manyRequests = new Hono<Env>().post('/decide', async (c) => {
  const form = await readForm(c);
  const ids = [...new Set(form.all('ids'))];
  const verdict = form.get('verdict') === 'approve' ? 'approve' : 'deny';
  const asked: Asked = { ids, verdict, reason: lines(form.get('reason') ?? '') };
  const wrong = whyNotAsked(asked);
  if (wrong) return showRequests(c, 422, [{ pointer: '#', detail: wrong }]);
  const people = await peopleOf(c, asked);
  if (people.some(({ isOffice }) => isOffice) && !isFreshlySignedIn(c)) return freshFirst(c, asked);
  const errors = reasonErrors(asked);
  if (errors.length > 0 || form.get('confirmed') !== 'yes') return ask(c, asked, people, errors);
  return decide(c, asked);
});

const whyNotAsked = ({ ids }: Asked): string | null => {
  if (ids.length === 0) return 'Tick at least one request.';
  return ids.length > MOST_DECIDED ? `Tick at most ${MOST_DECIDED} requests.` : null;
};

const reasonErrors = ({ reason }: Asked): FieldError[] =>
  reason.length > REASON_LENGTH ? [{ pointer: '#/reason', detail: `must be at most ${REASON_LENGTH} characters` }] : [];

type Person = OneAsked & { isOffice: boolean };

async function peopleOf(c: Ctx, { ids, verdict }: Asked): Promise<Person[]> {
  const rows = await findAccessRequestsById(c.var.deps.store, ids);
  const open = rows.filter((row) => row.state === 'open' && row.expiresAt > c.var.now);
  return Promise.all(
    open.map((row) => (verdict === 'approve' ? approved(c, row) : { ...named(row), gets: '', isOffice: false })),
  );
}

const named = (row: AccessRequestRow) => ({ id: row.id, name: nameOf(row) });

/** What each gets stands in the invitation that is renewed; without one they come in as members. */
async function approved(c: Ctx, row: AccessRequestRow): Promise<Person> {
  const { deps, now } = c.var;
  const { role, accessUntil, userGroupIds } = await termsOnApproval(deps, row);
  const among = userGroupIds.length === 0 ? '' : `, in ${count(userGroupIds.length, 'user group', 'user groups')}`;
  const gets = `${roleText[role].word}${among}, ${endText(allowedEnd(deps, row, accessUntil, now))}`;
  return { ...named(row), gets, isOffice: role === 'administrator' };
}

const endText = (until: Millis | null): string =>
  until === null ? 'without an end' : `until the end of ${dayText(until)} (UTC)`;

const fieldsOf = ({ ids, verdict }: Asked) => [...ids.map((id) => ['ids', id] as const), ['verdict', verdict] as const];

async function ask(c: Ctx, asked: Asked, people: Person[], errors: FieldError[]): Promise<Response> {
  const fields = [...fieldsOf(asked), ['confirmed', 'yes'] as const];
  const { verdict, reason } = asked;
  const model = { ...(await adminShellOf(c)), verdict, people, sentence: sentences[verdict], fields, reason, errors };
  return page(c, manyConfirmPage(model), errors.length > 0 ? 422 : 200);
}

const sentences = {
  approve: 'All of them are let in at their next sign-in, and each of whom an address is known gets a mail.',
  deny: 'None of them is let in, and each of whom an address is known gets a mail. They can knock again after a while.',
};

const freshFirst = (c: Ctx, asked: Asked) =>
  freshSignInFirst(c, {
    about: null,
    room: 'requests',
    what: 'make an administrator of somebody among them',
    action: DECIDE_MANY,
    fields: [...fieldsOf(asked), ['reason', asked.reason]],
    back: '/admin/requests',
  });

async function decide(c: Ctx, { ids, verdict, reason }: Asked): Promise<Response> {
  const { deps, trace, now } = c.var;
  const { id, tenantId, objectId } = memberOf(c);
  const by = { memberId: id as MemberId, tenantId, objectId };
  const word = reason || null;
  const wanted: Verdict =
    verdict === 'approve' ? { verdict: 'approved', wanted: { reason: word } } : { verdict: 'denied', reason: word };
  const results = await decideRequests(deps, by, { ids, verdict: wanted, isFresh: isFreshlySignedIn(c) }, trace, now);
  for (const { id, outcome } of results) if (isRefusal(outcome)) await recordRefusedWrite(c, outcome, id);
  return c.redirect(link('/admin/requests', { verdict, ...counted(results) }), 303);
}

const isRefusal = (outcome: DecisionOutcome) =>
  outcome === 'own-request' || outcome === 'guests-not-allowed' || outcome === 'guest-administrator';
