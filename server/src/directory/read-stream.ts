import type { SyncProblem } from '@doorstep/shared/directory';
import type { Millis } from '@doorstep/shared/time';
import { hashToken } from '../identity/tokens.ts';
import type { SyncStream } from '../store/directory-schema.ts';
import { findStream, isSeenLink, restartStream, type StreamRow } from '../store/directory-sync.ts';
import { applyPage } from './apply-page.ts';
import type { GraphAnswer } from './graph-client.ts';
import { beginnings, type Page, readPage } from './read-page.ts';
import type { Round, Unfinished } from './round.ts';

export type Trouble =
  /** May be over by itself: again at `until`, or after a growing pause. */
  | { outcome: 'later'; until: Millis | null; problem: SyncProblem; detail: string | null }
  /** Asking again at once would not help. */
  | { outcome: 'failed'; problem: SyncProblem; detail: string | null };
export type StreamResult = { outcome: 'read' } | { outcome: 'denied' } | Trouble | Unfinished;

/** A million users are 10,000 pages; what has ten times as many has no end (ENT-76). */
const MOST_PAGES = 100_000;

/** Reads a stream from where it stands to its end for this round, page by page (reference/entra.md, 2.3). */
export async function readStream(round: Round, stream: SyncStream): Promise<StreamResult> {
  let hasRestarted = false;
  while (round.goesOn()) {
    const at = await findStream(round.store, stream);
    if (at.doneMark === round.run.mark) return { outcome: 'read' };
    if (at.pages >= MOST_PAGES) return await beginAnew(round, at, 'pages-endless');
    const answer = await round.graph.get(at.link ?? beginnings[stream]);
    if (answer.outcome === 'sync-state-lost' && !hasRestarted) {
      hasRestarted = true;
      if (await restart(round, at)) continue;
      return { outcome: 'overtaken' };
    }
    const result = answer.outcome === 'page' ? await takePage(round, at, answer.page) : await takeRefusal(round, at, answer);
    if (result) return result;
  }
  return { outcome: 'interrupted' };
}

/** null: taken, go on. Links are looked at before anything is written: what leads elsewhere or round in circles is not believed. */
async function takePage(round: Round, at: StreamRow, body: unknown): Promise<StreamResult | null> {
  await round.othersTurn(); // a large page takes its time to be parsed, to be read, and to be written
  const page = readPage(at.stream, body);
  if (!page) return { outcome: 'later', until: null, problem: 'garbage', detail: 'Microsoft Graph answered with no page' };
  if (!(await round.graph.isOurs(page.next ?? page.delta!))) return await beginAnew(round, at, 'foreign-link');
  const hash = page.next === null ? null : hashToken(page.next);
  if (await isRepeat(round, at, page, hash)) return await beginAnew(round, at, 'pages-repeat');
  await round.othersTurn();
  return (await applyPage(round, at, page, hash)) ? null : { outcome: 'overtaken' };
}

const isRepeat = async (round: Round, at: StreamRow, page: Page, hash: string | null): Promise<boolean> =>
  hash !== null && (page.next === at.link || (await isSeenLink(round.store, at.stream, hash)));

/** The cursor is worth nothing: the next run begins at the beginning. */
async function beginAnew(round: Round, at: StreamRow, problem: SyncProblem): Promise<StreamResult> {
  const isOurs = await restart(round, at);
  return isOurs ? { outcome: 'failed', problem, detail: `${at.stream}, after ${at.pages} pages` } : { outcome: 'overtaken' };
}

const restart = ({ store, turn, run }: Round, { stream }: StreamRow): Promise<boolean> =>
  restartStream(store, turn(), stream, run.id);

async function takeRefusal(
  round: Round,
  at: StreamRow,
  answer: Exclude<GraphAnswer, { outcome: 'page' }>,
): Promise<StreamResult> {
  switch (answer.outcome) {
    case 'denied':
      return { outcome: 'denied' };
    case 'foreign-link':
      return await beginAnew(round, at, 'foreign-link');
    case 'sync-state-lost':
      await restart(round, at);
      return { outcome: 'later', until: null, problem: 'garbage', detail: 'Microsoft Graph lost its place twice in one round' };
    case 'throttled':
      return { outcome: 'later', until: answer.until, problem: 'throttled', detail: null };
    case 'unreachable':
    case 'garbage':
      return { outcome: 'later', until: null, problem: answer.outcome, detail: answer.detail };
    case 'credentials-refused':
      return { outcome: 'failed', problem: 'client-secret-refused', detail: answer.detail };
    case 'credentials-expired':
      return { outcome: 'failed', problem: 'client-secret-expired', detail: null };
  }
}
