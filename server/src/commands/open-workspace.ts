import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { getuid } from 'node:process';
import type { Config } from '../config.ts';
import { deriveKeys, type Keys, proofOfSecret } from '../identity/root-key.ts';
import { migrate } from '../store/migrate.ts';
import { openFileStore, takeOwnership } from '../store/open-file.ts';
import { openRemoteStore } from '../store/open-remote.ts';
import type { Store } from '../store/store.ts';
import { createWorkspace, findSecretProof } from '../store/workspace.ts';
import { findRootSecret, hasDatabase, rootSecret } from './root-secret.ts';

export type OpenWorkspace = { store: Store; keys: Keys; close(): Promise<void> };
export type OpenResult = OpenWorkspace | { problem: string };

type Clock = () => number;

/**
 * Opens the workspace to write: owner of its file, migrated, of the right secret; makes it when it is new. With a remote database
 * there is no owner.
 */
export async function openWorkspace(config: Config, now: Clock): Promise<OpenResult> {
  if (config.database.kind === 'remote') return await prepared(config, now, rootSecret(config), async () => undefined);
  try {
    keepToOurselves(config.dataDir);
    const owner = await takeOwnership(config.dataDir);
    if (!owner) return { problem: `Another process uses the data folder ${config.dataDir}: stop it first.` };
    return await prepared(config, now, rootSecret(config), () => owner.release());
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    return { problem: `The data folder ${config.dataDir} (DOORSTEP_DATA_DIR) cannot be used (${code}).` };
  }
}

/** A folder that was there may belong to somebody else, who then decides who reads it. */
function keepToOurselves(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (statSync(dataDir).uid === getuid?.()) chmodSync(dataDir, 0o700);
}

/** Opens an existing workspace to read, also beside the running server. Makes and migrates nothing. */
export async function openToRead(config: Config, now: Clock): Promise<OpenResult> {
  const secret = findRootSecret(config);
  if (!secret || (config.database.kind === 'file' && !hasDatabase(config))) {
    return { problem: `There is no workspace in ${config.dataDir} yet: start the server first.` };
  }
  if ('problem' in secret) return secret;
  const keys = deriveKeys(secret.secret);
  return await opened(config, now, async (store) => {
    const proof = await findSecretProof(store);
    if (proof !== proofOfSecret(keys)) return { problem: proof === null ? NOT_MADE_YET : OTHER_SECRET };
    return { store, keys, close: () => store.close() };
  });
}

const NOT_MADE_YET = 'The database holds no workspace yet: run doorstep migrate or start the server.';
const OTHER_SECRET =
  'The database was made with another secret: set DOORSTEP_SECRET, or the file in the data folder, to that one.';

async function prepared(
  config: Config,
  now: Clock,
  secret: ReturnType<typeof rootSecret>,
  release: () => Promise<void>,
): Promise<OpenResult> {
  const result = 'problem' in secret ? secret : await opened(config, now, (store) => made(store, deriveKeys(secret.secret), now));
  if ('problem' in result) {
    await release();
    return result;
  }
  const { store, keys } = result;
  return {
    store,
    keys,
    async close() {
      await store.close();
      await release();
    },
  };
}

async function made(store: Store, keys: Keys, now: Clock): Promise<OpenResult> {
  await migrate(store);
  const proof = proofOfSecret(keys);
  if ((await findSecretProof(store)) === null) await createWorkspace(store, proof, now()); // of two first starts one makes it
  if ((await findSecretProof(store)) !== proof) return { problem: OTHER_SECRET };
  return { store, keys, close: () => store.close() };
}

/** What the database itself refuses is the operator's to mend: its code is told, not its text, which may name values. */
async function opened(config: Config, now: Clock, use: (store: Store) => Promise<OpenResult>): Promise<OpenResult> {
  let store: Store | null = null;
  try {
    store = await openStore(config, now);
    const result = await use(store);
    if ('problem' in result) await store.close();
    return result;
  } catch (error) {
    await store?.close();
    const code = codeOf(error);
    if (code === null) throw error;
    return { problem: `The database of DOORSTEP_DATABASE_URL cannot be used (${code}).` };
  }
}

const openStore = (config: Config, now: Clock): Promise<Store> | Store =>
  config.database.kind === 'file'
    ? openFileStore(config.database.url, now)
    : openRemoteStore(config.database.url, config.database.token, { now, nextTurn: setImmediate });

/** The code that the database client, the file system or the network gave, wherever it is wrapped; null for a mistake of ours. */
function codeOf(error: unknown): string | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
    if (at.message === 'fetch failed' && !(at.cause instanceof Error && 'code' in at.cause)) return 'not reachable';
  }
  return null;
}
