import type { MemberStep } from './patch.ts';
import type { ScimMember } from './resource.ts';

export type MemberPlan = { add: ScimMember[]; remove: ScimMember[] };

/** Only a step that clears the group needs to know who is in it. */
export const needsCurrent = (steps: readonly MemberStep[]): boolean => steps.some(({ step }) => step === 'clear');

/** What the steps come to, each member at most once: a group that is replaced is never empty in between. `current` are its members before. */
export function planMembers(steps: readonly MemberStep[], current: readonly ScimMember[]): MemberPlan {
  const wanted = new Map<string, { member: ScimMember; isIn: boolean }>();
  const before = new Set(current.map(({ objectId }) => objectId));
  const say = (isIn: boolean) => (member: ScimMember) => void wanted.set(member.objectId, { member, isIn });
  for (const step of steps) {
    if (step.step === 'clear') {
      for (const [objectId, { member }] of wanted) wanted.set(objectId, { member, isIn: false });
      current.forEach(say(false));
    } else {
      step.members.forEach(say(step.step === 'add'));
    }
  }
  const isKnown = needsCurrent(steps);
  const chosen = (isIn: boolean) =>
    [...wanted.values()]
      .filter((one) => one.isIn === isIn && (!isKnown || before.has(one.member.objectId) !== isIn))
      .map(({ member }) => member);
  return { add: chosen(true), remove: chosen(false) };
}
