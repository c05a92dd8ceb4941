/** How a request relates to the page it comes from, as `Sec-Fetch-Site` says it; `none` is typed into the address bar. */
export type FetchSite = 'none' | 'same-origin' | 'same-site' | 'cross-site';

export interface Cookie {
  name: string;
  value: string;
  path: string;
  isHttpOnly: boolean;
  isSecure: boolean;
  sameSite: 'Strict' | 'Lax' | 'None';
  /** Epoch milliseconds; absent: lives as long as the browser. */
  expiresAt?: number;
}

/** Cookies by origin including the port, so that two servers on one host never see each other's. */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie[]>();

  /** Takes the `Set-Cookie` lines of an answer. */
  store(url: string, lines: readonly string[]): void {
    for (const cookie of lines.map((line) => parseCookie(line, url))) {
      const others = this.of(url).filter((kept) => kept.name !== cookie.name || kept.path !== cookie.path);
      const isDead = cookie.expiresAt !== undefined && cookie.expiresAt <= Date.now();
      this.#cookies.set(new URL(url).origin, isDead ? others : [...others, cookie]);
    }
  }

  /** The `Cookie` header for a request; empty when there is none. `SameSite` is honoured as in a top-level navigation. */
  header(url: string, method: string, site: FetchSite): string {
    const { pathname } = new URL(url);
    const sent = this.of(url).filter((cookie) => isUnder(pathname, cookie.path) && isSentFrom(cookie, method, site));
    return sent.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
  }

  /** The living cookies of an origin. */
  of(url: string): Cookie[] {
    const cookies = this.#cookies.get(new URL(url).origin) ?? [];
    return cookies.filter((cookie) => cookie.expiresAt === undefined || cookie.expiresAt > Date.now());
  }

  get(url: string, name: string): Cookie | undefined {
    return this.of(url).find((cookie) => cookie.name === name);
  }

  /** Puts a cookie there as it stands: for tests that steal, forge or mangle one. */
  set(url: string, name: string, value: string): void {
    this.store(url, [`${name}=${value}; Path=/`]);
  }

  clear(url: string): void {
    this.#cookies.delete(new URL(url).origin);
  }
}

/** Reads one `Set-Cookie` line (RFC 6265, 5.2). */
export function parseCookie(line: string, url: string): Cookie {
  const [pair = '', ...rest] = line.split(';');
  const attributes = new Map(rest.map((attribute) => split(attribute)).map(([name, value]) => [name.toLowerCase(), value]));
  const [name, value] = split(pair);
  const sameSite = attributes.get('samesite')?.toLowerCase();
  return {
    name,
    value,
    path: attributes.get('path') || new URL('.', url).pathname,
    isHttpOnly: attributes.has('httponly'),
    isSecure: attributes.has('secure'),
    sameSite: sameSite === 'strict' ? 'Strict' : sameSite === 'none' ? 'None' : 'Lax',
    ...lifetime(attributes),
  };
}

function lifetime(attributes: Map<string, string>): { expiresAt?: number } {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined) return { expiresAt: Date.now() + Number(maxAge) * 1000 };
  const expires = attributes.get('expires');
  return expires === undefined ? {} : { expiresAt: Date.parse(expires) };
}

function split(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}

function isUnder(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

function isSentFrom(cookie: Cookie, method: string, site: FetchSite): boolean {
  if (site !== 'cross-site') return true;
  return cookie.sameSite === 'None' || (cookie.sameSite === 'Lax' && method === 'GET');
}
