import type { Counts, PersonRow, Row } from '@doorstep/shared/invitation-batch';
import { directoryUserId, objectIdOf } from '../domain/directory-id.ts';
import { countPlans, crowdPlan, personOfAddress } from '../domain/invitation.ts';
import type { WantedInvitation, Written } from '../store/invitation-batch.ts';
import { findDirectoryPeople } from '../store/recipients.ts';
import { findSettings } from '../store/settings.ts';
import type { Store } from '../store/store.ts';

/** The truth after writing: who became a member, or was disabled in the directory, since it was planned, was not written. */
export async function told(store: Store, rows: Row[], written: readonly Written[]): Promise<{ counts: Counts; rows: Row[] }> {
  const found = new Map(written.flatMap((one): [string, Written][] => namesOf(one).map((name) => [name, one])));
  const missed = rows.flatMap((row) => row.people ?? [row]).filter((row) => row.plan !== 'refuse' && !found.has(nameOf(row)));
  const gone = await findDisabled(store, missed);
  const { forcesSso } = await findSettings(store);
  const tell = (row: PersonRow): PersonRow => {
    if (row.plan === 'refuse') return row;
    const one = found.get(nameOf(row));
    if (!one) return refusedAfterwards(row, gone.has(row.directoryUserId), forcesSso);
    return { ...row, plan: one.generation > 1 ? 'resend' : 'invite', invitationId: one.invitationId };
  };
  const final = rows.map((row) => (row.people ? tellCrowd(row, row.people.map(tell)) : tell(row)));
  return { rows: final, counts: countPlans(final) };
}

function refusedAfterwards({ accessUntil: _, remark, ...row }: PersonRow, isGone: boolean, forcesSso: boolean): PersonRow {
  const isForced = forcesSso && (remark === 'guest' || remark === 'contact');
  const because = isGone ? 'disabled-in-directory' : isForced ? 'guests-not-allowed' : 'already-member';
  return { ...row, plan: 'refuse', because, ...(remark && { remark }) };
}

function tellCrowd({ because: _, ...row }: Row, people: PersonRow[]): Row {
  return { ...row, ...crowdPlan(people), people };
}

const nameOf = (row: PersonRow): string => row.directoryUserId ?? personOfAddress(row.address ?? '');
const namesOf = ({ objectId, address }: Written): string[] => [
  ...(objectId === null ? [] : [directoryUserId(objectId)]),
  ...(address === null ? [] : [personOfAddress(address)]),
];

async function findDisabled(store: Store, rows: readonly PersonRow[]): Promise<Set<string | null>> {
  const ids = rows.flatMap((row) => (row.directoryUserId === null ? [] : [objectIdOf('dus', row.directoryUserId)!]));
  if (ids.length === 0) return new Set();
  const people = [...(await findDirectoryPeople(store, ids)).values()];
  return new Set(people.filter((one) => one.status !== 'enabled').map((one) => directoryUserId(one.objectId)));
}

/** What is kept of a plan beside its invitations: who is refused, and every group, with those of its people who are. */
export const refusedOf = (rows: readonly Row[]): Row[] =>
  rows
    .filter((row) => row.plan === 'refuse' || row.people)
    .map((row) => (row.people ? { ...row, people: row.people.filter((one) => one.plan === 'refuse') } : row));

/** The rows of a plan again, of its invitations and of what was kept beside them. */
export function rowsOfBatch(invitations: readonly WantedInvitation[], kept: readonly Row[]): Row[] {
  const crowds = new Map(kept.flatMap((row) => (row.people ? [[row.recipient, row] as const] : [])));
  const invited = invitations.map(rowOf);
  const alone = invited.filter((row) => !crowds.has(row.recipient));
  const again = kept.map((row) =>
    row.people ? { ...row, people: [...invited.filter((one) => one.recipient === row.recipient), ...row.people] } : row,
  );
  return [...alone, ...again].sort((a, b) => a.recipient - b.recipient);
}

const rowOf = (one: WantedInvitation): PersonRow => ({
  recipient: one.recipient,
  address: one.address,
  directoryUserId: one.objectId && directoryUserId(one.objectId),
  name: one.name,
  plan: 'invite',
  ...(one.remark && { remark: one.remark }),
  ...(one.isCut && { accessUntil: one.accessUntil }),
});
