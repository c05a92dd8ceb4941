import type { Millis } from '@doorstep/shared/time';
import { detailLine } from './plain-line.ts';

/** A discovery document has 2 kB, a key set of eight keys with certificates about 20. */
const MOST_BYTES = 64 * 1024;

/** `problem` is a sentence for operators; it holds nothing of the answer and nothing of the request. */
export type BoundedAnswer = { status: number; headers: Headers; text: string } | { problem: string };

/**
 * One request to the provider that others' trouble cannot prolong: `timeLimit` holds for everything up to the last byte,
 * `mostBytes` (after decompression) are read at most, and a redirect is an answer like any other, never followed (OP-28).
 */
export async function fetchBounded(
  fetch: typeof globalThis.fetch,
  url: string,
  request: RequestInit,
  timeLimit: Millis,
  mostBytes = MOST_BYTES,
): Promise<BoundedAnswer> {
  const signal = AbortSignal.timeout(timeLimit);
  try {
    const response = await fetch(url, { ...request, redirect: 'manual', signal });
    const bytes = await readBounded(response, mostBytes);
    if (bytes === null) return { problem: `the answer is longer than ${mostBytes / 1024} kB` };
    return { status: response.status, headers: response.headers, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if (signal.aborted) return { problem: `no whole answer within ${timeLimit / 1000} s` };
    return { problem: reasonOf(error) };
  }
}

/** The body, or null as soon as it turns out too long. */
async function readBounded(response: Response, mostBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > mostBytes) {
      await reader.cancel();
      return null;
    }
    chunks.push(value);
  }
  return join(chunks, length);
}

function join(chunks: Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Node tells the reason (ECONNREFUSED, a certificate's fault) as code of the cause; other runtimes only a message. */
function reasonOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'the answer is not UTF-8';
  return typeof cause?.code === 'string'
    ? detailLine(`could not be reached (${cause.code})`)
    : 'could not be reached or understood';
}

/** The text as a JSON object; null if it is anything else. */
export function readJsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
