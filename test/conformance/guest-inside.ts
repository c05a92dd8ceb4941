import { guestIdentity } from '@doorstep/server/domain/guest';
import { cookieNames } from '@doorstep/server/http/cookies';
import { guestIdOf } from '@doorstep/server/identity/guest-id';
import { hashToken, newToken } from '@doorstep/server/identity/tokens';
import { knock } from '@doorstep/server/store/access-request';
import { noTrace } from '@doorstep/server/store/audit';
import { newId } from '@doorstep/server/store/new-id';
import { redeemInvitations } from '@doorstep/server/store/redemption';
import type { AccessRequestId, MemberId } from '@doorstep/shared/ids';
import { invited } from './stories.ts';
import type { Workspace } from './workspace.ts';

/** Somebody from elsewhere who is in: `cookie` is that of their session. */
export type GuestInside = { memberId: MemberId; address: string; cookie: string };

/** Sam invites this address, and its owner comes in as a guest does. Written by the command itself: how a guest proves the address is told elsewhere. */
export async function guestInside(workspace: Workspace, address: string): Promise<GuestInside> {
  const { id } = await invited(workspace, address);
  const token = newToken();
  const memberId = newId('mem') as MemberId;
  const { deps, clock, url } = workspace;
  const { trustedAddresses: _, ...who } = guestIdentity(guestIdOf(deps.keys, address), address, null);
  const session = {
    tokenHash: hashToken(token),
    endsSession: null,
    providerSessionId: null,
    freshAt: null,
    method: 'code' as const,
  };
  const attempt = { ...who, ...session, ...noTrace, id: newId('red'), auditId: newId('aud'), now: clock.now() };
  const won = await redeemInvitations(deps.store, [{ ...attempt, invitationId: id, generation: 1, memberId }]);
  if (won.size !== 1) throw new Error(`${address} is not in`);
  return { memberId, address, cookie: `${cookieNames(url).prefix}session=${token}` };
}

/** A guest whose invitation had ended and who asks for a new one. */
export async function guestWhoAsks(workspace: Workspace, address: string): Promise<AccessRequestId> {
  const { id } = await invited(workspace, address);
  const { trustedAddresses: _, ...who } = guestIdentity(guestIdOf(workspace.deps.keys, address), address, null);
  const attempt = { id: newId('kno'), auditId: newId('aud'), tokenHash: newId('tok'), now: workspace.clock.now() };
  const session = { endsSession: null, providerSessionId: null, freshAt: null, inConnectWindow: false, visitor: '{}' };
  const newRequestId = newId('req') as AccessRequestId;
  await knock(workspace.deps.store, [
    { ...who, ...attempt, ...session, ...noTrace, newRequestId, why: 'invitation-expired', invitationId: id },
  ]);
  return newRequestId;
}
