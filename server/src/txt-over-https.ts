import { SECOND } from '@doorstep/shared/time';
import * as v from 'valibot';
import type { ResolveTxt } from './actions/deps.ts';

const TXT = 16;
const NO_SUCH_NAME = 3;
const Answer = v.object({
  Status: v.number(),
  Answer: v.optional(v.array(v.object({ type: v.number(), data: v.string() })), []),
});

/** The edge has no DNS of its own: a resolver with the JSON form of DNS over HTTPS (developers.cloudflare.com/1.1.1.1, "Using JSON"). */
export const txtOverHttps =
  (fetch: typeof globalThis.fetch, resolver = 'https://cloudflare-dns.com/dns-query'): ResolveTxt =>
  async (name) => {
    try {
      const url = `${resolver}?name=${encodeURIComponent(name)}&type=TXT`;
      const response = await fetch(url, { headers: { accept: 'application/dns-json' }, signal: AbortSignal.timeout(6 * SECOND) });
      const answer = v.safeParse(Answer, await response.json());
      if (!answer.success || ![0, NO_SUCH_NAME].includes(answer.output.Status))
        return { problem: `The resolver answered ${response.status}.` };
      return { records: answer.output.Answer.filter(({ type }) => type === TXT).map(({ data }) => unquoted(data)) };
    } catch {
      return { problem: 'The resolver did not answer.' };
    }
  };

/** Strings of one record come quoted, one after the other. */
const unquoted = (data: string): string =>
  data.startsWith('"')
    ? [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => part!.replace(/\\(.)/g, '$1')).join('')
    : data;
