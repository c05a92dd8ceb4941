import { MINUTE, type Millis, SECOND } from '@doorstep/shared/time';
import type { Context, ExecutionContext, Hono } from 'hono';
import type { Deps, Log } from './actions/deps.ts';
import { runDueJobs } from './actions/run-due-jobs.ts';
import { composeDeps } from './compose.ts';
import type { Environment } from './config/given.ts';
import { type Config, readConfig } from './config.ts';
import { createApp } from './http/app.ts';
import { clientAddressOf } from './http/client-address.ts';
import type { Env } from './http/env.ts';
import { deriveKeys, type Keys, proofOfSecret } from './identity/root-key.ts';
import { startLog } from './logging.ts';
import { newId } from './store/new-id.ts';
import { openRemoteStore } from './store/open-remote.ts';
import type { Store } from './store/store.ts';
import { findSecretProof } from './store/workspace.ts';
import { txtOverHttps } from './txt-over-https.ts';

type Door = {
  app: Hono<Env>;
  deps: Deps;
  /** How often a command has asked for the jobs to be run. */
  nudges: () => number;
  /** The sentence that says what to do when the database is not of this secret. Asks until it knows. */
  problem: () => Promise<string | null>;
};

/** The edge runtime: all configuration in the bindings, jobs after a command that needs them and at each scheduled minute. */
export default {
  async fetch(request: Request, environment: Environment, context: ExecutionContext): Promise<Response> {
    const door = await openDoor(environment);
    if (!door) return notConfigured();
    const before = door.nudges();
    const response = await door.app.fetch(request, environment, context);
    if (door.nudges() !== before) context.waitUntil(runJobs(door.deps, AFTER_RESPONSE));
    return response;
  },

  async scheduled(_event: unknown, environment: Environment, context: ExecutionContext): Promise<void> {
    const door = await openDoor(environment);
    if (door) context.waitUntil(runJobs(door.deps, AT_SCHEDULE));
  },
};

const doors = new WeakMap<Environment, Door | { problems: string[] }>();

/** Made by the first request of an isolate: nothing may happen before. Null after the problems have been logged. */
async function openDoor(environment: Environment): Promise<Door | null> {
  const door = doors.get(environment) ?? makeDoor(environment);
  doors.set(environment, door);
  if ('problems' in door) return complain(door.problems);
  const problem = await door.problem();
  return problem === null ? door : complain([problem]);
}

function makeDoor(environment: Environment): Door | { problems: string[] } {
  const read = readConfig(environment, { runtime: 'edge' });
  if ('problems' in read) return read;
  const { config } = read;
  const now = () => Date.now();
  const store = openRemoteStore(config.database.url, config.database.token, { now });
  const keys = deriveKeys(config.secret!);
  let nudges = 0;
  const nudge = () => {
    nudges += 1;
  };
  const deps = composeDeps(config, {
    store,
    keys,
    log: edgeLog(config),
    now,
    nudge,
    offersSmtp: false,
    resolveTxt: txtOverHttps((...request) => fetch(...request)),
  });
  const app = createApp(deps, { now, isReady: () => true, clientAddress, cameOverHttp });
  return { app, deps, nudges: () => nudges, problem: secretCheck(store, keys) };
}

const edgeLog = ({ logLevel, secrets }: Config): Log =>
  startLog({ level: logLevel, format: 'lines', write: (line) => console.log(line), secrets });

/** Set by the edge itself. There is no proxy of the operator's in between whose word could be asked for. */
const clientAddress = (c: Context) => clientAddressOf(c.req.header('cf-connecting-ip') ?? null, null, []);
const cameOverHttp = (c: Context) => new URL(c.req.url).protocol === 'http:' && c.req.header('x-forwarded-proto') === 'http';

function secretCheck(store: Store, keys: Keys): Door['problem'] {
  let isRight = false;
  return async () => {
    if (isRight) return null;
    const proof = await findSecretProof(store).catch(() => undefined);
    if (proof === undefined) return null; // unreachable, or without tables: the app tells what it lacks
    isRight = proof === proofOfSecret(keys);
    if (isRight) return null;
    return proof === null
      ? 'DOORSTEP_DATABASE_URL names a database without a workspace: run doorstep migrate.'
      : 'DOORSTEP_SECRET is not the one that the database was made with.';
  };
}

/** The edge ends what goes on for longer than 30 s after a response, leases in hand; nothing is begun so late. */
const AFTER_RESPONSE = 20 * SECOND;
/** Minutes are allowed (Cloudflare: 15): the next one may overlap, and finds what this one holds leased. */
const AT_SCHEDULE = 2 * MINUTE;

async function runJobs(deps: Deps, lasts: Millis): Promise<void> {
  const end = Date.now() + lasts;
  try {
    await runDueJobs(deps, Date.now, { owner: newId('job'), isStopping: () => Date.now() >= end });
  } catch (error) {
    deps.log('error', 'jobs failed', { error });
  }
}

function complain(problems: string[]): null {
  for (const problem of problems) console.error(`doorstep: ${problem}`);
  return null;
}

/** For people at the door; what is wrong stands in the log. */
const notConfigured = (): Response =>
  new Response('This door is not ready yet. Whoever runs it finds the reason in the log.\n', {
    status: 503,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'retry-after': '60' },
  });
