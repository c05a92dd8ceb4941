import { type Millis, SECOND } from '@doorstep/shared/time';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Deps } from '../actions/deps.ts';
import { degradedParts, parts } from '../http/health.ts';
import { answers } from '../store/health.ts';
import { countMails } from '../store/metrics.ts';
import { findSummary } from '../store/summary.ts';
import { version } from './version.ts';

type Clock = { now: () => Millis; isReady: () => boolean };

/** Answers `GET /metrics` in the text format of Prometheus, and nothing else. Numbers of the whole: no name, address or id is in any label. */
export function serveMetrics(deps: Deps, clock: Clock): (request: Request) => Promise<Response> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauges = gaugesOf(registry);
  return async ({ method, url }) => {
    if (method !== 'GET' || new URL(url).pathname !== '/metrics') return new Response('Not found\n', { status: 404 });
    await read(gauges, await currentOf(deps), clock);
    return new Response(await registry.metrics(), {
      headers: { 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' },
    });
  };
}

/** While the database has never answered there is nothing to tell but that. */
async function currentOf(deps: Deps): Promise<Deps> {
  try {
    return await deps.current();
  } catch {
    return deps;
  }
}

const meanings = {
  doorstep_up: 'Whether the server can answer people: it is not stopping, and its database answers.',
  doorstep_open_access_requests: 'Access requests that wait for an answer.',
  doorstep_members: 'Members who can sign in.',
  doorstep_pending_invitations: 'Invitations that were not used yet.',
  doorstep_oldest_open_request_age_seconds: 'How long the oldest open access request has waited; absent when nobody waits.',
  doorstep_decision_time_seconds: 'From knock to decision, the middle one of the last 30 days; absent while nothing was decided.',
  doorstep_mails_queued: 'Mails that wait to leave.',
  doorstep_mails_failed: 'Mails that failed, bounced or may be lost, among the newest 10,000.',
  doorstep_sync_age_seconds: 'Since the directory was last read or written; absent without a directory.',
} as const;
type Name = keyof typeof meanings;
type Gauges = { plain: Record<Name, Gauge>; degraded: Gauge<'part'> };

function gaugesOf(registry: Registry): Gauges {
  const registers = [registry];
  const build = new Gauge({ name: 'doorstep_build_info', help: 'The version that runs.', labelNames: ['version'], registers });
  build.set({ version }, 1);
  const plain = Object.entries(meanings).map(([name, help]) => [name, new Gauge({ name, help, registers })]);
  const help = 'Whether a part does not work, or soon will not, as /readyz says.';
  const degraded = new Gauge({ name: 'doorstep_degraded', help, labelNames: ['part'], registers });
  return { plain: Object.fromEntries(plain), degraded };
}

/** What cannot be read now is absent, never an old number. */
async function read({ plain, degraded }: Gauges, deps: Deps, { now, isReady }: Clock): Promise<void> {
  const hasDatabase = await answers(deps.store);
  const values: Partial<Record<Name, number | null>> = hasDatabase ? await numbersOf(deps, now()) : {};
  values.doorstep_up = hasDatabase && isReady() ? 1 : 0;
  for (const name of Object.keys(meanings) as Name[]) {
    const value = values[name] ?? null;
    if (value === null) plain[name].remove();
    else plain[name].set(value);
  }
  degraded.reset();
  if (!hasDatabase) return;
  const broken = new Set((await degradedParts(deps, now())).map(({ part }) => part));
  for (const part of parts) degraded.set({ part }, broken.has(part) ? 1 : 0);
}

async function numbersOf({ store }: Deps, now: Millis): Promise<Partial<Record<Name, number | null>>> {
  const [summary, mails] = await Promise.all([findSummary(store), countMails(store)]);
  const since = (at: Millis | null) => at && Math.max(0, (now - at) / SECOND);
  return {
    doorstep_open_access_requests: summary.openAccessRequests,
    doorstep_members: summary.members,
    doorstep_pending_invitations: summary.pendingInvitations,
    doorstep_oldest_open_request_age_seconds: since(summary.oldestOpenRequestAt),
    doorstep_decision_time_seconds: summary.decisionTime && summary.decisionTime / SECOND,
    doorstep_mails_queued: mails.queued,
    doorstep_mails_failed: mails.failed,
    doorstep_sync_age_seconds: since(summary.lastSyncAt),
  };
}
