import { monitorEventLoopDelay } from 'node:perf_hooks';
import { argv, exit } from 'node:process';
import { listen } from '@doorstep/server/commands/http-server';
import type { Order } from './child.ts';

type Fetch = Parameters<typeof listen>[0];

export const publicUrl = argv[2]!;

/** Listens as the product does, tells the parent so, and answers its orders. */
export async function serveBench(fetch: Fetch): Promise<void> {
  const { hostname, port } = new URL(publicUrl);
  const server = await listen(fetch, { host: hostname, port: Number(port) });
  if ('problem' in server) throw new Error(server.problem);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const answers: Record<Order, () => number> = {
    processor: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    watch: () => {
      delay.enable();
      delay.reset();
      return 0;
    },
    held: () => delay.max / 1e6,
  };
  process.on('message', (order: Order) => process.send!(answers[order]()));
  process.on('SIGTERM', () => exit(0));
  process.on('disconnect', () => exit(1));
  process.send!('listening');
}
