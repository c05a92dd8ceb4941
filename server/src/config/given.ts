import { readElsewhere, type Variable, variables } from './variables.ts';

export type Environment = Readonly<Record<string, unknown>>;
export type ReadFile = (path: string) => string;
export type Given = { values: Record<string, string>; problems: string[] };

const known = new Map<string, Variable>(Object.entries(variables));

/**
 * Collects the text of each variable, from the environment or from the file its `_FILE` twin names. Problems name what is empty, set
 * twice, unreadable or not known; they repeat no value and no path.
 */
export function givenValues(environment: Environment, readFile: ReadFile | undefined): Given {
  const given: Given = { values: {}, problems: unknownNames(environment) };
  for (const [name, { isSecret }] of known) {
    const found = isSecret ? secretText(name, environment, readFile) : direct(name, environment);
    if (found === null) continue;
    if ('problem' in found) given.problems.push(found.problem);
    else given.values[name] = found.text;
  }
  return given;
}

type Found = { text: string } | { problem: string } | null;

function direct(name: string, environment: Environment): Found {
  const value = environment[name];
  if (typeof value !== 'string') return null;
  return value.trim() === '' ? { problem: `${name} is empty: give it a value or leave it out.` } : { text: value };
}

function secretText(name: string, environment: Environment, readFile: ReadFile | undefined): Found {
  const fileName = `${name}_FILE`;
  const path = direct(fileName, environment);
  if (path === null || 'problem' in path) return path ?? direct(name, environment);
  if (typeof environment[name] === 'string') return { problem: `${name} and ${fileName} are both set: keep one.` };
  if (!readFile) return { problem: `${fileName} cannot be used here: this runtime has no files. Use ${name}.` };
  try {
    const text = readFile(path.text).trim();
    return text === '' ? { problem: `${fileName} names an empty file.` } : { text };
  } catch {
    return { problem: `${fileName} names a file that cannot be read.` };
  }
}

function unknownNames(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('DOORSTEP_') && !isKnown(name))
    .map((name) => `${printable(name)} is not a variable of Doorstep: is it misspelt?`);
}

function isKnown(name: string): boolean {
  if (known.has(name) || readElsewhere.includes(name)) return true;
  return name.endsWith('_FILE') && known.get(name.slice(0, -'_FILE'.length))?.isSecret === true;
}

/** A name can hold anything but "=": it is shown on a terminal. */
const printable = (name: string) => name.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
