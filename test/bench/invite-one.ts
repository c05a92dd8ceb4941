import { load } from './load.ts';
import { type Line, type Measure, rate } from './report.ts';
import { inTurns } from './rounds.ts';
import { addressOf, ORIGIN, seedWorkspace } from './seeded.ts';
import { type BenchServer, startBenchServer } from './servers/child.ts';

const AT_ONCE = [1, 8, 32];

/** One address a request, over HTTP; the mail is left to the jobs. The floor: the same rows, one durable commit, behind an empty POST. */
export const inviteOne: Measure = {
  title: 'Invite one',
  async run() {
    const seeds = [await seedWorkspace(), await seedWorkspace()] as const;
    const door = await startBenchServer('door', [seeds[0].dataDir]);
    const raw = await startBenchServer('raw-invite', [seeds[1].dataDir, seeds[1].administrator]);
    const ours = posting(door, '/api/v1/invitation-batches', (email) => ({ recipients: [{ email }] }), {
      origin: ORIGIN,
      authorization: `Bearer ${seeds[0].browserToken}`,
    });
    const theirs = posting(raw, '/', (email) => ({ email }), {});

    const lines: Line[] = [];
    for (const connections of AT_ONCE) {
      const waits: number[] = [];
      const { floor, rateOfOurs } = await inTurns(
        {
          floor: async () => (await theirs(connections)).rate,
          rateOfOurs: async () => {
            const load = await ours(connections);
            waits.push(load.p99);
            return load.rate;
          },
        },
        3,
      );
      lines.push(rate(`${connections} connections`, rateOfOurs, floor, '', `, p99 ${Math.max(...waits)} ms`));
    }
    await Promise.all([door, raw].map((server) => server.stop()));
    await Promise.all(seeds.map((seed) => seed.remove()));
    return lines;
  },
};

/** Each request names somebody new. */
function posting(server: BenchServer, path: string, bodyFor: (email: string) => object, headers: Record<string, string>) {
  let number = 0;
  const setupRequest = (request: object) => ({ ...request, body: JSON.stringify(bodyFor(addressOf(++number))) });
  return (connections: number) =>
    load(server, {
      path,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      requests: [{ setupRequest }],
      connections,
      expects: 202,
    });
}
