import { complain, EXIT, type ExitCode, tell } from './answer.ts';
import { configOrComplaint } from './node-config.ts';
import { openWorkspace } from './open-workspace.ts';

/** Brings the database up to date; the edge runtime cannot do it itself. Makes the workspace when it is new. */
export async function migrateWorkspace(): Promise<ExitCode> {
  const config = configOrComplaint();
  if (!config) return EXIT.failed;
  const workspace = await openWorkspace(config, Date.now);
  if ('problem' in workspace) return complain(workspace.problem);
  await workspace.close();
  tell('The database is up to date.');
  return EXIT.done;
}
