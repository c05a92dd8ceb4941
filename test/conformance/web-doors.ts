import { createApp } from '@doorstep/server/http/app';
import { createProvider } from '@doorstep/server/identity/provider';
import { steady } from './steady.ts';
import type { EmptyWorkspace } from './workspace.ts';

export type Door = { publicUrl: string; ask(path: string, init?: RequestInit): Promise<Response> };

/** The same workspace as if its public URL were https: what a reverse proxy would hand on. Signs in at the same demo tenant. */
export function httpsDoor({ deps, clock, tenant }: EmptyWorkspace, publicUrl = 'https://door.contoso.example'): Door {
  const redirectUri = `${publicUrl}/sign-in/callback`;
  tenant.addRedirectUri(redirectUri);
  const { issuer, clientId, clientSecret } = tenant;
  const provider = createProvider(
    { issuer, clientId, credentials: [{ id: null, kind: 'secret', secret: clientSecret }], redirectUri },
    { fetch: globalThis.fetch, now: clock.now },
  );
  const cameOverHttp = (c: { req: { header(name: string): string | undefined } }) => c.req.header('x-forwarded-proto') === 'http';
  const app = createApp(steady({ ...deps, publicUrl, provider }), {
    now: clock.now,
    clientAddress: () => '192.0.2.7',
    cameOverHttp,
    isReady: () => true,
  });
  return { publicUrl, ask: async (path, init) => app.request(publicUrl + path, init) };
}
