import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Checks that imports run one way only (the house of DESIGN.md, section 3). Run by itself it prints each import that runs the wrong
 * way and ends with 1. Tests, and the `testing` folders that only they use, may import what they like.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Rooms of the server, and the rooms each may use besides itself. What is not named here wires everything together. */
const ROOMS: Record<string, string[]> = {
  domain: [],
  store: ['domain'],
  identity: ['domain', 'store'],
  directory: ['domain', 'store', 'identity'],
  delivery: ['domain', 'store', 'identity'],
  actions: ['domain', 'store', 'identity', 'directory', 'delivery'],
  http: ['domain', 'store', 'identity', 'directory', 'delivery', 'actions'],
};

/** Files of the server that only Node runs; everything else stays with the Web's own interfaces. */
const NODE_ONLY = /^(node\.ts$|txt-records\.ts$|commands\/|store\/(open-file|migrate)\.ts$|delivery\/smtp\.ts$)/;

interface Import {
  /** Relative to the project. */
  file: string;
  specifier: string;
}

export function wrongImports(): string[] {
  const server = importsBelow('server/src').flatMap((one) => wrongInServer(one) ?? []);
  const extension = importsBelow('extension').flatMap((one) => wrongInClient(one, ['@doorstep/shared/']) ?? []);
  const shared = importsBelow('shared/src').flatMap((one) => wrongInClient(one, []) ?? []);
  return [...server, ...extension, ...shared];
}

function wrongInServer({ file, specifier }: Import): string | undefined {
  const path = file.slice('server/src/'.length);
  if (specifier.startsWith('node:'))
    return NODE_ONLY.test(path) ? undefined : `${file} runs at the edge too and imports ${specifier}`;
  const from = path.split('/')[0]!;
  const allowed = ROOMS[from];
  if (!specifier.startsWith('.')) return isForeign(specifier, ['@doorstep/shared/']) ? `${file} imports ${specifier}` : undefined;
  const to = relative('server/src', target({ file, specifier })).split(/[\\/]/)[0]!;
  if (!allowed || to === from || allowed.includes(to)) return undefined;
  return `${file} imports ${specifier}: ${from} may use ${allowed.join(', ') || 'no other room'}`;
}

/** A package that stands alone but for what is named. */
function wrongInClient({ file, specifier }: Import, allowed: string[]): string | undefined {
  const folder = file.split('/')[0]!;
  const leaves = specifier.startsWith('.') && !target({ file, specifier }).startsWith(`${folder}/`);
  return isForeign(specifier, allowed) || leaves || specifier.startsWith('node:') ? `${file} imports ${specifier}` : undefined;
}

/** Another package of ours that is not for this one. */
const isForeign = (specifier: string, allowed: string[]): boolean =>
  specifier.startsWith('@doorstep/') && !allowed.some((start) => specifier.startsWith(start));

/** What a relative import leads to, relative to the project. */
const target = ({ file, specifier }: Import): string => relative(ROOT, join(ROOT, file, '..', specifier)).replaceAll('\\', '/');

const NOT_OURS = ['node_modules', '.output', '.wxt', 'dist', 'testing'];

function importsBelow(folder: string): Import[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.includes(entry.name) ? [] : importsBelow(file);
    const isCode = /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$|\.config\.ts$|^test-/.test(entry.name);
    return isCode ? importsOf(file) : [];
  });
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\b(?:[^'";]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

const importsOf = (file: string): Import[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)].map(([, from, dynamic]) => ({
    file,
    specifier: (from ?? dynamic)!,
  }));

if (import.meta.main) {
  const wrong = wrongImports();
  for (const line of wrong) console.log(line);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
