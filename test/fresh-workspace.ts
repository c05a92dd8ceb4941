import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DemoTenant, startDemoTenant } from './demo-tenant/demo-tenant.ts';
import { freePort, type RunningServer, startServer } from './running-server.ts';

/** A server on a new data folder and a free port, with a demo tenant of its own. */
export interface FreshWorkspace {
  readonly url: string;
  readonly setUpLink: string;
  readonly tenant: DemoTenant;
  /** Folder of the database. */
  readonly dataDir: string;
  /** All lines that the server has logged, at the level `debug`. */
  readonly log: readonly string[];
  /** Stops server and tenant, removes the folder; answers the server's exit code. */
  stop(): Promise<number>;
}

/** Rejects with what the server said when it does not start. */
export async function startFreshWorkspace(): Promise<FreshWorkspace> {
  const url = `http://localhost:${await freePort()}`;
  const tenant = await startDemoTenant({ redirectUris: [`${url}/sign-in/callback`] });
  const dataDir = await mkdtemp(join(tmpdir(), 'doorstep-'));
  const log: string[] = [];
  const variables = {
    DOORSTEP_LISTEN: `127.0.0.1:${new URL(url).port}`,
    DOORSTEP_DATA_DIR: dataDir,
    DOORSTEP_LOG_LEVEL: 'debug',
    ...variablesOf(tenant),
  };
  const { server, setUpLink } = await started(variables, log);
  const stop = async () => {
    const code = await server.stop();
    await tenant.stop();
    await rm(dataDir, { recursive: true, force: true });
    return code;
  };
  return { url, setUpLink, tenant, dataDir, log, stop };
}

/** What connects a server with a demo tenant: its sign-in and its Postmark. */
export const variablesOf = (tenant: DemoTenant): Record<string, string> => ({
  DOORSTEP_OIDC_ISSUER: tenant.issuer,
  DOORSTEP_OIDC_CLIENT_ID: tenant.clientId,
  DOORSTEP_OIDC_CLIENT_SECRET: tenant.clientSecret,
  DOORSTEP_MAIL: 'postmark',
  DOORSTEP_MAIL_FROM: 'doorstep@contoso.example',
  DOORSTEP_POSTMARK_TOKEN: tenant.postmarkToken,
  DOORSTEP_POSTMARK_URL: tenant.postmarkUrl,
});

/** Resolves when the server has printed its set-up link. */
function started(variables: Record<string, string>, log: string[]): Promise<{ server: RunningServer; setUpLink: string }> {
  return new Promise((resolve, reject) => {
    const server = startServer(variables, {
      onLine: (line) => /^http\S+\/setup\?token=/.test(line) && resolve({ server, setUpLink: line }),
      onLog: (line) => log.push(line),
    });
    void server.ended.then((code) => reject(new Error(`The server ended with ${code}.\n${log.join('\n')}`)));
  });
}
