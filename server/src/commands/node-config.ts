import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { env } from 'node:process';
import { type Config, readConfig } from '../config.ts';
import { complain } from './answer.ts';

/** The configuration of this process; null after every wrong variable has been named on stderr. Nothing is opened before that (DUR-15). */
export function configOrComplaint(): Config | null {
  const read = readConfig(env, { runtime: 'node', readFile: (path) => readFileSync(path, 'utf8') });
  if ('config' in read) return { ...read.config, dataDir: resolve(read.config.dataDir) };
  complain(...read.problems);
  return null;
}
