import { decideBrake, isWithin, type LossPlan } from '../domain/brake.ts';
import { applyLosses, MOST_FOLLOWED, planLosses, resumeReturned } from '../store/directory-leaving.ts';
import { countFollowed, findDirectoryNow, findRun } from '../store/directory-run.ts';
import type { SyncStream } from '../store/directory-schema.ts';
import { endFullPass, findStreams, type StreamRow, writePiece } from '../store/directory-sync.ts';
import { sweepContacts } from '../store/directory-sync-contacts.ts';
import { sweepEdges, sweepGroups } from '../store/directory-sync-groups.ts';
import { stageVanished } from '../store/directory-sync-users.ts';
import type { Round, Unfinished } from './round.ts';

type Stop = Extract<ReturnType<typeof decideBrake>, { outcome: 'stop' }>['because'];
export type Settled = { outcome: 'settled' } | { outcome: 'stopped'; problem: Stop; plan: LossPlan } | Unfinished;

/**
 * The end of a round, when all that could be read has been read: who vanished joins the other losses, the brake looks at all of them together,
 * and only then anything is taken away. Interrupted, it begins again and ends alike.
 */
export async function settle(round: Round): Promise<Settled> {
  const passes = (await findStreams(round.store)).filter((at) => at.phase === 'full' && at.doneMark === round.run.mark);
  const users = passes.find((at) => at.stream === 'users');
  const staged = users ? await sweep(round, (after) => stageVanished(round.store, round.turn(), users.fullMark, after)) : null;
  if (staged) return staged;

  const groupsMark = passes.find((at) => at.stream === 'groups')?.fullMark ?? null;
  const plan = await planLosses(round.store, round.turn().now, groupsMark, round.othersTurn);
  const decision = decideBrake(plan, await isReleased(round, plan));
  if (decision.outcome === 'stop') return { outcome: 'stopped', problem: decision.because, plan };
  return (await takeAway(round)) ?? (await endPasses(round, passes)) ?? (await bringBack(round)) ?? { outcome: 'settled' };
}

/** An administrator let pass what a stopped run had shown: more than that stops again. */
async function isReleased({ store }: Round, plan: LossPlan): Promise<boolean> {
  const { releasedRunId } = await findDirectoryNow(store);
  const run = releasedRunId === null ? null : await findRun(store, releasedRunId);
  return Boolean(run?.plan) && isWithin(plan, JSON.parse(run!.plan!) as LossPlan);
}

async function takeAway(round: Round): Promise<Unfinished | null> {
  for (;;) {
    const unfinished = await mayGoOn(round);
    if (unfinished) return unfinished;
    const { people, suspended } = await applyLosses(round.store, round.turn(), MOST_FOLLOWED);
    if (people === 0) return null;
    if (suspended > 0) await countFollowed(round.store, round.turn(), round.run.id, { suspended, resumed: 0 });
    await round.othersTurn();
  }
}

async function bringBack(round: Round): Promise<Unfinished | null> {
  for (;;) {
    const unfinished = await mayGoOn(round);
    if (unfinished) return unfinished;
    const resumed = await resumeReturned(round.store, round.turn().now);
    if (resumed === 0) return null;
    await countFollowed(round.store, round.turn(), round.run.id, { suspended: 0, resumed });
    await round.othersTurn();
  }
}

/** Between two batches of those two: asks for the lease, and prolongs it. */
async function mayGoOn({ store, turn, goesOn }: Round): Promise<Unfinished | null> {
  if (!goesOn()) return { outcome: 'interrupted' };
  return (await writePiece(store, turn(), [])) ? null : { outcome: 'overtaken' };
}

/** Groups, their members and contacts that a full pass did not see go; from then on the streams tell changes only. */
async function endPasses(round: Round, passes: StreamRow[]): Promise<Unfinished | null> {
  for (const { stream, fullMark } of passes) {
    const unfinished = await sweepStream(round, stream, fullMark);
    if (unfinished) return unfinished;
    if (!(await endFullPass(round.store, round.turn(), stream))) return { outcome: 'overtaken' };
  }
  return null;
}

async function sweepStream(round: Round, stream: SyncStream, fullMark: number): Promise<Unfinished | null> {
  const { store, turn } = round;
  switch (stream) {
    case 'users':
      return null;
    case 'groups':
      return (
        (await sweep(round, (after) => sweepGroups(store, turn(), fullMark, after))) ??
        (await sweep(round, (after) => sweepEdges(store, turn(), fullMark, after)))
      );
    case 'contacts':
      return await sweep(round, async () => continued(await sweepContacts(store, turn(), fullMark)));
  }
}

const continued = (isMore: boolean | undefined): number | null | undefined => (isMore ? 0 : isMore === false ? null : undefined);

/** Piece by piece to the end. Each piece tells where it came to, null at the end, undefined when the lease was lost. */
async function sweep(round: Round, piece: (after: number) => Promise<number | null | undefined>): Promise<Unfinished | null> {
  for (let after: number | null | undefined = 0; after !== null; await round.othersTurn()) {
    if (!round.goesOn()) return { outcome: 'interrupted' };
    after = await piece(after);
    if (after === undefined) return { outcome: 'overtaken' };
  }
  return null;
}
