import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process, { execPath } from 'node:process';
import { ROOT } from './build.ts';
import { type Outcome, runStep, type Step } from './check-run/step.ts';
import { runTests } from './check-run/vitest.ts';

/**
 * `npm test`: formatting, types, import directions, rules, both builds, all tests. Goes on to the end whatever fails;
 * the last line is `N passed, N failed`, counting tests and the other steps.
 */
const bin = (folder: string, name: string) =>
  join(ROOT, folder, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name);
const step = (name: string, folder: string, command: string, ...args: string[]): Step => ({ name, folder, command, args });
const types = (folder: string) => step(`types of ${folder}`, folder, bin('.', 'tsc'), '--noEmit');

const builds = [
  step('build of the server', 'server', execPath, 'build.ts'),
  step('build of the extension for Chromium', 'extension', bin('extension', 'wxt'), 'build'),
  step('build of the extension for Firefox', 'extension', bin('extension', 'wxt'), 'build', '-b', 'firefox', '--mv3'),
];
const readings = [
  step('formatting and lint', '.', bin('.', 'biome'), 'ci', '--colors=off', '.'),
  ...['shared', 'server', 'extension', 'test'].map(types),
  step('import directions', '.', execPath, 'test/import-directions.ts'),
  step('rules and their tests', '.', execPath, 'test/rules.ts'),
];

mkdirSync(join(ROOT, '.cache'), { recursive: true });
const began = Date.now();
const outcomes = await all();
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
const skipped = outcomes.reduce((sum, outcome) => sum + (outcome.skipped ?? 0), 0);
console.log(`\n${Math.round((Date.now() - began) / 1000)} s`);
for (const { name } of outcomes.filter((outcome) => outcome.failed > 0)) console.log(`Failed: ${name}`);
if (skipped > 0) console.log(`Not run: ${skipped}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** Builds first, for types and tests need them; then two processors, of which whichever is free takes the next: the longest come first. */
async function all(): Promise<Outcome[]> {
  const built = await inTurn(builds.map((one) => () => runStep(one)));
  const waiting = [
    () => runTests('test', 'test'),
    () => runTests('server', 'server'),
    () => runTests('e2e', 'test/e2e'),
    ...['extension', 'shared'].map((folder) => () => runTests(folder, folder)),
    ...readings.map((one) => () => runStep(one)),
  ];
  const lanes = await Promise.all([fromQueue(waiting), fromQueue(waiting)]);
  return [...built, ...lanes.flat()];
}

/** Each takes what is first in the queue that it shares with the others. */
async function fromQueue(waiting: (() => Promise<Outcome>)[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let next = waiting.shift(); next; next = waiting.shift()) outcomes.push(await next());
  return outcomes;
}

async function inTurn(runs: (() => Promise<Outcome>)[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const run of runs) outcomes.push(await run());
  return outcomes;
}
