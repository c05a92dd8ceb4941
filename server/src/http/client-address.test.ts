import { expect, it } from 'vitest';
import { clientAddressOf, isTrustedProxy, parseNetwork } from './client-address.ts';

const trusted = ['10.0.0.0/8', '192.0.2.7', 'fd00::/8'].map((text) => parseNetwork(text)!);

it.each([
  ['nobody is trusted', '203.0.113.5', '1.2.3.4', [], '203.0.113.5'],
  ['the peer is no proxy of ours', '203.0.113.5', '1.2.3.4', trusted, '203.0.113.5'],
  ['one proxy', '10.0.0.1', '203.0.113.5', trusted, '203.0.113.5'],
  ['what the client wrote itself stands left', '10.0.0.1', '1.2.3.4, 203.0.113.5', trusted, '203.0.113.5'],
  ['a chain of proxies', '10.0.0.1', '1.2.3.4, 203.0.113.5, 192.0.2.7, 10.9.9.9', trusted, '203.0.113.5'],
  ['only proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', trusted, '10.0.0.3'],
  ['no header', '10.0.0.1', undefined, trusted, '10.0.0.1'],
  ['an empty header', '10.0.0.1', '', trusted, '10.0.0.1'],
  ['a header that holds no address', '10.0.0.1', '203.0.113.5, unknown', trusted, '10.0.0.1'],
  ['IPv4 in an IPv6 socket', '::ffff:10.0.0.1', '203.0.113.5', trusted, '203.0.113.5'],
  ['IPv6', 'fd00::1', '2001:db8::9', trusted, '2001:db8::9'],
  ['with ports', '10.0.0.1', '[2001:db8::9]:4711', trusted, '2001:db8::9'],
  ['IPv4 with a port', '10.0.0.1', '203.0.113.5:4711', trusted, '203.0.113.5'],
  ['a number is no address', '10.0.0.1', '3405803781', trusted, '10.0.0.1'],
  ['no peer', null, '203.0.113.5', trusted, null],
])('the client address when %s', (_when, peer, header, networks, expected) => {
  expect(clientAddressOf(peer, header, networks)).toBe(expected);
});

it('trusts the word of a listed peer only', () => {
  expect(isTrustedProxy('10.1.2.3', trusted)).toBe(true);
  expect(isTrustedProxy('::ffff:192.0.2.7', trusted)).toBe(true);
  expect(isTrustedProxy('192.0.2.8', trusted)).toBe(false);
  expect(isTrustedProxy(null, trusted)).toBe(false);
});
