import { createMiddleware } from 'hono/factory';
import type { Env } from '../env.ts';
import { refuse } from '../refuse.ts';

const FORM = 'application/x-www-form-urlencoded';
const FORM_WITH_FILE = 'multipart/form-data';

/** The one page that takes a file. */
const TAKES_FILE = '/admin/settings/logo';

/** Our pages post forms and nothing else: 415 for JSON, text and files, which would be read as a form with nothing in it (WEB-08). */
export const formsOnly = createMiddleware<Env>(async (c, next) => {
  if (c.req.method !== 'POST') return next();
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  const hasBody = Number(c.req.header('content-length') ?? 0) > 0 || c.req.header('transfer-encoding') !== undefined;
  const isForm = type === FORM || (type === undefined && !hasBody) || (type === FORM_WITH_FILE && c.req.path === TAKES_FILE);
  return isForm ? next() : refuse(c, 'unsupported-type');
});
