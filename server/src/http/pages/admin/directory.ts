import type { MemberId } from '@doorstep/shared/ids';
import { Hono } from 'hono';
import {
  connectDirectory,
  type DirectoryCommand,
  disconnectDirectory,
  releaseRun,
  wantSync,
} from '../../../actions/connect-directory.ts';
import type { LossPlan } from '../../../domain/brake.ts';
import { findDirectoryOverview } from '../../../store/directory-overview.ts';
import { findDirectoryNow, findRun, findRuns, type RunRow } from '../../../store/directory-run.ts';
import { findMember } from '../../../store/member.ts';
import { directoryShown, RUNS_SHOWN } from '../../directory-shown.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { confirmPage } from '../../views/confirm.ts';
import { DIRECTORY, directoryPage } from '../../views/directory.ts';
import type { StoppedRun } from '../../views/directory-stopped.ts';
import type { HiddenField } from '../../views/form.ts';
import type { DoneCode } from '../../views/notice.ts';
import { count } from '../../views/text.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, conflictPage } from './admin-page.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';

/** How the directory is kept in step. Connecting it, and applying what the brake stopped, need a fresh sign-in. */
export const directory = new Hono<Env>()
  .get('/', (c) => show(c))
  .post('/connect', async (c) => {
    if (!isFreshlySignedIn(c)) return freshFirst(c, 'connect the directory', 'connect', []);
    return told(c, await connectDirectory(c.var.deps, ...by(c)), 'directory-connected');
  })
  .post('/sync', async (c) => told(c, await wantSync(c.var.deps, ...by(c)), 'directory-sync-wanted'))
  .post('/apply', async (c) => {
    const form = await readForm(c);
    const run = await findRun(c.var.deps.store, form.get('run') ?? '');
    const stopped = run && stoppedOf(run, null);
    if (!stopped) return errorPageOf(c, 'not-found');
    if (form.get('confirmed') !== 'yes') return askBeforeApplying(c, stopped);
    const fields: HiddenField[] = [
      ['run', stopped.id],
      ['confirmed', 'yes'],
    ];
    if (!isFreshlySignedIn(c)) return freshFirst(c, 'apply what the directory says', 'apply', fields);
    const [member, ...rest] = by(c);
    return told(c, await releaseRun(c.var.deps, stopped.id, member, ...rest), 'directory-released');
  })
  .post('/disconnect', async (c) => {
    if ((await readForm(c)).get('confirmed') !== 'yes') return askBeforeDisconnecting(c);
    return told(c, await disconnectDirectory(c.var.deps, ...by(c)), 'directory-disconnected');
  });

const by = (c: Ctx) => [memberOf(c).id as MemberId, c.var.trace, c.var.now] as const;

/** What was so already is as done as was wanted. */
async function told(c: Ctx, result: DirectoryCommand, code: DoneCode): Promise<Response> {
  if (result !== 'no-sign-on') return c.redirect(`${DIRECTORY}?done=${code}`, 303);
  const sentence = 'The directory is read with the app registration that signs people in, and none is configured.';
  return conflictPage(c, 'Single sign-on comes first', sentence, { href: '/admin/single-sign-on', text: 'See single sign-on' });
}

const freshFirst = (c: Ctx, what: string, verb: string, fields: HiddenField[]) =>
  freshSignInFirst(c, { about: null, room: 'directory', what, action: `${DIRECTORY}/${verb}`, fields, back: DIRECTORY });

async function askBeforeApplying(c: Ctx, { id, suspendCount, people }: StoppedRun): Promise<Response> {
  const sentence = `${count(suspendCount, 'member is', 'members are')} suspended with the next round: sessions, connected browsers and pending invitations end. ${count(people, 'person', 'people')} of the directory count as left or disabled. Who comes back there gets back in here. The last administrator stays in any case.`;
  const asked = { title: 'Apply what the directory says?', sentence, button: 'Apply it', isDestructive: true };
  return ask(c, { ...asked, action: `${DIRECTORY}/apply`, fields: [['run', id]] });
}

function askBeforeDisconnecting(c: Ctx): Promise<Response> {
  const sentence =
    'The directory is not read any more. Everybody keeps their access, also who leaves the organization, until you suspend them here. What is known of people and groups stays, and gets old.';
  const asked = { title: 'Disconnect the directory?', sentence, button: 'Disconnect the directory', isDestructive: true };
  return ask(c, { ...asked, action: `${DIRECTORY}/disconnect`, fields: [] });
}

type Asked = { title: string; sentence: string; button: string; isDestructive: boolean; action: string; fields: HiddenField[] };

async function ask(c: Ctx, { fields, ...asked }: Asked): Promise<Response> {
  const confirmed: HiddenField[] = [...fields, ['confirmed', 'yes']];
  return page(c, confirmPage({ ...(await adminShellOf(c)), ...asked, fields: confirmed, room: 'directory', back: DIRECTORY }));
}

async function show(c: Ctx): Promise<Response> {
  const { store, graph } = c.var.deps;
  const row = await findDirectoryNow(store);
  const runs = await findRuns(store, RUNS_SHOWN);
  const shown = directoryShown(row, await findDirectoryOverview(store), runs, graph);
  const connecter = row.connectedBy === null ? null : await findMember(store, row.connectedBy);
  const model = {
    ...{ directory: shown, canConnect: graph !== null, isLocked: graph?.isAlwaysOn ?? false },
    ...{ isWanted: row.syncWantedAt !== null, connectedBy: connecter?.name ?? null, suggests: row.suggests },
    stopped: runs[0] ? stoppedOf(runs[0], row.releasedRunId) : null,
  };
  return page(c, directoryPage({ ...(await adminShellOf(c)), ...model }));
}

/** What a run would have done, null when no brake stopped it. */
function stoppedOf({ id, state, problem, plan }: RunRow, releasedRunId: string | null): StoppedRun | null {
  if (state !== 'stopped' || problem === null || plan === null) return null;
  return { ...(JSON.parse(plan) as LossPlan), id, problem, isReleased: releasedRunId === id };
}
