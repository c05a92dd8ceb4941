import { isBusy } from '../../store/repairing-client.ts';
import type { Ctx } from '../env.ts';
import { refuse } from '../refuse.ts';

/**
 * Our mistakes and the database's outages: the one place that turns what was thrown into an answer. Atomic batches mean that nothing was half
 * done. The log names the error, never what was sent (AUD-06).
 */
export function whatWentWrong(c: Ctx, error: Error): Response | Promise<Response> {
  const isOutage = isDatabaseOutage(error);
  c.var.deps.log('error', isOutage ? 'database unavailable' : 'unexpected error', {
    requestId: c.var.requestId,
    route: c.req.routePath,
    name: error.name,
    code: codesOf(error).join(' ') || undefined,
    stack: isOutage ? undefined : stackOf(error),
  });
  if (isOutage) c.header('Retry-After', '5');
  return refuse(c, isOutage ? 'unavailable' : 'internal-error');
}

const OUTAGES = [
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
  'SERVER_ERROR',
  'HRANA_WEBSOCKET_ERROR',
  'ECONN',
  'ENOTFOUND',
  'ETIMEDOUT',
  'UND_ERR',
];

/** The database cannot be written or reached: an operator's matter, over when it is repaired (DUR-04, DUR-05). */
function isDatabaseOutage(error: Error): boolean {
  if (isBusy(error)) return true;
  if (codesOf(error).some((code) => OUTAGES.some((outage) => code.startsWith(outage)))) return true;
  return (
    error.name === 'DrizzleQueryError' &&
    causesOf(error).some((cause) => cause instanceof TypeError && cause.message === 'fetch failed')
  );
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
