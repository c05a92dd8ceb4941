import type { InvitationId } from '@doorstep/shared/ids';
import type { NewBatch, PersonRow, Row } from '@doorstep/shared/invitation-batch';
import type { Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import { guestTerms } from '../domain/guest.ts';
import { type Crowd, crowdRow, type Invitee, nobodyNamed, planPeople } from '../domain/invitation.ts';
import type { WantedInvitation } from '../store/invitation-batch.ts';
import { type Asked, findKnownPeople } from '../store/known-people.ts';
import { newId } from '../store/new-id.ts';
import type { Deps } from './deps.ts';
import { expandRecipients } from './expand-recipients.ts';

/** `rows`: one per recipient, in their order; those of groups carry all their people. `invitations`: those that are to be written. */
export type BatchPlan = { rows: Row[]; invitations: WantedInvitation[] };

/** What would happen to whom. Nothing is written. */
export async function planBatch(deps: Deps, wanted: NewBatch, now: Millis): Promise<BatchPlan> {
  const named = nobodyNamed();
  const rows: Row[] = [];
  const crowds = new Map<Crowd, PersonRow[]>();
  const invitations: WantedInvitation[] = [];
  const termsOf = (recipient: number) => guestTerms(deps.settings, givenTo(recipient, wanted), now);
  for await (const { people, crowd } of expandRecipients(deps, wanted.recipients)) {
    const known = await findKnownPeople(deps.store, people.flatMap(asked), now);
    const planned = planPeople(people, known, named, termsOf);
    for (const [at, row] of planned.entries()) {
      if (row.plan !== 'refuse') invitations.push(invitationOf(row, people[at]!, wanted));
      if (!crowd) rows[row.recipient] = row;
    }
    if (crowd)
      crowds
        .set(crowd, crowds.get(crowd) ?? [])
        .get(crowd)!
        .push(...planned);
  }
  for (const [crowd, people] of crowds) rows[crowd.recipient] = crowdRow(crowd, people);
  return { rows, invitations };
}

function asked({ person, address, user, isGuest = false }: Invitee): Asked[] {
  if (person === null || address === null) return [];
  return [{ person, tenantId: user?.tenantId ?? null, objectId: user?.objectId ?? null, address, isGuest }];
}

/** What the recipient says of its own wins over what holds for the batch. */
function givenTo(recipient: number, wanted: NewBatch): { role: Role; accessUntil: Millis | null } {
  const own = wanted.recipients[recipient]!;
  return {
    role: own.role ?? wanted.role,
    accessUntil: own.accessUntil === undefined ? (wanted.accessUntil ?? null) : own.accessUntil,
  };
}

/** Only a row that is not refused comes here. */
function invitationOf(row: PersonRow, invitee: Invitee, wanted: NewBatch): WantedInvitation {
  const own = wanted.recipients[row.recipient]!;
  const given = givenTo(row.recipient, wanted);
  return {
    id: newId('inv') as InvitationId,
    recipient: row.recipient,
    ...asked(invitee)[0]!,
    name: row.name,
    language: invitee.user?.language ?? null,
    role: given.role,
    accessUntil: row.accessUntil === undefined ? given.accessUntil : row.accessUntil,
    isCut: row.accessUntil !== undefined,
    userGroupIds: own.userGroupIds ?? wanted.userGroupIds ?? [],
    ...(row.remark && { remark: row.remark }),
  };
}
