import { type Millis, SECOND } from '@doorstep/shared/time';

/** How far one call came. `refused`: no byte of it can have been understood. */
export type Call = { state: 'not-sent' | 'refused' | 'unanswered' | 'answered'; retryAfter?: Millis | undefined; cause?: string };

const MOST_BYTES = 1_000_000;
/** Of Node's and undici's causes, those before a connection stood. Any other may have come too late (OUT-08). */
const BEFORE_SENDING =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_.*|CERT_.*|ERR_SSL_.*|.*SELF_SIGNED_CERT.*|UNABLE_TO_.*)$/;

/** Follows no redirect, reads no endless answer, and keeps in `call` what the package throws away. */
export const watchedFetch =
  (send: typeof fetch, call: Call) =>
  async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    try {
      const response = await send(input, { ...init, redirect: 'manual' });
      call.retryAfter = retryAfter(response.headers);
      const body = await readBounded(response);
      call.state = 'answered';
      return new Response(body, { status: response.status });
    } catch (error) {
      call.state = isBeforeSending(error) ? 'refused' : 'unanswered';
      call.cause = causeOf(error);
      throw error;
    }
  };

/** Seconds, or an instant, which is read by the answer's own clock (RFC 9110, 10.2.3). */
function retryAfter(headers: Headers): Millis | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * SECOND : Date.parse(value) - Date.parse(headers.get('date') ?? '');
  return Number.isFinite(wait) && wait > 0 ? wait : undefined;
}

async function readBounded(response: Response): Promise<string> {
  let bytes = 0;
  const bounded = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > MOST_BYTES) controller.error(new Error('the answer is too long'));
      else controller.enqueue(chunk);
    },
  });
  return response.body ? new Response(response.body.pipeThrough(bounded)).text() : '';
}

/** undici says "fetch failed" and keeps the reason behind it. */
function causeOf(error: unknown): string {
  const { message, cause } = error as { message?: unknown; cause?: { message?: unknown; code?: unknown } };
  return String(cause?.message || cause?.code || message);
}

function isBeforeSending(error: unknown): boolean {
  const cause = (error as { cause?: { code?: unknown; errors?: { code?: unknown }[] } }).cause;
  const codes = [cause?.code, ...(cause?.errors ?? []).map((one) => one.code)].filter((code) => typeof code === 'string');
  return codes.length > 0 && codes.every((code) => BEFORE_SENDING.test(code));
}
