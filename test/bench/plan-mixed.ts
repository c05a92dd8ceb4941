import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { previewInvitations } from '@doorstep/server/actions/invite';
import { composeDeps } from '@doorstep/server/compose';
import type { NewBatch } from '@doorstep/shared/invitation-batch';
import { startWorld } from './directory-sync.ts';
import { openRaw } from './raw.ts';
import { type Line, type Measure, rate, whole } from './report.ts';
import { median } from './rounds.ts';
import { configOf, openSeeded, SINGLE_SIGN_ON, seedWorkspace } from './seeded.ts';

const ADDRESSES = 10_000;
const USERS = 20_000;
const ROUNDS = 7;

/**
 * The wizard's plan: people of the directory, addresses of our own domain that nobody has, outside ones, named twice, and garbage. The floor:
 * the same list taken apart at its @ and looked for in the table of addresses, 100 at a time, with the client alone.
 */
export const planMixed: Measure = {
  title: `Plan of ${whole(ADDRESSES)} mixed addresses`,
  async run() {
    const seed = await seedWorkspace();
    const world = await startWorld(seed, USERS, 0);
    await world.sync();
    await world.stop();
    const raw = await openRaw(seed.dataDir);
    const known = await raw.execute({
      sql: 'SELECT address FROM directory_addresses WHERE owner = ? LIMIT ?',
      args: ['user', ADDRESSES],
    });
    const emails = mixed(known.rows.map((row) => String(row.address)));
    const floor = await roundsOf(() => looksUp(raw, emails));
    raw.close();
    const { store, keys, close } = await openSeeded(seed.dataDir);
    const config = configOf(seed.dataDir, 'http://127.0.0.1:3000', SINGLE_SIGN_ON);
    const deps = composeDeps(config, { store, keys, log: () => {}, now: Date.now, nudge: () => {} });
    const wanted = batchOf(emails);
    const preview = await previewInvitations(deps, wanted, Date.now());
    const held = monitorEventLoopDelay({ resolution: 1 });
    held.enable();
    const plan = await roundsOf(() => previewInvitations(deps, wanted, Date.now()));
    held.disable();
    await close();
    await seed.remove();
    const { invite, refuse } = preview.counts;
    const guests = preview.rows.filter((row) => row.remark === 'guest').length;
    return [
      rate(
        'addresses planned',
        perSecond(plan),
        perSecond(floor),
        '',
        ` (${invite} new, ${guests} of them guests, ${refuse} refused)`,
      ),
      line('event loop held', held.max / 1e6),
    ];
  },
};

const line = (what: string, milliseconds: number): Line => ({
  what,
  measured: `${milliseconds.toFixed(1)} ms`,
  floor: '',
  ratio: '',
  target: '20 ms',
});

const perSecond = (times: number[]): number => ADDRESSES / (median(times) / 1000);

/** In turns, as they would stand in a pasted list. */
const mixed = (users: readonly string[]): string[] =>
  Array.from({ length: ADDRESSES }, (_, at) => {
    switch (at % 5) {
      case 0:
        return users[at % users.length]!;
      case 1:
        return `nobody-${at}@contoso.example`;
      case 2:
        return `guest-${at}@elsewhere-${at % 50}.example`;
      case 3:
        return `guest-${at - 1}@elsewhere-${(at - 1) % 50}.example`;
      default:
        return `garbage ${at}@@`;
    }
  });

const batchOf = (emails: readonly string[]): NewBatch => ({
  recipients: emails.map((email) => ({ email })),
  role: 'member',
  language: null,
  note: null,
  expiresInDays: 7,
});

async function looksUp(raw: Awaited<ReturnType<typeof openRaw>>, emails: readonly string[]): Promise<void> {
  for (let from = 0; from < emails.length; from += 100) {
    const asked = emails.slice(from, from + 100).filter((email) => email.lastIndexOf('@') > 0);
    await raw.execute({
      sql: 'SELECT a.value, o.owner, o.object_id FROM json_each(?) AS a LEFT JOIN directory_addresses AS o ON o.address = a.value',
      args: [JSON.stringify(asked.map((email) => email.toLowerCase()))],
    });
  }
}

async function roundsOf(run: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    await run();
    times.push(performance.now() - began);
  }
  return times;
}
