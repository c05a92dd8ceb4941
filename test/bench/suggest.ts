import { performance } from 'node:perf_hooks';
import { findDirectoryUsers } from '@doorstep/server/store/directory-user';
import { startWorld } from './directory-sync.ts';
import { openRaw } from './raw.ts';
import { type Line, type Measure, whole } from './report.ts';
import { p99 } from './rounds.ts';
import { openSeeded, seedWorkspace } from './seeded.ts';

const USERS = 1_000_000;
const SEARCHES = 400;
const SHOWN = 50;
/** As somebody types: one letter, two, three, then the beginning of the family name. */
const typed = [
  'a',
  'an',
  'ana',
  'ana l',
  'ma',
  'mar',
  'jo',
  'jon',
  'jonas b',
  's',
  'sc',
  'oskar ta',
  'zz',
  'contoso',
  'person 12',
];

/** Suggestions while typing among a million names, in one process. The floor: the same number of rows from an index, through the client. */
export const suggest: Measure = {
  title: `Search as you type, ${whole(USERS)} names`,
  async run() {
    const seed = await seedWorkspace();
    const world = await startWorld(seed, USERS, 0);
    await world.sync();
    await world.stop();
    const raw = await openRaw(seed.dataDir);
    const floor = await timesOf(async (at) => {
      await raw.execute({
        sql: 'SELECT seq, object_id, name, address, status, standing FROM directory_users WHERE seq > ? ORDER BY seq LIMIT ?',
        args: [(at * 2503) % USERS, SHOWN],
      });
    });
    raw.close();
    const { store, close } = await openSeeded(seed.dataDir);
    const all = await timesOf((at) => findDirectoryUsers(store, { q: typed[at % typed.length]!, limit: SHOWN }));
    const required = await timesOf((at) =>
      findDirectoryUsers(store, { q: typed[at % typed.length]!, standing: 'invitation-required', limit: SHOWN }),
    );
    const suggested = await timesOf(() => findDirectoryUsers(store, { standing: 'invitation-required', limit: SHOWN }));
    await close();
    await seed.remove();
    return [
      line('search among all', all, floor, '50 ms'),
      line('search among those to invite', required, floor, '50 ms'),
      line('suggestions without a search', suggested, floor, '50 ms'),
    ];
  },
};

const line = (what: string, measured: number[], floor: number[], target: string): Line => ({
  what,
  measured: `p99 ${p99(measured).toFixed(1)} ms`,
  floor: `p99 ${p99(floor).toFixed(1)} ms`,
  ratio: (p99(measured) / p99(floor)).toFixed(1),
  target,
});

async function timesOf(search: (at: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < SEARCHES; at += 1) {
    const began = performance.now();
    await search(at);
    times.push(performance.now() - began);
  }
  return times;
}
