import { connectDirectory } from '@doorstep/server/actions/connect-directory';
import { runDirectoryJobs } from '@doorstep/server/actions/run-due-jobs';
import { noTrace } from '@doorstep/server/store/audit';
import type { MemberId } from '@doorstep/shared/ids';
import type { TenantDirectory } from '../demo-tenant/graph/tenant-directory.ts';
import { openWorkspace, type Workspace, type WorkspaceOptions } from './workspace.ts';

/** A workspace whose directory is connected to the demo tenant's Graph; nothing has been read yet. */
export async function openConnected(options: WorkspaceOptions = {}): Promise<Workspace> {
  const workspace = await openWorkspace(options);
  workspace.nudges(false);
  await connectDirectory(workspace.deps, await samsId(workspace), noTrace, workspace.clock.now());
  return workspace;
}

export async function samsId({ sql }: Workspace): Promise<MemberId> {
  const [sam] = await sql("SELECT id FROM members WHERE role = 'administrator'");
  return sam!.id as MemberId;
}

const never = () => false;

/** What a round needs: the workspace, or one that differs from it in something. */
export type Synced = Pick<Workspace, 'deps' | 'clock' | 'sql'>;

/** The directory's track of the jobs, once. */
export const runTrack = ({ deps, clock }: Synced, isStopping: () => boolean = never, owner = 'srv_test'): Promise<void> =>
  runDirectoryJobs(deps, clock.now, { owner, isStopping });

/** Time passes until a round is due, then it is run, through all its pauses. Answers the newest run. */
export async function syncOnce(workspace: Synced, most = 40) {
  const { sql, clock } = workspace;
  const [before] = await sql('SELECT max(mark) AS mark FROM directory_runs WHERE ended_at IS NOT NULL');
  for (let times = 0; times < most; times += 1) {
    const [next] = await sql('SELECT max(coalesce(next_sync_at, 0), coalesce(retry_at, 0)) AS at FROM directory');
    clock.advance(Math.max(0, Number(next!.at) - clock.now()));
    await runTrack(workspace);
    const run = await newestRun(workspace);
    if (run && Number(run.mark) > Number(before!.mark ?? 0) && run.ended_at !== null) return run;
  }
  throw new Error(`no round came to its end: ${JSON.stringify(await newestRun(workspace))}`);
}

export async function newestRun({ sql }: Synced) {
  const [run] = await sql('SELECT * FROM directory_runs ORDER BY mark DESC LIMIT 1');
  return run;
}

/** All that is known of the directory, without times, places in a table and numbers of rounds. */
export async function copyOf({ sql }: Synced): Promise<Record<string, unknown[]>> {
  const tables = {
    users: `SELECT object_id, name, address, user_name, is_guest, guest_of, language, graph_state, graph_next, is_in_scope, is_dismissed, is_member,
      is_invited, status, standing FROM directory_users ORDER BY object_id`,
    addresses: 'SELECT object_id, address, owner, source FROM directory_addresses ORDER BY 1, 2, 3, 4',
    domains: 'SELECT domain FROM directory_domains ORDER BY 1',
    groups: 'SELECT object_id, name, address, kind, graph_state FROM directory_groups ORDER BY 1',
    edges: 'SELECT group_id, member_id, is_group, graph_mark IS NULL AS is_scims FROM directory_group_members ORDER BY 1, 2',
    contacts: 'SELECT object_id, name FROM directory_contacts ORDER BY 1',
    members: 'SELECT object_id, state, role FROM members ORDER BY 1',
    counters: 'SELECT name, value FROM counters ORDER BY 1',
  };
  const rows = await Promise.all(Object.entries(tables).map(async ([name, text]) => [name, await sql(text)]));
  return Object.fromEntries(rows);
}

/** A day of Contoso: everything that can happen to a directory, once. Ana is disabled. */
export function changeMuch(directory: TenantDirectory): void {
  directory.disable('Ana Lima');
  directory.softDelete('Noor Aziz');
  directory.hardDelete('Lin Chen');
  directory.enable('Sofia Rossi');
  directory.changeUser('Hana Sato', { displayName: "Hana O'Sato", mail: null, proxyAddresses: [] });
  directory.changeUser('Emeka Obi', {
    proxyAddresses: ['SMTP:emeka@contoso.example', 'smtp:obi@contoso.example', 'X500:/o=Contoso'],
  });
  directory.addUser({ id: GUIDS[0]!, displayName: 'Robin Newcomer' });
  directory.addGroup({ id: GUIDS[1]!, displayName: 'Newcomers', members: ['Robin Newcomer', 'Mia Novák'] });
  directory.addMember('Finance', 'Newcomers');
  directory.removeMember('Finance', 'Lukas Brandt');
  directory.renameGroup('Finance', 'Finance & Control');
  directory.deleteGroup('Everyone');
  directory.deleteContact('Night Watch');
  directory.addContact({ id: GUIDS[2]!, displayName: 'Day Watch', mail: 'day@watch.example' });
}

const GUIDS = [1, 2, 3].map((last) => `5eed0000-0000-4000-8000-00000000000${last}`);
