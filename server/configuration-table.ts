import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Variable, variables } from './src/config/variables.ts';

const BEGIN = '<!-- variables: written by server/configuration-table.ts -->';
const END = '<!-- end of variables -->';
export const readme = fileURLToPath(new URL('../README.md', import.meta.url));

/** The configuration table of the README, from the schema that also checks the variables at start. */
export function configurationTable(): string {
  const rows = Object.entries(variables as Record<string, Variable>).map(
    ([name, { preset, without, meaning, isSecret }]) =>
      `| \`${name}\`${isSecret ? ' or `…_FILE`' : ''} | ${preset ? `\`${preset}\`` : (without ?? 'none')} | ${meaning} |`,
  );
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The text with its table renewed. */
export function withTable(text: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error('the README has lost the marks around its configuration table');
  return `${text.slice(0, begin + BEGIN.length)}\n${configurationTable()}\n${text.slice(end)}`;
}

if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(readme, withTable(readFileSync(readme, 'utf8')));
