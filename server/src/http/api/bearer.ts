import { HOUR } from '@doorstep/shared/time';
import { createMiddleware } from 'hono/factory';
import { isIn } from '../../domain/sign-in.ts';
import { hashToken } from '../../identity/tokens.ts';
import {
  browserHasEnded,
  findBrowserByToken,
  type LiveBrowser,
  rememberedBrowser,
  touchBrowser,
} from '../../store/connected-browser.ts';
import type { Ctx, Env } from '../env.ts';
import { recordRefused } from '../record-refused.ts';
import { problem } from './problem.ts';

const BEARER = /^Bearer ([A-Za-z0-9_-]{43})$/i;
const TOUCH_EVERY = HOUR;

/** Token (401), Origin (403), rights (403), in this order (CONTRACT.md, 5). State and role are read at every request (SES-04). */
export const connectedBrowser = createMiddleware<Env>(async (c, next) => {
  const token = BEARER.exec(c.req.header('authorization') ?? '')?.[1];
  const live = token ? await find(c, hashToken(token)) : null;
  if (!live || browserHasEnded(live.browser, c.get('now')) || !isIn(live.member, c.get('now'))) {
    return problem(c, 'signed-out', { headers: { 'WWW-Authenticate': 'Bearer' } });
  }
  if (c.req.header('origin') !== live.browser.origin) return refuse(c, live, 'wrong-origin');
  if (live.member.role !== 'administrator') return refuse(c, live, 'not-allowed');
  c.set('browser', live);
  await touch(c, live);
  await next();
});

const find = (c: Ctx, tokenHash: string): LiveBrowser | Promise<LiveBrowser | null> =>
  rememberedBrowser(c.get('deps').store, tokenHash) ?? findBrowserByToken(c.get('deps').store, tokenHash);

async function touch(c: Ctx, live: LiveBrowser): Promise<void> {
  if (live.browser.lastUsedAt + TOUCH_EVERY > c.get('now')) return;
  live.browser.lastUsedAt = c.get('now'); // the remembered row: the next request need not write again
  await touchBrowser(c.get('deps').store, live.browser.id, c.get('now'));
}

/** A refusal of somebody who is known is recorded. */
export async function refuse(
  c: Ctx,
  live: LiveBrowser,
  because: 'wrong-origin' | 'not-allowed' | 'own-request',
): Promise<Response> {
  const facts = { because, method: c.req.method };
  await recordRefused(c, 'api.refused', { by: live.member.id, about: live.browser.id, facts });
  return problem(c, because);
}
