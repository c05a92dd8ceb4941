import { stderr } from 'node:process';
import { inspect, parseArgs } from 'node:util';
import { createRedaction } from '../redaction.ts';
import { EXIT, type ExitCode, tell } from './answer.ts';
import { breakGlass } from './break-glass.ts';
import { checkHealth } from './healthcheck.ts';
import { migrateWorkspace } from './migrate.ts';
import { serve } from './serve.ts';
import { printSetUpLink } from './setup-link.ts';
import { version } from './version.ts';

type Verb = { does: string; run: () => Promise<ExitCode> };

const verbs = new Map<string, Verb>([
  ['serve', { does: 'runs the server', run: serve }],
  ['setup-link', { does: 'prints the link that makes the first administrator', run: printSetUpLink }],
  ['migrate', { does: 'brings the database up to date', run: migrateWorkspace }],
  ['break-glass', { does: 'switches Force SSO off (stop the server first)', run: breakGlass }],
  ['healthcheck', { does: 'asks the running server whether it lives', run: checkHealth }],
]);

const usage = [
  'Usage: doorstep VERB',
  '',
  ...[...verbs].map(([name, { does }]) => `  ${name.padEnd(12)} ${does}`),
  '',
  '  --help, --version',
  '',
  'It is configured by DOORSTEP_* variables. Exit codes: 0 done, 1 failed, 2 wrong usage.',
].join('\n');

/** Runs the verb that the arguments name. */
export async function doorstep(args: string[]): Promise<ExitCode> {
  const wanted = understood(args);
  if (wanted === 'help') tell(usage);
  if (wanted === 'version') tell(version);
  if (wanted === null) stderr.write(`${usage}\n`);
  if (wanted === null) return EXIT.usage;
  return typeof wanted === 'string' ? EXIT.done : await ended(wanted);
}

/** A mistake of ours ends the command with all that helps to find it. */
async function ended(verb: Verb): Promise<ExitCode> {
  try {
    return await verb.run();
  } catch (error) {
    stderr.write(`doorstep: ${inspect(createRedaction([])({ error }), { depth: 6 })}\n`);
    return EXIT.failed;
  }
}

function understood(args: string[]): Verb | 'help' | 'version' | null {
  try {
    const options = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (values.help) return 'help';
    if (values.version) return 'version';
    return positionals.length === 1 ? (verbs.get(positionals[0]!) ?? null) : null;
  } catch {
    return null; // an option that nobody knows
  }
}
