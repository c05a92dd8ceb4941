import { SECOND } from '@doorstep/shared/time';
import { useEffect, useState } from 'preact/hooks';
import { type Decision, undo } from '../lib/decisions.ts';
import { Icon } from './icon.tsx';

/** One bar for each decision that has not reached the workspace yet. */
export const UndoBars = ({ decisions }: { decisions: Decision[] }) => (
  <div class="undos" role="status">
    {decisions.map((decision) => (
      <UndoBar key={decision.requestId} decision={decision} />
    ))}
  </div>
);

function UndoBar({ decision: { requestId, name, verdict, dueAt, sending, late } }: { decision: Decision }) {
  const left = useSecondsUntil(dueAt);
  return (
    <div class="undo">
      <Icon name={verdict === 'approve' ? 'check' : 'x'} />
      <span class="grow">
        {name} {verdict === 'approve' ? 'may come in.' : 'is denied.'} {late && 'Not sent yet: no answer.'}
      </span>
      {left > 0 && <span aria-hidden="true">{left}</span>}
      {!sending && (
        <button type="button" onClick={() => void undo(requestId)}>
          Undo<span class="sr"> the answer to {name}</span>
        </button>
      )}
    </div>
  );
}

function useSecondsUntil(at: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND / 2);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.ceil((at - now) / SECOND));
}
