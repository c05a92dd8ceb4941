import { beforeEach, expect, test } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { aBrowser } from '../testing/browser.ts';
import { readMessage } from './requests-of-popup.ts';

beforeEach(() => void aBrowser());

test("EXT-04: only the popup's own message in its own shape is heard", () => {
  const popup = { id: fakeBrowser.runtime.id, url: 'chrome-extension://ours/popup.html' };
  const message = { connect: 'https://vault.contoso.com' };
  expect(readMessage(message, popup)).toBe('https://vault.contoso.com');
  expect(readMessage(message, { ...popup, id: 'another extension' })).toBeUndefined();
  expect(readMessage(message, { ...popup, url: 'https://evil.example/' })).toBeUndefined();
  expect(readMessage(message, { id: popup.id })).toBeUndefined();
  for (const wrong of [null, 'connect', {}, { connect: 1 }, { connect: 'nowhere' }, { ...message, token: 'x' }])
    expect(readMessage(wrong, popup)).toBeUndefined();
});
