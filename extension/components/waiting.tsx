import type { AccessRequest } from '@doorstep/shared/access-request';
import { useRef } from 'preact/hooks';
import { type Decision, decide, decisionsIn } from '../lib/decisions.ts';
import type { Kept } from '../lib/kept.ts';
import { clock } from '../lib/words.ts';
import { Icon } from './icon.tsx';
import { RequestRow } from './request-row.tsx';
import { Skeleton } from './skeleton.tsx';
import { useSteady } from './use-steady.ts';

type Props = { kept: Kept; query: string; isOffline: boolean; show: (requestId: string) => void };

/** The open requests that nobody has answered from here yet. */
export function Waiting({ kept, query, isOffline, show }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const decided = new Set(decisionsIn(kept).map(({ requestId }) => requestId));
  const open = (kept.door?.requests ?? []).filter(({ id }) => !decided.has(id));
  const { rows, waiting, showNew, pointer } = useSteady(open);
  const matching = rows.filter(({ item }) => matches(item, query));
  if (!kept.door) return <Skeleton title="Waiting for you" />;
  if (query && matching.length === 0) return null;
  if (rows.length === 0)
    return (
      <div class="empty big">
        <Icon name="door" />
        <h2>Nobody is waiting</h2>
        <p>When someone knocks, they appear here and on the badge.</p>
      </div>
    );
  const answer = (request: AccessRequest, verdict: Decision['verdict']) => {
    void decide(request, verdict, {}, Date.now());
    heading.current?.focus(); // not to the next person's button: a held key would answer for all
  };
  return (
    <section aria-label="Waiting for you">
      <div class="section">
        <h2 ref={heading} tabIndex={-1}>
          Waiting for you{' '}
          {isOffline ? (
            <span class="count">
              {open.length} at {clock(kept.pulse!.asOf)}
            </span>
          ) : (
            <span class="chip wait">{kept.door.summary.openAccessRequests.toLocaleString()}</span>
          )}
        </h2>
        {waiting > 0 && (
          <button type="button" class="btn sm" onClick={showNew}>
            Show {waiting} new
          </button>
        )}
      </div>
      <ul class="rows" {...pointer}>
        {matching.map(({ item, isGone }) => (
          <RequestRow
            key={item.id}
            request={item}
            closed={isGone ? 'decided' : isOffline ? 'offline' : undefined}
            decide={(verdict) => answer(item, verdict)}
            show={() => show(item.id)}
          />
        ))}
      </ul>
    </section>
  );
}

const matches = ({ name, address }: AccessRequest, query: string): boolean =>
  `${name ?? ''} ${address ?? ''}`.toLowerCase().includes(query.trim().toLowerCase());
