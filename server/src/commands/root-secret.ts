import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { secretProblem } from '../identity/root-key.ts';

export type RootSecret = { secret: string } | { problem: string };

/** The root secret as it is: of the variable, else of the data folder. Makes nothing. */
export function findRootSecret(config: Config): RootSecret | null {
  if (config.secret !== null) return { secret: config.secret };
  const file = secretFile(config);
  if (!existsSync(file)) return null;
  const secret = readFileSync(file, 'utf8').trim();
  const problem = secretProblem(secret);
  return problem === null ? { secret } : { problem: `The file ${file}: ${problem}` };
}

/** The same, made with a new database. A database that has lost its secret is refused: no mailed key and no cookie would be good again. */
export function rootSecret(config: Config): RootSecret {
  const found = findRootSecret(config);
  if (found) return found;
  if (hasDatabase(config)) {
    return {
      problem: `${secretFile(config)} is missing: put back the secret that this database was made with, or set DOORSTEP_SECRET.`,
    };
  }
  return { secret: makeSecret(secretFile(config)) };
}

const secretFile = (config: Config) => join(config.dataDir, 'secret');

/** Whether there is an embedded database already. */
export function hasDatabase({ database }: Config): boolean {
  const path = decodeURIComponent(database.url.replace(/^file:(\/\/)?/, '').replace(/[?#].*$/, ''));
  return existsSync(path) && statSync(path).size > 0;
}

/** On the disk before the database is: they must not part. */
function makeSecret(path: string): string {
  const secret = randomBytes(32).toString('base64url');
  const file = openSync(path, 'wx', 0o600);
  writeSync(file, `${secret}\n`);
  fsyncSync(file);
  closeSync(file);
  return secret;
}
