import { randomUUID } from 'node:crypto';

/** Graph's error body (entra.md 8.9). `now` in milliseconds. */
export function graphError(code: string, message: string, now: number) {
  const id = randomUUID();
  const date = new Date(now).toISOString().slice(0, 19);
  return { error: { code, message, innerError: { date, 'request-id': id, 'client-request-id': id } } };
}

/** The answer with it. */
export function graphRefusal(
  status: number,
  code: string,
  message: string,
  now: number,
  headers: Record<string, string> = {},
): Response {
  return Response.json(graphError(code, message, now), { status, headers });
}
