import { foldAddress } from './email-address.ts';
import { type Found, INVISIBLE, type Odd, readAddress, TWO_IN_ONE, unwrap } from './pasted-address.ts';

export type { Found, Odd };

/**
 * What one person of a pasted list became. `start` and `end` are positions in the text as it was pasted, `text` is what stands there.
 * A `suggestion` is an address that `checkAddress` takes and that the writer probably meant.
 */
export type Entry = Place & (Found | Odd);
export type Place = { text: string; start: number; end: number };

/**
 * Reads what people paste: a column of a sheet, Outlook's `Doe, John <j@x.org>; ...`, a chat, a mail header. Never throws; every `@` of
 * the text is in exactly one entry, and words that belong to no address are entries too: nothing is dropped in silence.
 */
export function parseAddressList(text: string): Entry[] {
  const list = new ListReader(text);
  for (const match of text.matchAll(TOKEN)) list.take(match);
  return list.finish();
}

type Token = { kind: Kind; start: number; end: number };
type Kind = 'line' | 'semicolon' | 'comma' | 'tab' | 'quoted' | 'angle' | 'word';

/**
 * A quoted phrase counts as one when what follows can follow a name; with an @ inside only before an angle, for `"a@x.org` alone is
 * a stray quote (and `evil@x.org" <real@y.org>` must not be read as evil@x.org). The lengths bound the work on hostile text.
 */
const TOKEN = new RegExp(
  [
    '[\\r\\n\\u2028\\u2029]+|[;；]|[,，、]|\\t',
    '("(?:[^"\\\\\\r\\n]|\\\\[^\\r\\n]){0,256}"(?=\\s*<)|"[^"@\\r\\n]{0,256}"(?=[\\s,;]|$))',
    '(<[^<>\\r\\n]{0,512}>)',
    '<[^\\s,;，；、<>]*|[^\\s,;，；、<]+',
  ].join('|'),
  'g',
);
// biome-ignore format: a table
const SEPARATORS: Partial<Record<string, Kind>> = {
  '\r': 'line', '\n': 'line', '\u2028': 'line', '\u2029': 'line', '\t': 'tab',
  ';': 'semicolon', '；': 'semicolon', ',': 'comma', '，': 'comma', '、': 'comma',
};
const kindOf = ([text, quoted, angle]: RegExpExecArray): Kind =>
  quoted ? 'quoted' : angle ? 'angle' : (SEPARATORS[text[0]!] ?? 'word');
const LABELS = /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*$/u;

class ListReader {
  readonly #text: string;
  readonly #entries: Entry[] = [];
  /** An address right before an angle is its name (`a@x.org <a@x.org>`); before anything else it is an entry: known one token later. */
  #held: Token | undefined;
  /** The comma right after the held address, which may be a dot mistyped (`ana@conto,com`). */
  #comma: Token | undefined;
  #names: Token[] = [];
  /** The words before a comma: a surname if an angle follows (`Doe, John <j@x.org>`). */
  #surname: Token[] = [];
  #lastOfRow: Entry | undefined;
  #tabbed = false;

  constructor(text: string) {
    this.#text = text;
  }

  take(match: RegExpExecArray): void {
    const token: Token = { kind: kindOf(match), start: match.index, end: match.index + match[0].length };
    if (this.#mendsDomain(token)) return;
    if (token.kind === 'comma' && this.#held && !this.#comma && token.start === this.#held.end) this.#comma = token;
    else this.#takeAfterHeld(token);
  }

  finish(): Entry[] {
    this.#settleHeld();
    this.#endRow();
    return this.#entries;
  }

  #takeAfterHeld(token: Token): void {
    if (token.kind === 'angle' && this.#held && !this.#comma) {
      this.#names.push(this.#held);
      this.#held = undefined;
    }
    this.#settleHeld();
    this.#takeFresh(token);
  }

  #takeFresh(token: Token): void {
    switch (token.kind) {
      case 'word':
        if (this.#slice(token).includes('@')) this.#held = token;
        else this.#names.push(token);
        return;
      case 'quoted':
        this.#names.push(token);
        return;
      case 'angle':
        this.#addAngled(token);
        return;
      case 'comma':
        this.#addOddWords(this.#surname);
        this.#surname = this.#names;
        this.#names = [];
        return;
      case 'tab':
        this.#tabbed = true;
        return;
      default:
        this.#endRow();
    }
  }

  /** `ana@conto` + `,` + `com`, nothing between: one address with a slip. With a dot before the comma it is a list, or a sheet's row. */
  #mendsDomain(token: Token): boolean {
    if (!this.#held || !this.#comma || token.kind !== 'word' || token.start !== this.#comma.end) return false;
    const domain = this.#slice(this.#held).split('@').at(-1)!;
    if (domain === '' || domain.includes('.') || !LABELS.test(domain) || !LABELS.test(this.#slice(token))) return false;
    this.#held = { ...this.#held, end: token.end };
    this.#comma = undefined;
    return true;
  }

  #settleHeld(): void {
    const held = this.#held;
    const comma = this.#comma;
    this.#held = undefined;
    this.#comma = undefined;
    if (held) this.#addBare(held);
    if (comma) this.#takeFresh(comma);
  }

  #addBare(word: Token): void {
    this.#addOddWords(this.#surname);
    this.#surname = [];
    this.#add(this.#names, word, readAddress(unwrap(this.#slice(word))));
  }

  #addAngled(angle: Token): void {
    const names = [...this.#surname, ...this.#names];
    const read = readAddress(unwrap(this.#slice(angle).slice(1, -1)));
    const strangers = this.#names.filter((name) => name.kind === 'word' && this.#namesAnother(name, read));
    this.#surname = [];
    this.#add(names, angle, strangers.length > 0 ? { problem: TWO_IN_ONE } : read);
  }

  #namesAnother(name: Token, read: Found | Odd): boolean {
    const text = this.#slice(name);
    return text.includes('@') && !('address' in read && foldAddress(unwrap(text)) === foldAddress(read.address));
  }

  #add(names: Token[], last: Token, read: Found | Odd): void {
    const start = names[0]?.start ?? last.start;
    const name = 'address' in read ? this.#nameOf(names, read.address) : undefined;
    this.#lastOfRow = { text: this.#text.slice(start, last.end), start, end: last.end, ...read, ...(name && { name }) };
    this.#entries.push(this.#lastOfRow);
    this.#names = [];
  }

  #nameOf(names: Token[], address: string): string | undefined {
    const phrase = names.map((token, at) => this.#phrase(token, names[at + 1])).join('');
    const name = phrase.replace(INVISIBLE, '').replace(/\s+/gu, ' ').trim();
    if (!/[\p{L}\p{N}]/u.test(name) || name.endsWith(':') || foldAddress(unwrap(name)) === foldAddress(address)) return undefined;
    return name;
  }

  #phrase(token: Token, next: Token | undefined): string {
    const text = this.#slice(token);
    const words = token.kind === 'quoted' ? text.slice(1, -1).replace(/\\(.)/gu, '$1') : text;
    if (!next) return words;
    return /[,，、]/u.test(this.#text.slice(token.end, next.start)) ? `${words}, ` : `${words} `;
  }

  /** Words without an address: those of a sheet's row belong to the address beside them, all others are shown as odd. */
  #endRow(): void {
    const row = this.#lastOfRow;
    const words = [...this.#surname, ...this.#names];
    if (row && row === this.#entries.at(-1) && this.#tabbed && words.length > 0) {
      row.end = words.at(-1)!.end;
      row.text = this.#text.slice(row.start, row.end);
      if ('address' in row) row.name ??= this.#nameOf(words, row.address);
    } else {
      this.#addOddWords(this.#surname);
      this.#addOddWords(this.#names);
    }
    this.#surname = [];
    this.#names = [];
    this.#lastOfRow = undefined;
    this.#tabbed = false;
  }

  #addOddWords(words: Token[]): void {
    if (words.length === 0) return;
    const [start, end] = [words[0]!.start, words.at(-1)!.end];
    const text = this.#text.slice(start, end);
    if (/[@\p{L}\p{N}]/u.test(text))
      this.#entries.push({ text, start, end, problem: text.includes('@') ? TWO_IN_ONE : 'has no @' });
  }

  #slice(token: Token): string {
    return this.#text.slice(token.start, token.end);
  }
}
