import type { Invitation } from '@doorstep/shared/invitation';
import type { Batch } from '@doorstep/shared/invitation-batch';
import { DAY, SECOND } from '@doorstep/shared/time';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { getInvitations } from '../lib/api.ts';
import type { Draft } from '../lib/draft.ts';
import type { Connection } from '../lib/kept.ts';
import { type Planned, peopleOf } from '../lib/plan.ts';
import { namesOf } from '../lib/recipients.ts';
import { getBatch, stopBatch } from '../lib/wizard-api.ts';
import { countOf, day } from '../lib/words.ts';
import { focusFirst } from './focus-first.ts';
import { Frame } from './frame.tsx';
import { InvitationState, stateOf } from './invitation-row.tsx';
import { PlanRows } from './plan-rows.tsx';
import { PlanWord } from './plan-word.tsx';
import { Split } from './split.tsx';
import { useCtrlEnter } from './use-key.ts';

type Props = { to: Connection; batch: Batch; draft: Draft; end: () => void; leave: () => void };

/** What became of the batch, each person in a row; counts mails that left, not hopes. */
export function Result({ to, batch: first, draft, end, leave }: Props) {
  const [batch, setBatch] = useState(first);
  const invitations = useProgress(to, batch, setBatch);
  const invitationOf = ({ row }: Planned) => invitations?.find(({ id }) => id === row.invitationId);
  const people = peopleOf(batch.rows);
  const accepted = people.filter(({ row }) => row.plan !== 'refuse');
  const refused = people.filter(({ row }) => row.plan === 'refuse');
  const stuck = accepted.filter((planned) => isStuck(invitationOf(planned)));
  useCtrlEnter(end);
  return (
    <Frame title="Invitations" leave={leave}>
      <main class="body">
        <div class="stack lead">
          <p class="title" role="status">
            {titleOf(batch, stuck.length)}
          </p>
          <Split
            parts={[
              ['new', batch.counts.invite + batch.counts.resend - stuck.length],
              ['bad', stuck.length],
              ['skip', batch.counts.refuse],
            ]}
          />
          <p class="muted small">{adviceOf(batch, draft)}</p>
        </div>
        <Group title="Did not arrive" people={stuck} draft={draft}>
          {(planned) => <Delivery invitation={invitationOf(planned)} />}
        </Group>
        <Group title="Skipped" people={refused} draft={draft}>
          {({ row }) => <PlanWord row={row} />}
        </Group>
        <Group title="On their way" people={accepted.filter((planned) => !stuck.includes(planned))} draft={draft}>
          {(planned) => <Delivery invitation={invitationOf(planned)} />}
        </Group>
      </main>
      <footer class="foot">
        {batch.state === 'writing' && (
          <button
            type="button"
            class="btn danger"
            onClick={() => void stopBatch(to, batch.id).then((answer) => answer.outcome === 'ok' && setBatch(answer.value))}
          >
            Stop the rest
          </button>
        )}
        <button type="button" class="btn primary" ref={focusFirst} onClick={end}>
          Done
        </button>
      </footer>
    </Frame>
  );
}

function titleOf({ state, counts }: Batch, stuck: number): string {
  const mails = counts.invite + counts.resend;
  if (state === 'writing') return `${countOf(mails, 'invitation is', 'invitations are')} being written`;
  if (state === 'stopped') return 'Stopped. What had left stays good.';
  if (mails === 0) return 'Nothing was sent';
  if (stuck > 0) return `${mails - stuck} on the way, ${stuck} did not arrive`;
  return `${countOf(mails, 'invitation', 'invitations')} on the way`;
}

function adviceOf({ state, counts }: Batch, { days }: Draft): string {
  if (state === 'writing') return 'You can close this; the workspace goes on.';
  if (counts.invite + counts.resend === 0) return 'Nobody in the list could be invited. The reasons are below.';
  return `They can join until ${day(Date.now() + days * DAY)}.`;
}

const isStuck = (invitation: Invitation | undefined): boolean =>
  invitation !== undefined && stateOf(invitation, Date.now()).isStuck === true;

const Delivery = ({ invitation }: { invitation: Invitation | undefined }) =>
  invitation ? <InvitationState invitation={invitation} /> : <span class="muted small">accepted</span>;

type GroupProps = { title: string; people: Planned[]; draft: Draft; children: (planned: Planned) => ComponentChildren };

function Group({ title, people, draft, children }: GroupProps) {
  if (people.length === 0) return null;
  return (
    <details class="fold" open>
      <summary>
        <b>{title}</b>
        <span class="count">{people.length.toLocaleString()}</span>
      </summary>
      <PlanRows people={people} names={namesOf(draft)}>
        {children}
      </PlanRows>
    </details>
  );
}

/** Asks every 2 s as long as something moves: the batch while it is being written, the mails while some wait. */
function useProgress(to: Connection, batch: Batch, setBatch: (batch: Batch) => void): Invitation[] | undefined {
  const [invitations, setInvitations] = useState<Invitation[]>();
  const isMoving =
    batch.state === 'writing' ||
    invitations === undefined ||
    invitations.some(({ delivery }) => delivery === 'queued' || delivery === 'sent');
  useEffect(() => {
    let isOver = false;
    const look = async () => {
      if (batch.state === 'writing') {
        const answer = await getBatch(to, batch.id);
        if (!isOver && answer.outcome === 'ok') setBatch(answer.value);
      }
      const answer = await getInvitations(to, 200);
      if (!isOver && answer.outcome === 'ok') setInvitations(answer.value.items.filter(({ batchId }) => batchId === batch.id));
    };
    void look();
    const timer = isMoving ? setInterval(() => void look(), 2 * SECOND) : undefined;
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [batch.id, batch.state, isMoving]);
  return invitations;
}
