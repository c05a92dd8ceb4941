import { hasAdministrator } from '../store/workspace.ts';
import { complain, EXIT, type ExitCode, tell } from './answer.ts';
import { configOrComplaint } from './node-config.ts';
import { openToRead } from './open-workspace.ts';
import { setUpLink } from './set-up-link.ts';

/** Prints the link that makes the first administrator. Only reads: it may run beside the server. */
export async function printSetUpLink(): Promise<ExitCode> {
  const config = configOrComplaint();
  if (!config) return EXIT.failed;
  const workspace = await openToRead(config, Date.now);
  if ('problem' in workspace) return complain(workspace.problem);
  try {
    if (await hasAdministrator(workspace.store)) {
      return complain('The workspace has an administrator already: the set-up link is worth nothing any more.');
    }
    tell(setUpLink(config.publicUrl, workspace.keys));
    return EXIT.done;
  } finally {
    await workspace.close();
  }
}
