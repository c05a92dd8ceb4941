import fc from 'fast-check';
import addressparser from 'nodemailer/lib/addressparser';
import { describe, expect, test } from 'vitest';
import { type Entry, parseAddressList } from './address-list.ts';
import { isAddress } from './email-address.ts';

const facts = (entry: Entry) =>
  'address' in entry
    ? { address: entry.address, ...(entry.name && { name: entry.name }) }
    : { problem: entry.problem, ...(entry.suggestion && { suggestion: entry.suggestion }) };
const read = (text: string) => parseAddressList(text).map(facts);
const at = (...addresses: string[]) => addresses.map((address) => ({ address }));

describe('what people paste', () => {
  test('a column of a sheet, a line with spaces, commas and semicolons are lists', () => {
    for (const between of ['\n', '\r\n', ' ', ', ', ',', ';', '; ', '\t', ' \n\n ', ';\r\n'])
      expect(read(`a@b.ch${between}d@e.fr`), JSON.stringify(between)).toEqual(at('a@b.ch', 'd@e.fr'));
  });

  test("Outlook's names with a comma stay with their address", () => {
    expect(read('Doe, John <j@x.org>; Smith, Al <s@x.org>')).toEqual([
      { address: 'j@x.org', name: 'Doe, John' },
      { address: 's@x.org', name: 'Smith, Al' },
    ]);
    expect(read('Doe, John <j@x.org>, Smith, Al <s@x.org>,')).toEqual([
      { address: 'j@x.org', name: 'Doe, John' },
      { address: 's@x.org', name: 'Smith, Al' },
    ]);
  });

  test('names in quotes, of quotes, before and beside the address', () => {
    expect(read('"Doe, J" <j@x.org>,')).toEqual([{ address: 'j@x.org', name: 'Doe, J' }]);
    expect(read('"The \\"Boss\\"" <j@x.org>')).toEqual([{ address: 'j@x.org', name: 'The "Boss"' }]);
    expect(read('Ana Lima ana@x.org')).toEqual([{ address: 'ana@x.org', name: 'Ana Lima' }]);
    expect(read('Ana\tLima\tana@x.org\tSales\nTom\tKerr\ttom@x.org\tLegal')).toEqual([
      { address: 'ana@x.org', name: 'Ana Lima' },
      { address: 'tom@x.org', name: 'Tom Kerr' },
    ]);
    expect(read('ana@x.org\tAna Lima')).toEqual([{ address: 'ana@x.org', name: 'Ana Lima' }]);
    expect(read('Ann <a@x.org> Bob <b@x.org>')).toEqual([
      { address: 'a@x.org', name: 'Ann' },
      { address: 'b@x.org', name: 'Bob' },
    ]);
  });

  test('links, brackets, sentences and invisible characters leave the address alone', () => {
    for (const text of ['mailto:a@b.ch', '<a@b.ch>', '<mailto:a@b.ch?subject=Hi>', '(a@b.ch)', '"a@b.ch"', "'a@b.ch'", 'a@b.ch.'])
      expect(read(text), text).toEqual(at('a@b.ch'));
    for (const text of ['\ufeffa@b.ch', 'a@b.ch\u200b', '\u202aa@b.ch\u202c', 'To: a@b.ch', '- a@b.ch', 'a@b.ch <A@b.ch>'])
      expect(
        read(text).map((entry) => 'address' in entry && entry.address.toLowerCase()),
        text,
      ).toEqual(['a@b.ch']);
    expect(read("o'brien@x.org")).toEqual(at("o'brien@x.org"));
  });

  test('a slip is named, with the address that was probably meant', () => {
    expect(read('ana@conto,com')).toEqual([{ problem: 'has a comma in the domain', suggestion: 'ana@conto.com' }]);
    expect(read('ana@conto,com,tom@x.org')).toEqual([
      { problem: 'has a comma in the domain', suggestion: 'ana@conto.com' },
      { address: 'tom@x.org' },
    ]);
    expect(read('a@b..ch')).toEqual([{ problem: 'has a domain that cannot exist', suggestion: 'a@b.ch' }]);
    expect(read('@x, x@')).toEqual([{ problem: 'has nothing before the @' }, { problem: 'has nothing after the @' }]);
  });

  test('two addresses in one are not guessed apart', () => {
    for (const text of [
      'a@b.chd@e.fr',
      'a@b.ch|d@e.fr',
      'evil@x.org" <real@y.org>',
      'evil@x.org <real@y.org>',
      '<a@b.ch, d@e.fr>',
    ])
      expect(read(text), text).toEqual([{ problem: 'looks like two addresses in one' }]);
  });

  test('words without an address are shown, not dropped', () => {
    expect(read('ana@x.org, bob')).toEqual([{ address: 'ana@x.org' }, { problem: 'has no @' }]);
    expect(read('bob, ana@x.org')).toEqual([{ problem: 'has no @' }, { address: 'ana@x.org' }]);
    expect(read('New in finance')).toEqual([{ problem: 'has no @' }]);
    expect(read(' ,;\n -- \t')).toEqual([]);
  });

  test('positions point at what was pasted', () => {
    const text = 'x\n  Doe, John <j@x.org>;  ana@conto,com ';
    for (const entry of parseAddressList(text)) expect(text.slice(entry.start, entry.end)).toBe(entry.text);
    expect(parseAddressList(text).map((entry) => entry.text)).toEqual(['x', 'Doe, John <j@x.org>', 'ana@conto,com']);
  });
});

const atom = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const address = fc
  .tuple(fc.stringMatching(/^[a-z0-9!#$%&+=^_-]{1,8}$/), atom, fc.constantFrom('org', 'com', 'example'))
  .map(([local, domain, top]) => `${local}@${domain}.${top}`);
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9,;.@<>'" \\-]{0,16}[A-Za-z]$/).map((text) => text.replace(/\s+/g, ' '));
const person = fc.record({ address, name }, { requiredKeys: ['address'] }).filter((one) => one.name !== one.address);
const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
const printed = (one: { address: string; name?: string }) => (one.name ? `${quoted(one.name)} <${one.address}>` : one.address);
const pasted = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom('@', ',', ';', '<', '>', '"', '\\"', '\n', '\t', ' ', 'a@b.ch', '<a@b.ch>', 'mailto:', '\u200b', "'"),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('for every list', () => {
  test('reading what was printed gives the list back', () => {
    fc.assert(
      fc.property(fc.array(person), fc.constantFrom(', ', '; ', '\n', ',', ';\n'), (list, between) => {
        expect(read(list.map(printed).join(between))).toEqual(list);
      }),
      { numRuns: 500 },
    );
  });

  test('every @ is in exactly one entry, entries stand in order and do not overlap', () => {
    fc.assert(
      fc.property(pasted, (text) => {
        const entries = parseAddressList(text);
        for (const [at, entry] of entries.entries()) {
          expect(entry.start).toBeGreaterThanOrEqual(entries[at - 1]?.end ?? 0);
          expect(text.slice(entry.start, entry.end)).toBe(entry.text);
        }
        const signs = (words: string) => words.split('@').length - 1;
        expect(entries.reduce((sum, entry) => sum + signs(entry.text), 0)).toBe(signs(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('what is found is an address, what is suggested too', () => {
    fc.assert(
      fc.property(pasted, (text) => {
        for (const entry of parseAddressList(text)) {
          if ('address' in entry) expect(isAddress(entry.address)).toBe(true);
          else if (entry.suggestion) expect(isAddress(entry.suggestion)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("on RFC 5322 lists it agrees with nodemailer's parser", () => {
    const phrase = fc.array(fc.stringMatching(/^[A-Za-z]{1,8}$/), { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
    const mailbox = fc.oneof(
      address,
      fc.tuple(phrase, address).map(([words, one]) => `${words} <${one}>`),
      fc
        .tuple(fc.stringMatching(/^[A-Za-z][A-Za-z,; ]{0,10}[A-Za-z]$/), address)
        .map(([words, one]) => `${quoted(words)} <${one}>`),
    );
    fc.assert(
      fc.property(fc.array(mailbox, { minLength: 1, maxLength: 6 }), (list) => {
        const text = list.join(', ');
        const theirs = addressparser(text, { flatten: true }).map((one) => ({
          address: one.address,
          name: one.name.replace(/\s+/g, ' '),
        }));
        const ours = parseAddressList(text).map((entry) =>
          'address' in entry ? { address: entry.address, name: entry.name ?? '' } : entry,
        );
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 500 },
    );
  });
});

describe('size', () => {
  test('100,000 people take about as long as a blink, hostile text not longer', () => {
    const started = performance.now();
    expect(
      parseAddressList(Array.from({ length: 100_000 }, (_, n) => `Doe, Person <person${n}@x.org>`).join(';\n')),
    ).toHaveLength(100_000);
    for (const piece of ['\\"', '"', '<', '>', '@', ',', 'a@b,', "'", '.', '"a', '<a', '\u200b', '?a='])
      parseAddressList(piece.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(6000); // one process among others; alone it is well below a second a list
  });
});
