import type { GroupPlan } from '@doorstep/shared/directory';
import type { PersonRow } from '@doorstep/shared/invitation-batch';
import type { Millis } from '@doorstep/shared/time';
import type { Deps } from './deps.ts';
import { planBatch } from './plan-batch.ts';

const FIRST = 200;

/** What inviting this group would do, and its first 200 people; `plan` is null when it has more people than one batch may have. */
export async function planGroup(
  deps: Deps,
  directoryGroupId: string,
  now: Millis,
): Promise<{ plan: GroupPlan | null; firstPeople: PersonRow[] }> {
  const wanted = { recipients: [{ directoryGroupId }], role: 'member', language: null, note: null, expiresInDays: 1 } as const;
  const { rows } = await planBatch(deps, { ...wanted, recipients: [...wanted.recipients] }, now);
  const people = rows[0]?.people;
  return people ? { plan: counted(people), firstPeople: people.slice(0, FIRST) } : { plan: null, firstPeople: [] };
}

function counted(people: readonly PersonRow[]): GroupPlan {
  const count = (is: (one: PersonRow) => boolean) => people.filter(is).length;
  return {
    people: people.length,
    invite: count((one) => one.plan === 'invite'),
    resend: count((one) => one.plan === 'resend'),
    members: count((one) => one.because === 'already-member' || one.because === 'suspended'),
    disabled: count((one) => one.because === 'disabled-in-directory'),
    guests: count((one) => one.remark === 'tenant-guest'),
  };
}
