import type { Preview, Refusal, Row } from '@doorstep/shared/invitation-batch';
import type { Draft } from '../lib/draft.ts';
import { effectOf, isWhole, type Planned, peopleOf, planOf, planSentence, refusalWords, remarkWords } from '../lib/plan.ts';
import { type Named, namesOf } from '../lib/recipients.ts';
import { countOf } from '../lib/words.ts';
import { PlanRows } from './plan-rows.tsx';
import { PlanWord } from './plan-word.tsx';

const sections: [Row['plan'], string][] = [
  ['invite', 'New'],
  ['resend', 'Sent again'],
  ['refuse', 'Skipped'],
];

/** Groups and searches folded with what they bring, then everybody under what will happen to them. */
export function PlanSections({ preview: { rows, counts }, draft }: { preview: Preview; draft: Draft }) {
  const names = namesOf(draft);
  const people = peopleOf(rows);
  const whole = rows.filter(isWhole);
  return (
    <>
      {whole.map((row) => (
        <Whole key={row.recipient} row={row} named={names[row.recipient]} />
      ))}
      {sections
        .filter(([plan]) => counts[plan] > 0)
        .map(([plan, title]) => (
          <Section
            key={plan}
            title={title}
            count={counts[plan]}
            people={people.filter(({ row }) => row.plan === plan)}
            names={names}
          />
        ))}
    </>
  );
}

function Whole({ row, named }: { row: Row; named: Named | undefined }) {
  const plan = planOf([row]);
  return (
    <details class="fold">
      <summary>
        <b class="cut">{nameOf(row, named)}</b>
        <span class="count">{countOf(plan.people, 'person', 'people')}</span>
        <span class="muted small push">{countOf(plan.invite + plan.resend, 'mail', 'mails')}</span>
      </summary>
      <p class="hint">{planSentence(plan)}</p>
      <PlanRows people={peopleOf([row])} size="mini">
        {(planned) => <PlanWord row={planned.row} />}
      </PlanRows>
    </details>
  );
}

/** What was ticked or typed says it best; a group that was typed has its address. */
const nameOf = (row: Row, named: Named | undefined): string =>
  row.name ?? named?.name ?? row.address ?? named?.address ?? 'Group without a name';

function Section({ title, count, people, names }: { title: string; count: number; people: Planned[]; names: Named[] }) {
  const why = reasonsIn(people);
  return (
    <details class="fold" open={title !== 'Skipped' || count <= 20}>
      <summary>
        <b>{title}</b>
        <span class="count">{count.toLocaleString()}</span>
        {why && <span class="muted small push cut">{why}</span>}
      </summary>
      <PlanRows people={people} names={names}>
        {(planned) => <Facts planned={planned} word={wordOf(planned, names)} />}
      </PlanRows>
      {count > people.length && (
        <p class="hint">{(count - people.length).toLocaleString()} of the groups above are not listed.</p>
      )}
    </details>
  );
}

/** What is said about somebody: the chip, a word, and for a guest how they come in, on a line of its own. */
function Facts({ planned: { row }, word }: { planned: Planned; word: string | undefined }) {
  const effect = row.because ? '' : effectOf(row);
  return (
    <>
      {row.remark && <span class="chip">{remarkWords[row.remark]}</span>}
      {word && <span class="muted small cut">{word}</span>}
      {effect && <span class="muted small below">{effect}</span>}
    </>
  );
}

/** Beside a person: why not, or by what. */
function wordOf({ row, from }: Planned, names: Named[]): string | undefined {
  if (row.because) return refusalWords[row.because];
  if (row.plan === 'resend') return 'new key';
  return from && `from ${nameOf(from, names[from.recipient])}`;
}

/** "4 members already, 1 disabled", for a fold that may stay closed: the most frequent reasons first. */
function reasonsIn(people: Planned[]): string {
  const counts = new Map<Refusal, number>();
  for (const { row } of people) if (row.because) counts.set(row.because, (counts.get(row.because) ?? 0) + 1);
  const words = (because: Refusal, count: number) =>
    because === 'already-member'
      ? countOf(count, 'member already', 'members already')
      : `${count.toLocaleString()} ${refusalWords[because]}`;
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([because, count]) => words(because, count))
    .join(', ');
}
