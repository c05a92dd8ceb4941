import { noteAssignment } from '../store/directory-run.ts';
import type { Round } from './round.ts';

/**
 * Whether people must be assigned to the application before they reach the door at all (reference/entra.md, 2.6). `denied`: the permission is
 * missing. Any other trouble is left to the next time: nothing depends on it.
 */
export async function readAssignment(round: Round): Promise<'read' | 'denied' | 'not-read'> {
  const { graph, store, run } = round;
  const name = encodeURIComponent(graph.clientId.replaceAll("'", "''"));
  const answer = await graph.get(`/servicePrincipals(appId='${name}')?$select=id,appRoleAssignmentRequired`);
  if (answer.outcome === 'denied') return 'denied';
  const isRequired = answer.outcome === 'page' ? answer.page.appRoleAssignmentRequired : undefined;
  if (typeof isRequired !== 'boolean') return 'not-read';
  await noteAssignment(store, round.turn(), run.id, isRequired);
  return 'read';
}
