import { CompactEncrypt } from 'jose';
import { expect, test } from 'vitest';
import { deriveKeys } from './root-key.ts';
import { seal, unseal } from './sealed.ts';

const keys = deriveKeys('four brown horses ran past the old mill');
const NOW = 1_800_000_000_000;

test('ENT-06: what is sealed comes back until its time is over, and cannot be read by who keeps it', async () => {
  const text = await seal(keys, 'sign-in attempt', { verifier: 'v'.repeat(43) }, NOW);
  expect(await unseal(keys, 'sign-in attempt', text, NOW - 1)).toEqual({ verifier: 'v'.repeat(43) });
  expect(await unseal(keys, 'sign-in attempt', text, NOW)).toBeNull();
  expect(text).not.toContain('v'.repeat(10));
  expect(await seal(keys, 'sign-in attempt', { verifier: 'v'.repeat(43) }, NOW)).not.toBe(text);
});

test('INV-22: another purpose, another secret, any change, or something else altogether opens nothing', async () => {
  const text = await seal(keys, 'join', { key: 'k' }, NOW);
  const others = deriveKeys('four brown horses ran past the new mill');
  expect(await unseal(keys, 'sign-in attempt', text, 0)).toBeNull();
  expect(await unseal(others, 'join', text, 0)).toBeNull();
  for (let at = 0; at < text.length; at += 7) {
    const changed = text.slice(0, at) + (text[at] === 'A' ? 'Q' : 'A') + text.slice(at + 1);
    expect(await unseal(keys, 'join', changed, 0)).toBeNull();
  }
  for (const wrong of ['', 'x', '....', 'a.b.c.d.e', 'x'.repeat(100_000), text.slice(0, -1)])
    expect(await unseal(keys, 'join', wrong, 0)).toBeNull();
});

test('what was encrypted in another way is not opened, even with the right key', async () => {
  const content = new TextEncoder().encode(JSON.stringify({ purpose: 'join', expiresAt: NOW, value: { key: 'k' } }));
  const other = await new CompactEncrypt(content).setProtectedHeader({ alg: 'A256KW', enc: 'A256GCM' }).encrypt(keys.sealing);
  expect(await unseal(keys, 'join', other, 0)).toBeNull();
});

test('what is kept in the database may be long: a private key with 8192 bits comes back', async () => {
  const text = await seal(keys, 'credential', { text: 'k'.repeat(20_000) }, NOW);
  expect(await unseal(keys, 'credential', text, 0)).toEqual({ text: 'k'.repeat(20_000) });
});
