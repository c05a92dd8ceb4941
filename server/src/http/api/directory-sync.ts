import type { MemberId } from '@doorstep/shared/ids';
import { Hono } from 'hono';
import * as v from 'valibot';
import { wantSync } from '../../actions/connect-directory.ts';
import { findDirectoryOverview } from '../../store/directory-overview.ts';
import { findDirectoryNow, findRuns } from '../../store/directory-run.ts';
import { directoryShown, isConnected, RUNS_SHOWN } from '../directory-shown.ts';
import type { Ctx, Env } from '../env.ts';
import { answer } from './answer.ts';
import { problem } from './problem.ts';
import { readBody } from './read-body.ts';

const Nothing = v.strictObject({});

/** How the directory is kept in step, and *Sync now*. */
export const directorySync = new Hono<Env>()
  .get('/', (c) => show(c, 200))
  .post('/sync', async (c) => {
    const body = await readBody(c, Nothing, true);
    if ('refusal' in body) return body.refusal;
    const { deps, browser, trace, now } = c.var;
    if (!isConnected(await findDirectoryNow(deps.store), deps.graph)) return problem(c, 'not-found');
    await wantSync(deps, browser.member.id as MemberId, trace, now);
    return show(c, 202);
  });

async function show(c: Ctx, status: 200 | 202): Promise<Response> {
  const { store, graph } = c.var.deps;
  const [directory, overview, runs] = [
    await findDirectoryNow(store),
    await findDirectoryOverview(store),
    await findRuns(store, RUNS_SHOWN),
  ];
  return answer(c, status, directoryShown(directory, overview, runs, graph));
}
