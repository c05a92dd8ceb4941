import type { AccessRequest, Approval } from '@doorstep/shared/access-request';
import { type Millis, SECOND } from '@doorstep/shared/time';
import * as v from 'valibot';
import { decideRequest } from './api.ts';
import type { Answer } from './call.ts';
import { alone, type Connection, connectionOf, drop, item, type Kept, keep, readKept } from './kept.ts';
import { endSession, keepInSession } from './session.ts';

export const UNDO_TIME: Millis = 5 * SECOND;

/** A press on *Approve* or *Deny*, in the hands of the background: sent when due, unless undone (CONTRACT.md, 6). */
export type Decision = {
  requestId: string;
  name: string;
  verdict: 'approve' | 'deny';
  body: Approval;
  dueAt: Millis;
  /** It is on the way, undo is over. */
  sending?: boolean;
  /** It was due and the workspace did not answer. */
  late?: boolean;
};
/** Something about a decision that the administrator should read. */
export type Notice = { text: string; at: Millis };

export const decisionsIn = (kept: Kept): Decision[] =>
  Object.keys(kept)
    .filter((key) => key.startsWith('decision '))
    .map((key) => kept[key as `decision ${string}`]!)
    .sort((one, other) => one.dueAt - other.dueAt);

/** Hands a decision over. The first one on a request stands: a second press changes nothing. */
export const decide = (request: AccessRequest, verdict: Decision['verdict'], body: Approval, now: Millis): Promise<void> =>
  alone('decisions', async () => {
    const key = `decision ${request.id}` as const;
    if ((await readKept())[key]) return;
    const name = request.name ?? request.address ?? 'This person';
    await keep(item(key, { requestId: request.id, name, verdict, body, dueAt: now + UNDO_TIME }));
  });

/** Takes a decision back, if it has not left yet. */
export const undo = (requestId: string): Promise<void> =>
  alone('decisions', async () => {
    const key = `decision ${requestId}` as const;
    if (!(await readKept())[key]?.sending) await drop([key]);
  });

/**
 * Sends what is due, one after the other, also between popup and background. What is late is tried again when the worker is woken by
 * its alarm, not at once: `again`. Answers when the next decision is due.
 */
export const sendDueDecisions = (now: Millis, again: boolean): Promise<Millis | undefined> =>
  alone('sending decisions', async () => {
    const kept = await readKept();
    const to = connectionOf(kept);
    if (!to) return undefined;
    for (const decision of decisionsIn(kept).filter(({ dueAt, late }) => dueAt <= now && (again || !late))) {
      const { requestId, verdict, body } = decision;
      if (await claim(decision)) await settle(to, decision, await decideRequest(to, requestId, verdict, body), now);
    }
    return decisionsIn(await readKept()).find(({ dueAt }) => dueAt > now)?.dueAt;
  });

const claim = ({ requestId }: Decision): Promise<boolean> =>
  alone('decisions', async () => {
    const key = `decision ${requestId}` as const;
    const there = (await readKept())[key];
    if (there) await keep(item(key, { ...there, sending: true }));
    return there !== undefined;
  });

async function settle(to: Connection, decision: Decision, answer: Answer<AccessRequest>, now: Millis): Promise<void> {
  const key = `decision ${decision.requestId}` as const;
  if (answer.outcome === 'ended') return endSession(to.token, now);
  if (answer.outcome === 'ok' || answer.outcome === 'refused') {
    const text = noticeOf(decision, answer);
    const { door } = await readKept();
    const requests = door?.requests.filter(({ id }) => id !== decision.requestId) ?? [];
    return keepInSession(
      to.token,
      {
        ...(door && { door: { ...door, etag: null, requests } }),
        ...(text && { [`notice ${decision.requestId}`]: { text, at: now } }),
      },
      [key],
    );
  }
  return keepInSession(to.token, item(key, { ...decision, sending: false, late: true }));
}

const Decided = v.object({ state: v.string(), decidedBy: v.nullable(v.object({ name: v.nullable(v.string()) })) });

function noticeOf({ name, verdict }: Decision, answer: Answer<AccessRequest>): string | undefined {
  if (answer.outcome === 'ok') {
    const told = answer.value.mailed !== false;
    return told
      ? undefined
      : `${name} was ${verdict === 'approve' ? 'approved' : 'denied'}, but has no address to mail to. The waiting page tells.`;
  }
  if (answer.outcome !== 'refused') return undefined;
  const decided = answer.key === 'already-decided' ? v.safeParse(Decided, answer.problem) : undefined;
  if (!decided?.success)
    return `${name} was not ${verdict === 'approve' ? 'approved' : 'denied'}: ${answer.problem.detail ?? answer.problem.title}.`;
  return `${name}: ${decided.output.decidedBy?.name ?? 'somebody else'} was first (${decided.output.state}). Your answer was not sent.`;
}
