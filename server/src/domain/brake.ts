import type { SyncProblem } from '@doorstep/shared/directory';
import { policy } from './policy.ts';

/** What the losses that a round of the sync has gathered would do: nothing of it has happened yet. */
export type LossPlan = {
  /** Directory users who would be disabled, removed or deleted. */
  people: number;
  /** Members who would be suspended or removed: the first 50. */
  suspends: { memberId: string; name: string | null }[];
  suspendCount: number;
  activeMembers: number;
  /** No administrator in office would be left. */
  hasLastAdministrator: boolean;
  /** Of the people, those who disappear. */
  vanishing: number;
  /** People of the directory who have not disappeared before. */
  known: number;
  /** Groups that a full pass did not see, of those that were there before. */
  vanishingGroups: number;
  knownGroups: number;
};

type Stop = Extract<SyncProblem, 'last-administrator-leaves' | 'too-many-leave' | 'directory-shrank'>;
export type BrakeDecision = { outcome: 'go' } | { outcome: 'stop'; because: Stop };

/**
 * Whether losses may be applied (ENT-77). `isReleased`: an administrator has seen the plan and let it pass; the last administrator stays even
 * then. One leaver is no alarm, however small the workspace.
 */
export function decideBrake(plan: LossPlan, isReleased: boolean): BrakeDecision {
  const { share, least } = policy.brake;
  if (plan.hasLastAdministrator) return { outcome: 'stop', because: 'last-administrator-leaves' };
  if (isReleased) return { outcome: 'go' };
  if (isHalf(plan.vanishing, plan.known) || isHalf(plan.vanishingGroups, plan.knownGroups))
    return { outcome: 'stop', because: 'directory-shrank' };
  if (plan.suspendCount >= least && plan.suspendCount > plan.activeMembers * share) {
    return { outcome: 'stop', because: 'too-many-leave' };
  }
  return { outcome: 'go' };
}

const isHalf = (vanishing: number, known: number): boolean =>
  vanishing >= policy.brake.shrankLeast && vanishing >= known * policy.brake.shrank;

/** Whether `plan` does nothing that `shown` did not say: no more people or groups, no other members. Of members beyond those named only the number is known. */
export function isWithin(plan: LossPlan, shown: LossPlan): boolean {
  if (plan.people > shown.people || plan.suspendCount > shown.suspendCount || plan.vanishingGroups > shown.vanishingGroups)
    return false;
  const named = new Set(shown.suspends.map(({ memberId }) => memberId));
  return shown.suspendCount > named.size || plan.suspends.every(({ memberId }) => named.has(memberId));
}

/** What deactivating one active member by SCIM would come to; `suspendedLately` counts those the directory suspended before. */
export type Deactivation = { isLastAdministrator: boolean; suspendedLately: number; activeMembers: number };

/** Why that one person stays, or null (DESIGN.md, section 4, Directory: SCIM is answered 403 for the one resource). */
export function decideDeactivation({ isLastAdministrator, suspendedLately, activeMembers }: Deactivation) {
  const { share, least } = policy.provisioningBrake;
  if (isLastAdministrator) return 'last-administrator';
  const suspended = suspendedLately + 1;
  return suspended >= least && suspended > (activeMembers + suspendedLately) * share ? 'too-many' : null;
}
