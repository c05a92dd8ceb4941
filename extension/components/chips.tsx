import type { Row } from '@doorstep/shared/invitation-batch';
import { edited } from '../lib/draft.ts';
import { isWhole, needsALook, planOf } from '../lib/plan.ts';
import { Icon, type IconName } from './icon.tsx';
import type { StepProps } from './wizard.tsx';

/** More chips than these help nobody; all are counted, and the review says what will happen. */
const SHOWN = 60;

type Props = Pick<StepProps, 'draft' | 'save'> & { findings: Map<string, Row> };

export function Chips({ draft, save, findings }: Props) {
  const hidden = draft.people.length - SHOWN;
  return (
    <ul aria-label="Addresses so far">
      {hidden > 0 && <li class="token">{hidden.toLocaleString()} earlier ones</li>}
      {draft.people.slice(-SHOWN).map(({ address, name }) => {
        const row = findings.get(address);
        const icon = row && iconOf(row);
        return (
          <li class={`token ${row && needsALook(row) ? 'bad' : ''}`} key={address} title={address}>
            {icon && <Icon name={icon} />}
            <span class="cut">
              {name ?? address} {row && isWhole(row) && <span class="count">{planOf([row]).people.toLocaleString()}</span>}
            </span>
            <button
              type="button"
              aria-label={`Remove ${name ?? address}`}
              onClick={() => save(edited(draft, { people: draft.people.filter((person) => person.address !== address) }))}
            >
              <Icon name="x" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** The sentence beside it is in the notes below. */
export function iconOf(row: Row): IconName | undefined {
  if (isWhole(row)) return 'group';
  if (needsALook(row)) return 'warn';
  if (row.because) return 'check';
  if (row.plan === 'resend') return 'mail';
  return row.remark && 'out';
}
