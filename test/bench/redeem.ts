import { finishSignIn } from '@doorstep/server/actions/sign-in';
import type { OpenWorkspace } from '@doorstep/server/commands/open-workspace';
import { composeDeps } from '@doorstep/server/compose';
import { noTrace } from '@doorstep/server/store/audit';
import { newId } from '@doorstep/server/store/new-id';
import { type Redemption, redeemInvitation } from '@doorstep/server/store/redemption';
import type { InvitationId, MemberId } from '@doorstep/shared/ids';
import { openRaw, redemptionRows } from './raw.ts';
import { type Line, type Measure, rate } from './report.ts';
import { inTurns, p99 } from './rounds.ts';
import { configOf, inviteMany, openSeeded, seedWorkspace, somebody, TENANT } from './seeded.ts';

const AT_ONCE = [1, 8, 32];
const ROUNDS = 3;
const A_ROUND = 640;
const TARGETS: Record<number, string> = { 1: '0.60', 32: '3, p99 30 ms' };

/**
 * In this process, from the moment in which the provider has told who it is. `write` is the command in the shared commit, `sign-in` reads
 * and decides before. The floor: the same rows, a durable commit a redemption.
 */
export const redeem: Measure = {
  title: 'Redeem',
  async run() {
    const seeds = [await seedWorkspace(), await seedWorkspace()] as const;
    const perRound = AT_ONCE.length * ROUNDS * A_ROUND;
    const ours = queueOf(await inviteMany(seeds[0].dataDir, seeds[0].administrator, perRound * 2));
    const theirs = queueOf(await inviteMany(seeds[1].dataDir, seeds[1].administrator, perRound));
    const workspace = await openSeeded(seeds[0].dataDir);
    const raw = await openRaw(seeds[1].dataDir);
    const signIn = signsIn(workspace, seeds[0].dataDir);

    const lines: Line[] = [];
    for (const atOnce of AT_ONCE) {
      const waits: Record<'write' | 'signIn', number[]> = { write: [], signIn: [] };
      const rates = await inTurns(
        {
          floor: () => perSecond(1, theirs, (redemption) => raw.batch(redemptionRows(redemption), 'write')),
          write: () => perSecond(atOnce, ours, (redemption) => redeemInvitation(workspace.store, redemption), waits.write),
          signIn: () => perSecond(atOnce, ours, signIn, waits.signIn),
        },
        ROUNDS,
      );
      const slowest = (name: 'write' | 'signIn') => `, p99 ${p99(waits[name]).toFixed(1)} ms`;
      lines.push(
        rate(`${atOnce} at once: write`, rates.write, rates.floor, '', slowest('write')),
        rate(`${atOnce} at once: sign-in`, rates.signIn, rates.floor, TARGETS[atOnce], slowest('signIn')),
      );
    }
    raw.close();
    await workspace.close();
    await Promise.all(seeds.map((seed) => seed.remove()));
    return lines;
  },
};

/** Each invitation for somebody else. */
function queueOf(invitations: InvitationId[]): () => Redemption {
  let at = 0;
  return () => {
    const invitationId = invitations[at++]!;
    return { ...somebody(at), invitationId, generation: 1, memberId: newId('mem') as MemberId };
  };
}

/** Redemptions per second, `atOnce` under way at any moment. Throws when one did not win. */
async function perSecond(
  atOnce: number,
  next: () => Redemption,
  redeem: (redemption: Redemption) => Promise<unknown>,
  waits: number[] = [],
): Promise<number> {
  const all = Array.from({ length: A_ROUND }, next);
  const began = performance.now();
  const worker = async () => {
    for (let one = all.pop(); one; one = all.pop()) {
      const from = performance.now();
      if (!(await redeem(one))) throw new Error('a redemption of the bench did not win');
      waits.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return (A_ROUND * 1000) / (performance.now() - began);
}

function signsIn(workspace: OpenWorkspace, dataDir: string) {
  const config = configOf(dataDir, 'http://127.0.0.1:3000');
  const deps = { ...composeDeps(config, { ...workspace, log: () => {}, now: Date.now, nudge: () => {} }), tenantId: TENANT };
  return async ({ invitationId, generation, now, ...who }: Redemption) => {
    const presented = { invitationId, generation, asksForNew: false };
    const attempt = {
      presented,
      setsUp: false,
      isFresh: false,
      inConnectWindow: false,
      endsSession: null,
      providerSessionId: null,
    };
    const identity = { ...who, trustedAddresses: who.address === null ? [] : [who.address] };
    const result = await finishSignIn(deps, identity, attempt, noTrace, now);
    return result.outcome === 'member';
  };
}
