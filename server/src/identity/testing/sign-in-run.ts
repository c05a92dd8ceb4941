import { afterEach, beforeEach, expect } from 'vitest';
import { createProvider, type Provider, type ProviderAttempt, type SignInOptions, type SignInResult } from '../provider.ts';
import {
  CLIENT,
  type LocalProvider,
  memberClaims,
  REDIRECT_URI,
  SECRET,
  sendJson,
  sign,
  startLocalProvider,
  tokensWith,
} from './local-provider.ts';

export type Started = { url: URL; attempt: ProviderAttempt };

/** For tests only: a fresh provider on loopback for each test, our side of it, and a clock that stands still. */
export function useLocalProvider() {
  const run = {
    now: 0,
    remote: undefined as unknown as LocalProvider,
    provider: undefined as unknown as Provider,

    providerFor(issuer: string): Provider {
      return createProvider(
        { issuer, clientId: CLIENT, credentials: [{ id: null, kind: 'secret', secret: SECRET }], redirectUri: REDIRECT_URI },
        { fetch, now: () => run.now },
      );
    },
    async start(options?: SignInOptions): Promise<Started> {
      const started = await run.provider.startSignIn(options);
      if ('problem' in started) return expect.unreachable(started.problem);
      return { url: new URL(started.url), attempt: started.attempt };
    },
    /** The token endpoint sends this ID token from now on. */
    willSend(idToken: unknown): void {
      run.remote.answers.token = (_request, response) => sendJson(response, 200, tokensWith(idToken));
    },
    async willSignIn({ attempt }: Started, changes: Record<string, unknown> = {}): Promise<void> {
      run.willSend(await sign(run.remote.key, { ...memberClaims(run.remote.issuer, attempt.nonce, run.now), ...changes }));
    },
    finish({ attempt }: Started, params: string | Record<string, string> = {}): Promise<SignInResult> {
      const returned = typeof params === 'string' ? params : { code: 'the-code', state: attempt.state, ...params };
      return run.provider.finishSignIn(attempt, new URLSearchParams(returned));
    },
  };
  beforeEach(async () => {
    run.now = 1_800_000_000_000;
    run.remote = await startLocalProvider();
    run.provider = run.providerFor(run.remote.issuer);
  });
  afterEach(() => run.remote.stop());
  return run;
}
