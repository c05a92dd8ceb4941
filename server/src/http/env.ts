import type { Millis } from '@doorstep/shared/time';
import type { Context } from 'hono';
import type { Deps } from '../actions/deps.ts';
import type { Trace } from '../store/audit.ts';
import type { LiveBrowser } from '../store/connected-browser.ts';
import type { Session } from '../store/session.ts';
import type { CookieNames } from './cookies.ts';

/** What every handler finds in `c.var`. What runs at every request asks with `c.get`: `c.var` copies all of it each time. */
export type Env = {
  Variables: {
    deps: Deps;
    /** The one clock reading of this request. */
    now: Millis;
    requestId: string;
    trace: Trace;
    cookies: CookieNames;
    /** What every answer for programs carries: safety, and for known extensions CORS. */
    apiHeaders: Record<string, string>;
    /** The Content-Security-Policy of a document that stands in a frame of one of our pages, in place of the pages' own. */
    framePolicy?: string;
    /** Whoever is signed in on a page: member, waiting or visitor; null for anybody else. */
    session: Session | null;
    /** The connected browser that calls the JSON API. */
    browser: LiveBrowser;
    /** The token by which the identity provider writes; only below `/scim/v2`. */
    scimTokenId?: string;
  };
};
export type Ctx = Context<Env>;

/** What differs between the runtimes. */
export type Edge = {
  now: () => Millis;
  /** The client's network address after trusted proxies, null when unknown. */
  clientAddress: (c: Context) => string | null;
  /** A trusted proxy says that the person came over http. */
  cameOverHttp: (c: Context) => boolean;
  /** False while the server is stopping or its database cannot be written. */
  isReady: () => boolean;
};
