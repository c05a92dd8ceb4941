import { DAY, type Millis } from '@doorstep/shared/time';
import { type LeftOut, whyLeftOut } from '../domain/admission.ts';
import type { AdmissionRuleRow } from '../store/admission-rule.ts';
import type { RuleEffect } from '../store/directory-schema.ts';
import { findDirectUsers, findGroupsConcerned, findNextUsers } from '../store/directory-scope.ts';
import { othersTurn } from '../store/others-turn.ts';
import { findRehearsedRequests, findRehearsedUsers, type RehearsedPerson } from '../store/rehearsal.ts';
import type { Store } from '../store/store.ts';
import type { Deps } from './deps.ts';

/** How far back a rule that lets people in is tried. */
export const REHEARSED_DAYS = 30;
const MOST_NAMED = 50;
/** So many people are looked at, at most: a page waits for it. */
export const MOST_REHEARSED = 20_000;
const SLICE = 200;

/** What a rule would do if it were on: how many, the first of them, who is left out and why. `isCut`: there are more than were looked at. */
export type Rehearsal = {
  effect: RuleEffect;
  would: number;
  people: RehearsedPerson[];
  leftOut: Map<LeftOut, number>;
  isCut: boolean;
};

/**
 * Tries a rule without writing anything. One that lets in: on everybody who asked to be let in during the last 30 days, whatever became of it.
 * One that invites or suggests: on the people of the directory as it is now.
 */
export async function rehearse(deps: Pick<Deps, 'store'>, rule: AdmissionRuleRow, now: Millis): Promise<Rehearsal> {
  const { effect } = rule;
  const rehearsal: Rehearsal = { effect, would: 0, people: [], leftOut: new Map(), isCut: false };
  const slices = effect === 'let-in' ? askedSince(deps, rule, now - REHEARSED_DAYS * DAY) : coveredNow(deps, rule);
  let lookedAt = 0;
  for await (const slice of slices) {
    for (const person of slice.people) tally(rehearsal, person);
    lookedAt += slice.lookedAt;
    if (lookedAt >= MOST_REHEARSED) return { ...rehearsal, isCut: true };
    await othersTurn();
  }
  return rehearsal;
}

function tally(rehearsal: Rehearsal, person: RehearsedPerson): void {
  const because = whyLeftOut(rehearsal.effect, person);
  if (because) {
    rehearsal.leftOut.set(because, (rehearsal.leftOut.get(because) ?? 0) + 1);
    return;
  }
  rehearsal.would += 1;
  if (rehearsal.people.length < MOST_NAMED) rehearsal.people.push(person);
}

type Slice = { people: RehearsedPerson[]; lookedAt: number };

async function* askedSince({ store }: Pick<Deps, 'store'>, rule: AdmissionRuleRow, since: Millis): AsyncGenerator<Slice> {
  let before: string | null = null;
  do {
    const { people, last } = await findRehearsedRequests(store, rule.id, { since, before, limit: SLICE });
    yield { people, lookedAt: SLICE };
    before = last;
  } while (before !== null);
}

async function* coveredNow({ store }: Pick<Deps, 'store'>, rule: AdmissionRuleRow): AsyncGenerator<Slice> {
  const all = rule.directoryGroupId === null ? everybody(store) : peopleOf(store, rule.directoryGroupId);
  for await (const { objectIds, lookedAt } of all) {
    yield { people: await findRehearsedUsers(store, rule.id, objectIds), lookedAt };
  }
}

type Looked = { objectIds: string[]; lookedAt: number };

async function* everybody(store: Store): AsyncGenerator<Looked> {
  let after: number | null = 0;
  while (after !== null) {
    const { objectIds, last } = await findNextUsers(store, after, SLICE);
    yield { objectIds, lookedAt: objectIds.length };
    after = last;
  }
}

/** Each person once, in however many of the nested groups; looked at as often as in any: who is in a thousand must not hold up a page. */
async function* peopleOf(store: Store, objectId: string): AsyncGenerator<Looked> {
  const seen = new Set<string>();
  for await (const users of findDirectUsers(store, await findGroupsConcerned(store, objectId), SLICE)) {
    const objectIds = [...new Set(users)].filter((id) => !seen.has(id));
    for (const id of objectIds) seen.add(id);
    yield { objectIds, lookedAt: users.length };
  }
}
