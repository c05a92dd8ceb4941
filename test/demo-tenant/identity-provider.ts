import { createHash, randomBytes } from 'node:crypto';
import Provider, { type Configuration, type Interaction } from 'oidc-provider';
import { accountClaims, CLAIMS_BY_SCOPE } from './claims.ts';
import { memoryStore } from './memory-store.ts';
import { errorPage, signedOutPage, signOutPage } from './pages/provider-pages.ts';
import { signInPolicy } from './sign-in-policy.ts';
import { sharedFirstKey } from './signing-keys.ts';
import type { TenantState } from './tenant-state.ts';
import { asEntraAnswers } from './token-answer.ts';

const HOUR_S = 3600;

/** Where the sign-in page of an interaction lives. */
export function signInPath(uid: string): string {
  return `/sign-in/${uid}`;
}

/**
 * The real OpenID provider at Entra's paths (entra.md 5.2). It decides about requests, codes, PKCE, clients and sessions; what
 * Entra words differently is rewritten behind it (`token-answer.ts`).
 */
export async function identityProvider(state: TenantState): Promise<Provider> {
  const provider = new Provider(`${state.origin}/${state.tenantId}/v2.0`, await configuration(state));
  provider.use(asEntraAnswers(provider, state));
  return provider;
}

async function configuration(state: TenantState): Promise<Configuration> {
  return {
    adapter: memoryStore((clientId) => (clientId === state.clientId ? registration(state) : undefined)),
    routes: {
      authorization: '/oauth2/v2.0/authorize',
      token: '/oauth2/v2.0/token',
      end_session: '/oauth2/v2.0/logout',
      userinfo: '/oidc/userinfo',
      jwks: '/discovery/v2.0/keys',
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = String(signOutPage(form));
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = String(signedOutPage());
        },
      },
    },
    interactions: { policy: signInPolicy(state), url: (_, interaction: Interaction) => signInPath(interaction.uid) },
    pkce: { required: () => true },
    // Its own tokens never leave: every ID token is signed again by the tenant's keys, which can be rotated.
    jwks: { keys: [(await sharedFirstKey()).privateKey.export({ format: 'jwk' }) as { kty: string }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    conformIdTokenClaims: false,
    claims: CLAIMS_BY_SCOPE,
    findAccount: (_, accountId, token) => {
      const person = state.accounts.findByObjectId(accountId);
      const session = token && 'sessionUid' in token ? String(token.sessionUid) : accountId;
      return person && { accountId, claims: () => accountClaims(person, sessionGuid(session)) };
    },
    loadExistingGrant: async (ctx) => grantEverything(ctx.oidc),
    clientBasedCORS: () => false,
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = String(errorPage(out.error, out.error_description ?? ''));
    },
    ttl: {
      AccessToken: HOUR_S - 1,
      AuthorizationCode: 600,
      IdToken: HOUR_S,
      Interaction: HOUR_S,
      Session: 24 * HOUR_S,
      Grant: 24 * HOUR_S,
    },
  };
}

/** The application's registration. People may return to every redirect URI and its origin after signing out. */
function registration(state: TenantState) {
  const origins = state.redirectUris.map((uri) => `${new URL(uri).origin}/`);
  return {
    client_id: state.clientId,
    client_secret: state.providerSecret,
    redirect_uris: [...state.redirectUris],
    post_logout_redirect_uris: [...new Set([...state.redirectUris, ...origins])],
    response_types: ['code' as const],
    grant_types: ['authorization_code'],
  };
}

/** An administrator has consented for the whole tenant: nobody is asked. */
async function grantEverything(oidc: { provider: Provider; client?: { clientId: string }; session?: { accountId?: string } }) {
  const grant = new oidc.provider.Grant({ clientId: oidc.client!.clientId, accountId: oidc.session!.accountId! });
  grant.addOIDCScope('openid profile email');
  await grant.save();
  return grant;
}

/** The `sid` claim: a GUID, the same for all tokens of one session. */
function sessionGuid(session: string): string {
  const hex = createHash('sha256').update(session).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
