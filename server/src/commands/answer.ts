import { stderr, stdout } from 'node:process';

/** Exit codes of the commands; docs/operating.md shows them. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Results go to stdout, all else to stderr. */
export const tell = (line: string): void => void stdout.write(`${line}\n`);

/** Says each sentence on a line of its own and answers the exit code that goes with it. */
export function complain(...sentences: string[]): ExitCode {
  for (const sentence of sentences) stderr.write(`doorstep: ${sentence}\n`);
  return EXIT.failed;
}
