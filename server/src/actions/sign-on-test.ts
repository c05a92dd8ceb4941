import type { Millis } from '@doorstep/shared/time';
import { openCredentials } from '../identity/client-credential.ts';
import { requestClientToken } from '../identity/oauth-client.ts';
import { plainLine } from '../identity/plain-line.ts';
import {
  type Claims,
  createProvider,
  type Provider,
  type ProviderAttempt,
  type ProviderConfig,
  type SignInResult,
  type SignInStart,
} from '../identity/provider.ts';
import { aadstsCode } from '../identity/sign-in-result.ts';
import { findCredential } from '../store/client-credential.ts';
import { newId } from '../store/new-id.ts';
import { findSignOnConfig, recordTest, type SignOnRow } from '../store/sign-on-config.ts';
import type { Deps } from './deps.ts';
import type { SignOnActor } from './sign-on-config.ts';

/** What is tested: a configuration, as it stood at `attemptId`, with one credential. */
export type Tested = { signOnId: string; attemptId: string; credentialId: string };

/** Whether the application may read the directory, as its own token says: `permissions` are the application permissions in it, if it can be read. */
export type GraphTry =
  | { outcome: 'reads'; permissions: string[] | null }
  | { outcome: 'refused' | 'unreachable' | 'none'; said: string };

/** What a test found, as `single_sign_on.test` keeps it. Every text is one bounded line. */
export type SignOnTest = { claims: Record<string, string> } & (
  | { outcome: 'good'; graph: GraphTry }
  | {
      outcome: 'failed';
      because: Extract<SignInResult, { outcome: 'refused' }>['because'];
      code: string | null;
      said: string;
      detail: string;
    }
);

type Draft = { row: SignOnRow; provider: Provider; config: ProviderConfig };

/** A provider made of what is tested alone; null when it has changed or gone meanwhile, or its secret does not open any more. */
async function connectDraft(deps: Deps, { signOnId, attemptId, credentialId }: Tested, now: Millis): Promise<Draft | null> {
  const [{ draft, on }, stored] = await Promise.all([findSignOnConfig(deps.store), findCredential(deps.store, credentialId)]);
  const row = [draft, on].find((one) => one?.id === signOnId && one.attemptId === attemptId);
  if (!row || !stored || stored.tenantId !== row.tenantId || stored.clientId !== row.clientId) return null;
  const credentials = await openCredentials(deps.keys, [stored]);
  if (credentials.length === 0) return null;
  const config = { issuer: row.issuer, clientId: row.clientId, credentials, redirectUri: `${deps.publicUrl}/sign-in/callback` };
  return { row, config, provider: createProvider(config, port(now)) };
}

const port = (now: Millis) => ({ fetch: (...request: Parameters<typeof fetch>) => fetch(...request), now: () => now });

/** Begins a sign-in with the draft. null: it has changed or gone. A problem is why Microsoft cannot be asked, in a line. */
export async function startTest(
  deps: Deps,
  tested: Tested,
  now: Millis,
): Promise<Extract<SignInStart, { url: string }> | { problem: string } | null> {
  const draft = await connectDraft(deps, tested, now);
  if (!draft) return null;
  const started = await draft.provider.startSignIn({ prompt: 'select_account' });
  if ('url' in started) return started;
  return { problem: draft.provider.status().detail ?? started.problem };
}

/** The same as a row of the test, where it could not even begin. */
export const couldNotBegin = (deps: Deps, tested: Tested, problem: string, actor: SignOnActor): Promise<boolean> =>
  keep(
    deps,
    tested,
    { outcome: 'failed', because: 'provider-unreachable', code: null, said: '', detail: problem, claims: {} },
    actor,
  );

/** Verifies the answer as a sign-in would, signs nobody in, and keeps what was found. False when the configuration has changed meanwhile. */
export async function finishTest(
  deps: Deps,
  tested: Tested,
  attempt: ProviderAttempt,
  params: URLSearchParams,
  actor: SignOnActor,
): Promise<boolean> {
  const draft = await connectDraft(deps, tested, actor.now);
  if (!draft) return false;
  let claims: Claims = {};
  let said = params.get('error_description') ?? '';
  const result = await draft.provider.finishSignIn(attempt, params, {
    onClaims: (all) => {
      claims = all;
    },
    onRefused: (description) => {
      said = description;
    },
  });
  const test = await testOf(draft, result, said, shownClaims(claims), actor.now);
  return keep(deps, tested, test, actor);
}

async function testOf(
  draft: Draft,
  result: SignInResult,
  said: string,
  claims: Record<string, string>,
  now: Millis,
): Promise<SignOnTest> {
  if (result.outcome === 'signed-in') return { outcome: 'good', claims, graph: await tryGraph(draft, now) };
  const { because, detail } = result;
  const line = plainLine(said.replace(/\s+/g, ' '), MOST_SAID) ?? '';
  return { outcome: 'failed', because, detail, said: line, code: result.code ?? aadstsCode(said) ?? null, claims };
}

function keep(deps: Deps, tested: Tested, test: SignOnTest, actor: SignOnActor): Promise<boolean> {
  const outcome = { isGood: test.outcome === 'good', test: JSON.stringify(test), auditId: newId('aud') };
  return recordTest(deps.store, { ...tested, ...actor, ...outcome });
}

const MOST_SAID = 1000;
const SHOWN_LENGTH = 120;
/** Those that a reader needs to see, in the order of the table. */
export const testedClaims = [
  'oid',
  'tid',
  'name',
  'email',
  'xms_edov',
  'preferred_username',
  'acct',
  'sid',
  'login_hint',
] as const;

const shownClaims = (claims: Claims): Record<string, string> =>
  Object.fromEntries(
    testedClaims.flatMap((name) => {
      const value = claims[name];
      if (value === undefined) return [];
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return [[name, plainLine(text, SHOWN_LENGTH) ?? '']];
    }),
  );

/** One token of the application's own: only to tell, never to decide. */
async function tryGraph({ provider, config }: Draft, now: Millis): Promise<GraphTry> {
  const services = await provider.services();
  if ('problem' in services) return { outcome: 'unreachable', said: services.problem };
  if (services.graphOrigin === null) return { outcome: 'none', said: '' };
  const scope = `${services.graphOrigin}/.default`;
  const answer = await requestClientToken(port(now), config, services.tokenEndpoint, scope);
  if (answer.outcome === 'token') return { outcome: 'reads', permissions: permissionsIn(answer.token) };
  if (answer.outcome === 'unreachable') return { outcome: 'unreachable', said: plainLine(answer.detail, SHOWN_LENGTH) ?? '' };
  return { outcome: 'refused', said: plainLine(answer.error.description, MOST_SAID) ?? answer.error.code };
}

/** Microsoft's tokens for Graph are JWTs with `roles`, though nobody promises it: what cannot be read is not known. */
function permissionsIn(token: string): string[] | null {
  try {
    const body = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
    const { roles } = JSON.parse(atob(body)) as { roles?: unknown };
    if (roles === undefined) return [];
    return Array.isArray(roles) ? roles.flatMap((role) => plainLine(role, SHOWN_LENGTH) ?? []).slice(0, 50) : null;
  } catch {
    return null;
  }
}
