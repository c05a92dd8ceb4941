import type { PersonRow } from '@doorstep/shared/invitation-batch';
import { refusalWords, remarkWords } from '../lib/plan.ts';
import { Icon } from './icon.tsx';

/** What will happen to somebody, at the end of a row. */
export function PlanWord({ row: { plan, because, remark } }: { row: PersonRow }) {
  if (because === 'already-member')
    return (
      <span class="state ok">
        <Icon name="check" />
        member
      </span>
    );
  if (because)
    return (
      <span class="state">
        <Icon name="pause" />
        {refusalWords[because]}
      </span>
    );
  if (remark) return <span class="chip">{remarkWords[remark]}</span>;
  return <span class="muted small">{plan === 'resend' ? 'new key' : 'to invite'}</span>;
}
