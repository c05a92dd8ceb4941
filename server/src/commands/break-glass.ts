import { noTrace } from '../store/audit.ts';
import { unforceSso } from '../store/force-sso.ts';
import { newId } from '../store/new-id.ts';
import { complain, EXIT, type ExitCode, tell } from './answer.ts';
import { configOrComplaint } from './node-config.ts';
import { openToRead, openWorkspace } from './open-workspace.ts';

/**
 * For the day on which nobody can sign in: switches Force SSO off. It writes, so the server must be stopped; with a remote database, which has no
 * owner, it just runs (CONTRACT.md, 4).
 */
export async function breakGlass(): Promise<ExitCode> {
  const config = configOrComplaint();
  if (!config) return EXIT.failed;
  const there = await openToRead(config, Date.now); // it mends a workspace, and makes none
  if ('problem' in there) return complain(there.problem);
  await there.close();
  const workspace = await openWorkspace(config, Date.now);
  if ('problem' in workspace) return complain(workspace.problem);
  try {
    const isOff = await unforceSso(workspace.store, { by: null, auditId: newId('aud'), now: Date.now(), trace: noTrace });
    tell(isOff ? SWITCHED_OFF : WAS_OFF);
    return EXIT.done;
  } finally {
    await workspace.close();
  }
}

const SWITCHED_OFF = 'Force SSO is off now: guests can sign in again. It is in the audit. Start the server.';
const WAS_OFF = 'Force SSO was off already. Nothing was changed.';
