import { load } from './load.ts';
import { type Measure, rate } from './report.ts';
import { inTurns } from './rounds.ts';
import { ORIGIN, openRequests, type Seeded, seedWorkspace } from './seeded.ts';
import { type BenchServer, startBenchServer } from './servers/child.ts';

const FEW = 10;
const MANY = 10_000;

/** What the extension asks all day: nothing has changed. */
export const badgePoll: Measure = {
  title: 'Badge poll, unchanged (304)',
  async run() {
    const few = await Promise.all([seedWorkspace(openRequests(FEW)), seedWorkspace(openRequests(FEW))]);
    const many = await Promise.all([seedWorkspace(openRequests(MANY)), seedWorkspace(openRequests(MANY))]);
    const empty = await startBenchServer('empty');
    const polls = await Promise.all([
      poller(few[0]!, []),
      poller(many[0]!, []),
      poller(few[1]!, ['forget:summary']),
      poller(many[1]!, ['forget:summary']),
    ]);
    const rates = await inTurns(
      {
        floor: async () => (await load(empty, { path: '/', expects: 204 })).ratePerProcessor,
        few: polls[0]!.poll,
        many: polls[1]!.poll,
        fewRead: polls[2]!.poll,
        manyRead: polls[3]!.poll,
      },
      3,
    );
    await Promise.all([empty, ...polls].map((server) => server.stop()));
    await Promise.all([...few, ...many].map((seed) => seed.remove()));
    return [
      rate('10 open requests, from memory', rates.few, rates.floor, '0.70'),
      rate('10,000 open requests, from memory', rates.many, rates.floor, '0.70'),
      rate('10 open requests, from the counter rows', rates.fewRead, rates.floor, '0.35'),
      rate('10,000 open requests, from the counter rows', rates.manyRead, rates.floor, '0.35'),
    ];
  },
};

async function poller(seed: Seeded, options: string[]): Promise<BenchServer & { poll(): Promise<number> }> {
  const server = await startBenchServer('door', [seed.dataDir, ...options]);
  const path = '/api/v1/summary';
  const known = { origin: ORIGIN, authorization: `Bearer ${seed.browserToken}` };
  const etag = (await fetch(server.url + path, { headers: known })).headers.get('etag')!;
  const headers = { ...known, 'if-none-match': etag };
  return { ...server, poll: async () => (await load(server, { path, headers, expects: 304 })).ratePerProcessor };
}
