import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process, { argv, env } from 'node:process';
import { askedToStop } from './asked-to-stop.ts';
import { buildExtension, buildServer, ROOT } from './build.ts';
import { type DemoTenant, startDemoTenant } from './demo-tenant/demo-tenant.ts';
import { variablesOf } from './fresh-workspace.ts';
import { type RunningServer, startServer } from './running-server.ts';
import { startPage, whereToBegin } from './start-page.ts';

/** Variables that would do what the set-up is there for, or bring a workspace that is set up already. */
const CONNECTS = /^DOORSTEP_(OIDC_|GRAPH_|MAIL|POSTMARK_|SMTP_|DATA_DIR|DATABASE_|SECRET)/;

/**
 * `npm start`: builds what is not built, then the demo tenant (unless a real identity provider is configured) and the server, until it
 * is told to stop. Every DOORSTEP_* variable of the environment wins over what is set here. `npm start -- --empty` connects nothing: the
 * workspace is set up by hand, in a folder that goes with it.
 */
const isEmpty = argv.includes('--empty');
const stopped = askedToStop();
process.exit(await demo());

async function demo(): Promise<number> {
  console.log('Building the server and the extension ...');
  const built = await Promise.all([buildServer(), buildExtension()]).catch((error: Error) => error);
  if (built instanceof Error) return complain(built.message);
  const tenant = env.DOORSTEP_OIDC_ISSUER && !isEmpty ? null : await startTenant();
  if (typeof tenant === 'string') return complain(tenant);
  const folder = isEmpty ? mkdtempSync(join(tmpdir(), 'doorstep-empty-')) : join(ROOT, 'data');
  const server = startServer(variables(tenant, folder), { onLine: printer(tenant, folder), onLog: console.error });
  const code = await Promise.race([server.ended, stopped.then(() => stop(server))]);
  await tenant?.stop();
  if (isEmpty) rmSync(folder, { recursive: true, force: true });
  return code;
}

function stop(server: RunningServer): Promise<number> {
  console.log('\nStopping ...');
  return server.stop();
}

/** The tenant, or the sentence that says why it cannot start. */
async function startTenant(): Promise<DemoTenant | string> {
  const listen = env.DOORSTEP_DEMO_LISTEN ?? '127.0.0.1:3001';
  try {
    return await startDemoTenant({ listen, redirectUris: [`${publicUrl()}/sign-in/callback`], clientSecret: clientSecret() });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      return 'The address and port of DOORSTEP_DEMO_LISTEN (127.0.0.1:3001 unless set) are in use: stop the other program or choose another port.';
    return `DOORSTEP_DEMO_LISTEN must be the address and port for the demo tenant, like 127.0.0.1:3001 (${code ?? 'not understood'}).`;
  }
}

function listenAddress(): string {
  return env.DOORSTEP_LISTEN ?? '127.0.0.1:3000';
}

function publicUrl(): string {
  return env.DOORSTEP_PUBLIC_URL ?? `http://localhost:${/:(\d+)$/.exec(listenAddress())?.[1] ?? '3000'}`;
}

/** The tenant forgets everything with its process, but its application stays the same one. */
function clientSecret(): string {
  const folder = join(ROOT, '.cache');
  const file = join(folder, 'demo-tenant-client-secret');
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const secret = randomBytes(24).toString('base64url');
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, secret, { mode: 0o600 });
    return secret;
  }
}

/** What the server is told, unless the environment says otherwise. */
function variables(tenant: DemoTenant | null, folder: string): Record<string, string | undefined> {
  const ours = {
    DOORSTEP_LISTEN: listenAddress(),
    DOORSTEP_DATA_DIR: folder,
    DOORSTEP_LOG_LEVEL: 'warning', // the start page shall stay in sight
    ...(tenant && (isEmpty ? { DOORSTEP_POSTMARK_URL: tenant.postmarkUrl } : variablesOf(tenant))),
  };
  const unsaid = Object.entries(ours).filter(([name]) => env[`${name}_FILE`] === undefined);
  const said = Object.entries(env).filter(([name]) => name.startsWith('DOORSTEP_') && !(isEmpty && CONNECTS.test(name)));
  return Object.fromEntries([...unsaid, ...said]);
}

/** Prints the start page when the server greets, and what it says after that as it comes: the set-up link. */
function printer(tenant: DemoTenant | null, folder: string): (line: string) => void {
  let greeting: string | undefined;
  return (line) => {
    if (greeting === undefined) {
      greeting = line;
      console.log(startPage({ greeting, url: publicUrl(), tenant, emptyFolder: isEmpty ? folder : null }));
    } else console.log(whereToBegin(line, isEmpty));
  };
}

function complain(sentence: string): number {
  console.error(`doorstep: ${sentence}`);
  return 1;
}
