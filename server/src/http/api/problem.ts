import { type FieldError, type ProblemKey, problems } from '@doorstep/shared/problem';
import type { Ctx } from '../env.ts';
import { answer } from './answer.ts';

/** RFC 9457. `facts` are members of their own beside the standard ones. */
export function problem(
  c: Ctx,
  because: ProblemKey,
  more: { detail?: string; errors?: FieldError[]; facts?: Record<string, unknown>; headers?: Record<string, string> } = {},
): Response {
  const { status, title } = problems[because];
  const body = {
    type: `/problems/${because}`,
    title,
    status,
    ...(more.detail ? { detail: more.detail } : {}),
    requestId: c.var.requestId,
    ...(more.errors ? { errors: more.errors } : {}),
    ...more.facts,
  };
  return answer(c, status, body, { 'Content-Type': 'application/problem+json', ...more.headers });
}
