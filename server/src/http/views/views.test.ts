import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { stylesModule } from '../../../styles.ts';
import { assets } from './assets.ts';
import { everyPage } from './every-page.ts';
import { everydayWords, type Words } from './sample-facts.ts';

const everyday = await rendered(everyPage(everydayWords, 50));
const hostile = await rendered({
  ...named('markup', everyPage(filled('</title></textarea><script>alert(1)</script>'), 3)),
  ...named('attribute', everyPage(filled(`"><img src=x onerror='alert(1)'>`), 3)),
  ...named('bidi', everyPage(filled('moc.live\u202e@oh\u2066\u0000\r\n\ud800'), 3)),
  ...named('long', everyPage(filled('\u{1f6aa}'.repeat(5000)), 3)),
});

describe('every page', () => {
  test.each(everyday)('%s: one heading, landmarks, a language, a title that names the workspace', (_, page) => {
    expect(page.match(/<h1[ >]/g)).toHaveLength(1);
    expect(page.match(/<main[ >]/g)).toHaveLength(1);
    expect(page).toContain('<html lang="en">');
    expect(page).toMatch(/<title>[^<]+ · Contoso Vault<\/title>/);
  });

  test.each(everyday)('%s: ids are there once, and whatever names one finds it', (_, page) => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    const named = [...page.matchAll(/ (?:for|aria-describedby|aria-labelledby|href)="(#?[^"]*)"/g)]
      .filter((match) => !match[0].startsWith(' href') || match[1]!.startsWith('#'))
      .flatMap((match) => match[1]!.replace('#', '').split(' '));
    for (const id of named) expect(ids).toContain(id);
  });

  test.each(everyday)('%s: at most 14 kB on the wire, also with 50 rows', (_, page) => {
    expect(gzipSync(page).length).toBeLessThanOrEqual(14_000);
  });

  test.each([...everyday, ...hostile])(
    'WEB-04: %s: styles by nonce, scripts of our own only, nothing inline, nothing of others',
    (_, page) => {
      const tags = page.match(/<[a-z][^>]*>/gi) ?? [];
      expect(tags.filter((tag) => / (style|on\w+)=/i.test(withoutValues(tag)))).toEqual([]);
      expect(tags.filter((tag) => tag.startsWith('<style'))).toEqual(['<style nonce="bm9uY2U">']);
      for (const script of page.match(/<script[\s\S]*?<\/script>/g) ?? [])
        expect(script).toMatch(/^<script src="\/assets\/\w+\.js" defer><\/script>$/);
      for (const [, source] of page.matchAll(/ src="([^"]*)"/g)) expect(source).toMatch(/^\/(assets|admin\/mail)\//);
    },
  );
});

describe('hostile words', () => {
  test.each(hostile)('ENT-23: %s: no markup, no direction marks, no flood', (_, page) => {
    expect(page.match(/<script>|<img(?! class="logo" src="\/assets\/logo\?v=[0-9a-f]+" )/g)).toBeNull();
    const said = withoutFields(page);
    expect(said.match(/[\u202a-\u202e\u2066-\u2069]/g)).toBeNull();
    expect(said.isWellFormed()).toBe(true);
    expect(said.length).toBeLessThan(75_000);
  });

  test('ENT-23: what was typed stands in its field again, letter for letter, escaped', () => {
    const page = hostile.find(([name]) => name === 'markup: invite-wrong')![1];
    const typed = page.match(/<textarea[^>]*>\n([\s\S]*?)<\/textarea>/)?.[1];
    expect(typed).toBe('&lt;/title&gt;&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
  });
});

test('ENT-50: the page for a key that cannot be used takes no facts of the invitation', () => {
  const page = everyday.find(([name]) => name === 'cannot-be-used')![1];
  expect(page).not.toMatch(/Mia|contoso\.com|inv_/);
});

test('every asset that a page names is there', () => {
  const named = everyday.flatMap(([, page]) => [...page.matchAll(/"(\/assets\/[^"?]*)"/g)].map((match) => match[1]!));
  expect([...new Set(named)].sort()).toEqual(Object.keys(assets).sort());
});

test('the scripts are syntactically sound', () => {
  for (const [path, asset] of Object.entries(assets))
    if (path.endsWith('.js')) expect(() => new Function(asset.body)).not.toThrow();
});

test('styles.ts is in step with the stylesheets; else run `node server/styles.ts`', async () => {
  const { readFile } = await import('node:fs/promises');
  expect(await readFile(new URL('./styles.ts', import.meta.url), 'utf8')).toBe(stylesModule());
});

async function rendered(pages: ReturnType<typeof everyPage>): Promise<[name: string, page: string][]> {
  return Promise.all(Object.entries(pages).map(async ([name, page]): Promise<[string, string]> => [name, String(await page)]));
}

function filled(text: string): Words {
  return { workspace: text, name: text, address: text, sentence: text };
}

function named(kind: string, pages: ReturnType<typeof everyPage>) {
  return Object.fromEntries(Object.entries(pages).map(([name, page]) => [`${kind}: ${name}`, page]));
}

/** A tag with its attributes' values emptied: what people wrote is in values only. */
function withoutValues(tag: string): string {
  return tag.replace(/="[^"]*"/g, '=""');
}

/** What the page says besides the fields that hold what was typed, letter for letter. */
function withoutFields(page: string): string {
  return page.replace(/<textarea[\s\S]*?<\/textarea>/g, '').replace(/<input[^>]*>/g, '');
}
