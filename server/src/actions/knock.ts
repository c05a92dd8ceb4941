import type { Why } from '@doorstep/shared/access-request';
import type { AccessRequestId } from '@doorstep/shared/ids';
import { type Knock, knockOnDoor } from '../store/access-request.ts';
import { newId } from '../store/new-id.ts';
import type { Deps } from './deps.ts';

/** Opens an access request and tells all administrators; undefined when one is open already or the person came in meanwhile. */
export async function knock(
  deps: Deps,
  about: { why: Why; invitationId: string | null },
  facts: Omit<Knock, 'id' | 'newRequestId' | 'why' | 'invitationId' | 'visitor'>,
): Promise<AccessRequestId | undefined> {
  const { tenantId, objectId, name, address, addressIsTrusted, guestOf, loginHint } = facts;
  const opened = await knockOnDoor(deps.store, {
    ...facts,
    ...about,
    id: newId('kno'),
    newRequestId: newId('req') as AccessRequestId,
    visitor: JSON.stringify({ tenantId, objectId, name, address, addressIsTrusted, guestOf, loginHint }),
  });
  if (opened) deps.nudge();
  return opened;
}
