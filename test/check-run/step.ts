import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process, { env } from 'node:process';
import { ROOT } from '../build.ts';

/** A command and the folder it runs in, relative to the project. */
export interface Step {
  name: string;
  folder: string;
  command: string;
  args: string[];
}

/** What a step adds to the sum: one for itself, or its tests. */
export interface Outcome {
  name: string;
  passed: number;
  failed: number;
  skipped?: number;
}

export interface Run {
  code: number;
  said: string;
  seconds: string;
}

/** Runs a step and says in a line how it went; when it failed, with all that it said. */
export async function runStep(step: Step): Promise<Outcome> {
  const { code, said, seconds } = await run(step);
  report(code === 0, `${step.name} (${seconds} s)`, said);
  return { name: step.name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

export function report(isGood: boolean, line: string, said: string): void {
  console.log(`${isGood ? '✓' : '✗'} ${line}`);
  if (!isGood) console.log(`${said.trimEnd()}\n`);
}

/** Never rejects: a command that cannot be started has failed. */
export function run({ folder, command, args }: Step): Promise<Run> {
  const began = Date.now();
  const options = {
    cwd: join(ROOT, folder),
    env: { ...env, FORCE_COLOR: undefined, NO_COLOR: '1' },
    shell: process.platform === 'win32',
  };
  const child = spawn(command, args, options);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve) => {
    const end = (code: number) => resolve({ code, said, seconds: ((Date.now() - began) / 1000).toFixed(1) });
    child.on('error', (error) => {
      said += error.message;
      end(1);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}
