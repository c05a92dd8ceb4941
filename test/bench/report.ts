/** One line of the table. `target` is that of DESIGN.md, section 5, or empty where there is none. */
export type Line = { what: string; measured: string; floor: string; ratio: string; target: string };
export type Measure = { title: string; run(): Promise<Line[]> };

const HEAD: Line = { what: '', measured: 'measured', floor: 'floor', ratio: 'ratio', target: 'target' };
const COLUMNS = ['what', 'measured', 'floor', 'ratio', 'target'] as const;

/** A table in Markdown that can be read as it is. */
export function tableOf(title: string, lines: readonly Line[]): string {
  const rows = [{ ...HEAD, what: title }, ...lines];
  const widths = COLUMNS.map((column) => Math.max(...rows.map((row) => row[column].length)));
  const [head, ...rest] = rows.map((row) => `| ${COLUMNS.map((column, at) => row[column].padEnd(widths[at]!)).join(' | ')} |`);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest].join('\n');
}

/** `measured` and `floor` in rows, requests or commits per second. */
export const rate = (what: string, measured: number, floor: number, target = '', besides = ''): Line => ({
  what,
  measured: `${whole(measured)}/s${besides}`,
  floor: `${whole(floor)}/s`,
  ratio: (measured / floor).toFixed(2),
  target,
});

export const whole = (value: number): string => Math.round(value).toLocaleString('en');
