import type { Row } from '@doorstep/shared/invitation-batch';
import { useEffect, useState } from 'preact/hooks';
import type { Draft } from '../lib/draft.ts';
import type { Connection } from '../lib/kept.ts';
import { previewBatch } from '../lib/wizard-api.ts';

const PAUSE_IN_TYPING = 400;
/** Of a longer list only the review tells. */
const MOST = 500;

/** What each address of the draft turned out to be, by address; looked up in the background while more are typed. */
export function useFindings(to: Connection, { people }: Draft): Map<string, Row> {
  const [findings, setFindings] = useState(new Map<string, Row>());
  const addresses = people.map(({ address }) => address);
  useEffect(() => {
    if (addresses.length === 0 || addresses.length > MOST) return;
    let isStale = false;
    const timer = setTimeout(async () => {
      const answer = await previewBatch(to, { recipients: addresses.map((email) => ({ email })) });
      if (isStale || answer.outcome !== 'ok') return;
      setFindings(new Map(answer.value.rows.map((row) => [addresses[row.recipient]!, row])));
    }, PAUSE_IN_TYPING);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [addresses.join()]);
  return findings;
}
