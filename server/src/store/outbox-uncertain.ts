import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { change, INDEX_DELAY, type OutboxMail, queuedAgainOrFailed } from './outbox.ts';
import { outboxMessages } from './schema.ts';
import type { Store } from './store.ts';

/** Uncertain mails that the provider's search should know by now, if it has them. */
export const findUncertain = (store: Store, now: Millis, limit: number): Promise<OutboxMail[]> =>
  store.db
    .select()
    .from(outboxMessages)
    .where(sql`${outboxMessages.state} = 'uncertain' AND ${outboxMessages.dueAt} <= ${now}`)
    .orderBy(outboxMessages.dueAt)
    .limit(limit);

/** `seenDueAt` is the row's `dueAt` when it was looked up: of two that looked, one answers. */
export type SearchAnswer = { id: string; seenDueAt: Millis; found: 'sent' | 'absent' | 'unknown' };

/**
 * What the provider's search said (OUT-08): found is sent; absent a second time is queued again; `settled_at` remembers the first absence;
 * no answer is asked again later.
 */
export const answerUncertain = (store: Store, answers: readonly SearchAnswer[], now: Millis) =>
  change(
    store,
    answers,
    (given) => sql`UPDATE ${outboxMessages} SET state = 'sent', settled_at = ${now}, because = NULL
      FROM json_each(${JSON.stringify(answers)}) AS given WHERE ${seenRow} AND ${given('found')} = 'sent'`,
    (given) => sql`UPDATE ${outboxMessages} SET ${queuedAgainOrFailed(sql`${now}`, now)}, because = 'The provider never got it.'
      FROM json_each(${JSON.stringify(answers)}) AS given
      WHERE ${seenRow} AND ${given('found')} = 'absent' AND ${outboxMessages.settledAt} IS NOT NULL`,
    (given) => sql`UPDATE ${outboxMessages} SET due_at = ${now + INDEX_DELAY},
        settled_at = CASE ${given('found')} WHEN 'absent' THEN ${now} ELSE ${outboxMessages.settledAt} END
      FROM json_each(${JSON.stringify(answers)}) AS given WHERE ${seenRow} AND ${given('found')} <> 'sent'`,
  );

const seenRow = sql`${outboxMessages.id} = given.value->>'id' AND +${outboxMessages.state} = 'uncertain'
  AND ${outboxMessages.dueAt} = given.value->>'seenDueAt'`;
