import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * Puts the look of the pages into a module, `src/http/views/styles.ts`: plain Node, the bundle and the edge runtime can all import
 * that, and the last has no files to read. `node server/styles.ts` after a change of the sources; a test says when it is due.
 */
const target = new URL('./src/http/views/styles.ts', import.meta.url);
const sources = {
  tokens: new URL('../shared/src/tokens.css', import.meta.url),
  pages: new URL('./src/http/views/pages.css', import.meta.url),
  mark: new URL('../shared/src/mark.svg', import.meta.url),
};

/** Parts of the shared stylesheet that only the popup draws: no page pays for them. */
const popupOnly = ['popup', 'undo', 'skel', 'split', 'is-mixed', 'is-focus', 'f-new', 'f-same', 'f-skip', 'f-bad', 'f-wait'];

export function stylesModule(): string {
  const styles = withoutPopup(minified(read(sources.tokens))) + minified(read(sources.pages));
  return [
    '// Made by `node server/styles.ts` from shared/src/tokens.css, shared/src/mark.svg and pages.css: change those.',
    `export const styles =\n  ${quoted(styles)};`,
    `export const mark =\n  ${quoted(read(sources.mark).trim())};\n`,
  ].join('\n');
}

/** Comments and the space around punctuation go; what remains reads the same to a browser. Spaces around `+` and `-` carry meaning. */
const minified = (css: string) =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>]) ?/g, '$1')
    .replace(/([{;][a-z-]+|[{;]--[\w-]+): /g, '$1:')
    .replace(/;}/g, '}')
    .trim();

/** Rules are `selectors{declarations}`; a selector goes when it names a class of the popup, the rule when none is left. */
const withoutPopup = (css: string) =>
  css.replace(/([^{}]+)(\{[^{}]*\})/g, (rule, selectors: string, body: string) => {
    if (selectors.startsWith('@')) return rule;
    const kept = splitSelectors(selectors).filter(
      (selector) => !popupOnly.some((name) => new RegExp(`\\.${name}(?![\\w-])`).test(selector)),
    );
    return kept.length === 0 ? '' : kept.join(',') + body;
  });

/** At commas outside brackets: `:is(a, b)` is one selector. */
const splitSelectors = (selectors: string) => selectors.split(/,(?![^(]*\))/);

const quoted = (text: string) => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
const read = (file: URL) => readFileSync(file, 'utf8');

if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, stylesModule());
