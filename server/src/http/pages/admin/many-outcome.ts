import { type DecisionOutcome, decisionOutcomes, MOST_DECIDED } from '@doorstep/shared/access-request';
import type { OneDecision } from '../../../actions/decide-requests.ts';
import type { Ctx } from '../../env.ts';
import type { ManyOutcome } from '../../views/many-requests.ts';

// What became of many requests travels as numbers in the address of the list, so that a refresh decides nothing twice.

export function counted(results: OneDecision[]): Partial<Record<DecisionOutcome, string>> {
  const number = (outcome: DecisionOutcome) => results.filter((one) => one.outcome === outcome).length;
  return Object.fromEntries(decisionOutcomes.map((outcome) => [outcome, String(number(outcome))]).filter(([, n]) => n !== '0'));
}

/** What the address of the list says of the decisions before: numbers, and nothing else. */
export function outcomeIn(c: Ctx): ManyOutcome | null {
  const verdict = c.req.query('verdict');
  if (verdict !== 'approve' && verdict !== 'deny') return null;
  const read = decisionOutcomes.map((outcome) => [outcome, numberIn(c.req.query(outcome))] as const);
  return { verdict, counts: Object.fromEntries(read.filter(([, number]) => number > 0)) };
}

const numberIn = (text: string | undefined): number => (/^\d{1,3}$/.test(text ?? '') ? Math.min(Number(text), MOST_DECIDED) : 0);
