import { MINUTE, type Millis } from '@doorstep/shared/time';
import { isProven, recordNameOf } from '../domain/domain-proof.ts';
import { noTrace, type Trace } from '../store/audit.ts';
import { type DomainRow, findDomainsToLookAt, recordLook } from '../store/domain.ts';
import { takeLease } from '../store/lease.ts';
import { newId } from '../store/new-id.ts';
import type { Deps } from './deps.ts';
import type { JobRun } from './run-due-jobs.ts';

/** Kept for the page: of what strangers may write into DNS, as much as a person reads. */
const MOST_RECORDS = 30;
const MOST_CHARACTERS = 1000;
/** Of one run: each may wait some seconds for a server that does not answer. */
const AT_ONCE = 3;

/** Asks DNS whether the record is there and keeps what was found. Answers whether the domain is proven now. */
export async function lookForDomain(deps: Deps, row: DomainRow, by: string | null, now: Millis, trace: Trace): Promise<boolean> {
  const answer = await deps.resolveTxt(recordNameOf(row.domain));
  const records = 'records' in answer ? answer.records : null;
  const isThere = records !== null && isProven(records, row.token);
  await recordLook(deps.store, {
    domain: row.domain,
    token: row.token,
    found: records === null ? null : records.slice(0, MOST_RECORDS).map(cut),
    problem: 'problem' in answer ? cut(answer.problem) : null,
    isProven: isThere,
    by,
    auditId: newId('aud'),
    now,
    trace,
  });
  return isThere || row.verifiedAt !== null;
}

/** One look an hour, so that nobody has to come back for a record that took its time. */
export async function lookForDomains(deps: Deps, now: () => Millis, run: JobRun): Promise<void> {
  const due = await findDomainsToLookAt(deps.store, now(), AT_ONCE);
  if (due.length === 0 || !(await takeLease(deps.store, 'domains', `${run.owner}:${now()}`, now(), now() + MINUTE))) return;
  for (const row of due) {
    if (run.isStopping()) return;
    await lookForDomain(deps, row, null, now(), noTrace);
  }
}

const cut = (text: string): string => {
  const whole = text.toWellFormed();
  return whole.length <= MOST_CHARACTERS
    ? whole
    : `${whole.slice(0, MOST_CHARACTERS)}… (${whole.length} characters)`.toWellFormed();
};
