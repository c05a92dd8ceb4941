import { useEffect, useState } from 'preact/hooks';
import { getInvitations } from '../lib/api.ts';
import type { Connection, Door, Kept } from '../lib/kept.ts';
import { InvitationRow } from './invitation-row.tsx';
import { Skeleton } from './skeleton.tsx';

type Props = { kept: Kept; to: Connection; query: string; isOffline: boolean; say: (text: string) => void; publicUrl: string };

/** What became of the invitations sent last, or of those that are looked for. */
export function Recent({ kept, to, query, isOffline, say, publicUrl }: Props) {
  const found = useSearch(to, query, kept.door?.invitations);
  if (!found) return <Skeleton title={query ? 'Found' : 'Recent'} />;
  return (
    <section aria-label="Recent invitations">
      <div class="section">
        <h2>{query ? 'Found' : 'Recent'}</h2>
        <a class="link small" href={`${publicUrl}/admin/invitations`} target="_blank" rel="noreferrer">
          All invitations
        </a>
      </div>
      {found.length === 0 ? (
        <p class="empty">
          {query ? 'No invitation begins like this.' : 'Invitations you send are listed here, with whether they arrived.'}
        </p>
      ) : (
        <ul class="rows tight">
          {found.map((invitation) => (
            <InvitationRow key={invitation.id} invitation={invitation} to={to} isOffline={isOffline} say={say} />
          ))}
        </ul>
      )}
    </section>
  );
}

const PAUSE_IN_TYPING = 150;

/** The invitations that the workspace finds for a query, the recent ones without; nothing while it looks. */
function useSearch(to: Connection, query: string, recent: Door['invitations'] | undefined) {
  const [found, setFound] = useState<{ query: string; items: typeof recent }>();
  useEffect(() => {
    if (query.trim() === '') return;
    let isStale = false;
    const look = async () => {
      const answer = await getInvitations(to, 20, query.trim());
      if (!isStale) setFound({ query, items: answer.outcome === 'ok' ? answer.value.items : [] });
    };
    const timer = setTimeout(() => void look(), PAUSE_IN_TYPING);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [query, recent]);
  if (query.trim() === '') return recent;
  return found?.query === query ? found.items : undefined;
}
