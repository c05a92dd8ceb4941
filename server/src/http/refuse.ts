import { problems } from '@doorstep/shared/problem';
import { problem } from './api/problem.ts';
import type { Ctx } from './env.ts';
import { errorPageOf } from './pages/error-pages.ts';
import { scimError } from './scim/scim-answer.ts';

type Refusal =
  | 'misdirected'
  | 'wrong-origin'
  | 'not-found'
  | 'method-not-allowed'
  | 'unsupported-type'
  | 'too-large'
  | 'internal-error'
  | 'unavailable';

/** Before it is known who will answer: programs get a problem document, identity providers a SCIM error, people a page. */
export function refuse(c: Ctx, because: Refusal): Response | Promise<Response> {
  // what was not read must not stand in the way of the connection's next request
  const headers: Record<string, string> = because === 'too-large' ? { Connection: 'close' } : {};
  if (isForProviders(c)) return scimRefusal(c, because, headers);
  if (isForPrograms(c)) return problem(c, because, { headers });
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  return errorPageOf(c, because);
}

/** With what stands in the context's headers already: `Allow`. */
function scimRefusal(c: Ctx, because: Refusal, headers: Record<string, string>): Response {
  const { status, title } = problems[because];
  const answer = scimError(c, { status, detail: `${title}.` }, headers);
  return c.newResponse(answer.body, answer);
}

/** RFC 7644, 3.12: errors have a shape of their own there. */
const isForProviders = ({ req: { path } }: Ctx): boolean => path.startsWith('/scim/');

const FOR_PROGRAMS = ['/connect/token', '/connect/revoke', '/healthz', '/readyz', '/waiting/state'];
export const isForPrograms = ({ req: { path } }: Ctx): boolean =>
  path.startsWith('/api/') || path.startsWith('/assets/') || FOR_PROGRAMS.includes(path);
