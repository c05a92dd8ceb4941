import { argv } from 'node:process';
import { runDueJobs } from '@doorstep/server/actions/run-due-jobs';
import { openWorkspace } from '@doorstep/server/commands/open-workspace';
import { composeDeps } from '@doorstep/server/compose';
import { createApp } from '@doorstep/server/http/app';
import { clientAddressOf } from '@doorstep/server/http/client-address';
import { type JobsTimer, startJobsTimer } from '@doorstep/server/jobs-timer';
import { startLog } from '@doorstep/server/logging';
import type { Memory } from '@doorstep/server/store/memory';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { configOf, SINGLE_SIGN_ON } from '../seeded.ts';
import { publicUrl, serveBench } from './listening.ts';

/**
 * The product, on the seeded workspace of the first argument. Further arguments: `forget:{key}` is never remembered (which shows what the
 * database costs), `jobs` runs the jobs, `single-sign-on` names a tenant that is never asked.
 */
const [, , , dataDir, ...options] = argv;
const config = configOf(dataDir!, publicUrl, options.includes('single-sign-on') ? SINGLE_SIGN_ON : {});
const workspace = await openWorkspace(config, Date.now);
if ('problem' in workspace) throw new Error(workspace.problem);

let jobs: JobsTimer | null = null;
const log = startLog({ level: 'warning', format: 'lines', write: (line) => console.error(line), secrets: [] });
const store = { ...workspace.store, memory: forgetful(workspace.store.memory) };
const deps = composeDeps(config, { ...workspace, store, log, now: Date.now, nudge: () => jobs?.nudge() });
if (options.includes('jobs')) {
  jobs = startJobsTimer((isStopping) => runDueJobs(deps, Date.now, { owner: 'srv_bench', isStopping }), log);
}
const clientAddress = (c: Context) => clientAddressOf(getConnInfo(c).remote.address ?? null, c.req.header('x-forwarded-for'), []);
await serveBench(createApp(deps, { now: Date.now, isReady: () => true, clientAddress, cameOverHttp: () => false }).fetch);

function forgetful(memory: Memory): Memory {
  const forgotten = options.filter((option) => option.startsWith('forget:')).map((option) => option.slice('forget:'.length));
  if (forgotten.length === 0) return memory;
  const isForgotten = (key: string) => forgotten.some((start) => key.startsWith(start));
  return {
    forget: memory.forget,
    peek: (key) => (isForgotten(key) ? undefined : memory.peek(key)),
    recall: (key, read) => (isForgotten(key) ? read() : memory.recall(key, read)),
  };
}
