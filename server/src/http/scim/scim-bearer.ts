import { HOUR } from '@doorstep/shared/time';
import { createMiddleware } from 'hono/factory';
import { hashToken } from '../../identity/tokens.ts';
import { findDirectory } from '../../store/directory.ts';
import { findScimToken, type ScimTokenRow, touchScimToken } from '../../store/scim-token.ts';
import type { Ctx, Env } from '../env.ts';
import { scimError } from './scim-answer.ts';

const BEARER = /^Bearer +([A-Za-z0-9_-]{43})$/i;
const TOUCH_EVERY = HOUR;

/**
 * A live token, or one answer for everything else. It is looked up by its hash, so how long that takes says nothing of how nearly right it was
 * (ENT-89).
 */
export const provisioningToken = createMiddleware<Env>(async (c, next) => {
  const sent = BEARER.exec(c.req.header('authorization') ?? '')?.[1];
  const token = sent === undefined ? null : await findScimToken(c.get('deps').store, hashToken(sent));
  if (!token || token.expiresAt <= c.get('now')) {
    return scimError(
      c,
      { status: 401, detail: 'A valid bearer token is needed.' },
      { 'WWW-Authenticate': 'Bearer realm="scim"' },
    );
  }
  if (await isOtherTenant(c)) return scimError(c, { status: 403, detail: OTHER_TENANT });
  c.set('scimTokenId', token.id);
  await touch(c, token);
  await next();
});

const OTHER_TENANT = 'The directory that is known here belongs to another tenant than the one that is configured now.';

/** Two tenants' people must not be mixed (DESIGN.md, section 2: one tenant, pinned). */
async function isOtherTenant(c: Ctx): Promise<boolean> {
  const { store, tenantId } = c.get('deps');
  const known = (await findDirectory(store)).tenantId;
  return known !== null && tenantId !== null && known !== tenantId;
}

async function touch(c: Ctx, token: ScimTokenRow): Promise<void> {
  if (token.lastUsedAt !== null && token.lastUsedAt + TOUCH_EVERY > c.get('now')) return;
  token.lastUsedAt = c.get('now'); // the remembered row: the next request need not write again
  await touchScimToken(c.get('deps').store, token.id, c.get('now'));
}
