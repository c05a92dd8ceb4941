import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deps } from '@doorstep/server/actions/deps';
import { runDueJobs } from '@doorstep/server/actions/run-due-jobs';
import { openWorkspace as openData } from '@doorstep/server/commands/open-workspace';
import { setUpLink } from '@doorstep/server/commands/set-up-link';
import { composeDeps } from '@doorstep/server/compose';
import { type Config, readConfig } from '@doorstep/server/config';
import { createApp } from '@doorstep/server/http/app';
import { clientAddressOf, isTrustedProxy } from '@doorstep/server/http/client-address';
import { startLog } from '@doorstep/server/logging';
import { txtOverDns } from '@doorstep/server/txt-records';
import { createAdaptorServer } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { type DemoTenant, startDemoTenant } from '../demo-tenant/demo-tenant.ts';
import type { PostmarkMail } from '../demo-tenant/postmark-mail.ts';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { type Clock, standingClock } from './clock.ts';
import { type Api, connectExtension } from './extension-client.ts';

type Row = Record<string, string | number | null>;

/** The server as it is, in this process, over real HTTP, with the demo tenant as identity provider and Postmark. */
export type EmptyWorkspace = {
  /** The public URL. */
  url: string;
  /** Where it listens, whatever the public URL says. */
  localUrl: string;
  clock: Clock;
  tenant: DemoTenant;
  deps: Deps;
  /** Holds `doorstep.db`, its WAL and `secret`. */
  dataDir: string;
  setUpLink: string;
  /** Every line that the server has logged. */
  log: readonly string[];
  /** Nothing runs by the clock: jobs run after what nudges them, and when told to. */
  runJobs(): Promise<void>;
  /** False: jobs that are nudged wait until told to. */
  nudges(work: boolean): void;
  /** All mails to this address, once those that wait have been sent. */
  mailsTo(address: string): Promise<PostmarkMail[]>;
  /** The link of the newest invitation mailed to this address. Throws when there is none. */
  joinUrlFor(address: string): Promise<string>;
  lastKeyMailedTo(address: string): Promise<string>;
  sql(text: string): Promise<Row[]>;
  stop(): Promise<void>;
};

/** The same, set up: Sam is its administrator, `api` the extension that Sam has connected. */
export type Workspace = EmptyWorkspace & { administrator: Browser; api: Api };

export type WorkspaceOptions = {
  /** Variables besides those that lead to the demo tenant; undefined takes one of those away. */
  environment?: Record<string, string | undefined>;
  /** Of the application at the demo tenant, in place of one made at random. */
  clientSecret?: string;
};

export async function openWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const workspace = await openEmptyWorkspace(options);
  const { url } = workspace;
  const administrator = new Browser();
  await administrator.get(workspace.setUpLink, { follow: true });
  await administrator.post(`${url}/setup`, { name: 'Contoso Vault' });
  await administrator.signIn(`${url}/sign-in`, 'sam');
  return Object.assign(workspace, { administrator, api: await connectExtension(url, administrator) });
}

/** Nobody has been here yet. */
export async function openEmptyWorkspace({ environment = {}, clientSecret }: WorkspaceOptions = {}): Promise<EmptyWorkspace> {
  const clock = standingClock();
  const dataDir = mkdtempSync(join(tmpdir(), 'doorstep-'));
  const { server, port, serve } = await listen();
  const redirectUris = [`http://localhost:${port}/sign-in/callback`];
  const tenant = await startDemoTenant({ redirectUris, clientSecret, now: clock.now });
  const config = configOf({
    DOORSTEP_LISTEN: `127.0.0.1:${port}`,
    DOORSTEP_DATA_DIR: dataDir,
    ...leadsTo(tenant),
    ...environment,
  });
  const data = await openData(config, clock.now);
  if ('problem' in data) throw new Error(data.problem);

  const lines: string[] = [];
  const log = startLog({ level: 'debug', format: 'lines', write: (line) => void lines.push(line), secrets: config.secrets });
  const nudged = () => void (isNudgedBack && jobs.run());
  let isNudgedBack = true;
  const deps = composeDeps(config, { ...data, log, now: clock.now, nudge: nudged, resolveTxt: txtOverDns(config.dnsServers) });
  const jobs = oneAfterTheOther(() => runDueJobs(deps, clock.now, { owner: 'srv_test', isStopping: () => false }));
  serve(createApp(deps, { now: clock.now, isReady: () => true, ...whoAsks(config) }).fetch);

  const mailsTo = async (address: string) => {
    await (isNudgedBack ? jobs.run() : jobs.ended());
    return tenant.mails().filter((mail) => mail.to.toLowerCase() === address.toLowerCase());
  };
  const joinUrlFor = async (address: string) => joinUrlIn((await mailsTo(address)).findLast((mail) => joinUrlIn(mail)));
  return {
    url: config.publicUrl,
    localUrl: `http://127.0.0.1:${port}`,
    clock,
    tenant,
    deps,
    dataDir,
    setUpLink: setUpLink(config.publicUrl, deps.keys),
    log: lines,
    runJobs: jobs.run,
    nudges: (work) => {
      isNudgedBack = work;
    },
    mailsTo,
    joinUrlFor: async (address) => (await joinUrlFor(address)) ?? fail(`no invitation was mailed to ${address}`),
    lastKeyMailedTo: async (address) =>
      new URL((await joinUrlFor(address)) ?? fail(`no key was mailed to ${address}`)).searchParams.get('key')!,
    sql: async (text) => (await deps.store.db.all(text)) as Row[],
    async stop() {
      await jobs.ended();
      await closed(server);
      await tenant.stop();
      await data.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

const joinUrlIn = (mail: PostmarkMail | undefined): string | undefined =>
  mail && /http\S+\/join\/\S+key=\S+/.exec(mail.textBody)?.[0];

const leadsTo = (tenant: DemoTenant) => ({
  DOORSTEP_OIDC_ISSUER: tenant.issuer,
  DOORSTEP_OIDC_CLIENT_ID: tenant.clientId,
  DOORSTEP_OIDC_CLIENT_SECRET: tenant.clientSecret,
  DOORSTEP_MAIL: 'postmark',
  DOORSTEP_MAIL_FROM: 'door@contoso.example',
  DOORSTEP_POSTMARK_TOKEN: tenant.postmarkToken,
  DOORSTEP_POSTMARK_URL: tenant.postmarkUrl,
});

function configOf(environment: Record<string, string | undefined>): Config {
  const read = readConfig(environment, { runtime: 'node' });
  return 'config' in read ? read.config : fail(read.problems.join(' '));
}

/** The port is needed before there is an app. */
async function listen() {
  let answer: (request: Request, env: unknown) => Response | Promise<Response> = () => new Response(null, { status: 503 });
  const server = createAdaptorServer({ fetch: (request, env) => answer(request, env) }) as Server;
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    serve: (fetch: (request: Request, env: never) => Response | Promise<Response>) => {
      answer = fetch as typeof answer;
    },
  };
}

const whoAsks = ({ trustedProxies }: Config) => {
  const peerOf = (c: Context) => getConnInfo(c).remote.address ?? null;
  return {
    clientAddress: (c: Context) => clientAddressOf(peerOf(c), c.req.header('x-forwarded-for'), trustedProxies),
    cameOverHttp: (c: Context) => c.req.header('x-forwarded-proto') === 'http' && isTrustedProxy(peerOf(c), trustedProxies),
  };
};

/** As on a server, runs of jobs never overlap; each call resolves when a run that began after it has ended. */
function oneAfterTheOther(job: () => Promise<void>) {
  let last = Promise.resolve();
  return {
    run: () => {
      last = last.then(job);
      return last;
    },
    ended: () => last,
  };
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

function fail(sentence: string): never {
  throw new Error(sentence);
}
