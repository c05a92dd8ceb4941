import { cookieNames } from '@doorstep/server/http/cookies';
import { load } from './load.ts';
import { type Measure, rate } from './report.ts';
import { inTurns } from './rounds.ts';
import { ORIGIN, type Seeded, seedWorkspace } from './seeded.ts';
import { type BenchServer, startBenchServer } from './servers/child.ts';

/** Who asks: the API by its token, the pages by their cookie; remembered, and read at each request. */
export const sessionCheck: Measure = {
  title: 'Session check',
  async run() {
    const seeds = await Promise.all([seedWorkspace(), seedWorkspace()]);
    const empty = await startBenchServer('empty');
    const remembers = await startBenchServer('door', [seeds[0]!.dataDir]);
    const forgets = await startBenchServer('door', [seeds[1]!.dataDir, 'forget:session:', 'forget:browser:']);
    const { floor, ...rates } = await inTurns(
      {
        floor: async () => (await load(empty, { path: '/', expects: 204 })).ratePerProcessor,
        api: () => askApi(remembers, seeds[0]!),
        page: () => askPage(remembers, seeds[0]!),
        apiRead: () => askApi(forgets, seeds[1]!),
        pageRead: () => askPage(forgets, seeds[1]!),
      },
      3,
    );
    await Promise.all([empty, remembers, forgets].map((server) => server.stop()));
    await Promise.all(seeds.map((seed) => seed.remove()));
    return [
      rate('GET /api/v1/me, from memory', rates.api, floor, '0.80'),
      rate('GET / of a member, from memory', rates.page, floor, '0.80'),
      rate('GET /api/v1/me, from the database', rates.apiRead, floor, '0.30'),
      rate('GET / of a member, from the database', rates.pageRead, floor, '0.30'),
    ];
  },
};

async function askApi(server: BenchServer, { browserToken }: Seeded): Promise<number> {
  const headers = { origin: ORIGIN, authorization: `Bearer ${browserToken}` };
  return (await load(server, { path: '/api/v1/me', headers, expects: 200 })).ratePerProcessor;
}

async function askPage(server: BenchServer, { sessionToken }: Seeded): Promise<number> {
  const headers = { cookie: `${cookieNames(server.url).prefix}session=${sessionToken}` };
  return (await load(server, { path: '/', headers, expects: 303 })).ratePerProcessor;
}
