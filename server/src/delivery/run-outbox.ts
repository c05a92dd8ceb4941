import { MINUTE, type Millis } from '@doorstep/shared/time';
import { chance } from '../store/chance.ts';
import * as outbox from '../store/outbox.ts';
import { answerUncertain, findUncertain } from '../store/outbox-uncertain.ts';
import { type RenderDeps, type Rendering, renderMails } from './render.ts';
import { retryDelay } from './retry-delay.ts';
import type { RenderedMail, SendOutcome, Transport } from './transport.ts';

export type OutboxDeps = RenderDeps & {
  transport: Transport;
  /** Counts and codes only, never an address, subject or key. */
  log: (level: 'info' | 'warning' | 'error', event: string, facts?: Record<string, unknown>) => void;
};
export type OutboxTurn = {
  now: () => Millis;
  /** Nothing is claimed after this. */
  until: Millis;
  /** Who runs, for people who look into the database; each claim adds a token of its own. */
  owner: string;
  /** Once true nothing new is claimed; what is on its way is finished (OUT-14). */
  isStopping: () => boolean;
};
/** How many mails went each way. `returned`: handed back because the queue stopped. */
export type OutboxRun = Record<'sent' | 'failed' | 'retried' | 'returned' | 'uncertain' | 'dropped', number>;

const TRY_STOPPED_QUEUE_EVERY: Millis = MINUTE;
const MOST_SEARCHES = 20;

/**
 * Sends what is due until nothing is, `until` has come or the server stops. Any number may run at once, in any number of processes: each
 * mail is claimed by one (OUT-13).
 */
export async function runOutbox(deps: OutboxDeps, turn: OutboxTurn): Promise<OutboxRun> {
  const { now, until, isStopping } = turn;
  const run: OutboxRun = { sent: 0, failed: 0, retried: 0, returned: 0, uncertain: 0, dropped: 0 };
  run.uncertain += (await outbox.reclaim(deps.store, now())).uncertain;
  await lookForUncertain(deps, now);
  while (now() < until && !isStopping()) {
    const claimed = await deliverSome(deps, turn, run);
    if (claimed.mails.length === 0 && claimed.dropped === 0) break;
    await nextTurn();
  }
  if (Object.values(run).some((count) => count > 0)) deps.log('info', 'outbox.run', run);
  return run;
}

/** An embedded database answers without a turn of the event loop: requests in between must not wait for the last mail. */
const nextTurn = () => new Promise<void>((resume) => setTimeout(resume));

async function deliverSome(deps: OutboxDeps, turn: OutboxTurn, run: OutboxRun): Promise<outbox.Claim> {
  const { now } = turn;
  const owner = `${turn.owner}:${crypto.randomUUID()}`;
  const claim = await outbox.claim(deps.store, owner, now(), deps.transport.mostAtOnce);
  run.dropped += claim.dropped;
  if (claim.mails.length === 0) return claim;

  const mails = await writeMails(deps, owner, claim, now, run);
  const called = await outbox.markCalled(
    deps.store,
    owner,
    mails.map((mail) => mail.id),
    now(),
  );
  const leaving = mails.filter((mail) => called.has(mail.id));
  if (leaving.length === 0) return claim;

  const outcomes = await handOver(deps, leaving);
  await record(deps, { owner, claim, leaving, outcomes }, now(), run);
  return claim;
}

/** What cannot be written fails now; the rest is ready to leave. */
async function writeMails(
  deps: OutboxDeps,
  owner: string,
  claim: outbox.Claim,
  now: () => Millis,
  run: OutboxRun,
): Promise<RenderedMail[]> {
  const renderings = [
    ...(await renderMails(
      deps,
      claim.mails.map((mail) => mail.id),
    )),
  ];
  const refused = renderings.flatMap(([id, one]) => ('refused' in one ? [{ id, because: one.refused }] : []));
  run.failed += await outbox.refuse(deps.store, owner, refused, now());
  return renderings.flatMap(([, one]: [string, Rendering]) => ('mail' in one ? [one.mail] : []));
}

/** A transport that breaks is our mistake, and after "called" nobody knows what left. */
async function handOver({ transport, log }: OutboxDeps, mails: RenderedMail[]): Promise<SendOutcome[]> {
  try {
    return await transport.send(mails);
  } catch (error) {
    log('error', 'outbox.transport-broke', { transport: transport.name, error });
    return mails.map(() => ({ outcome: 'uncertain', because: 'The server made a mistake while the mail was on its way.' }));
  }
}

type Delivered = { owner: string; claim: outbox.Claim; leaving: RenderedMail[]; outcomes: SendOutcome[] };

async function record({ store, log }: OutboxDeps, delivered: Delivered, now: Millis, run: OutboxRun): Promise<void> {
  const { owner, claim } = delivered;
  const sorted = sortOutcomes(delivered, now);
  await outbox.settle(store, owner, sorted.settled, now);
  await outbox.retryLater(store, owner, sorted.later, now);
  await outbox.handBack(store, owner, sorted.back);
  for (const { state } of sorted.settled) run[state] += 1;
  run.retried += sorted.later.length;
  run.returned += sorted.back.length;

  const stop = sorted.back[0];
  if (stop) {
    await outbox.stopQueue(store, stop.because, now, now + TRY_STOPPED_QUEUE_EVERY);
    if (!claim.stop) log('error', 'outbox.stopped', { because: stop.because });
  } else if (claim.stop && sorted.settled.some(({ state }) => state !== 'uncertain')) {
    await outbox.resumeQueue(store);
    log('info', 'outbox.resumed', { stoppedSince: claim.stop.since });
  }
}

/** Each mail to the verb that records its outcome. */
function sortOutcomes({ claim, leaving, outcomes }: Delivered, now: Millis) {
  const attempts = new Map(claim.mails.map((mail) => [mail.id, mail.attempts + 1]));
  const settled: outbox.Settled[] = [];
  const later: { id: string; because: string; dueAt: Millis }[] = [];
  const back: { id: string; because: string; dueAt: Millis }[] = [];
  for (const [at, { id }] of leaving.entries()) {
    const one: SendOutcome = outcomes[at] ?? { outcome: 'uncertain', because: 'The transport said nothing about this mail.' };
    if (one.outcome === 'sent') settled.push({ id, state: 'sent', providerMessageId: one.providerMessageId });
    else if (one.outcome === 'retry')
      later.push({ id, because: one.because, dueAt: now + retryDelay(attempts.get(id)!, chance(), one.afterMs) });
    else if (one.outcome === 'stop') back.push({ id, because: one.because, dueAt: now + TRY_STOPPED_QUEUE_EVERY });
    else settled.push({ id, state: one.outcome, because: one.because });
  }
  return { settled, later, back };
}

/** Nothing to ask: uncertain mails stay so, for a person to decide. */
async function lookForUncertain({ store, transport, log }: OutboxDeps, now: () => Millis): Promise<void> {
  if (!transport.find) return;
  const uncertain = await findUncertain(store, now(), MOST_SEARCHES);
  if (uncertain.length === 0) return;
  const since = Math.min(...uncertain.map((mail) => mail.calledAt ?? mail.createdAt));
  const found = await transport.find(
    uncertain.map((mail) => mail.id),
    since,
  );
  const answers = uncertain.map(({ id, dueAt }) => ({ id, seenDueAt: dueAt, found: found.get(id) ?? ('unknown' as const) }));
  await answerUncertain(store, answers, now());
  log('info', 'outbox.searched', { asked: answers.length, found: answers.filter((answer) => answer.found === 'sent').length });
}
