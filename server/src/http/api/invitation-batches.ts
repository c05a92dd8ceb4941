import { checkAddress } from '@doorstep/shared/email-address';
import { NewBatch } from '@doorstep/shared/invitation-batch';
import type { FieldError } from '@doorstep/shared/problem';
import { Hono } from 'hono';
import { findBatchReport, invite, previewInvitations } from '../../actions/invite.ts';
import { stopBatch } from '../../store/invitation-batch.ts';
import { newId } from '../../store/new-id.ts';
import { unknownUserGroups } from '../../store/user-group.ts';
import type { Ctx, Env } from '../env.ts';
import { answer } from './answer.ts';
import { freshSignInNeeded } from './fresh-sign-in.ts';
import { problem } from './problem.ts';
import { readBody } from './read-body.ts';

const KEY = /^[\x21-\x7e]{1,200}$/;

export const invitationBatches = new Hono<Env>()
  .post('/preview', async (c) => {
    const body = await readBatch(c);
    if ('refusal' in body) return body.refusal;
    return answer(c, 200, await previewInvitations(c.var.deps, body.value, c.var.now));
  })
  .post('/', async (c) => {
    const body = await readBatch(c);
    if ('refusal' in body) return body.refusal;
    if (makesAdministrator(body.value)) return freshSignInNeeded(c, '/admin/invitations/new');
    const key = c.req.header('idempotency-key') ?? null;
    if (key !== null && !KEY.test(key)) {
      const errors = [{ pointer: '#', detail: 'Idempotency-Key must be 1 to 200 visible ASCII characters' }];
      return problem(c, 'invalid-fields', { errors });
    }
    const { deps, browser, trace, now } = c.var;
    const result = await invite(deps, browser.member.id, body.value, key, trace, now);
    switch (result.outcome) {
      case 'invited':
        return answer(c, result.isRepeat ? 200 : 202, result.batch, {
          Location: `/api/v1/invitation-batches/${result.batch.id}`,
        });
      case 'other-body':
        return problem(c, 'idempotency-key-reused');
      case 'not-addresses':
        return notAddresses(c, body.value, result.recipients);
    }
  })
  .get('/:id', async (c) => {
    const batch = await findBatchReport(c.var.deps, c.req.param('id'));
    return batch ? answer(c, 200, batch) : problem(c, 'not-found');
  })
  .post('/:id/stop', async (c) => {
    const id = c.req.param('id');
    const { deps, browser, trace, now } = c.var;
    const isStopped = await stopBatch(deps.store, { id, by: browser.member.id, auditId: newId('aud'), now, trace });
    const batch = await findBatchReport(deps, id);
    if (!batch) return problem(c, 'not-found');
    if (!isStopped && batch.state === 'done') return problem(c, 'already-ended', { facts: { state: batch.state } });
    return answer(c, 200, batch);
  });

/** User groups that do not exist, or follow the directory, are as wrong as any other field. */
async function readBatch(c: Ctx): Promise<{ value: NewBatch } | { refusal: Response }> {
  const body = await readBody(c, NewBatch);
  if ('refusal' in body) return body;
  const errors = await wrongUserGroups(c, body.value);
  return errors.length > 0 ? { refusal: problem(c, 'invalid-fields', { errors }) } : body;
}

async function wrongUserGroups(c: Ctx, batch: NewBatch): Promise<FieldError[]> {
  const named = [
    ...placesOf('#', batch.userGroupIds),
    ...batch.recipients.flatMap((one, at) => (one.userGroupIds?.length ? placesOf(`#/recipients/${at}`, one.userGroupIds) : [])),
  ];
  if (named.length === 0) return [];
  const unknown = new Set(await unknownUserGroups(c.var.deps.store, [...new Set(named.map(({ id }) => id))]));
  const wrong = named.filter(({ id }) => unknown.has(id));
  return wrong.slice(0, MOST_ERRORS).map(({ pointer }) => ({ pointer, detail: 'is no user group that people can be put in' }));
}

const placesOf = (pointer: string, ids: readonly string[] = []) =>
  ids.map((id, at) => ({ id, pointer: `${pointer}/userGroupIds/${at}` }));

const MOST_ERRORS = 100;

/** Making an administrator is done on pages, after a fresh sign-in (CONTRACT.md, 6). */
const makesAdministrator = (batch: NewBatch): boolean =>
  batch.role === 'administrator' || batch.recipients.some((recipient) => recipient.role === 'administrator');

function notAddresses(c: Ctx, batch: NewBatch, recipients: number[]): Response {
  const errors = recipients.slice(0, MOST_ERRORS).map((index) => {
    const check = checkAddress(batch.recipients[index]!.email ?? '');
    return { pointer: `#/recipients/${index}/email`, detail: 'problem' in check ? check.problem : 'is no address' };
  });
  return problem(c, 'invalid-fields', { errors });
}
