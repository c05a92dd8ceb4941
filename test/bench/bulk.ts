import { performance } from 'node:perf_hooks';
import { newId } from '@doorstep/server/store/new-id';
import { openRaw, pendingInvitation } from './raw.ts';
import { type Line, type Measure, rate } from './report.ts';
import { median } from './rounds.ts';
import { addressOf, ORIGIN, seedWorkspace } from './seeded.ts';
import { type BenchServer, startBenchServer } from './servers/child.ts';

const PEOPLE = 100_000;
const RAW_PEOPLE = 20_000;
const RAW_BATCH = 1_000;
const ROUNDS = 2;

/** From the request to the last row written. The floor: invitations and mails by batches of 1,000 each, with one statement a row. */
export const bulk: Measure = {
  title: 'Invite 100,000 addresses at once',
  run: () => againstRaw('addresses', ourRate, ROUNDS, '3'),
};

export type Sent = { rate: number; held: number };

/** Medians of as many rounds in turns with the floor, and the longest hold of the event loop. */
export async function againstRaw(what: string, ourRate: () => Promise<Sent>, rounds: number, target = ''): Promise<Line[]> {
  const [floor, ours, held]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    floor.push(await rawRate());
    const once = await ourRate();
    ours.push(once.rate);
    held.push(once.held);
  }
  const hold = `${Math.max(...held).toFixed(0)} ms`;
  return [
    rate(what, median(ours), median(floor), target),
    { what: 'longest hold of the event loop', measured: hold, floor: '', ratio: '', target: '20 ms' },
  ];
}

async function ourRate(): Promise<Sent> {
  const seed = await seedWorkspace();
  const server = await startBenchServer('door', [seed.dataDir, 'jobs']);
  const headers = { origin: ORIGIN, authorization: `Bearer ${seed.browserToken}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ recipients: Array.from({ length: PEOPLE }, (_, at) => ({ email: addressOf(at) })) });
  await server.watchLoop();
  const began = performance.now();
  const sent = await fetch(`${server.url}/api/v1/invitation-batches`, { method: 'POST', headers, body });
  if (sent.status !== 202) throw new Error(`the batch was answered ${sent.status}`);
  await written(server, headers, (await sent.json()).id);
  const rate = (PEOPLE * 1000) / (performance.now() - began);
  const held = await server.longestHold();
  await server.stop();
  await seed.remove();
  return { rate, held };
}

/** Looks four times a second, as the popup would. */
export async function written({ url }: BenchServer, headers: Record<string, string>, id: string): Promise<void> {
  for (;;) {
    const { state } = await (await fetch(`${url}/api/v1/invitation-batches/${id}`, { headers })).json();
    if (state === 'done') return;
    await new Promise((resume) => setTimeout(resume, 250));
  }
}

async function rawRate(): Promise<number> {
  const seed = await seedWorkspace();
  const client = await openRaw(seed.dataDir);
  const batchId = newId('bat');
  const { administrator } = seed;
  await client.execute({
    sql: `INSERT INTO invitation_batches (id, inviter_id, state, options, refused, counts, next_position, run_id, body_hash, created_at)
      VALUES (?, ?, 'done', '{}', '[]', '{}', 1, 'run', 'hash', 0)`,
    args: [batchId, administrator],
  });
  const began = performance.now();
  for (let from = 0; from < RAW_PEOPLE; from += RAW_BATCH) {
    const now = Date.now();
    const rows = Array.from({ length: RAW_BATCH }, (_, at) =>
      pendingInvitation({ id: newId('inv'), batchId, administrator, email: addressOf(from + at), now }),
    );
    await client.batch(rows.flat(), 'write');
  }
  const rate = (RAW_PEOPLE * 1000) / (performance.now() - began);
  client.close();
  await seed.remove();
  return rate;
}
