import { type DirectoryGroup, type GroupKind, MOST_COUNTED } from '@doorstep/shared/directory';
import type { DirectoryGroupDetails } from '@doorstep/shared/invitation-batch';
import { MAX_RECIPIENTS } from '@doorstep/shared/invitation-batch';
import { useEffect, useState } from 'preact/hooks';
import { sentenceOf } from '../lib/call.ts';
import type { Connection } from '../lib/kept.ts';
import { planSentence } from '../lib/plan.ts';
import { getDirectoryGroup } from '../lib/wizard-api.ts';
import { countOf } from '../lib/words.ts';
import { Icon } from './icon.tsx';
import { PlanRows } from './plan-rows.tsx';
import { PlanWord } from './plan-word.tsx';
import { Split } from './split.tsx';

type Props = { to: Connection; group: DirectoryGroup; isTicked: boolean; tick: (isTicked: boolean) => void };

const kindWords: Record<GroupKind, string> = {
  'microsoft-365': 'Microsoft 365 group',
  security: 'security group',
  'mail-security': 'mail-enabled security group',
  distribution: 'distribution list',
  dynamic: 'dynamic group',
};

/** Ticking opens it as well: whom it brings is seen before it is sent. */
export function DirectoryGroupRow({ to, group, isTicked, tick }: Props) {
  const [isOpen, setOpen] = useState(false);
  const name = group.name ?? 'Group without a name';
  return (
    <li class="grp">
      <label class="pick">
        <input
          type="checkbox"
          checked={isTicked}
          onChange={(event) => {
            tick(event.currentTarget.checked);
            setOpen(event.currentTarget.checked);
          }}
        />
        <span class="who">
          <b class="cut">{name}</b>
          <small class="cut">{group.address ?? (group.kind && kindWords[group.kind])}</small>
        </span>
      </label>
      <button
        type="button"
        class="btn quiet sm"
        aria-expanded={isOpen}
        aria-label={`${peopleIn(group)} in ${name}`}
        onClick={() => setOpen(!isOpen)}
      >
        {group.people > MOST_COUNTED ? `${MOST_COUNTED.toLocaleString()}+` : group.people.toLocaleString()}
        <Icon name={isOpen ? 'up' : 'down'} />
      </button>
      {isOpen && <Detail to={to} id={group.id} />}
    </li>
  );
}

const peopleIn = ({ people }: DirectoryGroup): string =>
  people > MOST_COUNTED ? `More than ${MOST_COUNTED.toLocaleString()} people` : countOf(people, 'person', 'people');

function Detail({ to, id }: { to: Connection; id: string }) {
  const [details, setDetails] = useState<DirectoryGroupDetails>();
  const [problem, setProblem] = useState('');
  useEffect(() => {
    void getDirectoryGroup(to, id).then((answer) =>
      answer.outcome === 'ok' ? setDetails(answer.value) : setProblem(sentenceOf(answer)),
    );
  }, [id]);
  if (!details?.plan)
    return (
      <p class="detail small muted" role="status">
        {problem || (details ? tooMany : 'Looking who is in it')}
      </p>
    );
  const { plan, firstPeople } = details;
  return (
    <div class="detail">
      <Split
        parts={[
          ['new', plan.invite],
          ['same', plan.members + plan.resend],
          ['skip', plan.people - plan.invite - plan.members - plan.resend],
        ]}
      />
      <p class="small" role="status">
        <b>{countOf(plan.people, 'person', 'people')}:</b> {planSentence(plan)}
      </p>
      <PlanRows people={firstPeople.map((row) => ({ row }))} first={5} size="mini">
        {({ row }) => <PlanWord row={row} />}
      </PlanRows>
      {plan.people > firstPeople.length && firstPeople.length > 0 && (
        <p class="muted small">The first {firstPeople.length.toLocaleString()} are listed; the invitation goes to all.</p>
      )}
    </div>
  );
}

const tooMany = `Too many people for one sending: at most ${MAX_RECIPIENTS.toLocaleString()}.`;
