import { Resolver } from 'node:dns/promises';
import { SECOND } from '@doorstep/shared/time';
import type { ResolveTxt } from './actions/deps.ts';

/** A name without records, or that does not exist: no mistake of anybody's (RFC 8020). */
const NOTHING_THERE = ['ENODATA', 'ENOTFOUND'];

/** Asks the DNS servers of the machine, or those named. Node only. */
export function txtOverDns(servers: readonly string[]): ResolveTxt {
  return async (name) => {
    const resolver = new Resolver({ timeout: 3 * SECOND, tries: 2 });
    if (servers.length > 0) resolver.setServers(servers);
    try {
      return { records: (await resolver.resolveTxt(name)).map((parts) => asText(parts.join(''))) };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'not understood';
      return NOTHING_THERE.includes(code) ? { records: [] } : { problem: `No DNS server gave an answer (${code}).` };
    }
  };
}

/** Node hands out each byte as a character. */
const asText = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');
