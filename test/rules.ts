import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * `docs/rules.md` names every rule that a test holds: number, our sentence, test files. This fills in the files from the titles of the
 * tests (`--write`), and fails when a number in a title has no line, a line has no test, or the files are out of date.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = join(ROOT, 'docs/rules.md');
const LINE = /^\| ([A-Z]+-\d{2}) \| (.*) \| (.*) \|$/;
/** A number at the beginning of a text, alone or before more numbers and a colon: a title, or a part of a table of titles. */
const TITLE = /['"`]((?:(?:INV|OP|SES|REQ|DIR|WEB|MAIL|OUT|DUR|LIM|AUD|CSV|EXT|PRI|SUP|ENT)-\d{2}(?:, )?)+)(?=[:'"`])/g;

/** Paths of the test files of each rule, in order. */
export function testedRules(): Map<string, string[]> {
  const rules = new Map<string, string[]>();
  for (const file of testFiles('.')) {
    for (const rule of new Set(
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(TITLE)].flatMap(([, title]) => title!.split(', ')),
    ))
      rules.set(rule, [...(rules.get(rule) ?? []), file]);
  }
  return rules;
}

/** The page with its last column filled in, and everything that is wrong with it, a sentence each. */
export function rulesPage(page: string, tested: Map<string, string[]>): { page: string; problems: string[] } {
  const lines = page.split('\n').map((line) => filledIn(line, tested));
  const named = lines.flatMap((line) => LINE.exec(line)?.[1] ?? []);
  const untested = named.filter((rule) => !tested.has(rule)).map((rule) => `${rule} has a line in docs/rules.md, but no test.`);
  const unnamed = [...tested]
    .filter(([rule]) => !named.includes(rule))
    .map(([rule, files]) => `${rule} has a test (${files[0]}), but no line in docs/rules.md.`);
  const twice = named.filter((rule, at) => named.indexOf(rule) !== at).map((rule) => `${rule} has two lines in docs/rules.md.`);
  return { page: lines.join('\n'), problems: [...untested, ...unnamed, ...twice] };
}

function filledIn(line: string, tested: Map<string, string[]>): string {
  const [, rule, sentence] = LINE.exec(line) ?? [];
  return rule ? `| ${rule} | ${sentence} | ${(tested.get(rule) ?? []).map((file) => `\`${file}\``).join(', ')} |` : line;
}

const SKIPPED = ['node_modules', 'dist', 'data'];

/** Tests, and the tables that tests are made of. */
function testFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return SKIPPED.includes(entry.name) || entry.name.startsWith('.') ? [] : testFiles(path);
      return /\.test\.tsx?$/.test(entry.name) || (path.startsWith('test/') && path.endsWith('.ts')) ? [path] : [];
    })
    .sort();
}

if (import.meta.main) {
  const before = readFileSync(PAGE, 'utf8');
  const { page, problems } = rulesPage(before, testedRules());
  if (argv.includes('--write')) writeFileSync(PAGE, page);
  else if (page !== before) problems.push('The test files in docs/rules.md are out of date: node test/rules.ts --write');
  for (const problem of problems) console.log(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
