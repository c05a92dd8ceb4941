import { DAY, type Millis } from '@doorstep/shared/time';
import { Hono } from 'hono';
import type { Deps } from '../actions/deps.ts';
import { type Expiring, whatExpires } from '../domain/expiry.ts';
import { findCredentialTrouble, whyRefused } from '../store/credential-trouble.ts';
import { findDirectory } from '../store/directory.ts';
import { answers, whyMailWaits, whySyncFails } from '../store/health.ts';
import { findSummary } from '../store/summary.ts';
import { isConnected } from './directory-shown.ts';
import type { Edge, Env } from './env.ts';
import { dataHeaders } from './middleware/headers.ts';
import { syncProblemText } from './views/directory-problems.ts';
import { count } from './views/text.ts';

export const parts = ['sign-in', 'mail', 'directory', 'provisioning'] as const;
type Degraded = { part: (typeof parts)[number]; because: string };

/** Alive; ready, with what is degraded by name. Exempt from the host check: probes come by address. */
export const health = (deps: Deps, edge: Edge) =>
  new Hono<Env>()
    .use('/healthz', dataHeaders(deps.publicUrl))
    .use('/readyz', dataHeaders(deps.publicUrl))
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const hasDatabase = await answers(deps.store);
      const degraded = hasDatabase ? await degradedParts(c.var.deps, c.var.now) : [];
      const isReady = hasDatabase && edge.isReady();
      const status = !isReady ? 'unavailable' : degraded.length > 0 ? 'degraded' : 'ready';
      return c.json({ status, database: hasDatabase ? 'ready' : 'unavailable', degraded }, isReady ? 200 : 503);
    });

/** What does not work, or soon will not, with its reason. */
export async function degradedParts(deps: Deps, now: Millis): Promise<Degraded[]> {
  const mail = await whyMailWaits(deps.store);
  return [
    ...(await signInTrouble(deps)),
    ...(mail ? [{ part: 'mail' as const, because: mail }] : []),
    ...(await directoryTrouble(deps)),
    ...(await expiryTrouble(deps, now)),
  ];
}

/** Until the directory is in step again, whoever leaves the organization keeps their access. */
async function directoryTrouble({ store, graph }: Deps): Promise<Degraded[]> {
  if (!isConnected(await findDirectory(store), graph)) return [];
  const problem = await whySyncFails(store);
  return problem === null ? [] : [{ part: 'directory', because: syncProblemText[problem].what }];
}

/** Said as long ahead as the administrators are told (DESIGN.md, section 4, Things that expire). */
async function expiryTrouble({ store, isSetByEnvironment }: Deps, now: Millis): Promise<Degraded[]> {
  const { ends } = await findSummary(store);
  return whatExpires(ends, isSetByEnvironment.signOn, now).map(({ what, expiresAt }) => {
    const days = count(Math.ceil((expiresAt - now) / DAY), 'day', 'days');
    const when = expiresAt <= now ? 'has expired' : `expires within ${days}`;
    return { part: what === 'provisioning-token' ? 'provisioning' : 'sign-in', because: `${things[what]} ${when}` };
  });
}

const things: Record<Expiring['what'], string> = {
  'client-secret': 'the client secret',
  certificate: 'the certificate of single sign-on',
  'provisioning-token': 'the last token of the provisioning',
};

async function signInTrouble({ provider, store, isSetByEnvironment }: Deps): Promise<Degraded[]> {
  if (!provider) return [{ part: 'sign-in', because: 'no identity provider is configured' }];
  const { state } = provider.status();
  if (state === 'unreachable') return [{ part: 'sign-in', because: 'the identity provider does not answer' }];
  if (state === 'wrong-issuer')
    return [{ part: 'sign-in', because: 'the identity provider names another issuer than the configured one' }];
  const code = await findCredentialTrouble(store, isSetByEnvironment.signOn);
  return code === null ? [] : [{ part: 'sign-in', because: whyRefused(code) }];
}
