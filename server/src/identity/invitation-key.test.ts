import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { exactKey, generationOf, invitationKey, readTypedId, readTypedKey, showId, showKey } from './invitation-key.ts';
import { deriveKeys } from './root-key.ts';

const keys = deriveKeys('four brown horses ran past the old mill');
const others = deriveKeys('four brown horses ran past the new mill');
const ID = 'inv_01kc97m4qx8t2rdabcdefghjkm';
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

test('INV-33: of 100,000 keys none comes twice, and every character is as frequent as any other at every place', () => {
  const count = 100_000;
  const seen = new Set<string>();
  const counts = Array.from({ length: 28 }, () => new Map<string, number>());
  for (let number = 0; number < count; number += 1) {
    const proof = invitationKey(keys, `inv_${String(number).padStart(26, '0')}`, 1).slice(2);
    seen.add(proof);
    [...proof].forEach((character, place) => {
      counts[place]!.set(character, (counts[place]!.get(character) ?? 0) + 1);
    });
  }
  expect(seen.size).toBe(count);
  const share = count / ALPHABET.length;
  for (const place of counts) {
    const chiSquare = [...ALPHABET].reduce((sum, character) => sum + ((place.get(character) ?? 0) - share) ** 2 / share, 0);
    expect(chiSquare).toBeLessThan(75); // 31 degrees of freedom: one place in 60,000 would be above by chance
  }
}, 30_000);

test('INV-33: nothing in the server takes its randomness from Math.random', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.ts$/.test(file) && !/\.test\.ts$/.test(file),
  );
  expect(sources.length).toBeGreaterThan(5);
  expect(sources.filter((file) => readFileSync(`${root}/${file}`, 'utf8').includes('Math.random'))).toEqual([]);
});

test('a key names its generation, from 1 to 1023', () => {
  expect(invitationKey(keys, ID, 1)).toMatch(/^01[0-9A-HJKMNP-TV-Z]{28}$/);
  for (const generation of [1, 2, 31, 32, 1023]) {
    expect(generationOf(keys, ID, invitationKey(keys, ID, generation))).toBe(generation);
  }
  for (const generation of [0, 1024, 1.5, -1, Number.NaN]) expect(() => invitationKey(keys, ID, generation)).toThrow(RangeError);
});

test('the keys stay what they are: another derivation would end every invitation', () => {
  expect(invitationKey(keys, ID, 7)).toMatchInlineSnapshot(`"07Q59SVFVF6PZQ81999W83BKZV45GJ"`);
});

test('INV-03: a key is good for its own invitation, generation and secret only', () => {
  const key = invitationKey(keys, ID, 2);
  expect(generationOf(keys, 'inv_01kc97m4qx8t2rdabcdefghjkn', key)).toBeNull();
  expect(generationOf(others, ID, key)).toBeNull();
  expect(generationOf(keys, ID, `03${key.slice(2)}`)).toBeNull();
  expect(generationOf(keys, ID, `00${key.slice(2)}`)).toBeNull();
  for (let place = 0; place < 30; place += 1) {
    const changed = key.slice(0, place) + (key[place] === 'Z' ? 'Y' : 'Z') + key.slice(place + 1);
    expect(generationOf(keys, ID, changed)).toBeNull();
  }
  for (const text of ['', key.slice(1), `${key}0`, key.toLowerCase(), `${key}\n`])
    expect(generationOf(keys, ID, text)).toBeNull();
});

describe('typing', () => {
  const key = invitationKey(keys, ID, 1);

  test('a key is read back as it is shown, whatever the case, spaces and hyphens', () => {
    expect(showKey(key)).toMatch(/^(\w{5} ){5}\w{5}$/);
    for (const typed of [
      showKey(key),
      key.toLowerCase(),
      ` ${showKey(key).replaceAll(' ', '-')}\n`,
      showKey(key).replaceAll(' ', '\u00A0\u2013'),
    ]) {
      expect(readTypedKey(typed)).toBe(key);
    }
  });

  test('O is read as 0, I and L as 1; U and other characters are none', () => {
    expect(readTypedKey(`oOiIlL${'Z'.repeat(24)}`)).toBe(`001111${'Z'.repeat(24)}`);
    for (const typed of [`U${'Z'.repeat(29)}`, 'Z'.repeat(29), 'Z'.repeat(31), `Ä${'Z'.repeat(29)}`, ' '.repeat(9999)]) {
      expect(readTypedKey(typed)).toBeNull();
    }
  });

  test('a link is not folded', () => {
    expect(exactKey(key)).toBe(key);
    for (const text of [key.toLowerCase(), showKey(key), ` ${key}`, `O${key.slice(1)}`]) expect(exactKey(text)).toBeNull();
  });

  test('an id is read back as it is shown, with or without prefix', () => {
    expect(showId(ID)).toBe('01KC9 7M4QX 8T2RD ABCDE FGHJKM');
    for (const typed of [
      ID,
      showId(ID),
      ID.toUpperCase(),
      `INV-${showId(ID)}`,
      showId(ID).replaceAll(' ', '-').replaceAll('0', 'O'),
    ]) {
      expect(readTypedId(typed)).toBe(ID);
    }
    for (const typed of ['', 'inv_', `mem_${ID.slice(4)}`, `${ID}0`, ID.slice(0, -1), '../../etc/passwd'])
      expect(readTypedId(typed)).toBeNull();
  });
});
