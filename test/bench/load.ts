import autocannon from 'autocannon';
import type { BenchServer } from './servers/child.ts';

type Asked = Pick<autocannon.Options, 'method' | 'headers' | 'requests' | 'connections'> & { path: string; expects: number };
export type Load = {
  /** Requests per second. */
  rate: number;
  /** Requests per second of the server's processor time: where nothing waits for the disk, what others do on the machine hardly shows. */
  ratePerProcessor: number;
  /** Milliseconds. */
  p99: number;
};

const SECONDS = 1;

/** Throws when another answer came than the expected one. */
export async function load(server: BenchServer, { path, expects, ...asked }: Asked): Promise<Load> {
  const before = await server.processorTime();
  const result = await autocannon({ url: server.url + path, connections: 32, duration: SECONDS, ...asked });
  const used = (await server.processorTime()) - before;
  const codes = Object.keys(result.statusCodeStats ?? {});
  if (result.errors > 0 || codes.some((code) => Number(code) !== expects)) {
    throw new Error(`${path} answered ${codes.join(', ')} instead of ${expects}, with ${result.errors} errors`);
  }
  const { total } = result.requests;
  return { rate: total / result.duration, ratePerProcessor: total / used, p99: result.latency.p99 };
}
