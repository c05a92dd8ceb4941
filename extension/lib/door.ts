import type { Millis } from '@doorstep/shared/time';
import { getInvitations, getOpenRequests, getSummary } from './api.ts';
import { type Connection, connectionOf, type Door, readKept } from './kept.ts';
import { endSession, keepInSession } from './session.ts';

const RECENT = 20;

/**
 * Looks at the door once, for badge and popup alike: an unchanged summary costs a 304 and leaves the lists as they are, unless
 * `withLists` asks for them (the delivery of mails is no part of the summary).
 */
export async function lookAtDoor(now: Millis, withLists = false): Promise<void> {
  const kept = await readKept();
  const to = connectionOf(kept);
  if (!to) return;
  const known = kept.door;
  const summary = await getSummary(to, known?.etag ?? null);
  if (summary.outcome === 'ended') return endSession(to.token, now);
  if (summary.outcome === 'unchanged' && known && !withLists)
    return keepInSession(to.token, { pulse: { asOf: now, failing: false } });
  const fresh =
    summary.outcome === 'ok' ? { summary: summary.value, etag: summary.etag } : summary.outcome === 'unchanged' && known;
  const door = fresh ? await withFreshLists(to, fresh) : undefined;
  if (door === 'ended') return endSession(to.token, now);
  if (door) await keepInSession(to.token, { door, pulse: { asOf: now, failing: false } });
  else await keepInSession(to.token, { pulse: { asOf: kept.pulse?.asOf ?? now, failing: true } });
}

async function withFreshLists(
  to: Connection,
  { summary, etag }: Pick<Door, 'summary' | 'etag'>,
): Promise<Door | 'ended' | undefined> {
  const [requests, invitations] = await Promise.all([getOpenRequests(to), getInvitations(to, RECENT)]);
  if (requests.outcome === 'ended' || invitations.outcome === 'ended') return 'ended';
  if (requests.outcome !== 'ok' || invitations.outcome !== 'ok') return undefined;
  return { etag, summary, requests: requests.value.items, invitations: invitations.value.items };
}
