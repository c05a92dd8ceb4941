import type { NewBatch, Preview } from '@doorstep/shared/invitation-batch';
import { useEffect, useState } from 'preact/hooks';
import { sentenceOf } from '../lib/call.ts';
import type { Connection } from '../lib/kept.ts';
import { previewBatch } from '../lib/wizard-api.ts';

export type Plan = { preview: Preview } | { problem: string } | undefined;

/** What sending `body` would do, looked up whenever `key` changes; the second part looks again. */
export function usePlan(to: Connection, key: string, body: Partial<NewBatch>): [Plan, () => void] {
  const [plan, setPlan] = useState<Plan>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isStale = false;
    setPlan(undefined);
    void previewBatch(to, body).then((answer) => {
      if (isStale || answer.outcome === 'ended') return;
      setPlan(answer.outcome === 'ok' ? { preview: answer.value } : { problem: sentenceOf(answer) });
    });
    return () => {
      isStale = true;
    };
  }, [key, round]);
  return [plan, () => setRound(round + 1)];
}
