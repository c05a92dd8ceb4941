import type { AccessRequest } from '@doorstep/shared/access-request';
import { useEffect, useRef, useState } from 'preact/hooks';
import { getInvitations } from '../lib/api.ts';
import { type Decision, decide, decisionsIn } from '../lib/decisions.ts';
import { lookAtDoor } from '../lib/door.ts';
import type { Draft } from '../lib/draft.ts';
import type { Connection, Kept } from '../lib/kept.ts';
import { clock, countOf } from '../lib/words.ts';
import { focusFirst } from './focus-first.ts';
import { Header } from './header.tsx';
import { Icon } from './icon.tsx';
import { InvitationRow } from './invitation-row.tsx';
import { Notices } from './notices.tsx';
import { RequestRow } from './request-row.tsx';
import { Skeleton } from './skeleton.tsx';
import { UndoBars } from './undo-bars.tsx';
import type { Save } from './use-kept.ts';
import { useSteady } from './use-steady.ts';

type Props = {
  kept: Kept;
  save: Save;
  to: Connection;
  draft: Draft | undefined;
  invite: () => void;
  show: (requestId: string) => void;
};

/** What waits for somebody first, then what became of what was sent. */
export function Home({ kept, save, to, draft, invite, show }: Props) {
  const [query, setQuery] = useState('');
  const [said, say] = useState('');
  const { door, pulse, account } = kept;
  const isOffline = pulse?.failing === true;
  const publicUrl = account?.publicUrl ?? to.workspace;
  useCtrlEnter(invite);
  return (
    <>
      <Header title={account?.workspaceName ?? 'Doorstep'} publicUrl={publicUrl} query={query} search={setQuery} />
      {isOffline && <OfflineBanner asOf={door && pulse.asOf} />}
      <main class="body">
        <InviteButton draft={draft} invite={invite} />
        <Notices kept={kept} save={save} />
        {said && (
          <p class="banner" role="status">
            {said}
          </p>
        )}
        <Waiting kept={kept} query={query} isOffline={isOffline} show={show} />
        {door?.summary.directory && (
          <a class="jump" href={`${publicUrl}/admin/users`} target="_blank" rel="noreferrer">
            <Icon name="people" />
            <b class="grow">Invitation required</b>
            <span>{door.summary.invitationRequired.toLocaleString()}</span>
            <Icon name="right" />
          </a>
        )}
        <Recent kept={kept} to={to} query={query} isOffline={isOffline} say={say} publicUrl={publicUrl} />
      </main>
      <UndoBars decisions={decisionsIn(kept)} />
    </>
  );
}

const OfflineBanner = ({ asOf }: { asOf: number | undefined }) => (
  <div class="banner flat wait" role="status">
    <Icon name="off" />
    <span class="grow">
      {asOf && <b>As of {clock(asOf)}.</b>} The workspace does not answer. Nothing was lost, nothing was half-sent.
    </span>
    <button type="button" class="btn sm" onClick={() => void lookAtDoor(Date.now(), true)}>
      Retry
    </button>
  </div>
);

function InviteButton({ draft, invite }: Pick<Props, 'draft' | 'invite'>) {
  const people = draft ? draft.people.length + draft.odd.length : 0;
  const isMac = navigator.userAgent.includes('Mac');
  return (
    <button type="button" class="btn primary wide tall" ref={focusFirst} onClick={invite}>
      <Icon name="plus" />
      {draft ? 'Continue your draft' : 'Invite people'}
      {people > 0 && <span>({countOf(people, 'person', 'people')})</span>}
      <kbd>{isMac ? '⌘' : 'Ctrl'} ⏎</kbd>
    </button>
  );
}

function Waiting({ kept, query, isOffline, show }: Pick<Props, 'kept' | 'show'> & { query: string; isOffline: boolean }) {
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

type RecentProps = Pick<Props, 'kept' | 'to'> & {
  query: string;
  isOffline: boolean;
  say: (text: string) => void;
  publicUrl: string;
};

function Recent({ kept, to, query, isOffline, say, publicUrl }: RecentProps) {
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
function useSearch(to: Connection, query: string, recent: NonNullable<Kept['door']>['invitations'] | undefined) {
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

export function useCtrlEnter(act: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  });
}
