import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addCertificate, type ClientProofs, newProofs } from './client-proof.ts';
import { seedDirectory, userOf } from './contoso.ts';
import type { Faults } from './faults.ts';
import { type DirectorySize, generatedDirectory } from './graph/generated-directory.ts';
import { DEFAULT_PAGE_SIZE, type GraphState, newGraphState } from './graph/graph-state.ts';
import { TenantDirectory } from './graph/tenant-directory.ts';
import { Accounts, CONTOSO, type NewPerson, type Person } from './people.ts';
import type { PostmarkMail } from './postmark-mail.ts';
import { Provisioning, type ProvisioningOptions } from './provisioning/provisioning.ts';
import type { ProvisioningStep } from './provisioning/scim-client.ts';
import { requestListener } from './request-listener.ts';
import type { RequestLog } from './request-log.ts';
import { SigningKeys, sharedFirstKey } from './signing-keys.ts';
import type { TenantState } from './tenant-state.ts';

export interface DemoTenantOptions {
  /** `host:port`; port 0 takes a free one. Default `127.0.0.1:0`. */
  listen?: string;
  redirectUris: string[];
  clientId?: string;
  clientSecret?: string;
  /** Epoch milliseconds; dates tokens and mails. */
  now?: () => number;
  /** A made-up directory of any size instead of Contoso's; the people who can sign in are in it as well. */
  generated?: DirectorySize;
  /** Objects, and member entries, on a page of Graph. Default 100. */
  pageSize?: number;
}

export interface DemoTenant {
  readonly origin: string;
  readonly issuer: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The application's secrets and certificates: as in Azure several are good at once, and each can be ended. */
  readonly proofs: Pick<ClientProofs, 'secrets' | 'certificates'>;
  /** As uploaded in Azure; its thumbprint. */
  addCertificate(pem: string): string;
  /** Who is shown when somebody signs in. */
  readonly people: readonly Person[];
  /** More people of Contoso, who can sign in too. */
  readonly colleagues: readonly Person[];
  /** What Graph tells of; every change to it comes in the next delta round. */
  readonly directory: TenantDirectory;
  /** Page sizes may be changed at any time. */
  readonly graph: Pick<GraphState, 'pageSize' | 'membersPerPage'>;
  /** Root of Graph's addresses, without the version. */
  readonly graphUrl: string;
  readonly postmarkUrl: string;
  readonly postmarkToken: string;
  readonly mailboxUrl: string;
  readonly faults: Faults;
  /** Calls of machines only: discovery, keys, token endpoint, Graph, Postmark; in order. */
  readonly requests: RequestLog;
  /** All mails accepted, in order. */
  mails(): readonly PostmarkMail[];
  /** Adds an account, and a directory user when it is of Contoso. */
  addPerson(person: NewPerson): Person;
  /** One cycle of provisioning by SCIM; resolves to every request with its answer. */
  provision(options: ProvisioningOptions): Promise<ProvisioningStep[]>;
  addRedirectUri(uri: string): void;
  /** A new key signs from now on; the one before stays published. */
  rotateKeys(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a stand-in for Microsoft Entra (a real OpenID provider at Entra's paths) and for Postmark with a mailbox, on one port.
 * Rejects when the port is taken.
 */
export async function startDemoTenant(options: DemoTenantOptions): Promise<DemoTenant> {
  const server = createServer();
  const origin = await listen(server, options.listen ?? '127.0.0.1:0');
  const state = await newState(origin, options);
  const requests: RequestLog = [];
  server.on('request', await requestListener(state, requests));
  return {
    origin,
    issuer: `${origin}/${state.tenantId}/v2.0`,
    tenantId: state.tenantId,
    clientId: state.clientId,
    clientSecret: state.clientSecret,
    proofs: state.proofs,
    addCertificate: (pem) => addCertificate(state.proofs, pem),
    get people() {
      return state.accounts.list();
    },
    get colleagues() {
      return state.accounts.colleagues();
    },
    directory: state.directory,
    graph: state.graph,
    graphUrl: origin,
    postmarkUrl: origin,
    postmarkToken: state.postmarkToken,
    mailboxUrl: `${origin}/mailbox`,
    faults: state.faults,
    requests,
    mails: () => [...state.mails],
    addPerson: (person) => addPerson(state, person),
    provision: (options) => state.provisioning.cycle(options),
    addRedirectUri: (uri) => {
      state.redirectUris.push(uri);
    },
    rotateKeys: () => state.keys.rotate(),
    stop: () => stop(server),
  };
}

function addPerson({ accounts, directory }: TenantState, person: NewPerson): Person {
  const added = accounts.add(person);
  if (added.tenantId === CONTOSO) directory.addUser(userOf(added));
  return added;
}

async function newState(origin: string, options: DemoTenantOptions): Promise<TenantState> {
  const accounts = new Accounts();
  const clientSecret = options.clientSecret ?? randomBytes(24).toString('base64url');
  const directory = options.generated ? generatedDirectory(options.generated) : new TenantDirectory();
  seedDirectory(directory, accounts, options.generated === undefined);
  return {
    origin,
    tenantId: CONTOSO,
    clientId: options.clientId ?? '6e74172b-be56-4843-9ff4-e66a39bb12e3',
    clientSecret,
    providerSecret: randomBytes(24).toString('base64url'),
    proofs: newProofs(clientSecret),
    postmarkToken: randomUUID(),
    redirectUris: [...options.redirectUris],
    accounts,
    directory,
    graph: Object.assign(newGraphState(directory), { pageSize: options.pageSize ?? DEFAULT_PAGE_SIZE }),
    provisioning: new Provisioning(directory),
    keys: new SigningKeys(await sharedFirstKey()),
    mails: [],
    faults: {},
    now: options.now ?? Date.now,
  };
}

/** Resolves to the origin. */
function listen(server: Server, address: string): Promise<string> {
  const { hostname, port } = new URL(`http://${address}`);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port || 80), hostname.replace(/^\[|\]$/g, ''), () => {
      server.off('error', reject);
      resolve(`http://${hostname}:${(server.address() as AddressInfo).port}`);
    });
  });
}

/** Cuts what hangs, too. */
function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
