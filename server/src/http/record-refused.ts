import type { AuditId } from '@doorstep/shared/ids';
import { recordRefusal } from '../store/audit.ts';
import { newId } from '../store/new-id.ts';
import type { Ctx } from './env.ts';

type Refused = { by?: string | null; about?: string | null; facts?: Record<string, unknown> };

/** A refusal changes nothing, but is written down: what, by whom, about what, with this request's time and trace (AUD-01). */
export const recordRefused = (c: Ctx, what: string, { by = null, about = null, facts }: Refused = {}): Promise<unknown> =>
  recordRefusal(c.var.deps.store, { id: newId('aud') as AuditId, at: c.var.now, what, by, about, facts, trace: c.var.trace });
