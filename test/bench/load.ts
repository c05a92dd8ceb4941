import autocannon from 'autocannon';

export type Load = { rate: number; p99: number };
type Asked = Pick<autocannon.Options, 'url' | 'method' | 'headers' | 'requests' | 'connections'> & { expects: number };

const SECONDS = 1.5;

/** Requests per second and the 99th percentile in milliseconds. Throws when another answer came than the expected one. */
export async function load({ expects, ...asked }: Asked): Promise<Load> {
  const result = await autocannon({ connections: 32, duration: SECONDS, ...asked });
  const codes = Object.keys(result.statusCodeStats ?? {});
  if (result.errors > 0 || codes.some((code) => Number(code) !== expects)) {
    throw new Error(`${asked.url} answered ${codes.join(', ')} instead of ${expects}, with ${result.errors} errors`);
  }
  return { rate: result.requests.total / result.duration, p99: result.latency.p99 };
}
