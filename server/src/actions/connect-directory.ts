import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import type { Trace } from '../store/audit.ts';
import * as connection from '../store/directory-connection.ts';
import { newId } from '../store/new-id.ts';
import type { Deps } from './deps.ts';

/** `unchanged`: it was so already, or `by` holds no office. `no-sign-on`: the directory is read with the sign-in's client, and there is none. */
export type DirectoryCommand = 'done' | 'unchanged' | 'no-sign-on';

export const connectDirectory = async (deps: Deps, by: MemberId, trace: Trace, now: Millis): Promise<DirectoryCommand> =>
  deps.graph ? command(deps, connection.connectDirectory(deps.store, change(by, trace, now))) : 'no-sign-on';

export const disconnectDirectory = (deps: Deps, by: MemberId, trace: Trace, now: Millis): Promise<DirectoryCommand> =>
  command(deps, connection.disconnectDirectory(deps.store, change(by, trace, now)));

export const wantSync = (deps: Deps, by: MemberId, trace: Trace, now: Millis): Promise<DirectoryCommand> =>
  command(deps, connection.wantSync(deps.store, change(by, trace, now)));

/** Lets the losses of a stopped run pass; the last administrator stays all the same (SES-12). */
export const releaseRun = (deps: Deps, runId: string, by: MemberId, trace: Trace, now: Millis): Promise<DirectoryCommand> =>
  command(deps, connection.releaseRun(deps.store, runId, change(by, trace, now)));

const change = (by: MemberId, trace: Trace, now: Millis) => ({ by, auditId: newId('aud'), now, trace });

async function command(deps: Deps, changing: Promise<boolean>): Promise<DirectoryCommand> {
  const isDone = await changing;
  if (isDone) deps.nudge();
  return isDone ? 'done' : 'unchanged';
}
