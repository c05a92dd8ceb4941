import { isBusy } from '../../store/repairing-client.ts';
import type { Ctx } from '../env.ts';
import { refuse } from '../refuse.ts';

/**
 * Our mistakes and the database's outages: the one place that turns what was thrown into an answer. Atomic batches mean that nothing was half
 * done. The log names the error, never what was sent (AUD-06).
 */
export async function whatWentWrong(c: Ctx, error: Error): Promise<Response> {
  const isOutage = isDatabaseOutage(error);
  c.var.deps.log('error', isOutage ? 'database unavailable' : 'unexpected error', {
    requestId: c.var.requestId,
    route: c.req.routePath,
    name: error.name,
    code: codesOf(error).join(' ') || undefined,
    stack: isOutage ? undefined : stackOf(error),
  });
  const answer = await refuse(c, isOutage ? 'unavailable' : 'internal-error');
  if (isOutage) answer.headers.set('Retry-After', '5');
  return answer;
}

const OUTAGES = ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SERVER_ERROR', 'DATABASE_UNREACHABLE'];

/** The database cannot be written or reached: an operator's matter, over when it is repaired (DUR-04, DUR-05). */
function isDatabaseOutage(error: Error): boolean {
  return isBusy(error) || codesOf(error).some((code) => OUTAGES.some((outage) => code.startsWith(outage)));
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let at = error; at instanceof Error && causes.length < 8; at = at.cause) causes.push(at);
  return causes;
}

const codesOf = (error: Error): string[] =>
  causesOf(error).flatMap((cause) => ('code' in cause && typeof cause.code === 'string' ? [cause.code] : []));

/** Where, without the message: a query's message repeats its parameters. */
const stackOf = (error: Error): string =>
  causesOf(error)
    .map(
      (cause) =>
        `${cause.name}\n${(cause.stack ?? '')
          .split('\n')
          .filter((line) => /^\s+at /.test(line))
          .slice(0, 8)
          .join('\n')}`,
    )
    .join('\n');
