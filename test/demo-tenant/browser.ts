import { CookieJar, type FetchSite } from './cookie-jar.ts';
import { type RawResponse, rawRequest } from './raw-request.ts';

export type Form = Record<string, string> | URLSearchParams;

export interface RequestOptions {
  headers?: Record<string, string>;
  /** URL of the page the request comes from. Without it: a GET is typed, a POST comes from the same origin. */
  from?: string;
  /** Follow redirects, as a person's browser does. Default: not. */
  follow?: boolean;
}

/** One answer. `url` is the address asked; after following, that of the last page. */
export interface BrowserResponse {
  url: string;
  status: number;
  headers: Headers;
  /** `Location`, made absolute. */
  location: string | undefined;
  setCookies: string[];
  text: string;
}

const MAX_HOPS = 20;

/**
 * A browser without scripts: keeps cookies, sends what browsers send with navigations and form posts (`Origin`,
 * `Sec-Fetch-*`), follows redirects only when told. One is one person's profile.
 */
export class Browser {
  readonly cookies = new CookieJar();

  get(url: string, options: RequestOptions = {}): Promise<BrowserResponse> {
    const site = options.from === undefined ? 'none' : siteOf(options.from, url);
    return this.#send('GET', url, site, options);
  }

  /** A form post. The form stands on a page of the same origin unless `from` says otherwise. */
  post(url: string, form: Form, options: RequestOptions = {}): Promise<BrowserResponse> {
    const site = siteOf(options.from ?? url, url);
    const origin = new URL(options.from ?? url).origin;
    const headers = { origin, 'content-type': 'application/x-www-form-urlencoded', ...options.headers };
    return this.#send('POST', url, site, { ...options, headers }, new URLSearchParams(form).toString());
  }

  /** From an answer on to the first page that is no redirect; `until` ends the way before an address is asked. */
  async follow(response: BrowserResponse, until: (location: string) => boolean = () => false): Promise<BrowserResponse> {
    let page = response;
    let site: FetchSite = 'none';
    for (let hop = 0; isRedirect(page) && !until(page.location!); hop++) {
      if (hop === MAX_HOPS) throw new Error(`More than ${MAX_HOPS} redirects, the last to ${page.location}`);
      site = farther(site, siteOf(page.url, page.location!));
      page = await this.#send('GET', page.location!, site, {});
    }
    return page;
  }

  /**
   * From an address of ours through the identity provider and back: picks the person where the sign-in page asks, goes on
   * silently where it does not. The answer is the first page that is no redirect. Throws when the page does not take the person.
   */
  async signIn(startUrl: string, personKey: string): Promise<BrowserResponse> {
    return this.follow(await this.#pickAccount(await this.get(startUrl, { follow: true }), personKey));
  }

  /** Goes through the provider as that person and returns the callback URL, unasked. */
  async signInAt(authorizationUrl: string, personKey: string): Promise<string> {
    const { origin } = new URL(authorizationUrl);
    const leaves = (location: string) => new URL(location).origin !== origin;
    const page = await this.follow(await this.get(authorizationUrl), leaves);
    const last = await this.follow(await this.#pickAccount(page, personKey), leaves);
    if (!last.location) throw new Error(`The provider does not lead back: ${last.status} at ${last.url}`);
    return last.location;
  }

  async #pickAccount(page: BrowserResponse, personKey: string): Promise<BrowserResponse> {
    if (!isSignInPage(page)) return page;
    const picked = await this.post(page.url, { account: personKey });
    if (!isRedirect(picked)) throw new Error(`The sign-in page does not take ${personKey}: ${picked.status}`);
    return picked;
  }

  async #send(method: string, url: string, site: FetchSite, options: RequestOptions, body?: string): Promise<BrowserResponse> {
    const cookie = this.cookies.header(url, method, site);
    const headers = { ...NAVIGATION, 'sec-fetch-site': site, ...(cookie && { cookie }), ...options.headers };
    const answer = await rawRequest(url, method, headers, body);
    this.cookies.store(url, answer.headers.getSetCookie());
    const response = read(url, answer);
    return options.follow ? this.follow(response) : response;
  }
}

const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
};

function read(url: string, answer: RawResponse): BrowserResponse {
  const location = answer.headers.get('location');
  return {
    ...answer,
    url,
    location: location === null ? undefined : new URL(location, url).href,
    setCookies: answer.headers.getSetCookie(),
  };
}

/** The provider's, not one of ours under a like path. */
function isSignInPage({ status, url, text }: BrowserResponse): boolean {
  return status === 200 && /^\/sign-in\/[\w-]+$/.test(new URL(url).pathname) && text.includes('name="account"');
}

function isRedirect(response: BrowserResponse): boolean {
  return response.location !== undefined && response.status >= 300 && response.status < 400;
}

/** Ports do not part sites, hosts do. */
function siteOf(from: string, to: string): FetchSite {
  const [page, target] = [new URL(from), new URL(to)];
  if (page.origin === target.origin) return 'same-origin';
  return page.hostname === target.hostname ? 'same-site' : 'cross-site';
}

const DISTANCE: FetchSite[] = ['none', 'same-origin', 'same-site', 'cross-site'];

/** One foreign hop makes the whole chain foreign. */
function farther(one: FetchSite, other: FetchSite): FetchSite {
  return DISTANCE.indexOf(one) > DISTANCE.indexOf(other) ? one : other;
}
