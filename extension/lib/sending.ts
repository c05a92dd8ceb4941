import { type Millis, SECOND } from '@doorstep/shared/time';
import { createBatch } from './api.ts';
import { fieldOf } from './call.ts';
import { type Draft, draftIn, draftKey } from './draft.ts';
import { alone, connectionOf, item, readKept } from './kept.ts';
import { bodyOf } from './recipients.ts';
import { endSession, keepInSession } from './session.ts';

const STILL_RUNNING = 2 * SECOND;
export const NO_ANSWER = 'The workspace did not answer. Send again: nobody gets two mails.';

/**
 * Sends the draft that was handed over, also when the popup has closed and when a worker died half-way: the same draft has the same
 * Idempotency-Key, so that the workspace makes one batch of any number of attempts (EXT-06, EXT-12).
 */
export const sendDraft = (now: Millis): Promise<void> =>
  alone('sending', async () => {
    const kept = await readKept();
    const to = connectionOf(kept);
    const draft = draftIn(kept);
    if (!to || !draft?.sending) return;
    const answer = await createBatch(to, bodyOf(draft), draft.key);
    if (answer.outcome === 'ended') await endDraft(to.token, draftKey(kept), draft, now);
    else if (answer.outcome === 'ok') await keepInSession(to.token, item(draftKey(kept), { ...idle(draft), sent: answer.value }));
    else if (answer.outcome === 'refused' && answer.key === 'still-running') setTimeout(() => void sendDraft(now), STILL_RUNNING);
    else await keepInSession(to.token, item(draftKey(kept), { ...idle(draft), failure: failureOf(answer) }));
  });

async function endDraft(token: string, key: `draft ${string}`, draft: Draft, now: Millis): Promise<void> {
  await keepInSession(token, item(key, idle(draft)));
  await endSession(token, now);
}

const idle = ({ sending: _, failure: __, ...draft }: Draft): Draft => draft;

function failureOf(answer: Exclude<Awaited<ReturnType<typeof createBatch>>, { outcome: 'ok' | 'ended' }>): string {
  if (answer.outcome !== 'refused') return NO_ANSWER;
  const { detail, title, errors = [] } = answer.problem;
  const [first] = errors;
  return first ? `Nothing was sent. ${fieldOf(first)} ${first.detail}.` : `Nothing was sent. ${detail ?? title}.`;
}
