import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from '../build.ts';
import { type Outcome, report, run } from './step.ts';

/** What is read of vitest's JSON report. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { name: string; status: string; message: string; assertionResults: unknown[] }[];
}

/** Runs the tests of a folder and counts them. A file that cannot even be read counts as one that failed. */
export async function runTests(name: string, folder: string): Promise<Outcome> {
  const file = join(ROOT, '.cache', `tests-of-${name}.json`);
  rmSync(file, { force: true });
  const args = ['run', '--root', folder, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { code, said, seconds } = await run({ name, folder: '.', command: vitest, args });
  const counted = count(file);
  const failed = code === 0 ? counted.failed : Math.max(1, counted.failed);
  report(failed === 0, `tests: ${name}, ${counted.passed} passed${failed ? `, ${failed} failed` : ''} (${seconds} s)`, said);
  return { name: `tests: ${name}`, ...counted, failed };
}

const vitest = join(ROOT, 'node_modules/.bin', process.platform === 'win32' ? 'vitest.cmd' : 'vitest');

function count(file: string): { passed: number; failed: number; skipped: number } {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }: Report = JSON.parse(
      readFileSync(file, 'utf8'),
    );
    const unread = testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0);
    return { passed: numPassedTests, failed: numFailedTests + unread.length, skipped: numPendingTests + numTodoTests };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }; // it ended before it could report: the exit code counts
  }
}
