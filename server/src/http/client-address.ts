import ipaddr from 'ipaddr.js';

export type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** An address or a network in CIDR notation; null if it is neither. */
export function parseNetwork(text: string): Network | null {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return null;
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** Whether what this peer says about the request (X-Forwarded-For, X-Forwarded-Proto) is believed. */
export function isTrustedProxy(peer: string | null, trusted: readonly Network[]): boolean {
  const address = peer === null ? null : parseAddress(peer);
  return address !== null && isWithin(address, trusted);
}

/**
 * Who asks: the rightmost address of the chain that is no trusted proxy. Each proxy adds its own peer at the right end, so what stands
 * left of that was written by the client and is worth nothing. Without trusted proxies it is the peer.
 */
export function clientAddressOf(
  peer: string | null,
  forwardedFor: string | null | undefined,
  trusted: readonly Network[],
): string | null {
  let client = peer === null ? null : parseAddress(peer);
  if (client === null) return null;
  for (const text of (forwardedFor ?? '').split(',').reverse()) {
    if (!isWithin(client, trusted)) break;
    const before = parseAddress(text);
    if (before === null) break; // a trusted proxy that writes no address: it is the last we know of
    client = before;
  }
  return client.toString();
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, networks: readonly Network[]): boolean {
  return networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

/** IPv4 in IPv6's clothes (`::ffff:10.0.0.1`) is IPv4; some proxies add the port. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const bare = text
    .trim()
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1');
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare);
  return isAddress ? ipaddr.process(bare) : null;
}
