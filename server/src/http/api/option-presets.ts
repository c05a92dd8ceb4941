import { NewOptionPreset } from '@doorstep/shared/option-preset';
import { Hono } from 'hono';
import { newId } from '../../store/new-id.ts';
import { deletePreset, findOptionPresets, MOST_PRESETS, savePreset } from '../../store/option-preset.ts';
import type { Ctx, Env } from '../env.ts';
import { optionPresetShown } from '../shown.ts';
import { answer } from './answer.ts';
import { problem } from './problem.ts';
import { readBody } from './read-body.ts';

/** Options of the wizard under a name, for all administrators. */
export const optionPresets = new Hono<Env>()
  .get('/', async (c) => {
    const presets = await findOptionPresets(c.var.deps.store);
    return answer(c, 200, { items: presets.map(optionPresetShown), nextCursor: null });
  })
  .post('/', async (c) => {
    const body = await readBody(c, NewOptionPreset);
    if ('refusal' in body) return body.refusal;
    const { name, expiresInDays = c.var.deps.settings.invitationDays, ...rest } = body.value;
    const options = { ...rest, expiresInDays };
    const preset = await savePreset(c.var.deps.store, { ...change(c, newId('pre')), name, options });
    if (preset) return answer(c, 201, optionPresetShown(preset), { Location: `/api/v1/option-presets/${preset.id}` });
    const detail = `cannot be saved: there are ${MOST_PRESETS} presets, delete one first`;
    return problem(c, 'invalid-fields', { errors: [{ pointer: '#/name', detail }] });
  })
  .delete('/:id', async (c) => {
    const isDeleted = await deletePreset(c.var.deps.store, change(c, c.req.param('id')));
    return isDeleted ? answer(c, 204, null) : problem(c, 'not-found');
  });

const change = (c: Ctx, id: string) => ({
  id,
  by: c.var.browser.member.id,
  auditId: newId('aud'),
  now: c.var.now,
  trace: c.var.trace,
});
