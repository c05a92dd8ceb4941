import type { ScimTokenId } from '@doorstep/shared/ids';
import { type Millis, SECOND } from '@doorstep/shared/time';
import { hashToken, newToken } from '../identity/tokens.ts';
import type { Trace } from '../store/audit.ts';
import { newId } from '../store/new-id.ts';
import { othersTurn } from '../store/others-turn.ts';
import { forgetGroups, forgetPeople, recordStop } from '../store/scim-stop.ts';
import { makeScimToken } from '../store/scim-token.ts';
import type { Deps } from './deps.ts';

/** Months that a token may live. */
export const TOKEN_MONTHS = [3, 6, 12, 24] as const;
export type TokenMonths = (typeof TOKEN_MONTHS)[number];

export type NewToken = { name: string; months: TokenMonths; by: string; now: Millis; trace: Trace };

/** The token, which is shown now and never again; null when two are live already. */
export async function newScimToken(deps: Deps, { name, months, by, now, trace }: NewToken): Promise<string | null> {
  const token = newToken();
  const isMade = await makeScimToken(deps.store, {
    id: newId('sct') as ScimTokenId,
    tokenHash: hashToken(token),
    name,
    by,
    expiresAt: monthsLater(now, months),
    attemptId: newId('att'),
    auditId: newId('aud'),
    now,
    trace,
  });
  return isMade ? token : null;
}

/** The same day of the month at the same time in UTC; where the month is shorter, its last day. */
export function monthsLater(at: Millis, months: number): Millis {
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + months);
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  return date.getTime();
}

const FORGETS_FOR = 5 * SECOND;

/**
 * Without a token nobody can take back what was provisioned: of people and groups that Graph knows too, it is forgotten. Works for a few
 * seconds; `goes-on` when something is left.
 */
export async function stopProvisioning(
  deps: Deps,
  stop: { by: string; trace: Trace; now: Millis },
): Promise<'stopped' | 'goes-on' | 'refused'> {
  const isRecorded = await recordStop(deps.store, { ...stop, auditId: newId('aud') });
  if (!isRecorded) return 'refused';
  const until = performance.now() + FORGETS_FOR;
  for (let after: number | null = 0; after !== null; await othersTurn()) {
    if (performance.now() > until) return 'goes-on';
    after = await forgetPeople(deps.store, after, stop.now, stop.trace);
  }
  while (await forgetGroups(deps.store)) {
    if (performance.now() > until) return 'goes-on';
    await othersTurn();
  }
  return 'stopped';
}
