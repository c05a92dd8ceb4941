import { randomBytes } from 'node:crypto';
import { openRemoteStore } from '@doorstep/server/store/open-remote';
import type { Store } from '@doorstep/server/store/store';
import { type Api, connectExtension } from '../conformance/extension-client.ts';
import { type DemoTenant, startDemoTenant } from '../demo-tenant/demo-tenant.ts';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { variablesOf } from '../fresh-workspace.ts';
import { doorstep, type ServerProcess, startServer } from '../operations/server-process.ts';
import { until } from '../until.ts';
import { type LibsqlServer, startLibsqlServer } from './libsql-server.ts';
import { publicUrlToBe, startWorkerd, type Workerd } from './workerd.ts';

/** A workspace in a libSQL server, with a demo tenant, at the door of which any number of servers may stand. */
export interface EdgeWorkspace {
  readonly database: LibsqlServer;
  readonly tenant: DemoTenant;
  /** The database itself, beside all servers. */
  readonly store: Store;
  /** Variables that every server of it has. */
  readonly variables: Readonly<Record<string, string>>;
  startEdge(): Promise<Workerd>;
  startNode(): Promise<ServerProcess>;
  /** What `doorstep setup-link` prints for the server at this URL. */
  setUpLink(publicUrl: string): Promise<string>;
  /** The link in the newest mail to this address, once it is there. */
  joinUrlFor(address: string): Promise<string>;
  stop(): Promise<void>;
}

/** Migrated by `doorstep migrate`, with no server yet. */
export async function openEdgeWorkspace(): Promise<EdgeWorkspace> {
  const database = await startLibsqlServer();
  const tenant = await startDemoTenant({ redirectUris: [] });
  const variables = {
    DOORSTEP_DATABASE_URL: database.url,
    DOORSTEP_DATABASE_TOKEN: database.token,
    DOORSTEP_SECRET: randomBytes(32).toString('base64url'),
    ...variablesOf(tenant),
  };
  await said(['migrate'], { ...variables, DOORSTEP_PUBLIC_URL: 'http://localhost:3000' });
  const store = openRemoteStore(database.url, database.token, { now: Date.now });
  const servers: { stop(): Promise<unknown> }[] = [];

  return {
    database,
    tenant,
    store,
    variables,
    async startEdge() {
      const url = await publicUrlToBe();
      tenant.addRedirectUri(`${url}/sign-in/callback`);
      const worker = await startWorkerd(url, variables);
      servers.push(worker);
      return worker;
    },
    async startNode() {
      const server = await startServer(variables);
      tenant.addRedirectUri(`${server.url}/sign-in/callback`);
      servers.push({ stop: () => server.end('SIGTERM') });
      return server;
    },
    setUpLink: (publicUrl) => said(['setup-link'], { ...variables, DOORSTEP_PUBLIC_URL: publicUrl }),
    joinUrlFor: (address) => until(`an invitation for ${address}`, () => joinUrlFor(tenant, address)),
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      await store.close();
      await tenant.stop();
      await database.remove();
    },
  };
}

/** What a command that must succeed has printed. */
async function said(args: string[], variables: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await doorstep(args, variables);
  if (code !== 0) throw new Error(`doorstep ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout.trim();
}

const joinUrlFor = (tenant: DemoTenant, address: string): string | undefined =>
  /http\S+\/join\/\S+key=\S+/.exec(tenant.mails().findLast((mail) => mail.to === address)?.textBody ?? '')?.[0];

/** Sam sets the workspace up at this server and connects the extension. */
export async function setUp(workspace: EdgeWorkspace, url: string): Promise<{ administrator: Browser; api: Api }> {
  const administrator = new Browser();
  await administrator.get(await workspace.setUpLink(url), { follow: true });
  await administrator.post(`${url}/setup`, { name: 'Contoso Vault' });
  await administrator.signIn(`${url}/sign-in`, 'sam');
  return { administrator, api: await connectExtension(url, administrator) };
}

/** Opens the link as a person does; resolves to the address behind its *Sign in* button. */
export async function openLink(browser: Browser, joinUrl: string): Promise<string> {
  const page = await browser.get(joinUrl, { follow: true });
  const signIn = /href="(\/sign-in\?invitation=[^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&');
  if (!signIn) throw new Error(`no way to sign in: ${page.status} at ${page.url}`);
  return new URL(signIn, page.url).href;
}

/** Opens the link in the newest mail to this address and signs in by it. */
export async function comesIn(workspace: EdgeWorkspace, address: string, person: string) {
  const browser = new Browser();
  const page = await browser.signIn(await openLink(browser, await workspace.joinUrlFor(address)), person);
  return { browser, page };
}
