import type { Summary } from '@doorstep/shared/me';
import { useState } from 'preact/hooks';
import { decisionsIn } from '../lib/decisions.ts';
import { lookAtDoor } from '../lib/door.ts';
import type { Draft, Step } from '../lib/draft.ts';
import { expirySentence } from '../lib/expiring.ts';
import type { Connection, Kept } from '../lib/kept.ts';
import { sizeOf } from '../lib/recipients.ts';
import { clock } from '../lib/words.ts';
import { focusFirst } from './focus-first.ts';
import { Header } from './header.tsx';
import { Icon } from './icon.tsx';
import { Notices } from './notices.tsx';
import { Recent } from './recent.tsx';
import { UndoBars } from './undo-bars.tsx';
import type { Save } from './use-kept.ts';
import { useCtrlEnter } from './use-key.ts';
import { Waiting } from './waiting.tsx';

type Props = {
  kept: Kept;
  save: Save;
  to: Connection;
  draft: Draft | undefined;
  /** Opens the wizard: at a step, or where it begins or was left. */
  invite: (step: Step | undefined) => void;
  show: (requestId: string) => void;
};

/** What waits for somebody first, then what became of what was sent. */
export function Home({ kept, save, to, draft, invite, show }: Props) {
  const [query, setQuery] = useState('');
  const [said, say] = useState('');
  const { door, pulse, account } = kept;
  const isOffline = pulse?.failing === true;
  const publicUrl = account?.publicUrl ?? to.workspace;
  const expiry = door && expirySentence(door.summary, Date.now());
  const goOn = () => invite(undefined);
  useCtrlEnter(goOn);
  return (
    <>
      <Header title={account?.workspaceName ?? 'Doorstep'} publicUrl={publicUrl} query={query} search={setQuery} />
      {isOffline && <OfflineBanner asOf={door && pulse.asOf} />}
      <main class="body">
        <InviteButton draft={draft} invite={goOn} />
        <Notices kept={kept} save={save} />
        {expiry && (
          <a class="banner wait" href={`${publicUrl}/admin/single-sign-on`} target="_blank" rel="noreferrer">
            <Icon name="clock" />
            <span class="grow">{expiry}</span>
            <Icon name="out" />
          </a>
        )}
        {said && (
          <p class="banner" role="status">
            {said}
          </p>
        )}
        <Waiting kept={kept} query={query} isOffline={isOffline} show={show} />
        {door && <Required summary={door.summary} publicUrl={publicUrl} invite={() => invite('organization')} />}
        <Recent kept={kept} to={to} query={query} isOffline={isOffline} say={say} publicUrl={publicUrl} />
      </main>
      <UndoBars decisions={decisionsIn(kept)} />
    </>
  );
}

/** How many could be invited from the directory; without one, how to connect it. */
function Required({ summary, publicUrl, invite }: { summary: Summary; publicUrl: string; invite: () => void }) {
  if (!summary.directory)
    return (
      <a class="jump" href={`${publicUrl}/admin/directory`} target="_blank" rel="noreferrer">
        <Icon name="people" />
        <span class="grow">
          <b>Invitation required</b>
          <small class="muted">Connect the directory to see who</small>
        </span>
        <Icon name="out" />
      </a>
    );
  return (
    <button type="button" class="jump" onClick={invite}>
      <Icon name="people" />
      <b class="grow">Invitation required</b>
      <span>{summary.invitationRequired.toLocaleString()}</span>
      <Icon name="right" />
    </button>
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

function InviteButton({ draft, invite }: { draft: Draft | undefined; invite: () => void }) {
  const size = draft && sizeOf(draft);
  const isMac = navigator.userAgent.includes('Mac');
  return (
    <button type="button" class="btn primary wide tall" ref={focusFirst} onClick={invite}>
      <Icon name="plus" />
      {draft ? 'Continue your draft' : 'Invite people'}
      {size && <span>({size})</span>}
      <kbd>{isMac ? '⌘' : 'Ctrl'} ⏎</kbd>
    </button>
  );
}
