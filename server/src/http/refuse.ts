import { problem } from './api/problem.ts';
import type { Ctx } from './env.ts';
import { errorPageOf } from './pages/error-pages.ts';

type Refusal =
  | 'misdirected'
  | 'wrong-origin'
  | 'not-found'
  | 'method-not-allowed'
  | 'too-large'
  | 'internal-error'
  | 'unavailable';

/** Before it is known who will answer: programs get a problem document, people a page. */
export const refuse = (c: Ctx, because: Refusal): Response | Promise<Response> =>
  isForPrograms(c) ? problem(c, because) : errorPageOf(c, because);

export const isForPrograms = (c: Ctx): boolean => c.req.path.startsWith('/api/') || c.req.path === '/waiting/state';
