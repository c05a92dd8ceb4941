import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { deriveKeys, proofOfSecret, sealOf, secretProblem } from './root-key.ts';

describe('SUP-01: what must not be the root secret is refused with a sentence that does not repeat it', () => {
  test.each([
    '',
    'brief',
    'x'.repeat(31),
    'x'.repeat(64),
    'abcd'.repeat(16),
    '0123456789abcdef'.repeat(4),
    'abcdefghijklmnopqrstuvwxyz0123456789',
    'change-me-change-me-change-me-now-please',
    'this is an example secret with many bytes',
    '<put 32 random bytes here, thank you>',
    randomBytes(16).toString('hex'),
    randomBytes(24).toString('hex'),
    randomBytes(16).toString('base64'),
    'aabbaabababbabaabbababababbabaababbabaabbaababab',
  ])('%#', (text) => {
    const problem = secretProblem(text);
    expect(problem).toMatch(/^DOORSTEP_SECRET /);
    if (text !== '') expect(problem).not.toContain(text);
  });
});

test('SUP-01: 32 random bytes are taken in every usual notation, also with a line break, and long texts', () => {
  for (let round = 0; round < 500; round += 1) {
    const bytes = randomBytes(32);
    for (const notation of ['hex', 'base64', 'base64url'] as const)
      expect(secretProblem(`${bytes.toString(notation)}\n`)).toBeNull();
  }
  expect(secretProblem('four brown horses ran past the öld mill at noon')).toBeNull();
});

test('every key of a secret is another one, the same again from the same secret, and none from another', () => {
  const keys = deriveKeys('four brown horses ran past the old mill');
  const others = deriveKeys('four brown horses ran past the new mill');
  const all = [...Object.values(keys), ...Object.values(others)].map((key) => key.join());
  expect(new Set(all).size).toBe(12);
  expect(Object.values(keys).every((key) => key.length === 32)).toBe(true);
  expect(deriveKeys('four brown horses ran past the old mill\n')).toEqual(keys);
  expect(deriveKeys(new TextEncoder().encode('four brown horses ran past the old mill'))).toEqual(keys);
  expect(proofOfSecret(keys)).toBe(proofOfSecret(deriveKeys('four brown horses ran past the old mill')));
  expect(proofOfSecret(keys)).not.toBe(proofOfSecret(others));
});

test('the keys stay what they are: another derivation would end every invitation and session', () => {
  const keys = deriveKeys('four brown horses ran past the old mill');
  expect(proofOfSecret(keys)).toMatchInlineSnapshot(`"7NXjTJYVM7PAPHJL5zzB6uYsCSwaeKXR6rQMGFFzCf0"`);
  expect(Buffer.from(keys.invitation).toString('hex')).toMatchInlineSnapshot(
    `"39bc9396f0c56283b207ae22028b9d45b65ef2f68c9b4522834d6c209a05c868"`,
  );
});

test('keys and seals are those of RFC 5869 and RFC 2104, as Node computes them', () => {
  const keys = deriveKeys('four brown horses ran past the old mill');
  const audit = hkdfSync('sha256', 'four brown horses ran past the old mill', '', 'doorstep audit', 32);
  expect(Buffer.from(keys.audit)).toEqual(Buffer.from(audit));
  expect(sealOf(keys)('a row')).toBe(createHmac('sha256', keys.audit).update('a row').digest('base64url'));
});
